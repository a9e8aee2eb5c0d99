//! Coming back to a ticket that was left half-made: "Lanjutkan?", and what came in between is not lost.

use sapa_core::{
    markup::Markup,
    outbox::{Choice, Prompt},
};

use super::{
    dialogue::{At, Draft, Input, State, View},
    speech,
    step::Step,
    ticket::{Asking, proceed, stand, state_is_elsewhere},
    ticket_answers::answered,
    ticket_words as words,
    understand::{self, Picked},
    welcome,
};

/// Asks whether to go on.
pub fn ask(state: State, step: Asking, draft: Draft, kept: Draft, view: &View) -> Step {
    let prompt = prompt(&draft, &kept, view, &Markup::default());
    Step::say(state.go(At::Resume { step, draft, kept }), prompt)
}

/// "Tadi kita sedang membuat tiket. Lanjutkan?"
pub fn prompt(draft: &Draft, kept: &Draft, view: &View, lead: &Markup) -> Prompt {
    let l = view.l();
    let key = if kept.is_empty() {
        "draft-resume"
    } else {
        "draft-resume-kept"
    };
    Prompt::choose(
        speech::beside(lead, &l.text(key, &[])),
        return_choices(draft, view),
    )
}

fn return_choices(draft: &Draft, view: &View) -> Vec<Choice> {
    let l = view.l();
    vec![
        speech::button(&l, format!("ticket:again#{}", draft.tag), "button-continue"),
        speech::button(
            &l,
            format!("ticket:restart#{}", draft.tag),
            "button-start-over",
        ),
    ]
}

/// Words came after "Lanjutkan?".
pub fn said(state: State, text: &str, input: &Input, view: &View) -> Step {
    let At::Resume {
        step,
        draft,
        mut kept,
    } = state.at.clone()
    else {
        return state_is_elsewhere(state, view);
    };
    let choices = return_choices(&draft, view);
    let picked = understand::pick(text, &choices, &[], view);
    let go = understand::agrees_with(text, view, "words-continue") || picked == Picked::Exactly(0);
    let anew = understand::yes_or_no(text, view) == Some(false)
        || understand::says(text, view, "words-start-over")
        || picked == Picked::Exactly(1);
    if go {
        return go_on(&state, kept, view);
    }
    if anew {
        return start_over(&state, kept, input, view);
    }
    kept.hear(text, &input.message_id);
    ask(state, step, draft, kept, view)
}

/// On with the old draft; what the customer came back with is taken as the answer that was awaited.
pub fn go_on(state: &State, kept: Draft, view: &View) -> Step {
    let At::Resume {
        step, mut draft, ..
    } = state.at.clone()
    else {
        return state_is_elsewhere(state.clone(), view);
    };
    let awake = View {
        idle: None,
        ..view.clone()
    };
    let nothing = Markup::default();
    let Some(last) = kept.messages.last().cloned() else {
        return stand(state.clone(), step, draft, &nothing, &awake);
    };
    let text = kept.text.clone();
    draft.absorb(Draft {
        text: String::new(),
        ..kept
    });
    if text.is_empty() {
        return stand(state.clone(), step, draft, &nothing, &awake);
    }
    let tried = answered(state.clone(), &step, draft.clone(), &text, &last, &awake);
    if tried.state.misses == 0 {
        tried
    } else {
        stand(state.clone(), step, draft, &nothing, &awake)
    }
}

/// A new ticket; what the customer came back with is its beginning.
pub fn start_over(state: &State, kept: Draft, input: &Input, view: &View) -> Step {
    let fresh = Draft {
        tag: Draft::begun_by(input).tag,
        ..kept
    };
    let nothing = Markup::default();
    if words::tells_something(&fresh.text, view) {
        return welcome::offer_it(state.clone(), fresh, &nothing, view);
    }
    proceed(
        state.clone(),
        Draft {
            text: String::new(),
            ..fresh
        },
        &nothing,
        view,
    )
}
