//! One step of a dialogue: from where it stands and what was heard to where it stands then and what follows.
//!
//! Pure: it reads no database and no clock, and its tests are tables. Whoever executes the effects owns the transaction.

use sapa_core::{
    args,
    i18n::Locale,
    markup::Markup,
    outbox::{Choice, Prompt},
    portal::NewContact,
};

use super::{
    account,
    dialogue::{At, Draft, FileKind, Heard, Input, State, View, With},
    language, my_tickets, person,
    speech::ChoiceId,
    ticket, ticket_answers, ticket_return,
    understand::{self, Wish},
    welcome,
};

/// What follows from a step. Whoever executes it owns the transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say this.
    Say(Prompt),
    /// Open a ticket, find an agent for it, and say what came of it.
    OpenTicket {
        /// The draft.
        draft: Draft,
    },
    /// Find an agent for the conversation, give him these messages, and say what came of it.
    AskForPerson {
        /// What the customer has already said about it.
        messages: Vec<String>,
    },
    /// Show what the customer has told us of themselves.
    ShowAccount,
    /// Send a code for this change, and say what came of it.
    AskCode {
        /// As it was typed.
        wanted: NewContact,
    },
    /// Take a code, and say what came of it.
    TryCode {
        /// Which.
        challenge: String,
        /// What it brings about.
        wanted: NewContact,
        /// What was typed.
        code: String,
    },
    /// Speak this language from now on.
    SetLocale(Locale),
    /// Show a ticket of the customer's with its history.
    ShowTicket {
        /// Which.
        ticket_id: String,
    },
    /// Put a message into a ticket, give it to its agent, and say so.
    AddMessageToTicket {
        /// Which ticket.
        ticket_id: String,
        /// Which message.
        message_id: String,
    },
    /// Close a ticket of the customer's, and say what came of it.
    CloseTicket {
        /// Which.
        ticket_id: String,
    },
    /// Open a ticket of the customer's again, and say what came of it.
    ReopenTicket {
        /// Which.
        ticket_id: String,
    },
    /// The conversation goes back to us; its agent is told.
    EndConversation,
    /// This message is for the agent who has the conversation; without one it is kept.
    PassOn,
}

/// What a step leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where the dialogue stands now.
    pub state: State,
    /// What follows, in order.
    pub effects: Vec<Effect>,
}

impl Step {
    /// Something is said, and the dialogue stands there.
    pub fn say(state: State, prompt: Prompt) -> Self {
        Self {
            state,
            effects: vec![Effect::Say(prompt)],
        }
    }

    /// Something happens, and the dialogue stands there.
    pub fn act(state: State, effect: Effect) -> Self {
        Self {
            state,
            effects: vec![effect],
        }
    }
}

/// One step of the dialogue.
pub fn step(state: State, input: &Input, view: &View) -> Step {
    if view.with != With::Bot {
        return person::with_staff(state, input, view);
    }
    let left = matches!(state.at, At::Leave { .. });
    let gathers = state.gathering && view.is_one_breath();
    let state = State {
        told_waiting: None,
        gathering: false,
        ..if left { state.home() } else { state }
    };
    let before = state.at.clone();
    gathered(&before, gathers, answer(state, input, view), input, view)
}

/// An album, or several lines in one breath, come as so many messages: the first is answered, the others are taken along without a word.
fn gathered(before: &At, gathers: bool, mut done: Step, input: &Input, view: &View) -> Step {
    let draft = done.state.draft();
    let kept = draft.is_some_and(|draft| draft.messages.contains(&input.message_id));
    let greeting = matches!(&input.heard, Heard::Words(text) if understand::wish(text, view) == Some(Wish::Greeting));
    done.state.gathering = kept || greeting;
    let said_already = match (before, &done.state.at) {
        (At::Offer { .. }, At::Offer { .. }) => true,
        (At::Home, At::Home) => greeting,
        // A question of ours that is answered in words is gone on with.
        (At::Ticket { step: was, .. }, At::Ticket { step: is, .. }) => {
            was == is && matches!(input.heard, Heard::File { .. })
        }
        _ => false,
    };
    if gathers && said_already && done.state.gathering {
        done.effects.clear();
    }
    done
}

fn answer(state: State, input: &Input, view: &View) -> Step {
    match &input.heard {
        Heard::Words(text) => said(state, text, input, view),
        Heard::Tap { id, label } => match ChoiceId::parse(id) {
            Some(id) => tapped(state, &id, input, view),
            None => said(state, label, input, view),
        },
        Heard::File { kind, caption } => filed(state, *kind, caption, input, view),
        Heard::Sticker | Heard::Unknown => wordless(state, input, view),
    }
}

/// The dialogue was kept in words that we cannot read any more: say so kindly, and begin at the menu.
pub fn lost(view: &View) -> Step {
    let lead = view.l().text("crooked-lost", &[]);
    Step::say(State::default(), welcome::menu(view, &lead, None))
}

/// A choice of ours was made, by tapping it or by typing it.
pub(super) fn tapped(state: State, id: &ChoiceId<'_>, input: &Input, view: &View) -> Step {
    let done = match id.flow {
        "menu" => welcome::tapped(&state, id, input, view),
        "ticket" => ticket::tapped(&state, id, input, view),
        "mine" => my_tickets::tapped(&state, id, input, view),
        "lang" => language::tapped(&state, id, view),
        "account" => account::tapped(&state, id, view),
        _ => None,
    };
    done.unwrap_or_else(|| stale(state, view))
}

/// One of the choices on the table was typed rather than tapped.
pub(super) fn taken(state: State, choice: &Choice, input: &Input, view: &View) -> Step {
    match ChoiceId::parse(&choice.id) {
        Some(id) => tapped(state, &id, input, view),
        None => stale(state, view),
    }
}

/// A choice that is not offered any more: never silence, but the present state.
fn stale(state: State, view: &View) -> Step {
    let lead = view.l().text("crooked-stale", &[]);
    let prompt = present(&state, view, Some(&lead));
    Step::say(state, prompt)
}

fn said(state: State, text: &str, input: &Input, view: &View) -> Step {
    let wish = understand::wish(text, view);
    if let Some(wish) = wish
        && let Some(step) = everywhere(&state, wish, view)
    {
        return step;
    }
    match &state.at {
        At::Home | At::Leave { .. } => welcome::said(state, text, wish, input, view),
        At::Offer { .. } => welcome::offered(state, text, wish, input, view),
        At::Ticket { .. } => ticket_answers::said(state, text, input, view),
        At::Resume { .. } => ticket_return::said(state, text, input, view),
        At::Mine { .. } => my_tickets::said(state, text, wish, input, view),
        At::Language => language::said(state, text, wish, input, view),
        At::Account { .. } => account::said(state, text, wish, input, view),
    }
}

/// What is understood wherever it is said.
fn everywhere(state: &State, wish: Wish, view: &View) -> Option<Step> {
    let l = view.l();
    match wish {
        Wish::Menu => Some(welcome::open_menu(state.clone(), view)),
        Wish::Person => Some(person::ask(state.clone())),
        Wish::IsItABot => {
            let lead = l.text("crooked-bot", args!["desk" => &view.desk]);
            Some(Step::say(state.clone(), present(state, view, Some(&lead))))
        }
        Wish::Speak(locale) => Some(language::switch(state, locale, view)),
        Wish::Cancel => Some(ticket::cancel(state, view)),
        Wish::Ticket
        | Wish::Mine
        | Wish::Account
        | Wish::Language
        | Wish::Greeting
        | Wish::Thanks
        | Wish::Nod => None,
    }
}

fn filed(state: State, kind: FileKind, caption: &str, input: &Input, view: &View) -> Step {
    match &state.at {
        At::Ticket { .. } | At::Resume { .. } => ticket::filed(state, kind, caption, input, view),
        At::Mine { .. } => my_tickets::filed(state, kind, caption, input, view),
        At::Home | At::Offer { .. } | At::Language | At::Account { .. } | At::Leave { .. } => {
            welcome::filed(state, kind, caption, input, view)
        }
    }
}

fn wordless(state: State, input: &Input, view: &View) -> Step {
    let key = if input.heard == Heard::Sticker {
        "crooked-sticker"
    } else {
        "crooked-unreadable"
    };
    if matches!(state.at, At::Ticket { .. }) {
        return ticket_answers::wordless(state, view);
    }
    let prompt = present(&state, view, Some(&view.l().text(key, &[])));
    Step::say(state, prompt)
}

/// What the present state asks, after a line about something else.
pub(super) fn present(state: &State, view: &View, lead: Option<&Markup>) -> Prompt {
    let nothing = Markup::default();
    let lead = lead.unwrap_or(&nothing);
    match &state.at {
        At::Home => welcome::menu(view, lead, state.paused.as_ref()),
        At::Leave { .. } => welcome::menu(view, lead, None),
        At::Offer { draft } => welcome::offer(view, lead, draft),
        At::Ticket { step, draft } => ticket::ask(step, draft, view, lead),
        At::Resume { draft, kept, .. } => ticket_return::prompt(draft, kept, view, lead),
        At::Mine { place } => my_tickets::present(place, view, lead),
        At::Language => language::ask(view, lead),
        At::Account { place } => account::present(place, view, lead),
    }
}
