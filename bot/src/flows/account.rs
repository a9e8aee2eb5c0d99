//! The customer's own number and e-mail address: seen, and changed with a code.

use sapa_core::{
    args,
    markup::Markup,
    outbox::{Choice, Prompt},
    portal::NewContact,
};
use serde::{Deserialize, Serialize};

use super::{
    dialogue::{At, Input, State, View},
    speech::{self, ChoiceId},
    step::{self, Effect, Step},
    understand::{self, Picked, Wish},
    welcome,
};

/// A code has so many digits.
const DIGITS: usize = 6;
/// After so many answers that were not understood a person is offered.
const MISSES: u8 = 2;

/// Where there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// What is to be changed was asked.
    Choose,
    /// The new number was asked.
    Number,
    /// The new e-mail address was asked.
    Email,
    /// The code was asked.
    Code {
        /// Which.
        challenge: String,
        /// What it brings about.
        wanted: NewContact,
    },
}

/// What came of something that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was typed cannot be read.
    Unreadable,
    /// It is so already.
    Same,
    /// Only a person can do that here.
    NeedsPerson,
    /// Another customer has the number.
    Taken,
    /// Too soon; words for how long to wait.
    TooSoon(String),
    /// A code is on its way.
    Sent,
    /// It was not the right code.
    Wrong,
    /// The e-mail address is another one now.
    EmailChanged(String),
}

/// What the customer has, and what may be changed.
pub fn shown(number: Option<&str>, email: Option<&str>, view: &View) -> Prompt {
    let l = view.l();
    let mut text = Markup::default();
    if let Some(number) = number {
        text = speech::below(&text, &l.text("account-number", args!["number" => number]));
    }
    let email = match email {
        Some(email) => l.text("account-email", args!["email" => email]),
        None => l.text("account-no-email", &[]),
    };
    let text = speech::below(&text, &email);
    let text = speech::below(&text, &l.text("account-what", &[]));
    Prompt::choose(text, choices(view))
}

fn choices(view: &View) -> Vec<Choice> {
    let l = view.l();
    vec![
        speech::button(&l, "account:number", "button-account-number"),
        speech::button(&l, "account:email", "button-account-email"),
        speech::button(&l, "menu:open", "button-menu"),
    ]
}

/// What the place asks.
pub fn present(place: &Place, view: &View, lead: &Markup) -> Prompt {
    let l = view.l();
    let ask = |key: &str| speech::beside(lead, &l.text(key, &[]));
    match place {
        Place::Choose => Prompt::choose(ask("account-what"), choices(view)),
        Place::Number => Prompt::text(ask("account-ask-number")),
        Place::Email => Prompt::text(ask("account-ask-email")),
        Place::Code { .. } => {
            let again = speech::button(&l, "account:again", "button-account-again");
            let menu = speech::button(&l, "menu:open", "button-menu");
            Prompt::choose(ask("account-code-hint"), vec![again, menu])
        }
    }
}

/// Shows what the customer has.
pub fn open(state: State) -> Step {
    let at = At::Account {
        place: Place::Choose,
    };
    Step::act(state.pause().go(at), Effect::ShowAccount)
}

/// One of its buttons.
pub fn tapped(state: &State, id: &ChoiceId<'_>, view: &View) -> Option<Step> {
    let place = match id.verb {
        "number" => Place::Number,
        "email" => Place::Email,
        "again" => {
            let At::Account {
                place: Place::Code { wanted, .. },
            } = &state.at
            else {
                return None;
            };
            let wanted = wanted.clone();
            return Some(Step::act(state.clone(), Effect::AskCode { wanted }));
        }
        _ => return None,
    };
    let prompt = present(&place, view, &Markup::default());
    Some(Step::say(
        state.clone().pause().go(At::Account { place }),
        prompt,
    ))
}

/// Words came.
pub fn said(state: State, text: &str, wish: Option<Wish>, input: &Input, view: &View) -> Step {
    let At::Account { place } = &state.at else {
        return welcome::said(state, text, wish, input, view);
    };
    if view.is_idle() {
        return welcome::said(state.home(), text, wish, input, view);
    }
    match place {
        Place::Choose => match understand::pick(text, &choices(view), &[], view) {
            Picked::Exactly(at) => step::taken(state, &choices(view)[at], input, view),
            _ => welcome::said(state.home(), text, wish, input, view),
        },
        Place::Number => {
            let wanted = NewContact::Number(text.to_owned());
            Step::act(state, Effect::AskCode { wanted })
        }
        Place::Email => {
            let wanted = NewContact::Email(text.to_owned());
            Step::act(state, Effect::AskCode { wanted })
        }
        Place::Code { challenge, wanted } => {
            let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            if digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
                let try_it = Effect::TryCode {
                    challenge: challenge.clone(),
                    wanted: wanted.clone(),
                    code: digits,
                };
                return Step::act(state, try_it);
            }
            let prompt = present(place, view, &Markup::default());
            Step::say(state, prompt)
        }
    }
}

/// What is said when something came of it, and where the dialogue stands then.
pub fn told(state: State, wanted: &NewContact, outcome: &Outcome, view: &View) -> (State, Prompt) {
    let l = view.l();
    let is_number = matches!(wanted, NewContact::Number(_));
    let misses = state.misses.saturating_add(1);
    match outcome {
        Outcome::Unreadable if misses < MISSES => {
            let key = if is_number {
                "account-not-a-number"
            } else {
                "account-not-an-email"
            };
            (State { misses, ..state }, Prompt::text(l.text(key, &[])))
        }
        Outcome::Unreadable => (state.home(), by_person("crooked-person", view)),
        Outcome::NeedsPerson => (state.home(), by_person("account-needs-person", view)),
        Outcome::Taken => (state.home(), by_person("account-number-taken", view)),
        Outcome::Same => (state.home(), with_menu(l.text("account-same", &[]), view)),
        Outcome::TooSoon(wait) => {
            let text = l.text("account-too-soon", args!["wait" => wait]);
            (state, Prompt::text(text))
        }
        Outcome::Sent => {
            let text = match wanted {
                NewContact::Number(number) => {
                    let number = sapa_core::contacts::format_phone(number);
                    l.text("account-code-to-number", args!["number" => number])
                }
                NewContact::Email(_) => l.text("account-code-here", &[]),
            };
            (state, Prompt::text(text))
        }
        Outcome::Wrong => {
            let lead = l.text("account-code-wrong", &[]);
            let prompt = step::present(&state, view, Some(&lead));
            (state, prompt)
        }
        Outcome::EmailChanged(email) => {
            let text = l.text("account-email-changed", args!["email" => email]);
            (state.home(), with_menu(text, view))
        }
    }
}

fn by_person(key: &str, view: &View) -> Prompt {
    let l = view.l();
    let person = speech::button(&l, "menu:person", "button-person");
    let menu = speech::button(&l, "menu:open", "button-menu");
    Prompt::choose(l.text(key, &[]), vec![person, menu])
}

fn with_menu(text: Markup, view: &View) -> Prompt {
    let menu = speech::button(&view.l(), "menu:open", "button-menu");
    Prompt::choose(text, vec![menu])
}
