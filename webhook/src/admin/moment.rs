//! An instant on a page: as people say it, with the exact time for whoever points at it and for machines.

use std::fmt;

use askama::filters::HtmlSafe;
use sapa_core::clock::Millis;

/// An instant as a `time` element.
#[derive(Clone)]
pub(super) struct Moment {
    at: Millis,
    /// As it is read.
    words: String,
    /// The exact time, where the words are not.
    exact: String,
}

impl Moment {
    pub(super) fn new(at: Millis, words: String, exact: String) -> Self {
        Self { at, words, exact }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.at.rfc3339();
        let (exact, words) = (escaped(&self.exact), escaped(&self.words));
        write!(
            f,
            "<time datetime=\"{machine}\" title=\"{exact}\">{words}</time>"
        )
    }
}

/// A deployment may word times in its own way.
fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

// Everything in it is escaped.
impl HtmlSafe for Moment {}
