//! Words as Telegram takes them: plain text with a list of entities, whose offsets count UTF-16 units. No markup language is written,
//! so nothing that people write can be taken for one.

use std::ops::Range;

use sapa_core::markup::{Markup, Style};
use teloxide::types::MessageEntity;
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text of a message, in UTF-16 units (Bot API: sendMessage).
pub const TEXT: usize = 4_096;
/// The longest caption (Bot API: sendPhoto).
pub const CAPTION: usize = 1_024;

/// What one message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bubble {
    /// The characters.
    pub text: String,
    /// What is set in bold, italics or as code.
    pub entities: Vec<MessageEntity>,
}

/// The length that Telegram counts.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// As many units of a text as fit, without cutting a character that people see as one.
pub fn fitting(text: &str, most: usize) -> &str {
    let mut end = 0;
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += units(grapheme);
        if used > most {
            break;
        }
        end = at + grapheme.len();
    }
    &text[..end]
}

/// The words as messages of at most so many units each. Breaks after a line or a word where one is near, never inside a character that
/// people see as one; emphasis goes on in the next message. Blank messages, which Telegram refuses, are left out.
pub fn bubbles(words: &Markup, most: usize) -> Vec<Bubble> {
    let mut text = String::new();
    let mut runs: Vec<(Range<usize>, Style)> = Vec::new();
    for span in words.spans() {
        let from = text.len();
        text.push_str(&span.text);
        runs.push((from..text.len(), span.style));
    }
    chunks(&text, most)
        .into_iter()
        .filter(|chunk| !text[chunk.clone()].trim().is_empty())
        .map(|chunk| bubble(&text, &runs, &chunk))
        .collect()
}

fn bubble(text: &str, runs: &[(Range<usize>, Style)], chunk: &Range<usize>) -> Bubble {
    let mut entities = Vec::new();
    for (run, style) in runs {
        let (from, to) = (run.start.max(chunk.start), run.end.min(chunk.end));
        if from >= to {
            continue;
        }
        let offset = units(&text[chunk.start..from]);
        let length = units(&text[from..to]);
        entities.extend(match style {
            Style::Plain => None,
            Style::Bold => Some(MessageEntity::bold(offset, length)),
            Style::Italic => Some(MessageEntity::italic(offset, length)),
            Style::Code => Some(MessageEntity::code(offset, length)),
        });
    }
    Bubble {
        text: text[chunk.clone()].to_owned(),
        entities,
    }
}

/// Where a text is cut.
fn chunks(text: &str, most: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut used = 0;
    // The last good places to cut: behind a line, behind a word.
    let (mut line, mut word) = (0, 0);
    for (at, atom) in atoms(text, most) {
        let width = units(atom);
        if used + width > most {
            // A place in the first half would leave a stump.
            let near = |place: usize| place > start && units(&text[start..place]) * 2 >= most;
            let cut = [line, word].into_iter().find(|place| near(*place));
            let cut = cut.unwrap_or(at);
            chunks.push(start..cut);
            start = cut;
            used = units(&text[start..at]);
        }
        used += width;
        let end = at + atom.len();
        if atom.ends_with('\n') {
            line = end;
        }
        if atom.chars().all(char::is_whitespace) {
            word = end;
        }
    }
    if start < text.len() {
        chunks.push(start..text.len());
    }
    chunks
}

/// What is not cut: graphemes, except those that alone would not fit (a letter under ten thousand accents).
fn atoms(text: &str, most: usize) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true).flat_map(move |(at, grapheme)| {
        let whole = units(grapheme) <= most;
        let letters = grapheme
            .char_indices()
            .filter(move |_| !whole)
            .map(move |(inner, letter)| (at + inner, &grapheme[inner..inner + letter.len_utf8()]));
        whole.then_some((at, grapheme)).into_iter().chain(letters)
    })
}
