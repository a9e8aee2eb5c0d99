//! Words as text and entities; choices as keyboards.

use sapa_core::{
    args,
    i18n::{Locale, Texts},
    markup::Markup,
    outbox::{Choice, SendError},
};
use serde_json::json;

use super::super::{
    keyboard::keyboard,
    render::{TEXT, bubbles, fitting, units},
};

fn bold(name: &str) -> Markup {
    let texts = std::sync::Arc::new(Texts::load(None).expect("texts"));
    texts
        .localizer(Locale::En, chrono_tz::UTC)
        .text("relay-heading", args!["name" => name])
}

#[test]
fn offsets_count_utf16() {
    let words = Markup::plain("👨‍👩‍👧 & <b>é</b> ").then(&bold("Sari 🦊 <i>"));
    let made = bubbles(&words, TEXT);
    assert_eq!(made.len(), 1);
    assert_eq!(
        made[0].text, "👨‍👩‍👧 & <b>é</b> Sari 🦊 <i>",
        "nothing is taken for markup"
    );
    let entities = serde_json::to_value(&made[0].entities).expect("JSON");
    assert_eq!(
        entities,
        json!([{"type": "bold", "offset": 20, "length": 11}])
    );
}

#[test]
fn long_texts_are_cut_without_loss() {
    let family = "👨‍👩‍👧";
    let texts = [
        "kata ".repeat(3_000),
        format!("{}\n", "baris panjang ".repeat(30)).repeat(40),
        family.repeat(2_000),
        format!("a{}", "\u{301}".repeat(10_000)),
        "x".repeat(4_096),
        "x".repeat(4_097),
        format!("{}🦊", "x".repeat(4_095)),
    ];
    for text in texts {
        let made = bubbles(&Markup::plain(&text), TEXT);
        assert!(made.iter().all(|b| units(&b.text) <= TEXT), "{text:.20}");
        assert_eq!(
            made.iter().map(|b| b.text.as_str()).collect::<String>(),
            text
        );
    }
    assert_eq!(bubbles(&Markup::plain(&"x".repeat(4_096)), TEXT).len(), 1);
    assert_eq!(bubbles(&Markup::plain(&"x".repeat(4_097)), TEXT).len(), 2);
}

#[test]
fn cuts_are_behind_lines_and_words_and_never_inside_a_character() {
    let made = bubbles(&Markup::plain("satu dua\ntiga empat lima"), 12);
    let texts: Vec<_> = made.iter().map(|b| b.text.as_str()).collect();
    assert_eq!(texts, ["satu dua\n", "tiga empat ", "lima"]);
    let made = bubbles(&Markup::plain("👨‍👩‍👧👨‍👩‍👧"), 10);
    assert!(made.iter().all(|b| b.text == "👨‍👩‍👧"), "{made:?}");
}

#[test]
fn emphasis_goes_on_behind_a_cut() {
    let made = bubbles(&Markup::plain("ab ").then(&bold("cdefgh")), 6);
    let entities: Vec<_> = made
        .iter()
        .map(|b| serde_json::to_value(&b.entities).expect("JSON"))
        .collect();
    assert_eq!(
        made.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(),
        ["ab ", "cdefgh"]
    );
    assert_eq!(
        entities,
        [
            json!([]),
            json!([{"type": "bold", "offset": 0, "length": 6}])
        ]
    );
    let made = bubbles(&bold("abcdefgh"), 5);
    let lengths: Vec<_> = made.iter().map(|b| b.entities[0].length).collect();
    assert_eq!(lengths, [5, 3]);
}

#[test]
fn blank_messages_are_none() {
    assert!(bubbles(&Markup::plain(" \n\u{3000}"), TEXT).is_empty());
    assert!(bubbles(&Markup::default(), TEXT).is_empty());
}

#[test]
fn toasts_fit() {
    assert_eq!(fitting("halo", 200), "halo");
    assert_eq!(fitting("ab👨‍👩‍👧", 5), "ab");
}

fn shape(choices: &[Choice]) -> Vec<Vec<String>> {
    let keyboard = keyboard(choices).expect("a keyboard").expect("buttons");
    let rows = keyboard.inline_keyboard.into_iter();
    rows.map(|row| row.into_iter().map(|button| button.text).collect())
        .collect()
}

#[test]
fn rows_are_even_and_labels_whole() {
    let labelled = |labels: &[&str]| -> Vec<Choice> {
        labels
            .iter()
            .map(|label| Choice::new(format!("x:{label}"), *label))
            .collect()
    };
    assert_eq!(
        shape(&labelled(&[
            "Balas", "Kerjakan", "Tunda", "Selesai", "Lainnya"
        ])),
        [
            vec!["Balas", "Kerjakan", "Tunda"],
            vec!["Selesai", "Lainnya"]
        ]
    );
    let four = shape(&labelled(&["Ya", "Tidak", "Nanti", "Batal"]));
    assert_eq!(four, [vec!["Ya", "Tidak"], vec!["Nanti", "Batal"]]);
    let long = shape(&labelled(&["Kirim pesan standar", "Tulis pesan sendiri"]));
    assert_eq!(
        long,
        [vec!["Kirim pesan standar"], vec!["Tulis pesan sendiri"]]
    );
    let described = [
        Choice::new("a", "TKT-1").described("Perbaikan"),
        Choice::new("b", "TKT-2").described("x".repeat(72)),
    ];
    assert_eq!(
        shape(&described),
        [vec!["TKT-1 · Perbaikan"], vec!["TKT-2"]]
    );
    assert!(keyboard(&[]).expect("no error").is_none());
}

#[test]
fn data_that_does_not_fit_is_refused_before_telegram_does() {
    let fits = Choice::new("x".repeat(64), "Ya");
    assert_eq!(shape(&[fits]).len(), 1);
    for id in ["x".repeat(65), "é".repeat(33), String::new()] {
        let refused = keyboard(&[Choice::new(id, "Ya")]);
        assert!(matches!(refused, Err(SendError::Permanent { .. })));
    }
    let many: Vec<Choice> = (0..150).map(|n| Choice::new(n.to_string(), "x")).collect();
    assert_eq!(shape(&many).iter().map(Vec::len).sum::<usize>(), 100);
}
