//! Answers to the questions of opening a ticket, as people type them; and what is said when one was none.

use sapa_core::{markup::Markup, outbox::Prompt};

use super::{
    dialogue::{At, Draft, Heard, Input, State, View},
    speech, spelling,
    step::{self, Effect, Step},
    ticket::{Asking, offering, proceed, stand, state_is_elsewhere},
    ticket_return, ticket_words as words,
    understand::{self, Picked},
};

/// Words came while a ticket is being made.
pub fn said(state: State, text: &str, input: &Input, view: &View) -> Step {
    let At::Ticket { step, draft } = state.at.clone() else {
        return state_is_elsewhere(state, view);
    };
    if view.is_idle() {
        let mut kept = Draft::begun_by(input);
        kept.hear(text, &input.message_id);
        return ticket_return::ask(state, step, draft, kept, view);
    }
    answered(state, &step, draft, text, &input.message_id, view)
}

/// An answer to what is asked.
pub fn answered(
    state: State,
    step: &Asking,
    mut draft: Draft,
    text: &str,
    message_id: &str,
    view: &View,
) -> Step {
    let choices = words::choices(step, &draft, view);
    let names = words::names(step, &choices, view);
    let picked = understand::pick(text, &choices, &names, view);
    if let Picked::Exactly(at) = picked {
        let input = Input {
            message_id: message_id.to_owned(),
            heard: Heard::Words(text.to_owned()),
        };
        let state = state.go(At::Ticket {
            step: step.clone(),
            draft,
        });
        return step::taken(state, &choices[at], &input, view);
    }
    let nothing = Markup::default();
    match step {
        Asking::Type { .. } | Asking::SureType { .. } => {
            answered_type(state, step, draft, text, message_id, picked, view)
        }
        Asking::Priority | Asking::SurePriority { .. } => {
            answered_priority(state, step, draft, text, view)
        }
        Asking::Words if !words::tells_something(text, view) => missed(state, step, &draft, view),
        Asking::Words => {
            draft.text.clear();
            draft.hear(text, message_id);
            proceed(state, draft, &nothing, view)
        }
        Asking::Summary | Asking::Change => match understand::yes_or_no(text, view) {
            Some(false) => stand(state, Asking::Change, draft, &nothing, view),
            _ if understand::agrees_with(text, view, "words-send") => {
                Step::act(state.home(), Effect::OpenTicket { draft })
            }
            _ if understand::says(text, view, "words-change") => {
                stand(state, Asking::Change, draft, &nothing, view)
            }
            _ if spelling::normal(text).is_empty() => missed(state, step, &draft, view),
            _ => {
                draft.hear(text, message_id);
                stand(
                    state,
                    Asking::Summary,
                    draft,
                    &view.l().text("draft-words-added", &[]),
                    view,
                )
            }
        },
    }
}

fn answered_type(
    state: State,
    step: &Asking,
    mut draft: Draft,
    text: &str,
    message_id: &str,
    picked: Picked,
    view: &View,
) -> Step {
    let nothing = Markup::default();
    if let Asking::SureType { type_id } = step {
        match understand::yes_or_no(text, view) {
            Some(true) => {
                draft.type_id = Some(type_id.clone());
                return proceed(state, draft, &nothing, view);
            }
            Some(false) => return stand(state, Asking::Type { page: 0 }, draft, &nothing, view),
            None => {}
        }
    }
    let all = words::all_types(view);
    let called: Vec<String> = view
        .types
        .iter()
        .map(|known| known.name(view.locale).to_owned())
        .collect();
    // Names of other pages count as well; numbers only of the page on the table, and those were looked at before.
    let named = if spelling::number(text).is_some() {
        Picked::Nothing
    } else {
        understand::pick(text, &all, &called, view)
    };
    match (named, picked) {
        (Picked::Exactly(at), _) => {
            draft.type_id = Some(view.types[at].id.clone());
            proceed(state, draft, &nothing, view)
        }
        (Picked::Perhaps(at), _) => stand(
            state,
            Asking::SureType {
                type_id: view.types[at].id.clone(),
            },
            draft,
            &nothing,
            view,
        ),
        _ => {
            // Not an answer, but said about this ticket: its agent will read it.
            draft.hear("", message_id);
            missed(state, step, &draft, view)
        }
    }
}

fn answered_priority(
    state: State,
    step: &Asking,
    mut draft: Draft,
    text: &str,
    view: &View,
) -> Step {
    let nothing = Markup::default();
    if let Asking::SurePriority { priority } = step {
        match understand::yes_or_no(text, view) {
            Some(true) => {
                draft.priority = Some(*priority);
                return proceed(state, draft, &nothing, view);
            }
            Some(false) => return stand(state, Asking::Priority, draft, &nothing, view),
            None => {}
        }
    }
    match words::sounds(text, view) {
        Some((priority, true)) => {
            draft.priority = Some(priority);
            proceed(state, draft, &nothing, view)
        }
        Some((priority, false)) => stand(
            state,
            Asking::SurePriority { priority },
            draft,
            &nothing,
            view,
        ),
        None => missed(state, step, &draft, view),
    }
}

/// A sticker, or something we cannot read, where an answer was awaited.
pub fn wordless(state: State, view: &View) -> Step {
    let At::Ticket { step, draft } = state.at.clone() else {
        return state_is_elsewhere(state, view);
    };
    missed(state, &step, &draft, view)
}

/// Not understood: the question again with a hint; the second time a person is offered.
fn missed(state: State, step: &Asking, draft: &Draft, view: &View) -> Step {
    let l = view.l();
    let misses = state.misses + 1;
    let at = At::Ticket {
        step: step.clone(),
        draft: draft.clone(),
    };
    if misses < 2 {
        let prompt = offering(step, draft, view, words::hint(step, draft, view));
        return Step::say(
            State {
                misses,
                ..state.go(at)
            },
            prompt,
        );
    }
    let choices = vec![
        speech::button(&l, "menu:person", "button-person"),
        speech::button(&l, format!("ticket:again#{}", draft.tag), "button-continue"),
        speech::button(&l, "menu:open", "button-menu"),
    ];
    Step::say(
        state.go(at),
        Prompt::choose(l.text("crooked-person", &[]), choices),
    )
}
