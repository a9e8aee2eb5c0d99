//! Every label fits WhatsApp's limits in every language, with the longest values that are realistic.

use super::*;
use crate::flows::{speech, ticket_words};

/// The keys of the customers' messages.
fn keys(locale: Locale) -> Vec<String> {
    let path = format!(
        "{}/../locales/{}/customers.ftl",
        env!("CARGO_MANIFEST_DIR"),
        locale.code()
    );
    let source = std::fs::read_to_string(path).expect("the customers' messages are there");
    let keys = source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    keys.filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[test]
fn labels_fit() {
    for locale in Locale::ALL {
        let l = view(locale).l();
        for key in keys(locale) {
            let limit = match key.split('-').next() {
                Some("button" | "list") => speech::BUTTON,
                Some("row") => speech::ROW,
                Some("hint") => speech::HINT,
                _ => continue,
            };
            // The two with values have a shorter label to fall back on; see below.
            if ["button-priority", "button-stay-with"].contains(&key.as_str()) {
                continue;
            }
            let label = l.label(&key, &[]);
            assert!(
                speech::length(&label) <= limit,
                "{key} ({}): {label:?} is longer than {limit}",
                locale.code()
            );
            assert!(
                !label.trim().is_empty(),
                "{key} ({}) says nothing",
                locale.code()
            );
        }
    }
}

#[test]
fn buttons_of_one_bubble_differ() {
    for locale in Locale::ALL {
        let l = view(locale).l();
        for group in [
            ["button-make-ticket", "button-person", "button-menu"],
            [
                "button-send-ticket",
                "button-change-ticket",
                "button-cancel-ticket",
            ],
            [
                "button-change-type",
                "button-change-priority",
                "button-change-words",
            ],
            [
                "button-add-message",
                "button-close-ticket",
                "button-my-tickets",
            ],
            ["button-person", "button-continue", "button-menu"],
            [
                "button-account-number",
                "button-account-email",
                "button-menu",
            ],
            ["button-add-to-ticket", "button-new-ticket", "button-menu"],
        ] {
            let mut labels: Vec<String> = group.iter().map(|key| l.label(key, &[])).collect();
            labels.sort();
            labels.dedup();
            assert_eq!(
                labels.len(),
                group.len(),
                "{group:?} in {}: Meta wants unique titles",
                locale.code()
            );
        }
    }
}

#[test]
fn labels_with_values_fit_or_fall_back() {
    for locale in Locale::ALL {
        let mut talk = Talk::new(locale);
        // 2 days 23 hours 59 minutes, a month, half an hour.
        talk.view.types[1].own_minutes = [Some(4_319), Some(43_200), Some(30), None];
        talk.says("internet mati")
            .taps_old(&Choice::new("menu:ticket", ""))
            .says("1");
        let labels = talk.labels();
        assert_eq!(labels.len(), 3);
        assert!(
            labels
                .iter()
                .all(|label| speech::length(label) <= speech::BUTTON),
            "{labels:?}"
        );
        for name in ["Budi", "Budi Santoso", "Bambangkusumawardhana Adiningrat"] {
            talk.view.with = With::Agent {
                name: name.into(),
                ticket: None,
            };
            talk.says("menu");
            let labels = talk.labels();
            assert!(
                labels
                    .iter()
                    .all(|label| speech::length(label) <= speech::BUTTON),
                "{labels:?}"
            );
        }
    }
}

#[test]
fn usual_priorities_show_their_hours() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .taps("Buat tiket")
        .taps("Perbaikan");
    assert_eq!(
        talk.labels(),
        ["Rendah - 48 jam", "Normal - 24 jam", "Tinggi - 4 jam"]
    );
    let l = view(Locale::En).l();
    assert_eq!(ticket_words::time_to_resolve(&l, 90), "1 h 30 min");
    assert_eq!(ticket_words::time_to_resolve(&l, 60), "1 hour");
    assert_eq!(ticket_words::time_to_resolve(&l, 7 * 1_440), "7 days");
}

#[test]
fn every_bubble_with_choices_fits_the_strictest_body() {
    let long = "kata ".repeat(1_000);
    let mut talk = Talk::new(Locale::Id);
    talk.says(&long);
    assert!(speech::length(&talk.last()) <= 1_024, "the offer");
    talk.taps("Buat tiket").taps("Perbaikan").taps("Tinggi");
    assert!(speech::length(&talk.last()) <= 1_024, "the summary");
    assert!(
        talk.state
            .draft()
            .is_some_and(|draft| draft.text.len() > 4_000),
        "the ticket keeps every word"
    );
}

#[test]
fn choice_ids_fit_and_lists_hold_ten_rows() {
    let mut talk = Talk::new(Locale::Id);
    talk.view.types = (0..25)
        .map(|n| {
            kind(
                &format!("01K9ZZZZZZZZZZZZZZZZZZZZ{n:02}"),
                "Type",
                &format!("Jenis {n}"),
                &[],
            )
        })
        .collect();
    talk.says("wifi lemot").taps("Buat tiket");
    let mut seen = Vec::new();
    for page in 0..3 {
        let choices = talk.last.as_ref().expect("a list").choices.clone();
        assert!(choices.len() <= 10, "page {page}");
        assert!(choices.iter().all(|choice| choice.id.len() <= 64));
        seen.extend(
            choices
                .iter()
                .filter(|choice| choice.id.starts_with("ticket:type:"))
                .map(|choice| choice.id.clone()),
        );
        talk.taps("Lainnya…");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 25, "every type is on a page");
    talk.says("jenis 24");
    assert!(
        talk.state
            .draft()
            .is_some_and(|draft| draft.type_id.is_some()),
        "names of other pages are understood"
    );
}

#[test]
fn cutting_counts_utf16_and_keeps_letters_whole() {
    assert_eq!(speech::cut("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 20), "👨‍👩‍👧👨‍👩‍👧…");
    assert_eq!(speech::cut("  halo  ", 20), "halo");
    assert_eq!(speech::cut("perbaikan jaringan rumah", 10), "perbaikan…");
}

#[test]
fn both_languages_have_the_same_keys_and_share_none_with_other_files() {
    let (mut id, mut en) = (keys(Locale::Id), keys(Locale::En));
    id.sort();
    en.sort();
    assert_eq!(id, en);
    let mut once = id.clone();
    once.dedup();
    assert_eq!(once, id, "no key twice");
    let folder = format!("{}/../locales/id", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder)
        .expect("the locale's folder")
        .flatten()
    {
        if entry.file_name() != "customers.ftl" {
            let other = std::fs::read_to_string(entry.path()).expect("a file of messages");
            let shared: Vec<&String> = id
                .iter()
                .filter(|key| {
                    other
                        .lines()
                        .any(|line| line.starts_with(&format!("{key} =")))
                })
                .collect();
            assert!(
                shared.is_empty(),
                "{:?} has {shared:?} as well: the later file would win",
                entry.file_name()
            );
        }
    }
}
