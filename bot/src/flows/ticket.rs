//! Opening a ticket: type, priority, words, files, a look at it all, and off it goes.

use sapa_core::{args, clock::Millis, markup::Markup, outbox::Prompt, tickets::Priority};
use serde::{Deserialize, Serialize};

use super::{
    dialogue::{At, Draft, FileKind, Input, State, View},
    speech::{self, ChoiceId},
    step::{self, Effect, Step},
    ticket_return, ticket_words as words, welcome,
};

/// What a ticket in the making waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Asking {
    /// Its type, on this page of the list.
    Type {
        /// Which page.
        page: usize,
    },
    /// Whether it is this type, which the words resembled.
    SureType {
        /// Which.
        type_id: String,
    },
    /// How urgent it is.
    Priority,
    /// Whether it is this urgent, as the words sounded.
    SurePriority {
        /// How much.
        priority: Priority,
    },
    /// What happened, in words.
    Words,
    /// Whether it may go off.
    Summary,
    /// What to change.
    Change,
}

/// A ticket from the menu, the long way: the words are asked last.
pub fn begin(state: State, input: &Input, view: &View) -> Step {
    let mut draft = Draft::begun_by(input);
    if let At::Offer { draft: offered } = &state.at {
        draft.absorb(offered.clone());
    }
    proceed(state, draft, &Markup::default(), view)
}

/// Asks for what is missing still.
pub fn proceed(state: State, draft: Draft, lead: &Markup, view: &View) -> Step {
    if view.types.is_empty() {
        return Step::act(
            state.home(),
            Effect::AskForPerson {
                messages: draft.messages,
            },
        );
    }
    let known_type = draft
        .type_id
        .as_ref()
        .is_some_and(|id| view.type_named(id).is_some());
    let step = match (known_type, draft.priority, draft.text.is_empty()) {
        (false, ..) => Asking::Type { page: 0 },
        (_, None, _) => Asking::Priority,
        (.., true) => Asking::Words,
        _ => Asking::Summary,
    };
    stand(state, step, draft, lead, view)
}

pub(super) fn stand(state: State, step: Asking, draft: Draft, lead: &Markup, view: &View) -> Step {
    let prompt = ask(&step, &draft, view, lead);
    // One ticket is made at a time: what waited is this one, or gives way to it.
    let state = State {
        paused: None,
        ..state
    };
    Step::say(state.go(At::Ticket { step, draft }), prompt)
}

/// The question of a step after a line about something else.
pub fn ask(step: &Asking, draft: &Draft, view: &View, lead: &Markup) -> Prompt {
    let question = words::question(step, draft, view, lead.is_empty());
    let text = if matches!(step, Asking::Summary) && lead.is_empty() {
        question
    } else {
        speech::beside(lead, &question)
    };
    offering(step, draft, view, text)
}

pub(super) fn offering(step: &Asking, draft: &Draft, view: &View, text: Markup) -> Prompt {
    let choices = words::choices(step, draft, view);
    match step {
        Asking::Type { .. } => speech::list(text, &view.l().label("list-types", &[]), choices),
        _ => Prompt::choose(text, choices),
    }
}

/// A button of a ticket in the making. Those of another draft are stale.
pub fn tapped(state: &State, id: &ChoiceId<'_>, input: &Input, view: &View) -> Option<Step> {
    if let Some(done) = state
        .sent
        .as_ref()
        .filter(|sent| sent.tag == id.tag && id.verb == "send")
    {
        let text = view
            .l()
            .text("draft-already-sent", args!["number" => &done.number]);
        return Some(Step::say(state.clone(), Prompt::text(text)));
    }
    let nothing = Markup::default();
    let paused = state
        .paused
        .as_ref()
        .filter(|paused| paused.tag == id.tag && id.verb == "again");
    if let Some(paused) = paused {
        return Some(proceed(state.clone(), paused.clone(), &nothing, view));
    }
    let draft = state.draft().filter(|draft| draft.tag == id.tag)?.clone();
    match (&state.at, id.verb) {
        (At::Resume { kept, .. }, "again") => Some(ticket_return::go_on(state, kept.clone(), view)),
        (At::Resume { kept, .. }, "restart") => {
            Some(ticket_return::start_over(state, kept.clone(), input, view))
        }
        (At::Offer { .. }, "make") => Some(proceed(state.clone(), draft, &nothing, view)),
        (At::Ticket { step, .. }, "again") => {
            Some(stand(state.clone(), step.clone(), draft, &nothing, view))
        }
        (At::Ticket { .. } | At::Resume { .. }, _) => chosen(state, id, draft, view),
        _ => None,
    }
}

/// A choice inside the draft that is being made. Choosing an earlier thing anew changes it.
fn chosen(state: &State, id: &ChoiceId<'_>, mut draft: Draft, view: &View) -> Option<Step> {
    let nothing = Markup::default();
    if let At::Resume { kept, .. } = &state.at {
        draft.absorb(kept.clone());
    }
    let step = match id.verb {
        "type" => {
            draft.type_id = Some(view.type_named(id.arg)?.id.clone());
            return Some(proceed(state.clone(), draft, &nothing, view));
        }
        "prio" => {
            draft.priority = Some(words::priority(id.arg)?);
            return Some(proceed(state.clone(), draft, &nothing, view));
        }
        "send" => {
            let whole =
                draft.type_id.is_some() && draft.priority.is_some() && !draft.text.is_empty();
            return whole.then(|| Step::act(state.clone().home(), Effect::OpenTicket { draft }));
        }
        "cancel" => return Some(cancel(state, view)),
        "types" => Asking::Type {
            page: id.arg.parse().unwrap_or(0),
        },
        "prios" => Asking::Priority,
        "words" => Asking::Words,
        "change" => Asking::Change,
        _ => return None,
    };
    Some(stand(state.clone(), step, draft, &nothing, view))
}

/// "Batal", wherever it is said: whatever is being made is not made.
pub fn cancel(state: &State, view: &View) -> Step {
    let making = matches!(
        state.at,
        At::Ticket { .. } | At::Resume { .. } | At::Offer { .. }
    );
    let waiting = matches!(state.at, At::Home) && state.paused.is_some();
    if making || waiting {
        let state = State {
            paused: state.paused.clone().filter(|_| making),
            ..state.clone()
        };
        return welcome::short(state.home(), &view.l().text("draft-cancelled", &[]), view);
    }
    if matches!(state.at, At::Home) {
        return welcome::short(
            state.clone(),
            &view.l().text("welcome-nothing-to-cancel", &[]),
            view,
        );
    }
    welcome::short(
        state.clone().home(),
        &view.l().text("welcome-stopped", &[]),
        view,
    )
}

/// A file came while a ticket is being made: it belongs to it.
pub fn filed(state: State, kind: FileKind, caption: &str, input: &Input, view: &View) -> Step {
    let attached = words::attached(kind, view);
    match state.at.clone() {
        At::Resume {
            step,
            draft,
            mut kept,
        } => {
            kept.attach(caption, &input.message_id);
            ticket_return::ask(state, step, draft, kept, view)
        }
        At::Ticket { step, draft } if view.is_idle() => {
            let mut kept = Draft::begun_by(input);
            kept.attach(caption, &input.message_id);
            ticket_return::ask(state, step, draft, kept, view)
        }
        At::Ticket { step, mut draft } => {
            draft.attach(caption, &input.message_id);
            match step {
                Asking::Words if !draft.text.is_empty() && !caption.trim().is_empty() => {
                    proceed(state, draft, &attached, view)
                }
                Asking::Words if kind == FileKind::Voice => {
                    let text = view.l().text("draft-voice-needs-words", &[]);
                    Step::say(state.go(At::Ticket { step, draft }), Prompt::text(text))
                }
                Asking::Change => stand(state, Asking::Summary, draft, &attached, view),
                step => stand(state, step, draft, &attached, view),
            }
        }
        _ => state_is_elsewhere(state, view),
    }
}

/// What we say when a file came: the words of [`welcome`] too.
pub fn received(kind: FileKind, view: &View) -> Markup {
    words::received(kind, view)
}

/// What a ticket that went off is told with.
pub struct Opened<'a> {
    /// Its number.
    pub number: &'a str,
    /// When it is to be resolved.
    pub due_at: Millis,
    /// Who has it, if somebody does.
    pub agent: Option<&'a str>,
}

/// The answer to a sent ticket: its number, and what happens next. Promises no time while nobody has it.
pub fn opened(opened: &Opened<'_>, view: &View) -> Prompt {
    let l = view.l();
    let number = opened.number;
    Prompt::text(match opened.agent {
        Some(agent) => {
            let when = l.when(opened.due_at, view.now);
            l.text(
                "draft-opened",
                args!["number" => number, "agent" => agent, "when" => when],
            )
        }
        None => l.text("draft-opened-waiting", args!["number" => number]),
    })
}

pub(super) fn state_is_elsewhere(state: State, view: &View) -> Step {
    let prompt = step::present(&state, view, None);
    Step::say(state, prompt)
}
