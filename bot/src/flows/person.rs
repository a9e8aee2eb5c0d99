//! Talking with a person: the way there, while one waits, and the way back.

use sapa_core::{
    args,
    markup::Markup,
    outbox::{Choice, Prompt},
};

use super::{
    dialogue::{At, Draft, Heard, Input, State, View, With},
    speech::{self, ChoiceId},
    step::{Effect, Step},
    understand::{self, Picked},
    welcome,
};

/// A person is wanted: at once, with what was said so far.
pub fn ask(state: State) -> Step {
    let messages = match &state.at {
        At::Offer { draft } | At::Ticket { draft, .. } => draft.messages.clone(),
        At::Resume { draft, kept, .. } => {
            let mut all = draft.clone();
            all.absorb(kept.clone());
            all.messages
        }
        _ => Vec::new(),
    };
    Step::act(state.home(), Effect::AskForPerson { messages })
}

/// What came of it: an agent, or a place in the queue. Promises no time.
pub fn found(agent: Option<&str>, handed: bool, view: &View) -> Prompt {
    let l = view.l();
    Prompt::text(match (agent, handed) {
        (Some(agent), false) => l.text("person-ready", args!["agent" => agent]),
        (Some(agent), true) => l.text("person-ready-informed", args!["agent" => agent]),
        (None, false) => l.text("person-waiting", &[]),
        (None, true) => l.text("person-waiting-informed", &[]),
    })
}

/// Everything goes to the agent who has the conversation. Exactly "menu", and our own buttons, ask whether to leave him.
pub fn with_staff(state: State, input: &Input, view: &View) -> Step {
    if let At::Leave { tag } = &state.at
        && let Some(leaves) = answer(tag, &input.heard, view)
    {
        return if leaves {
            end(state, view)
        } else {
            stay(state, view)
        };
    }
    match &input.heard {
        Heard::Tap { id, .. } => match ChoiceId::parse(id) {
            Some(id) if id.flow == "ticket" => passed_by(state, &id, view),
            Some(_) => leave(state, input, view),
            None => pass_on(state, view),
        },
        Heard::Words(text) if understand::says_exactly(text, view, "words-menu-exactly") => {
            leave(state, input, view)
        }
        _ => pass_on(state, view),
    }
}

/// A button of a ticket that was in the making before the agent came.
fn passed_by(state: State, id: &ChoiceId<'_>, view: &View) -> Step {
    let l = view.l();
    let text = match state
        .sent
        .as_ref()
        .filter(|sent| sent.tag == id.tag && id.verb == "send")
    {
        Some(sent) => l.text("draft-already-sent", args!["number" => &sent.number]),
        None => speech::beside(&l.text("crooked-stale", &[]), &present(view)),
    };
    Step::say(state, Prompt::text(text))
}

fn present(view: &View) -> Markup {
    match &view.with {
        With::Agent { name, .. } => view.l().text("person-with", args!["agent" => name]),
        With::Queue { .. } | With::Bot => view.l().text("person-in-queue", &[]),
    }
}

/// For the agent; while there is none it is kept, and the customer is told so once.
fn pass_on(state: State, view: &View) -> Step {
    let With::Queue { since, ticket } = &view.with else {
        return Step::act(
            State {
                told_waiting: None,
                ..state.pause()
            },
            Effect::PassOn,
        );
    };
    if state.told_waiting == Some(*since) {
        return Step::act(state.pause(), Effect::PassOn);
    }
    let l = view.l();
    let text = match ticket {
        Some(number) => l.text("person-kept-in-ticket", args!["number" => number]),
        None => l.text("person-kept", &[]),
    };
    let state = State {
        told_waiting: Some(*since),
        ..state.pause()
    };
    Step {
        state,
        effects: vec![Effect::PassOn, Effect::Say(Prompt::text(text))],
    }
}

/// "Lanjut dengan Budi, atau diakhiri?"
fn leave(state: State, input: &Input, view: &View) -> Step {
    let l = view.l();
    let tag = Draft::begun_by(input).tag;
    let text = match &view.with {
        With::Agent { name, .. } => l.text("person-leave", args!["agent" => name]),
        With::Queue { .. } | With::Bot => l.text("person-leave-queue", &[]),
    };
    let prompt = Prompt::choose(text, leave_choices(&tag, view));
    Step::say(state.pause().go(At::Leave { tag }), prompt)
}

fn leave_choices(tag: &str, view: &View) -> Vec<Choice> {
    let l = view.l();
    let stay = match &view.with {
        With::Agent { name, .. } => {
            let with = |name: &str| l.label("button-stay-with", args!["agent" => name]);
            let first = speech::first_name(name).unwrap_or(name);
            speech::fitting(
                [with(name), with(first), l.label("button-stay", &[])],
                speech::BUTTON,
            )
        }
        With::Queue { .. } | With::Bot => l.label("button-wait", &[]),
    };
    vec![
        Choice::new(format!("talk:stay#{tag}"), stay),
        speech::button(&l, format!("talk:end#{tag}"), "button-end"),
    ]
}

/// Whether the answer to that question is to leave; `None` when it is none.
fn answer(tag: &str, heard: &Heard, view: &View) -> Option<bool> {
    match heard {
        Heard::Tap { id, .. } => ChoiceId::parse(id)
            .filter(|id| id.flow == "talk" && id.tag == tag)
            .map(|id| id.verb == "end"),
        Heard::Words(text) if understand::says(text, view, "words-end") => Some(true),
        Heard::Words(text) if understand::says(text, view, "words-stay") => Some(false),
        Heard::Words(text) => match understand::pick(text, &leave_choices(tag, view), &[], view) {
            Picked::Exactly(at) => Some(at == 1),
            _ => None,
        },
        _ => None,
    }
}

fn stay(state: State, view: &View) -> Step {
    let text = match &view.with {
        With::Agent { name, .. } => view.l().text("person-stays", args!["agent" => name]),
        With::Queue { .. } | With::Bot => view.l().text("person-waits", &[]),
    };
    Step::say(state.home(), Prompt::text(text))
}

fn end(state: State, view: &View) -> Step {
    let l = view.l();
    let ticket = match &view.with {
        With::Agent { ticket, .. } | With::Queue { ticket, .. } => ticket.as_deref(),
        With::Bot => None,
    };
    let lead = match (&view.with, ticket) {
        (_, Some(number)) => l.text("person-ended-ticket", args!["number" => number]),
        (With::Agent { name, .. }, None) => l.text("person-ended", args!["agent" => name]),
        _ => l.text("person-ended-queue", &[]),
    };
    let prompt = welcome::menu(view, &lead, state.paused.as_ref());
    Step {
        state: state.home(),
        effects: vec![Effect::EndConversation, Effect::Say(prompt)],
    }
}
