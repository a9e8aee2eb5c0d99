//! Hello, the menu, and the offer to make a ticket of what somebody wrote.

use sapa_core::{
    args,
    markup::Markup,
    outbox::{Choice, Prompt},
};

use super::{
    account,
    dialogue::{At, Draft, FileKind, Input, State, View},
    language, my_tickets, person,
    speech::{self, ChoiceId},
    step::{self, Effect, Step},
    ticket,
    understand::{self, Picked, Wish},
};

/// The menu after a line about something else; without one it asks alone.
pub fn menu(view: &View, lead: &Markup, paused: Option<&Draft>) -> Prompt {
    let l = view.l();
    let ask = l.text("welcome-ask", &[]);
    let mut rows = Vec::new();
    if let Some(draft) = paused {
        let hint = speech::cut(&draft.text.replace('\n', " "), speech::HINT);
        rows.push(speech::row(
            format!("ticket:again#{}", draft.tag),
            &l.label("row-resume-ticket", &[]),
            Some(hint),
        ));
    }
    rows.extend([
        speech::row(
            "menu:ticket",
            &l.label("row-open-ticket", &[]),
            Some(l.label("hint-open-ticket", &[])),
        ),
        speech::row(
            "menu:mine",
            &l.label("row-my-tickets", &[]),
            Some(l.label("hint-my-tickets", &[])),
        ),
        speech::row(
            "menu:person",
            &l.label("row-person", &[]),
            Some(l.label("hint-person", &[])),
        ),
        speech::row(
            "menu:language",
            &l.label("row-language", &[]),
            Some(l.label("hint-language", &[])),
        ),
        speech::row(
            "menu:account",
            &l.label("row-account", &[]),
            Some(l.label("hint-account", &[])),
        ),
    ]);
    speech::list(speech::beside(lead, &ask), &l.label("list-menu", &[]), rows)
}

/// The offer to make a ticket, with the customer's own words in it.
pub fn offer(view: &View, lead: &Markup, draft: &Draft) -> Prompt {
    let l = view.l();
    let ask = if draft.text.is_empty() {
        "welcome-offer-file"
    } else {
        "welcome-offer"
    };
    let mut text = speech::beside(lead, &l.text(ask, &[]));
    if !draft.text.is_empty() {
        text = speech::below(
            &text,
            &l.text(
                "welcome-quote",
                args!["text" => speech::cut(&draft.text, speech::QUOTE)],
            ),
        );
    }
    Prompt::choose(text, offer_choices(view, draft))
}

fn offer_choices(view: &View, draft: &Draft) -> Vec<Choice> {
    let l = view.l();
    vec![
        speech::button(
            &l,
            format!("ticket:make#{}", draft.tag),
            "button-make-ticket",
        ),
        speech::button(&l, "menu:person", "button-person"),
        speech::button(&l, "menu:open", "button-menu"),
    ]
}

/// "Halo Sari, saya asisten …", to somebody we have not talked with today; nothing to anybody else.
pub fn hello(view: &View) -> Markup {
    let fresh = view.idle.is_none_or(|idle| idle.as_secs() >= 12 * 3_600);
    let (l, desk) = (view.l(), &view.desk);
    match speech::first_name(&view.name) {
        Some(name) if fresh => l.text("welcome-hello", args!["name" => name, "desk" => desk]),
        Some(name) => l.text("welcome-hello-again", args!["name" => name]),
        None if fresh => l.text("welcome-hello-nameless", args!["desk" => desk]),
        None => Markup::default(),
    }
}

/// The menu on request; a half-made ticket is kept for later.
pub fn open_menu(state: State, view: &View) -> Step {
    let busy = matches!(state.at, At::Ticket { .. } | At::Resume { .. });
    let state = state.pause();
    let lead = if busy {
        view.l().text("draft-paused", &[])
    } else {
        Markup::default()
    };
    let prompt = step::present(&state, view, Some(&lead));
    Step::say(state, prompt)
}

/// A row of the menu was chosen. They never go stale: a half-made ticket waits while one looks elsewhere.
pub fn tapped(state: &State, id: &ChoiceId<'_>, input: &Input, view: &View) -> Option<Step> {
    let state = state.clone();
    Some(match id.verb {
        "open" => open_menu(state, view),
        "ticket" => ticket::begin(state, input, view),
        "mine" => my_tickets::open(state, view),
        "person" => person::ask(state),
        "language" => language::choose(state, view),
        "account" => account::open(state),
        _ => return None,
    })
}

/// Words came while nothing was going on.
pub fn said(state: State, text: &str, wish: Option<Wish>, input: &Input, view: &View) -> Step {
    let l = view.l();
    match wish {
        Some(Wish::Greeting) => {
            let prompt = step::present(&state, view, Some(&hello(view)));
            return Step::say(state, prompt);
        }
        Some(Wish::Ticket) => return ticket::begin(state, input, view),
        Some(Wish::Mine) => return my_tickets::open(state, view),
        Some(Wish::Language) => return language::choose(state, view),
        Some(Wish::Account) => return account::open(state),
        Some(Wish::Thanks) => return short(state, &l.text("welcome-thanks", &[]), view),
        Some(Wish::Nod) => return short(state, &l.text("welcome-noted", &[]), view),
        _ => {}
    }
    if let Some(ticket) = view.numbered(text) {
        return my_tickets::show(state, &ticket.id);
    }
    if understand::yes_or_no(text, view).is_some() {
        return short(state, &l.text("welcome-noted", &[]), view);
    }
    let rows = step::present(&state, view, None).choices;
    if let Picked::Exactly(row) = understand::pick(text, &rows, &[], view) {
        return step::taken(state, &rows[row], input, view);
    }
    let mut draft = Draft::begun_by(input);
    draft.hear(text, &input.message_id);
    offer_it(state, draft, &hello(view), view)
}

/// Words came after the offer: an answer, or more to say.
pub fn offered(state: State, text: &str, wish: Option<Wish>, input: &Input, view: &View) -> Step {
    let l = view.l();
    let Some(mut draft) = state.draft().cloned() else {
        return said(state.home(), text, wish, input, view);
    };
    if understand::agrees_with(text, view, "words-open-ticket") || wish == Some(Wish::Ticket) {
        return ticket::proceed(state, draft, &Markup::default(), view);
    }
    if understand::yes_or_no(text, view) == Some(false) {
        return short(state.home(), &l.text("welcome-noted", &[]), view);
    }
    let choices = offer_choices(view, &draft);
    if let Picked::Exactly(choice) = understand::pick(text, &choices, &[], view) {
        return step::taken(state, &choices[choice], input, view);
    }
    match wish {
        Some(Wish::Greeting | Wish::Nod) => {
            return offer_it(state, draft, &Markup::default(), view);
        }
        Some(Wish::Mine | Wish::Account | Wish::Language | Wish::Thanks) => {
            return said(state.home(), text, wish, input, view);
        }
        _ => {}
    }
    if view.is_idle() || view.numbered(text).is_some() {
        return said(state.home(), text, wish, input, view);
    }
    draft.hear(text, &input.message_id);
    offer_it(state, draft, &l.text("welcome-noted-more", &[]), view)
}

/// A file came while no ticket was being made.
pub fn filed(state: State, kind: FileKind, caption: &str, input: &Input, view: &View) -> Step {
    let offered = matches!(state.at, At::Offer { .. }) && !view.is_idle();
    let mut draft = match state.draft() {
        Some(draft) if offered => draft.clone(),
        _ => Draft::begun_by(input),
    };
    draft.attach(caption, &input.message_id);
    let received = ticket::received(kind, view);
    let lead = if offered {
        received
    } else {
        speech::beside(&hello(view), &received)
    };
    offer_it(state, draft, &lead, view)
}

/// Offers to make a ticket of it.
pub fn offer_it(state: State, draft: Draft, lead: &Markup, view: &View) -> Step {
    let prompt = offer(view, lead, &draft);
    Step::say(state.go(At::Offer { draft }), prompt)
}

/// A line that needs no answer, with the menu one tap away.
pub fn short(state: State, text: &Markup, view: &View) -> Step {
    let menu = speech::button(&view.l(), "menu:open", "button-menu");
    Step {
        state,
        effects: vec![Effect::Say(Prompt::choose(text.clone(), vec![menu]))],
    }
}
