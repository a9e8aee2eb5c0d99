//! Words as WhatsApp writes them: emphasis in its own marks, and long texts cut where a reader would pause. Lengths are UTF-16 units:
//! Meta does not say what it counts, this is the strictest.

use std::ops::Range;

use sapa_core::markup::{Markup, Style};
use unicode_segmentation::UnicodeSegmentation as _;

/// How long WhatsApp finds a text.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text with its emphasis.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    plain: String,
    styles: Vec<(Range<usize>, Style)>,
}

impl Words {
    /// Words of ours.
    pub fn of(markup: &Markup) -> Self {
        let mut words = Self::default();
        for span in markup.spans() {
            let from = words.plain.len();
            words.plain.push_str(&span.text);
            words.styles.push((from..words.plain.len(), span.style));
        }
        words
    }

    /// Exactly what a person wrote.
    pub fn verbatim(text: &str) -> Self {
        Self::default().with(text)
    }

    /// With more behind it.
    pub fn with(mut self, more: &str) -> Self {
        let from = self.plain.len();
        self.plain.push_str(more);
        self.styles.push((from..self.plain.len(), Style::Plain));
        self
    }

    /// With another paragraph.
    pub fn and(self, paragraph: &str) -> Self {
        let gap = if self.is_blank() { "" } else { "\n\n" };
        self.with(gap).with(paragraph)
    }

    /// Whether there is nothing to read: the platform refuses such a text.
    pub fn is_blank(&self) -> bool {
        self.plain.chars().all(blank)
    }

    /// In one piece, if it is not longer than `limit`.
    pub fn whole(&self, limit: usize) -> Option<String> {
        let whole = self.written(0..self.plain.len());
        (units(&whole) <= limit).then_some(whole)
    }

    /// In pieces of at most `limit` units each.
    pub fn pieces(&self, limit: usize) -> Vec<String> {
        let pieces = self.cuts(0..self.plain.len(), limit);
        pieces
            .into_iter()
            .map(|piece| self.written(piece))
            .collect()
    }

    /// The last piece for a place of `limit` units, and what goes before it in pieces of `before`.
    pub fn ending(&self, limit: usize, before: usize) -> (Vec<String>, String) {
        let last = self.cuts(0..self.plain.len(), limit).pop().unwrap_or(0..0);
        let first = self.cuts(0..last.start, before);
        let first = first.into_iter().map(|piece| self.written(piece)).collect();
        (first, self.written(last))
    }

    fn cuts(&self, all: Range<usize>, limit: usize) -> Vec<Range<usize>> {
        let whole = &self.plain[all.clone()];
        if whole.chars().all(blank) {
            return Vec::new();
        }
        if units(&self.written(all.clone())) <= limit {
            return vec![all];
        }
        let mut pieces = Vec::new();
        let mut at = all.start;
        while at < all.end {
            let end = self.cut(at..all.end, limit);
            pieces.extend(self.trimmed(at..end));
            at = end;
        }
        pieces
    }

    /// Where the piece ends that begins here: with its marks it fits.
    fn cut(&self, rest: Range<usize>, limit: usize) -> usize {
        let mut room = limit;
        loop {
            let end = rest.start + pause(&self.plain[rest.clone()], room);
            let long = units(&self.written(rest.start..end));
            if long <= limit || room == 1 {
                return end;
            }
            room = (room * limit / long).clamp(1, room - 1);
        }
    }

    /// Without the blanks at a cut; `None` when nothing else is there.
    fn trimmed(&self, piece: Range<usize>) -> Option<Range<usize>> {
        let text = &self.plain[piece.clone()];
        let mut solid = text
            .grapheme_indices(true)
            .filter(|(_, letter)| !letter.chars().all(blank))
            .map(|(at, letter)| (at, at + letter.len()));
        let (start, first) = solid.next()?;
        let end = solid.next_back().map_or(first, |(_, last)| last);
        Some(piece.start + start..piece.start + end)
    }

    fn written(&self, part: Range<usize>) -> String {
        let mut written = String::new();
        for (span, style) in &self.styles {
            let (start, end) = (span.start.max(part.start), span.end.min(part.end));
            if start < end {
                let after = self.plain[end..part.end.max(end)].chars().next();
                emphasise(&mut written, &self.plain[start..end], *style, after);
            }
        }
        written
    }
}

/// WhatsApp shows neither, and refuses a message of nothing else.
fn blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

/// Marks stand around each line by itself, close to its words; inside a word, or around words that hold the mark, they would be read as
/// themselves (WhatsApp FAQ: format your messages).
fn emphasise(written: &mut String, text: &str, style: Style, after: Option<char>) {
    let mark = match style {
        Style::Plain => return written.push_str(text),
        Style::Bold => "*",
        Style::Italic => "_",
        Style::Code => "```",
    };
    let lines: Vec<_> = text.split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            written.push('\n');
        }
        let core = line.trim();
        let begin = line.len() - line.trim_start().len();
        let end = begin + core.len();
        let before = line[..begin]
            .chars()
            .next_back()
            .or(written.chars().next_back());
        let next = line[end..].chars().next();
        let next = if at + 1 == lines.len() {
            next.or(after)
        } else {
            None
        };
        let inside = [before, next]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric);
        if core.is_empty() || inside || core.contains(mark) {
            written.push_str(line);
        } else {
            written.push_str(&line[..begin]);
            written.push_str(mark);
            written.push_str(core);
            written.push_str(mark);
            written.push_str(&line[end..]);
        }
    }
}

/// As many bytes of the text as fit into `limit` units and end where a reader pauses: at a paragraph, a line, a word; never inside what
/// is one letter to the eye, unless that letter alone is too long.
fn pause(text: &str, limit: usize) -> usize {
    let mut hard = 0;
    let mut used = 0;
    for letter in text.graphemes(true) {
        used += units(letter);
        if used > limit {
            break;
        }
        hard += letter.len();
    }
    if hard == text.len() {
        return hard;
    }
    if hard == 0 {
        return piece_of_letter(text, limit);
    }
    let fits = &text[..hard];
    // A pause in the first half would leave a stub.
    let late = |at: &usize| *at > hard / 2;
    let paragraph = fits.rfind("\n\n").map(|at| at + 2).filter(late);
    let line = || fits.rfind('\n').map(|at| at + 1).filter(late);
    let word = || {
        let mut letters = fits.grapheme_indices(true);
        let (at, space) = letters.rfind(|(_, letter)| letter.chars().all(char::is_whitespace))?;
        Some(at + space.len()).filter(late)
    };
    paragraph.or_else(line).or_else(word).unwrap_or(hard)
}

fn piece_of_letter(text: &str, limit: usize) -> usize {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > limit
    });
    let first = text.chars().next().map_or(0, char::len_utf8);
    end.map_or(text.len(), |(at, _)| at.max(first))
}

/// A title that fits: blanks around it go; what is still too long is cut between letters and ends in "…".
pub(super) fn title(text: &str, limit: usize) -> String {
    let text = text.trim();
    debug_assert!(
        units(text) <= limit,
        "a title is longer than {limit}: {text}"
    );
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.graphemes(true) {
        if units(&kept) + units(letter) >= limit {
            break;
        }
        kept.push_str(letter);
    }
    format!("{}…", kept.trim_end())
}
