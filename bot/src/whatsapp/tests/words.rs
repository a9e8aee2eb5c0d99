//! Words in WhatsApp's marks, cut where a reader pauses, and nothing lost.

use proptest::prelude::*;
use sapa_core::markup::Markup;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::whatsapp::text::{Words, title, units};

/// A markup as Fluent messages make them.
fn markup(text: &str) -> Markup {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).expect("a markup")
}

fn written(text: &str) -> String {
    Words::of(&markup(text))
        .whole(usize::MAX)
        .expect("no limit")
}

#[test]
fn emphasis_is_written_in_whatsapps_marks() {
    let cases = [
        (
            "Tiket <b>TKT-1</b> sudah <i>ada</i>.",
            "Tiket *TKT-1* sudah _ada_.",
        ),
        ("Kode: <code>482913</code>", "Kode: ```482913```"),
        ("<b> luar </b>dalam", " *luar* dalam"),
        ("<b>dua\nbaris</b>", "*dua*\n*baris*"),
        ("<b>tiga\n\nbaris\n</b>x", "*tiga*\n\n*baris*\nx"),
        ("<b></b>kosong<b>  </b>", "kosong  "),
        ("2<b>x</b>", "2x"),
        ("<b>x</b>2", "x2"),
        ("(<b>x</b>),", "(*x*),"),
        ("<b>a*b</b> <i>c_d</i>", "a*b c_d"),
        ("<b>a</b><i>b</i>", "ab"),
        ("a &lt;b&gt; &amp; *c*", "a <b> & *c*"),
    ];
    for (from, to) in cases {
        assert_eq!(written(from), to, "{from}");
    }
}

#[test]
fn cuts_fall_where_a_reader_pauses() {
    let pieces = |text: &str, limit| Words::verbatim(text).pieces(limit);
    assert_eq!(
        pieces("satu dua tiga empat", 12),
        ["satu dua", "tiga empat"]
    );
    assert_eq!(
        pieces("satu dua\ntiga empat lima", 12),
        ["satu dua", "tiga empat", "lima"]
    );
    assert_eq!(pieces("aaaaaaa\n\nbb\ncc dd", 14), ["aaaaaaa", "bb\ncc dd"]);
    assert_eq!(pieces("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
    assert_eq!(pieces("👩‍👩‍👧👩‍👩‍👧", 8), ["👩‍👩‍👧", "👩‍👩‍👧"], "a family stays together");
    assert_eq!(
        pieces("  halo  ", 20),
        ["  halo  "],
        "what fits stays as it is"
    );
    assert!(pieces(" \n\u{0}", 1).is_empty(), "blanks are no message");
    assert_eq!(pieces(&format!("a{}b", " ".repeat(50)), 10), ["a", "b"]);
}

#[test]
fn titles_fit() {
    assert_eq!(title(" Buat tiket ", 20), "Buat tiket");
    let cut = std::panic::catch_unwind(|| title("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 20));
    assert!(
        cut.is_err(),
        "a title that is too long is a mistake of ours, seen in tests"
    );
}

fn styled() -> impl Strategy<Value = String> {
    let span = (0..4_u8, "[a-z \\n*_👍é\u{301}]{0,40}").prop_map(|(style, text)| match style {
        0 => format!("<b>{text}</b>"),
        1 => format!("<i>{text}</i>"),
        2 => format!("<code>{text}</code>"),
        _ => text,
    });
    prop::collection::vec(span, 0..12).prop_map(|spans| spans.concat())
}

/// The letters alone: blanks may go at a cut, marks come and go.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !"*_`".contains(*c))
        .collect()
}

proptest! {
    #[test]
    fn no_piece_is_too_long_and_nothing_is_lost(text in ".{0,300}|[a-z\\n 😀]{0,300}|(\u{301}){0,200}", limit in 20_usize..90) {
        let pieces = Words::verbatim(&text).pieces(limit);
        for piece in &pieces {
            prop_assert!(units(piece) <= limit, "{} > {limit}", units(piece));
            prop_assert!(piece.chars().any(|c| !c.is_whitespace() && !c.is_control()));
        }
        let (kept, all): (String, String) = (pieces.concat(), text.clone());
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
        prop_assert_eq!(solid(&kept), solid(&all));
    }

    #[test]
    fn no_letter_is_broken(text in "[a-z 👩🏽‍🚀🇮🇩é\u{301}]{0,300}", limit in 60_usize..90) {
        let whole: Vec<&str> = text.graphemes(true).filter(|g| !g.trim().is_empty()).collect();
        prop_assume!(whole.iter().all(|g| units(g) <= limit));
        let pieces = Words::verbatim(&text).pieces(limit);
        let cut: Vec<&str> = pieces.iter().flat_map(|p| p.graphemes(true)).filter(|g| !g.trim().is_empty()).collect();
        prop_assert_eq!(cut, whole);
    }

    #[test]
    fn emphasised_pieces_fit_too(text in styled(), limit in 20_usize..60) {
        let words = Words::of(&markup(&text));
        let pieces = words.pieces(limit);
        for piece in &pieces {
            prop_assert!(units(piece) <= limit, "{piece:?}");
        }
        prop_assert_eq!(letters(&pieces.concat()), letters(&markup(&text).to_plain()));
        let (before, last) = words.ending(limit, limit * 3);
        prop_assert!(units(&last) <= limit && before.iter().all(|p| units(p) <= limit * 3));
        prop_assert_eq!(letters(&(before.concat() + &last)), letters(&markup(&text).to_plain()));
    }
}
