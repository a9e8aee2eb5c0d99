//! What a ticket can be about, guessing it from words, and making a title of them.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation as _;

use super::Priority;
use crate::i18n::Locale;

/// A title has at most so many characters.
const TITLE: usize = 80;

/// What a ticket can be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketType {
    /// Its id.
    pub id: String,
    /// Its name per language code.
    pub names: BTreeMap<String, String>,
    /// Words that speak for it, in lower case.
    pub keywords: Vec<String>,
    /// The team that sees to it; everybody when there is none.
    pub team_id: Option<String>,
    /// Its own time limits in minutes, from low to urgent; the desk's where it has none.
    pub own_minutes: [Option<i64>; 4],
    /// Its place in lists.
    pub position: i64,
}

impl TicketType {
    /// Its name in a language, else in any.
    pub fn name(&self, locale: Locale) -> &str {
        let name = self
            .names
            .get(locale.code())
            .or_else(|| self.names.values().next());
        name.map_or(self.id.as_str(), String::as_str)
    }

    /// Within how many minutes it is to be resolved.
    pub fn minutes(&self, priority: Priority) -> i64 {
        let (place, default) = match priority {
            Priority::Low => (0, 2_880),
            Priority::Normal => (1, 1_440),
            Priority::High => (2, 240),
            Priority::Urgent => (3, 60),
        };
        self.own_minutes[place].unwrap_or(default)
    }
}

/// The type that a text is most probably about: the one with the most of its words in it, the first in order when two are even.
pub fn guess<'t>(types: &'t [TicketType], text: &str) -> Option<&'t TicketType> {
    let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    let said = format!(" {} ", words.join(" "));
    let hits = |kind: &TicketType| {
        kind.keywords
            .iter()
            .filter(|word| said.contains(&format!(" {word} ")))
            .count()
    };
    let mut best = None;
    for kind in types {
        let count = hits(kind);
        if count > best.map_or(0, |(most, _)| most) {
            best = Some((count, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// A title from a customer's words: the first sentence, cut at a word when it is long.
pub fn title_of(text: &str) -> String {
    let sentence = first_sentence(text.trim());
    let flat = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.graphemes(true).count() <= TITLE {
        return flat;
    }
    let start: String = flat.graphemes(true).take(TITLE - 1).collect();
    let whole_words = start
        .rfind(' ')
        .filter(|at| *at > start.len() / 2)
        .map_or(start.as_str(), |at| &start[..at]);
    format!(
        "{}…",
        whole_words.trim_end_matches([' ', ',', ';', ':', '-'])
    )
}

fn first_sentence(text: &str) -> &str {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let end = line.char_indices().find_map(|(at, c)| {
        let after = at + c.len_utf8();
        let ends = matches!(c, '.' | '!' | '?')
            && line[after..].chars().next().is_none_or(char::is_whitespace);
        ends.then_some(if c == '.' { at } else { after })
    });
    let sentence = end.map_or(line, |end| line[..end].trim_end_matches('.'));
    if sentence.is_empty() { line } else { sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(id: &str, keywords: &[&str]) -> TicketType {
        TicketType {
            id: id.into(),
            names: BTreeMap::from([
                ("en".into(), format!("{id} in English")),
                ("id".into(), id.into()),
            ]),
            keywords: keywords.iter().map(|&k| k.into()).collect(),
            team_id: None,
            own_minutes: [None, None, Some(90), None],
            position: 0,
        }
    }

    #[test]
    fn the_type_with_the_most_words_is_guessed() {
        let types = [
            kind("repair", &["internet", "mati", "not working"]),
            kind("billing", &["bayar", "tagihan"]),
        ];
        let guessed = |text| guess(&types, text).map(|t| t.id.as_str());
        assert_eq!(guessed("Internet MATI dari pagi!"), Some("repair"));
        assert_eq!(
            guessed("sudah bayar tagihan, internet mati"),
            Some("repair"),
            "even: the first"
        );
        assert_eq!(
            guessed("tagihan belum bisa bayar, internet ada"),
            Some("billing")
        );
        assert_eq!(
            guessed("my tv is not working"),
            Some("repair"),
            "two words count together"
        );
        assert_eq!(
            guessed("pembayaran kematian"),
            None,
            "only whole words count"
        );
        assert_eq!(guessed(""), None);
    }

    #[test]
    fn a_title_is_the_first_sentence() {
        assert_eq!(
            title_of("internet mati dari pagi"),
            "internet mati dari pagi"
        );
        assert_eq!(title_of("  Internet mati. Tolong ya!"), "Internet mati");
        assert_eq!(
            title_of("Kenapa tagihan naik?\nbulan lalu 300.000"),
            "Kenapa tagihan naik?"
        );
        assert_eq!(
            title_of("bayar Rp 300.000 belum masuk"),
            "bayar Rp 300.000 belum masuk"
        );
        assert_eq!(title_of("..."), "...");
        let long = title_of(&"kata ".repeat(40));
        assert!(
            long.graphemes(true).count() <= TITLE && long.ends_with("kata…"),
            "{long}"
        );
        let emoji = title_of(&"👨‍👩‍👧".repeat(100));
        assert_eq!(emoji.graphemes(true).count(), TITLE);
    }

    #[test]
    fn own_limits_come_before_the_desks() {
        let repair = kind("repair", &[]);
        let minutes = Priority::ALL.map(|priority| repair.minutes(priority));
        assert_eq!(minutes, [2_880, 1_440, 90, 60]);
        assert_eq!(repair.name(Locale::En), "repair in English");
    }
}
