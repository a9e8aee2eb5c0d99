//! What people type, understood: numbers, labels, other case, spaces, punctuation, emoji, diacritics, the spellings of chats.
//!
//! Never decides on a likeness: [`Picked::Perhaps`] is a question to ask back.

use std::{collections::HashMap, sync::Arc};

use chrono_tz::Tz;
use sapa_core::{
    i18n::{Locale, Texts},
    outbox::Choice,
};

use super::dialogue::View;

/// The spellings of chats, and the word that is meant.
const SPELLINGS: &[(&str, &str)] = &[
    ("yg", "yang"),
    ("dgn", "dengan"),
    ("dg", "dengan"),
    ("sm", "sama"),
    ("gak", "tidak"),
    ("ga", "tidak"),
    ("gk", "tidak"),
    ("g", "tidak"),
    ("nggak", "tidak"),
    ("ngga", "tidak"),
    ("ngak", "tidak"),
    ("enggak", "tidak"),
    ("engga", "tidak"),
    ("kagak", "tidak"),
    ("tdk", "tidak"),
    ("tak", "tidak"),
    ("ndak", "tidak"),
    ("sy", "saya"),
    ("tlg", "tolong"),
    ("utk", "untuk"),
    ("aja", "saja"),
    ("aj", "saja"),
    ("cepet", "cepat"),
    ("cpt", "cepat"),
    ("cpet", "cepat"),
    ("skrg", "sekarang"),
    ("skg", "sekarang"),
    ("bgt", "banget"),
    ("udh", "sudah"),
    ("udah", "sudah"),
    ("sdh", "sudah"),
    ("blm", "belum"),
    ("krm", "kirim"),
    ("kk", "kak"),
    ("pls", "please"),
    ("plz", "please"),
    ("u", "you"),
    ("ur", "your"),
    ("thx", "thanks"),
    ("okay", "oke"),
    ("okey", "oke"),
    ("ok", "oke"),
    ("k", "oke"),
    ("y", "ya"),
    ("iy", "ya"),
    ("iya", "ya"),
    ("iyah", "ya"),
    ("iye", "ya"),
    ("yah", "ya"),
    ("yoi", "ya"),
    ("yup", "yes"),
    ("yep", "yes"),
    ("yeah", "yes"),
    ("nope", "no"),
    ("nah", "no"),
    ("n", "no"),
];

/// The numbers from one to ten in words.
const NUMBERS: &[[&str; 4]] = &[
    ["satu", "pertama", "one", "first"],
    ["dua", "kedua", "two", "second"],
    ["tiga", "ketiga", "three", "third"],
    ["empat", "keempat", "four", "fourth"],
    ["lima", "kelima", "five", "fifth"],
    ["enam", "keenam", "six", "sixth"],
    ["tujuh", "ketujuh", "seven", "seventh"],
    ["delapan", "kedelapan", "eight", "eighth"],
    ["sembilan", "kesembilan", "nine", "ninth"],
    ["sepuluh", "kesepuluh", "ten", "tenth"],
];

/// What stands before a number that answers a question.
const BEFORE_NUMBERS: &[&str] = &[
    "nomor", "nomer", "no", "pilihan", "pilih", "opsi", "angka", "yang", "ke", "the", "number",
    "option", "choice", "choose", "pick",
];

/// The words that people type for things, in every language, as [`tokens`] leaves them.
#[derive(Debug)]
pub struct Vocabulary(HashMap<&'static str, Vec<String>>);

impl Vocabulary {
    const LISTS: [&'static str; 27] = [
        "words-menu",
        "words-menu-exactly",
        "words-cancel",
        "words-person",
        "words-bot",
        "words-open-ticket",
        "words-my-tickets",
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

    fn list(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// What somebody wants, wherever the dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The menu.
    Menu,
    /// To stop what is going on.
    Cancel,
    /// A person.
    Person,
    /// To know whether this is a machine.
    IsItABot,
    /// This language.
    Speak(Locale),
    /// To choose a language.
    Language,
    /// To open a ticket.
    Ticket,
    /// To see the tickets.
    Mine,
    /// To say hello.
    Greeting,
    /// To say thanks.
    Thanks,
    /// Nothing: a nod, an emoji.
    Nod,
}

/// Which of several answers a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// This one.
    Exactly(usize),
    /// It may be this one: to be asked.
    Perhaps(usize),
    /// None.
    Nothing,
}

/// The words of a text in lower case, without punctuation, emoji and diacritics, in the spelling that is meant.
pub fn tokens(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '’' | '`' => {}
            c if c.is_alphanumeric() => plain.extend(c.to_lowercase().map(bare)),
            // Combining accents and the keycap around "2️⃣" belong to the letter before them.
            '\u{300}'..='\u{36f}' | '\u{fe0f}' | '\u{20e3}' | '\u{200d}' => {}
            _ => plain.push(' '),
        }
    }
    plain
        .split_whitespace()
        .map(|word| meant(&calm(word)))
        .collect()
}

/// A text as its words, one space between them.
pub fn normal(text: &str) -> String {
    tokens(text).join(" ")
}

/// The number that a text is: "2", "dua", "nomor 2", "yang kedua", "2️⃣".
pub fn number(text: &str) -> Option<usize> {
    let words = tokens(text);
    let rest: Vec<&String> = words
        .iter()
        .skip_while(|word| BEFORE_NUMBERS.contains(&word.as_str()))
        .collect();
    let [word] = rest.as_slice() else { return None };
    let digits = word.strip_prefix("ke").unwrap_or(word);
    if !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    NUMBERS
        .iter()
        .position(|names| names.contains(&word.as_str()))
        .map(|at| at + 1)
}

/// A plain yes or no; `None` for anything else, and for both at once ("ya tidak").
pub fn yes_or_no(text: &str, view: &View) -> Option<bool> {
    let said = tokens(text);
    let (yes, no, fillers) = (
        known(view, "words-yes"),
        known(view, "words-no"),
        known(view, "words-filler"),
    );
    let all = |words: &[String]| {
        let one =
            said.iter().any(|word| has(words, word)) && without(&said, words, fillers).is_empty();
        one || words.iter().any(|phrase| means(&said, phrase, fillers))
    };
    let begins_with_yes = said.first().is_some_and(|word| has(yes, word));
    match (all(yes), all(no)) {
        (true, false) => Some(true),
        (false, true) if !begins_with_yes => Some(false),
        _ => None,
    }
}

/// Whether a text says nothing but these words (and politeness).
pub fn says(text: &str, view: &View, key: &str) -> bool {
    let (said, fillers) = (tokens(text), known(view, "words-filler"));
    known(view, key)
        .iter()
        .any(|words| means(&said, words, fillers))
}

/// Whether a text is one of these words and nothing else.
pub fn says_exactly(text: &str, view: &View, key: &str) -> bool {
    let whole = normal(text);
    known(view, key).iter().any(|word| same(word, &whole))
}

/// Whether these words occur in a text.
pub fn mentions(text: &str, view: &View, key: &str) -> bool {
    let padded = format!(" {} ", normal(text));
    known(view, key)
        .iter()
        .any(|word| padded.contains(&format!(" {word} ")))
}

/// Whether a text is a yes, one of these words, or both: "ok kirim".
pub fn agrees_with(text: &str, view: &View, key: &str) -> bool {
    if says(text, view, key) || yes_or_no(text, view) == Some(true) {
        return true;
    }
    let fillers = known(view, "words-filler");
    let rest = without(&tokens(text), known(view, "words-yes"), &[]);
    known(view, key)
        .iter()
        .any(|words| means(&rest, words, fillers))
}

/// What somebody wants, if it is nothing else that he wrote.
pub fn wish(text: &str, view: &View) -> Option<Wish> {
    let whole = normal(text);
    if whole.is_empty() {
        return Some(Wish::Nod);
    }
    let wishes = [
        ("words-menu", Wish::Menu),
        ("words-cancel", Wish::Cancel),
        ("words-person", Wish::Person),
        ("words-bot", Wish::IsItABot),
        ("words-speak-id", Wish::Speak(Locale::Id)),
        ("words-speak-en", Wish::Speak(Locale::En)),
        ("words-language", Wish::Language),
        ("words-my-tickets", Wish::Mine),
        ("words-open-ticket", Wish::Ticket),
        ("words-thanks", Wish::Thanks),
    ];
    if let Some((_, wish)) = wishes.into_iter().find(|(key, _)| says(text, view, key)) {
        return Some(wish);
    }
    greets(&whole, view).then_some(Wish::Greeting)
}

/// Which of the choices on the table a text means: its number, label or id; or perhaps one whose name occurs in it or is nearly it.
pub fn pick(text: &str, choices: &[Choice], names: &[String], view: &View) -> Picked {
    let whole = normal(text);
    if whole.is_empty() {
        return Picked::Nothing;
    }
    if let Some(n) = number(text) {
        return if (1..=choices.len()).contains(&n) {
            Picked::Exactly(n - 1)
        } else {
            Picked::Nothing
        };
    }
    let (said, fillers) = (tokens(text), known(view, "words-filler"));
    let bare = without(&said, fillers, &[]).join(" ");
    let called = |at: usize| -> Vec<String> {
        let called = [
            Some(normal(&choices[at].label)),
            names.get(at).map(|name| normal(name)),
        ];
        called
            .into_iter()
            .flatten()
            .filter(|name| !name.is_empty())
            .collect()
    };
    let exact = |at: &usize| {
        let id = choices[*at].id.eq_ignore_ascii_case(text.trim());
        id || called(*at).iter().any(|name| means(&said, name, fillers))
    };
    if let Some(at) = (0..choices.len()).find(exact) {
        return Picked::Exactly(at);
    }
    let near: Vec<usize> = (0..choices.len())
        .filter(|at| {
            called(*at)
                .iter()
                .any(|name| resembles(name, &whole, &bare))
        })
        .collect();
    if let [only] = near.as_slice() {
        Picked::Perhaps(*only)
    } else {
        Picked::Nothing
    }
}

fn greets(whole: &str, view: &View) -> bool {
    let greetings = known(view, "words-greeting");
    if has(greetings, whole) {
        return true;
    }
    let rest = without(
        &whole.split(' ').map(str::to_owned).collect::<Vec<_>>(),
        known(view, "words-filler"),
        &[],
    );
    rest.len() <= 3 && !rest.is_empty() && rest.iter().all(|word| has(greetings, word))
}

fn resembles(name: &str, whole: &str, bare: &str) -> bool {
    let padded = format!(" {whole} ");
    if name.len() >= 4 && padded.contains(&format!(" {name} ")) {
        return true;
    }
    let first = name.split(' ').next().unwrap_or_default();
    if first.len() >= 4 && padded.contains(&format!(" {first} ")) {
        return true;
    }
    let slack = match bare.chars().count() {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    (bare.chars().count() >= 4 && name.starts_with(bare)) || distance(name, bare) <= slack
}

/// Whether what was said is these words and nothing besides politeness.
fn means(said: &[String], words: &str, fillers: &[String]) -> bool {
    let asked = tokens(words);
    let rest: Vec<String> = said
        .iter()
        .filter(|word| has(&asked, word) || !has(fillers, word))
        .cloned()
        .collect();
    !rest.is_empty() && same(&rest.join(" "), &asked.join(" "))
}

fn known<'v>(view: &'v View, key: &str) -> &'v [String] {
    view.words.list(key)
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| same(known, word))
}

fn without(words: &[String], these: &[String], and_these: &[String]) -> Vec<String> {
    words
        .iter()
        .filter(|word| !has(these, word) && !has(and_these, word))
        .cloned()
        .collect()
}

/// The same word, however long its letters were held: "iyaa", "haloo".
fn same(one: &str, other: &str) -> bool {
    one == other || squeezed(one) == squeezed(other)
}

fn squeezed(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii_digit() || !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// A letter held for three or more is one: "tolooong".
fn calm(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while at < letters.len() {
        let run = letters[at..]
            .iter()
            .take_while(|c| **c == letters[at])
            .count();
        let kept = if run >= 3 && letters[at].is_alphabetic() {
            1
        } else {
            run
        };
        out.extend(std::iter::repeat_n(letters[at], kept));
        at += run;
    }
    out
}

/// The word that is meant, also when a letter of its spelling was held: "iyaa".
fn meant(word: &str) -> String {
    let by_spelling = |typed: &str| {
        SPELLINGS
            .iter()
            .find(|(known, _)| *known == typed)
            .map(|(_, meant)| (*meant).to_owned())
    };
    let held = squeezed(word);
    by_spelling(word)
        .or_else(|| {
            if held.len() >= 2 && held != word {
                by_spelling(&held)
            } else {
                None
            }
        })
        .unwrap_or_else(|| word.to_owned())
}

/// A letter without its accent.
fn bare(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        '０'..='９' => char::from(b'0' + u8::try_from(u32::from(c) - 0xff10).unwrap_or(0)),
        other => other,
    }
}

/// How many letters one has to change, add, drop or swap with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut steps = (above[j] + usize::from(a != b))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                steps = steps.min(before[j - 1] + 1);
            }
            row.push(steps);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}
