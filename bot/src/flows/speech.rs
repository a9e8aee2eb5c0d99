//! How we speak: choice ids, labels that fit, quotes that stay short.

use sapa_core::{
    i18n::Localizer,
    markup::Markup,
    outbox::{Choice, Prompt},
};
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest title of a reply button, in UTF-16 units (Meta: interactive reply buttons; the unit is not stated, this is the strictest).
pub const BUTTON: usize = 20;
/// The longest title of a list's row (Meta: interactive lists).
pub const ROW: usize = 24;
/// The longest description of a list's row (Meta: interactive lists).
pub const HINT: usize = 72;
/// The most rows of a list (Meta: interactive lists).
pub const ROWS: usize = 10;
/// The longest stretch of a customer's own words that we repeat: a bubble with buttons holds 1,024 (Meta: interactive reply buttons).
pub const QUOTE: usize = 400;

/// A choice's id: `flow:verb[:arg][#tag]`. The tag tells the buttons of one draft or question from those of an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceId<'a> {
    /// Whose it is.
    pub flow: &'a str,
    /// What it does.
    pub verb: &'a str,
    /// To what.
    pub arg: &'a str,
    /// When it was offered.
    pub tag: &'a str,
}

impl<'a> ChoiceId<'a> {
    /// One of ours, or `None`.
    pub fn parse(id: &'a str) -> Option<Self> {
        let (path, tag) = id.rsplit_once('#').unwrap_or((id, ""));
        let (flow, rest) = path.split_once(':')?;
        let (verb, arg) = rest.split_once(':').unwrap_or((rest, ""));
        ["menu", "ticket", "mine", "lang", "account", "talk"]
            .contains(&flow)
            .then_some(Self {
                flow,
                verb,
                arg,
                tag,
            })
    }
}

/// A button.
pub fn button(l: &Localizer, id: impl Into<String>, key: &str) -> Choice {
    Choice::new(id, cut(&l.label(key, &[]), BUTTON))
}

/// A row of a list, with a line below it.
pub fn row(id: impl Into<String>, label: &str, hint: Option<String>) -> Choice {
    let row = Choice::new(id, cut(label, ROW));
    match hint {
        Some(hint) if !hint.is_empty() => row.described(cut(&hint, HINT)),
        _ => row,
    }
}

/// A bubble whose choices open as a list.
pub fn list(text: Markup, label: &str, rows: Vec<Choice>) -> Prompt {
    Prompt {
        list_label: Some(cut(label, BUTTON)),
        ..Prompt::choose(text, rows)
    }
}

/// A line, and another below it where there is one.
pub fn below(lead: &Markup, text: &Markup) -> Markup {
    lead.clone().line(text)
}

/// Two sentences of one thought, on one line.
pub fn beside(lead: &Markup, text: &Markup) -> Markup {
    if lead.is_empty() {
        text.clone()
    } else {
        lead.clone().then(&Markup::plain(" ")).then(text)
    }
}

/// The first label that fits.
pub fn fitting(labels: impl IntoIterator<Item = String>, units: usize) -> String {
    let mut last = String::new();
    for label in labels {
        if length(&label) <= units {
            return label;
        }
        last = label;
    }
    cut(&last, units)
}

/// A text that fits; what is cut off ends in "…".
pub fn cut(text: &str, units: usize) -> String {
    let text = text.trim();
    if length(text) <= units {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut room = units.saturating_sub(1);
    for grapheme in text.graphemes(true) {
        let long = length(grapheme);
        if long > room {
            break;
        }
        room -= long;
        kept.push_str(grapheme);
    }
    format!("{}…", kept.trim_end())
}

/// How long a platform finds a text.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// While nobody has told a name, a number or a user id stands in its place.
fn is_name(word: &str) -> bool {
    length(word) <= 30
        && word.chars().any(char::is_alphabetic)
        && !word.chars().any(|c| c.is_ascii_digit())
}

/// The name we call somebody by; `None` where the profile holds no name.
pub fn first_name(name: &str) -> Option<&str> {
    name.split_whitespace()
        .next()
        .filter(|first| is_name(first))
}
