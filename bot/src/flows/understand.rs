//! What people type, understood: numbers, labels, other case, spaces, punctuation, emoji, diacritics, the spellings of chats.
//!
//! Never decides on a likeness: [`Picked::Perhaps`] is a question to ask back.

use sapa_core::{i18n::Locale, outbox::Choice};

use super::{
    dialogue::View,
    spelling::{distance, normal, number, same, tokens},
};

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
    /// To see or change their own data.
    Account,
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

/// A text of more bytes is no answer and no wish, but something that somebody has to tell: it is not compared with any list.
const ANSWER: usize = 200;

/// A plain yes or no; `None` for anything else, and for both at once ("ya tidak").
pub fn yes_or_no(text: &str, view: &View) -> Option<bool> {
    if text.len() > ANSWER {
        return None;
    }
    let (yes, no) = (known(view, "words-yes"), known(view, "words-no"));
    let fillers = known(view, "words-filler");
    let said = Said::read(tokens(text), view);
    let all = |words: &[String]| {
        let one = said.words.iter().any(|word| has(words, word))
            && without(&said.words, words, fillers).is_empty();
        one || said.means_one_of(words)
    };
    let begins_with_yes = said.words.first().is_some_and(|word| has(yes, word));
    match (all(yes), all(no)) {
        (true, false) => Some(true),
        (false, true) if !begins_with_yes => Some(false),
        _ => None,
    }
}

/// Whether a text says nothing but these words (and politeness).
pub fn says(text: &str, view: &View, key: &str) -> bool {
    if text.len() > ANSWER {
        return false;
    }
    Said::read(tokens(text), view).means_one_of(known(view, key))
}

/// Whether a text is one of these words and nothing else.
pub fn says_exactly(text: &str, view: &View, key: &str) -> bool {
    if text.len() > ANSWER {
        return false;
    }
    let whole = normal(text);
    known(view, key).iter().any(|word| same(word, &whole))
}

/// Whether these words occur in a text.
pub fn mentions(text: &str, view: &View, key: &str) -> bool {
    if text.len() > ANSWER {
        return false;
    }
    let padded = format!(" {} ", normal(text));
    known(view, key)
        .iter()
        .any(|word| padded.contains(&format!(" {word} ")))
}

/// Whether a text is a yes, one of these words, or both: "ok kirim".
pub fn agrees_with(text: &str, view: &View, key: &str) -> bool {
    if text.len() > ANSWER {
        return false;
    }
    if says(text, view, key) || yes_or_no(text, view) == Some(true) {
        return true;
    }
    let rest = without(&tokens(text), known(view, "words-yes"), &[]);
    Said::read(rest, view).means_one_of(known(view, key))
}

/// What somebody wants, if it is nothing else that he wrote.
pub fn wish(text: &str, view: &View) -> Option<Wish> {
    let whole = normal(text);
    if whole.is_empty() {
        return Some(Wish::Nod);
    }
    if text.len() > ANSWER {
        return None;
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
        ("words-account", Wish::Account),
        ("words-open-ticket", Wish::Ticket),
        ("words-thanks", Wish::Thanks),
    ];
    let said = Said::read(tokens(text), view);
    let meant = |(key, _): &(&str, Wish)| said.means_one_of(known(view, key));
    if let Some((_, wish)) = wishes.into_iter().find(meant) {
        return Some(wish);
    }
    greets(&whole, view).then_some(Wish::Greeting)
}

/// Which of the choices on the table a text means: its number, label or id; or perhaps one whose name occurs in it or is nearly it.
pub fn pick(text: &str, choices: &[Choice], names: &[String], view: &View) -> Picked {
    if text.len() > ANSWER {
        return Picked::Nothing;
    }
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
    let said = Said::read(tokens(text), view);
    let bare = without(&said.words, known(view, "words-filler"), &[]).join(" ");
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
        id || said.means_one_of(&called(*at))
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

/// What was said, word by word, and which of the words are mere politeness.
struct Said {
    words: Vec<String>,
    polite: Vec<bool>,
}

impl Said {
    fn read(words: Vec<String>, view: &View) -> Self {
        let fillers = known(view, "words-filler");
        let polite = words.iter().map(|word| has(fillers, word)).collect();
        Self { words, polite }
    }

    /// Whether it is one of these phrases (as [`normal`] leaves them) and nothing besides politeness.
    fn means_one_of(&self, phrases: &[String]) -> bool {
        phrases.iter().any(|phrase| self.means(phrase))
    }

    fn means(&self, phrase: &str) -> bool {
        let asked = |word: &String| phrase.split(' ').any(|asked| same(asked, word));
        let words = self.words.iter().zip(&self.polite);
        let mut rest = words.filter(|(word, polite)| !**polite || asked(word));
        let Some((first, _)) = rest.next() else {
            return false;
        };
        // Most phrases begin with another letter than what was said.
        if first.chars().next() != phrase.chars().next() {
            return false;
        }
        let whole = rest.fold(first.clone(), |whole, (word, _)| whole + " " + word);
        same(&whole, phrase)
    }
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
