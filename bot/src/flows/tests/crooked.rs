//! Crooked ways of opening a ticket.

use super::*;
use crate::flows::{dialogue::At, ticket::Asking};

fn at_priority(locale: Locale) -> Talk {
    let mut talk = Talk::new(locale);
    talk.says("internet mati")
        .taps_old(&Choice::new("menu:ticket", ""))
        .says("1");
    talk
}

fn asked(talk: &Talk) -> Option<&Asking> {
    match &talk.state.at {
        At::Ticket { step, .. } => Some(step),
        _ => None,
    }
}

#[test]
fn words_after_the_offer_are_added_to_it() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .says("sudah dari jam 8 pagi")
        .says("halo?");
    assert!(
        talk.last().contains("internet mati\nsudah dari jam 8 pagi"),
        "{}",
        talk.last()
    );
    talk.says("boleh");
    assert_eq!(asked(&talk), Some(&Asking::Type { page: 0 }));
    assert_eq!(talk.labels()[0], "Perbaikan", "the guess comes first");
}

fn photo(caption: &str) -> Heard {
    Heard::File {
        kind: FileKind::Photo,
        caption: caption.into(),
    }
}

#[test]
fn what_comes_in_one_breath_is_answered_once_and_nothing_of_it_is_lost() {
    let mut talk = Talk::new(Locale::Id);
    talk.hears(photo("modem saya"));
    assert_eq!(talk.done.len(), 1, "the first of an album is answered");
    for _ in 0..4 {
        talk.in_one_breath().hears(photo(""));
        assert!(talk.done.is_empty(), "{:?}", talk.done);
    }
    talk.in_one_breath().says("mati dari pagi");
    assert!(talk.done.is_empty(), "{:?}", talk.done);
    let draft = talk.state.draft().expect("an offer").clone();
    assert_eq!((draft.files, draft.messages.len()), (5, 6));
    assert_eq!(draft.text, "modem saya\nmati dari pagi");
    talk.says("lampunya merah");
    assert!(
        talk.last().contains("lampunya merah"),
        "later words are answered: {}",
        talk.last()
    );
    talk.in_one_breath().says("batal");
    assert_eq!(talk.state.at, At::default(), "a wish is heard at any speed");
    assert_eq!(talk.done.len(), 1);
}

#[test]
fn an_album_for_a_ticket_is_confirmed_once_and_an_answer_in_words_always() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .taps("Buat tiket")
        .taps("Perbaikan")
        .taps("Tinggi");
    talk.in_one_breath().hears(photo(""));
    assert_eq!(talk.done.len(), 1, "a tap is no part of the album");
    talk.in_one_breath().hears(photo(""));
    assert!(talk.done.is_empty());
    talk.in_one_breath().says("dari tadi pagi");
    assert_eq!(talk.done.len(), 1, "{:?}", talk.done);
    talk.in_one_breath().taps("Kirim tiket");
    assert!(talk.opened());
}

#[test]
fn two_greetings_in_one_breath_are_one() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("halo").in_one_breath().says("selamat pagi");
    assert!(talk.done.is_empty());
    talk.in_one_breath().says("internet mati");
    assert_eq!(talk.done.len(), 1, "what is wrong is answered");
}

#[test]
fn no_to_the_offer_makes_no_ticket() {
    for text in ["gak usah", "tidak", "no thanks", "nggak jadi"] {
        let mut talk = Talk::new(Locale::Id);
        talk.says("internet mati").says(text);
        assert_eq!(talk.state.at, At::default(), "{text}");
        assert_eq!(talk.labels(), ["Menu"], "{text}");
    }
}

#[test]
fn an_old_button_is_told_and_the_present_question_asked() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .taps("Buat tiket")
        .taps("Perbaikan")
        .taps("Tinggi");
    let send = talk.choice("Kirim tiket");
    talk.says("batal")
        .says("tagihan dobel")
        .taps("Buat tiket")
        .taps_old(&send);
    assert!(
        talk.last()
            .starts_with("Pilihan itu sudah tidak berlaku. Tiketnya tentang apa?"),
        "{}",
        talk.last()
    );
    assert!(!talk.opened());
    let unknown = Choice::new("ticket:explode#0001", "?");
    talk.says("batal").taps_old(&unknown);
    assert!(talk.last().starts_with("Pilihan itu sudah tidak berlaku."));
    assert!(
        talk.labels().contains(&"Buat tiket"),
        "the menu is the present state"
    );
}

#[test]
fn a_second_tap_on_send_opens_no_second_ticket() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .taps("Buat tiket")
        .taps("Perbaikan")
        .taps("Tinggi");
    let send = talk.choice("Kirim tiket");
    talk.taps_old(&send);
    assert!(talk.opened());
    talk.taps_old(&send);
    assert!(!talk.opened());
    assert!(
        talk.last()
            .contains("TKT-7K3M9QXA sudah kami terima, jadi tidak perlu dikirim lagi"),
        "{}",
        talk.last()
    );
    talk.view.with = With::Agent {
        name: "Budi".into(),
        ticket: Some("TKT-7K3M9QXA".into()),
    };
    talk.taps_old(&send);
    assert!(
        talk.last().contains("tidak perlu dikirim lagi"),
        "with an agent too: {}",
        talk.last()
    );
}

#[test]
fn an_earlier_choice_of_the_same_ticket_can_be_tapped_anew() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati").taps("Buat tiket");
    let billing = talk.choice("Tagihan");
    talk.taps("Perbaikan").taps("Tinggi").taps_old(&billing);
    assert!(
        talk.last().starts_with("Tagihan, prioritas tinggi"),
        "{}",
        talk.last()
    );
}

#[test]
fn a_sticker_or_nonsense_gets_the_question_again_and_then_a_person() {
    for locale in Locale::ALL {
        let mut talk = at_priority(locale);
        let buttons: Vec<String> = talk.labels().into_iter().map(str::to_owned).collect();
        talk.sends_sticker();
        assert_eq!(talk.labels(), buttons, "the same buttons");
        talk.says("???");
        assert_eq!(
            talk.choice(if locale == Locale::Id {
                "Bicara"
            } else {
                "Talk"
            })
            .id,
            "menu:person"
        );
        talk.taps(if locale == Locale::Id {
            "Lanjutkan"
        } else {
            "Go on"
        });
        assert_eq!(talk.labels(), buttons);
        talk.sends_sticker();
        assert_eq!(talk.labels(), buttons, "the misses are counted anew");
    }
}

#[test]
fn files_come_at_any_time_before_sending() {
    let mut talk = Talk::new(Locale::Id);
    talk.sends(FileKind::Photo, "");
    assert!(
        talk.last().contains("Fotonya sudah saya terima"),
        "{}",
        talk.last()
    );
    talk.sends(FileKind::Video, "internet mati")
        .taps("Buat tiket")
        .sends(FileKind::Location, "");
    assert!(
        talk.last()
            .starts_with("Lokasi sudah dilampirkan. Tiketnya tentang apa?"),
        "{}",
        talk.last()
    );
    talk.taps("Perbaikan")
        .sends(FileKind::Document, "")
        .taps("Tinggi");
    assert!(talk.last().contains("4 lampiran"), "{}", talk.last());
    talk.sends(FileKind::Voice, "");
    assert_eq!(talk.labels(), ["Kirim tiket", "Ubah", "Batal"]);
    talk.says("kirim");
    assert!(
        matches!(&talk.done[0], Effect::OpenTicket { draft } if draft.files == 5 && draft.messages.len() == 5 && draft.text == "internet mati")
    );
}

#[test]
fn a_voice_note_instead_of_words_is_kept_and_words_are_asked() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("buat tiket")
        .says("perbaikan")
        .says("normal")
        .sends(FileKind::Voice, "");
    assert!(
        talk.last().contains("satu kalimat cukup"),
        "{}",
        talk.last()
    );
    talk.sends_sticker().says("modem mati");
    assert_eq!(asked(&talk), Some(&Asking::Summary));
    assert!(talk.last().contains("1 lampiran"), "{}", talk.last());
}

#[test]
fn a_caption_is_words_too() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("buat tiket")
        .says("1")
        .says("2")
        .sends(FileKind::Photo, "modem kedip merah");
    assert_eq!(asked(&talk), Some(&Asking::Summary), "{}", talk.last());
    talk.says("kirim");
    assert!(
        matches!(&talk.done[0], Effect::OpenTicket { draft } if draft.text == "modem kedip merah")
    );
}

#[test]
fn after_half_an_hour_we_ask_before_we_go_on_and_lose_nothing() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("buat tiket")
        .says("perbaikan")
        .says("normal")
        .waits(31)
        .says("modem kedip merah");
    assert_eq!(talk.labels(), ["Lanjutkan", "Mulai lagi"]);
    talk.says("lanjut");
    assert_eq!(
        asked(&talk),
        Some(&Asking::Summary),
        "the words were the awaited answer: {}",
        talk.last()
    );
    assert!(talk.last().contains("modem kedip merah"));

    let mut talk = at_priority(Locale::Id);
    talk.waits(31).says("tinggi").taps("Lanjutkan");
    assert_eq!(asked(&talk), Some(&Asking::Summary), "{}", talk.last());

    let mut talk = at_priority(Locale::Id);
    talk.waits(31)
        .sends(FileKind::Photo, "")
        .says("wifi lambat juga")
        .taps("Mulai lagi");
    assert!(
        talk.last().contains("wifi lambat juga"),
        "what came in between begins the new ticket: {}",
        talk.last()
    );
    assert!(talk.state.draft().is_some_and(|draft| draft.files == 1));

    let mut talk = at_priority(Locale::Id);
    let high = talk.choice("Tinggi");
    talk.waits(300).taps_old(&high);
    assert_eq!(
        asked(&talk),
        Some(&Asking::Summary),
        "a tap on the present question simply works"
    );

    let mut talk = at_priority(Locale::Id);
    talk.waits(29).says("tinggi");
    assert_eq!(asked(&talk), Some(&Asking::Summary), "not yet idle");
}

#[test]
fn the_menu_keeps_a_half_made_ticket() {
    let mut talk = at_priority(Locale::Id);
    talk.says("menu");
    assert_eq!(talk.labels()[0], "Lanjutkan tiket tadi");
    talk.taps("Bahasa")
        .taps("English")
        .taps("Go on with my ticket");
    assert_eq!(talk.labels().len(), 3, "{}", talk.last());
}

#[test]
fn cancel_is_understood_everywhere() {
    let stops: [&[&str]; 6] = [
        &["internet mati"],
        &["internet mati", "ya"],
        &["internet mati", "ya", "1"],
        &["internet mati", "ya", "1", "cepat"],
        &["internet mati", "ya", "1", "tinggi"],
        &["internet mati", "ya", "1", "tinggi", "ubah"],
    ];
    for stop in stops {
        for word in ["batal", "Cancel", "gak jadi"] {
            let mut talk = Talk::new(Locale::Id);
            for text in stop {
                talk.says(text);
            }
            talk.says(word);
            assert_eq!(
                talk.last(),
                "Baik, tidak jadi. Tiket belum dibuat.",
                "{stop:?}"
            );
            assert_eq!(talk.labels(), ["Menu"]);
            assert!(talk.state.draft().is_none());
        }
    }
    let mut talk = Talk::new(Locale::Id);
    talk.says("batal");
    assert!(talk.last().starts_with("Tidak ada yang perlu dibatalkan"));
}

#[test]
fn changing_one_thing_keeps_the_others() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("internet mati")
        .taps("Buat tiket")
        .taps("Perbaikan")
        .taps("Tinggi");
    talk.taps("Ubah")
        .taps("Ubah keterangan")
        .says("modem rusak, minta ganti");
    assert!(
        talk.last()
            .contains("Perbaikan, prioritas tinggi\nmodem rusak, minta ganti"),
        "{}",
        talk.last()
    );
    talk.says("ubah").says("ubah jenis").says("tagihan");
    assert!(
        talk.last().starts_with("Tagihan, prioritas tinggi"),
        "{}",
        talk.last()
    );
}

#[test]
fn a_nod_or_thanks_is_no_ticket() {
    for text in ["👍", "ok", "makasih kak", "terima kasih", "sip"] {
        let mut talk = Talk::new(Locale::Id);
        talk.says(text);
        assert_eq!(talk.state.at, At::default(), "{text}");
        assert_eq!(talk.labels(), ["Menu"], "{text}");
    }
}

#[test]
fn without_types_a_person_helps() {
    let mut talk = Talk::new(Locale::Id);
    talk.view.types.clear();
    talk.says("internet mati").taps("Buat tiket");
    assert!(matches!(&talk.done[0], Effect::AskForPerson { messages } if messages.len() == 1));
}

#[test]
fn an_unreadable_state_is_met_with_a_kind_word_and_the_menu() {
    for locale in Locale::ALL {
        let Step { state, effects } = step::lost(&view(locale));
        assert_eq!(state, State::default());
        let [Effect::Say(prompt)] = effects.as_slice() else {
            panic!("one bubble")
        };
        assert_eq!(prompt.choices.len(), 5);
    }
}

#[test]
fn people_without_a_name_are_greeted_without_one() {
    for name in ["", "+62 812-3456-7890", "ID.134912", "🌸"] {
        let mut talk = Talk::new(Locale::Id);
        talk.view.name = name.into();
        talk.says("halo");
        assert!(
            talk.last().starts_with("Halo, saya asisten Sapa."),
            "{name:?}: {}",
            talk.last()
        );
    }
}

#[test]
fn what_people_write_never_becomes_markup() {
    let mut talk = Talk::new(Locale::Id);
    talk.view.name = "<b>Sari</b>".into();
    talk.says("<b>mati</b> & <i>rusak</i>");
    let spans = talk.last.as_ref().expect("an offer").text.spans();
    assert_eq!(spans.len(), 1, "{spans:?}");
    assert!(spans[0].text.contains("<b>mati</b> & <i>rusak</i>"));
}
