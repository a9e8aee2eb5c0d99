//! Words with a little emphasis, and not a word about how a platform writes it.
//!
//! A [`Markup`] is text with `<b>`, `<i>` and `<code>` around stretches of it, and `&lt; &gt; &amp;` for the characters themselves. Whatever
//! people wrote is escaped when it enters, so it can never become emphasis, a tag or a link.

use serde::{Deserialize, Serialize};

/// Text with emphasis. Make one with [`Markup::plain`] or from a Fluent message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Markup(String);

/// How a stretch of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// As code: monospaced, easy to copy.
    Code,
}

/// A stretch of text in one style, unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How it is set.
    pub style: Style,
    /// The characters themselves.
    pub text: String,
}

impl Markup {
    /// Text exactly as a person wrote it.
    pub fn plain(text: &str) -> Self {
        Self(escape(text))
    }

    /// A message of our own, in which every value was escaped before it went in.
    pub(crate) fn trusted(markup: String) -> Self {
        Self(markup)
    }

    /// Another stretch after this one.
    #[must_use]
    pub fn then(mut self, more: &Self) -> Self {
        self.0.push_str(&more.0);
        self
    }

    /// Another text below this one.
    #[must_use]
    pub fn line(mut self, more: &Self) -> Self {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&more.0);
        self
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The stretches, in order, neighbours of one style joined. Tags do not nest; an unknown one is text.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut style = Style::Plain;
        let mut rest = self.0.as_str();
        while !rest.is_empty() {
            if let Some((next, after)) = tag(rest) {
                (style, rest) = (next, after);
                continue;
            }
            // The first character is text whatever it is, a `<` that begins no tag included.
            let mut after = rest.char_indices().skip(1);
            let end = after
                .find(|(_, c)| *c == '<')
                .map_or(rest.len(), |(at, _)| at);
            let text = unescape(&rest[..end]);
            match spans.last_mut() {
                Some(last) if last.style == style => last.text.push_str(&text),
                _ => spans.push(Span { style, text }),
            }
            rest = &rest[end..];
        }
        spans
    }

    /// The characters alone.
    pub fn to_plain(&self) -> String {
        self.spans().into_iter().map(|span| span.text).collect()
    }
}

/// Makes a value safe inside a [`Markup`].
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn tag(rest: &str) -> Option<(Style, &str)> {
    let known = [
        ("<b>", Style::Bold),
        ("</b>", Style::Plain),
        ("<i>", Style::Italic),
        ("</i>", Style::Plain),
        ("<code>", Style::Code),
        ("</code>", Style::Plain),
    ];
    known
        .into_iter()
        .find_map(|(mark, style)| rest.strip_prefix(mark).map(|after| (style, after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_never_becomes_markup() {
        let hostile = "<b>bold</b> & <script>alert(1)</script> &lt;b&gt; é<";
        assert_eq!(Markup::plain(hostile).to_plain(), hostile);
        assert_eq!(Markup::plain(hostile).spans().len(), 1);
    }

    #[test]
    fn any_character_may_come_first() {
        for text in ["👨‍👩‍👧 halo", "é<b>", "<", "<é<", "\u{301}"] {
            assert_eq!(Markup::plain(text).to_plain(), text);
        }
        assert_eq!(Markup::trusted("<é<b>x</b>".into()).spans().len(), 2);
    }

    #[test]
    fn emphasis_splits_into_spans() {
        let markup = Markup::trusted("Tiket <b>TKT-1</b> sudah <i>ada</i>.".into());
        let styles: Vec<_> = markup
            .spans()
            .iter()
            .map(|s| (s.style, s.text.clone()))
            .collect();
        assert_eq!(
            styles,
            [
                (Style::Plain, "Tiket ".into()),
                (Style::Bold, "TKT-1".into()),
                (Style::Plain, " sudah ".into()),
                (Style::Italic, "ada".into()),
                (Style::Plain, ".".into()),
            ]
        );
    }
}
