//! The language a customer wants to be spoken to in.

use sapa_core::{
    args,
    i18n::Locale,
    markup::Markup,
    outbox::{Choice, Prompt},
};

use super::{
    dialogue::{At, Input, State, View},
    speech::{self, ChoiceId},
    step::{self, Effect, Step},
    understand::{self, Picked, Wish},
    welcome,
};

/// The question, in every language, so that whoever needs it can read it.
pub fn ask(view: &View, lead: &Markup) -> Prompt {
    let questions = Locale::ALL
        .into_iter()
        .map(|locale| view.in_locale(locale).l().text("language-ask", &[]));
    let text = questions.fold(lead.clone(), |all, question| speech::below(&all, &question));
    speech::list(text, &view.l().label("list-languages", &[]), choices())
}

fn choices() -> Vec<Choice> {
    Locale::ALL
        .into_iter()
        .map(|locale| {
            speech::row(
                format!("lang:set:{}", locale.code()),
                locale.native_name(),
                None,
            )
        })
        .collect()
}

/// Asks which language.
pub fn choose(state: State, view: &View) -> Step {
    let prompt = ask(view, &Markup::default());
    Step::say(state.pause().go(At::Language), prompt)
}

/// A language was chosen.
pub fn tapped(state: &State, id: &ChoiceId<'_>, view: &View) -> Option<Step> {
    let locale = Locale::parse(id.arg).filter(|_| id.verb == "set")?;
    Some(switch(state, locale, view))
}

/// From now on in this language; what was asked is asked again in it.
pub fn switch(state: &State, locale: Locale, view: &View) -> Step {
    let state = if matches!(state.at, At::Language) {
        state.clone().home()
    } else {
        state.clone()
    };
    let view = view.in_locale(locale);
    let lead = view
        .l()
        .text("language-set", args!["language" => locale.native_name()]);
    let prompt = step::present(&state, &view, Some(&lead));
    Step {
        state,
        effects: vec![Effect::SetLocale(locale), Effect::Say(prompt)],
    }
}

/// Words came after the question.
pub fn said(state: State, text: &str, wish: Option<Wish>, input: &Input, view: &View) -> Step {
    let choices = choices();
    match understand::pick(text, &choices, &[], view) {
        Picked::Exactly(at) => switch(&state, Locale::ALL[at], view),
        _ => welcome::said(state.home(), text, wish, input, view),
    }
}
