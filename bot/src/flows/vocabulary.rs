//! The lists of words that people type for things; messages like any other, read once and kept as [`tokens`](super::spelling::tokens) leaves them.

use std::{collections::HashMap, sync::Arc};

use chrono_tz::Tz;
use sapa_core::i18n::{Locale, Texts};

use super::spelling::normal;

/// The words that people type for things, in every language, ready to be compared.
#[derive(Debug)]
pub struct Vocabulary(HashMap<&'static str, Vec<String>>);

impl Vocabulary {
    const LISTS: [&'static str; 28] = [
        "words-menu",
        "words-menu-exactly",
        "words-cancel",
        "words-person",
        "words-bot",
        "words-open-ticket",
        "words-my-tickets",
        "words-account",
        "words-language",
        "words-speak-id",
        "words-speak-en",
        "words-greeting",
        "words-thanks",
        "words-yes",
        "words-no",
        "words-send",
        "words-change",
        "words-continue",
        "words-start-over",
        "words-stay",
        "words-end",
        "words-low",
        "words-normal",
        "words-high",
        "words-sounds-low",
        "words-sounds-normal",
        "words-sounds-high",
        "words-filler",
    ];

    /// Reads every list once.
    pub fn read(texts: &Arc<Texts>, zone: Tz) -> Self {
        let list = |key: &'static str| {
            let typed = Locale::ALL
                .into_iter()
                .flat_map(|locale| texts.localizer(locale, zone).words(key));
            let words = typed
                .map(|word| normal(&word))
                .filter(|word| !word.is_empty())
                .collect();
            (key, words)
        };
        Self(Self::LISTS.into_iter().map(list).collect())
    }

    /// A list; an unknown one is empty.
    pub fn list(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}
