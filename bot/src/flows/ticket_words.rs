//! The words of opening a ticket: questions, hints, buttons, and what typed urgency sounds like.

use std::time::Duration;

use sapa_core::{
    args,
    i18n::Localizer,
    markup::Markup,
    outbox::Choice,
    tickets::{Priority, TicketType, guess},
};

use super::{
    dialogue::{Draft, FileKind, View},
    speech, spelling,
    ticket::Asking,
    understand,
};

/// What customers may choose; urgent is given by staff.
pub const PRIORITIES: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];

/// The priority of a choice's id.
pub fn priority(id: &str) -> Option<Priority> {
    Priority::parse(id).filter(|known| PRIORITIES.contains(known))
}

/// A priority's name.
pub fn priority_name(l: &Localizer, priority: Priority) -> String {
    l.label(priority.key(), &[])
}

/// A time to resolve as one says it: in hours up to three days, then in days.
pub fn time_to_resolve(l: &Localizer, minutes: i64) -> String {
    if minutes % 60 == 0 && (60..=4_320).contains(&minutes) {
        return l.label("duration-hours", args!["hours" => minutes / 60]);
    }
    l.duration(Duration::from_secs(
        u64::try_from(minutes).unwrap_or(0) * 60,
    ))
}

/// The question of a step. A summary is shown whole only when it comes alone.
pub fn question(step: &Asking, draft: &Draft, view: &View, alone: bool) -> Markup {
    let l = view.l();
    match step {
        Asking::Type { .. } => l.text("draft-ask-type", &[]),
        Asking::SureType { type_id } => {
            let name = view
                .type_named(type_id)
                .map_or("", |known| known.name(view.locale));
            l.text("draft-sure-type", args!["type" => name])
        }
        Asking::Priority => l.text("draft-ask-priority", &[]),
        Asking::SurePriority { priority } => {
            let time = time_to_resolve(&l, minutes(draft, view, *priority));
            l.text(
                "draft-sure-priority",
                args!["priority" => priority_name(&l, *priority), "time" => time],
            )
        }
        Asking::Words if draft.text.is_empty() => l.text("draft-ask-words", &[]),
        Asking::Words => l.text("draft-ask-words-again", &[]),
        Asking::Summary if alone => summary(draft, view),
        Asking::Summary => l.text("draft-send-now", &[]),
        Asking::Change => l.text("draft-change", &[]),
    }
}

fn summary(draft: &Draft, view: &View) -> Markup {
    let l = view.l();
    let known = draft.type_id.as_ref().and_then(|id| view.type_named(id));
    let name = known.map_or("", |known| known.name(view.locale));
    let priority = draft.priority.unwrap_or(Priority::Normal);
    let due = view.now.plus(Duration::from_secs(
        u64::try_from(minutes(draft, view, priority)).unwrap_or(0) * 60,
    ));
    let head = l.text(
        "draft-summary",
        args!["type" => name, "priority" => priority_name(&l, priority).to_lowercase()],
    );
    let mut text = head.line(&Markup::plain(&speech::cut(&draft.text, speech::QUOTE)));
    if draft.files > 0 {
        text = text.line(&l.text("draft-files", args!["count" => i64::from(draft.files)]));
    }
    text.line(&l.text("draft-summary-due", args!["when" => l.when(due, view.now)]))
}

/// The question again, for somebody whose answer was none.
pub fn hint(step: &Asking, draft: &Draft, view: &View) -> Markup {
    let l = view.l();
    match step {
        Asking::Type { .. } => l.text("draft-hint-type", &[]),
        Asking::Priority => l.text("draft-hint-priority", &[]),
        Asking::Words => l.text("draft-hint-words", &[]),
        Asking::Summary => l.text("draft-hint-summary", &[]),
        Asking::SureType { .. } | Asking::SurePriority { .. } | Asking::Change => speech::beside(
            &l.text("draft-hint-choose", &[]),
            &question(step, draft, view, true),
        ),
    }
}

/// The choices of a step.
pub fn choices(step: &Asking, draft: &Draft, view: &View) -> Vec<Choice> {
    let (l, tag) = (view.l(), &draft.tag);
    let plain = |verb: &str, key: &str| speech::button(&l, format!("ticket:{verb}#{tag}"), key);
    match step {
        Asking::Type { page } => type_rows(*page, draft, view),
        Asking::SureType { type_id } => {
            vec![
                plain(&format!("type:{type_id}"), "button-that-type"),
                plain("types:0", "button-another-type"),
            ]
        }
        Asking::Priority => PRIORITIES
            .into_iter()
            .map(|priority| priority_button(priority, draft, view))
            .collect(),
        Asking::SurePriority { priority } => {
            let (sure, other) = match priority {
                Priority::Low => (
                    "button-sure-low",
                    plain("prio:normal", "button-normal-then"),
                ),
                Priority::Normal => ("button-sure-normal", plain("prios", "button-choose-again")),
                Priority::High | Priority::Urgent => (
                    "button-sure-high",
                    plain("prio:normal", "button-normal-then"),
                ),
            };
            vec![plain(&format!("prio:{}", priority.as_str()), sure), other]
        }
        Asking::Words => Vec::new(),
        Asking::Summary => vec![
            plain("send", "button-send-ticket"),
            plain("change", "button-change-ticket"),
            plain("cancel", "button-cancel-ticket"),
        ],
        Asking::Change => vec![
            plain("types:0", "button-change-type"),
            plain("prios", "button-change-priority"),
            plain("words", "button-change-words"),
        ],
    }
}

/// The short names of a step's choices, which people type.
pub fn names(step: &Asking, choices: &[Choice], view: &View) -> Vec<String> {
    let l = view.l();
    match step {
        Asking::Priority => PRIORITIES
            .into_iter()
            .map(|priority| priority_name(&l, priority))
            .collect(),
        Asking::SurePriority { .. } => {
            let named = |choice: &Choice| {
                let id = choice.id.split(['#', ':']).nth(2).unwrap_or_default();
                priority(id)
                    .map(|priority| priority_name(&l, priority))
                    .unwrap_or_default()
            };
            choices.iter().map(named).collect()
        }
        _ => Vec::new(),
    }
}

fn priority_button(priority: Priority, draft: &Draft, view: &View) -> Choice {
    let l = view.l();
    let name = priority_name(&l, priority);
    let time = time_to_resolve(&l, minutes(draft, view, priority));
    let whole = l.label(
        "button-priority",
        args!["priority" => &name, "time" => time],
    );
    Choice::new(
        format!("ticket:prio:{}#{}", priority.as_str(), draft.tag),
        speech::fitting([whole, name], speech::BUTTON),
    )
}

fn minutes(draft: &Draft, view: &View, priority: Priority) -> i64 {
    let known = draft
        .type_id
        .as_ref()
        .and_then(|id| view.type_named(id))
        .or(view.types.first());
    known.map_or(0, |known| known.minutes(priority))
}

/// The types in their order, the one that the words suggest first; in pages when they are many.
fn type_rows(page: usize, draft: &Draft, view: &View) -> Vec<Choice> {
    let l = view.l();
    let guess = guess(&view.types, &draft.text).map(|known| &known.id);
    let mut types: Vec<&TicketType> = view.types.iter().collect();
    types.sort_by_key(|known| Some(&known.id) != guess);
    let row = |known: &TicketType| {
        let hint = (Some(&known.id) == guess).then(|| l.label("hint-suggested", &[]));
        speech::row(
            format!("ticket:type:{}#{}", known.id, draft.tag),
            known.name(view.locale),
            hint,
        )
    };
    if types.len() <= speech::ROWS {
        return types.into_iter().map(row).collect();
    }
    let pages: Vec<&[&TicketType]> = types.chunks(speech::ROWS - 1).collect();
    let page = page % pages.len();
    let mut rows: Vec<Choice> = pages[page].iter().map(|known| row(known)).collect();
    let next = (page + 1) % pages.len();
    rows.push(speech::row(
        format!("ticket:types:{next}#{}", draft.tag),
        &l.label("row-more-types", &[]),
        None,
    ));
    rows
}

/// Every type as a choice, in the order of the view.
pub fn all_types(view: &View) -> Vec<Choice> {
    view.types
        .iter()
        .map(|known| Choice::new(known.id.clone(), known.name(view.locale)))
        .collect()
}

/// The priority that typed words name (`true`) or sound like (`false`).
pub fn sounds(text: &str, view: &View) -> Option<(Priority, bool)> {
    let named = [
        ("words-low", Priority::Low),
        ("words-normal", Priority::Normal),
        ("words-high", Priority::High),
    ];
    if let Some((_, priority)) = named
        .into_iter()
        .find(|(key, _)| understand::says(text, view, key))
    {
        return Some((priority, true));
    }
    // "Tidak buru-buru" holds the word of the opposite: the patient ones are looked at first.
    let alike = [
        ("words-sounds-low", Priority::Low),
        ("words-sounds-normal", Priority::Normal),
        ("words-sounds-high", Priority::High),
    ];
    let mut heard = alike
        .into_iter()
        .filter(|(key, _)| understand::mentions(text, view, key));
    heard.next().map(|(_, priority)| (priority, false))
}

/// Whether a text can be what happened, rather than a nod or a hello.
pub fn tells_something(text: &str, view: &View) -> bool {
    spelling::normal(text).chars().count() >= 3
        && understand::yes_or_no(text, view).is_none()
        && !matches!(
            understand::wish(text, view),
            Some(understand::Wish::Greeting | understand::Wish::Thanks | understand::Wish::Nod)
        )
}

/// "Foto sudah dilampirkan."
pub fn attached(kind: FileKind, view: &View) -> Markup {
    let key = match kind {
        FileKind::Photo => "draft-attached-photo",
        FileKind::Video => "draft-attached-video",
        FileKind::Document => "draft-attached-document",
        FileKind::Voice => "draft-attached-voice",
        FileKind::Location => "draft-attached-location",
        FileKind::Contacts => "draft-attached-contacts",
    };
    view.l().text(key, &[])
}

/// "Fotonya sudah saya terima."
pub fn received(kind: FileKind, view: &View) -> Markup {
    let key = match kind {
        FileKind::Photo => "welcome-got-photo",
        FileKind::Video => "welcome-got-video",
        FileKind::Document => "welcome-got-document",
        FileKind::Voice => "welcome-got-voice",
        FileKind::Location => "welcome-got-location",
        FileKind::Contacts => "welcome-got-contacts",
    };
    view.l().text(key, &[])
}
