//! While an agent, or the queue, has the conversation.

use super::*;
use crate::flows::dialogue::At;

fn with_budi() -> Talk {
    let mut talk = Talk::new(Locale::Id);
    talk.view.with = With::Agent {
        name: "Budi".into(),
        ticket: Some("TKT-7K3M9QXA".into()),
    };
    talk
}

fn in_queue() -> Talk {
    let mut talk = Talk::new(Locale::Id);
    talk.view.with = With::Queue {
        since: NOW,
        ticket: None,
    };
    talk
}

#[test]
fn everything_goes_to_the_agent() {
    for text in [
        "halo",
        "batal",
        "ya",
        "1",
        "tiket saya",
        "english",
        "petugas",
        "menu apa saja?",
        "lihat menu",
        "👍",
        "ok kirim",
    ] {
        let mut talk = with_budi();
        talk.says(text);
        assert_eq!(talk.done, [Effect::PassOn], "{text}");
    }
    let mut talk = with_budi();
    talk.sends(FileKind::Photo, "ini modemnya");
    assert_eq!(talk.done, [Effect::PassOn]);
    talk.sends_sticker();
    assert_eq!(talk.done, [Effect::PassOn]);
    talk.taps_old(&Choice::new("a template's quick reply", "Ya, datang"));
    assert_eq!(
        talk.done,
        [Effect::PassOn],
        "buttons that are not ours are words"
    );
}

#[test]
fn exactly_menu_asks_whether_to_stay() {
    for text in ["menu", "Menu", " MENU. "] {
        let mut talk = with_budi();
        talk.says(text);
        assert_eq!(talk.labels(), ["Lanjut dengan Budi", "Akhiri"], "{text}");
    }
    let mut talk = with_budi();
    talk.says("menu").says("jadi begini pak");
    assert_eq!(
        talk.done,
        [Effect::PassOn],
        "whatever is no answer is for the agent"
    );
    assert_eq!(talk.state.at, At::default());
    talk.says("menu").says("akhiri");
    assert_eq!(talk.done[0], Effect::EndConversation);
    assert!(
        talk.last().contains("TKT-7K3M9QXA tetap kami kerjakan"),
        "{}",
        talk.last()
    );
}

#[test]
fn a_stay_or_end_of_yesterday_ends_nothing() {
    let mut talk = with_budi();
    talk.says("menu");
    let end = talk.choice("Akhiri");
    talk.taps("Lanjut dengan Budi");
    assert_eq!(talk.last(), "Baik, silakan lanjut menulis kepada Budi.");
    talk.taps_old(&end);
    assert!(!talk.done.contains(&Effect::EndConversation));
    assert_eq!(
        talk.labels(),
        ["Lanjut dengan Budi", "Akhiri"],
        "it is asked anew"
    );
}

#[test]
fn our_own_buttons_are_not_for_the_agent() {
    let mut talk = with_budi();
    talk.taps_old(&Choice::new("menu:mine", "Tiket saya"));
    assert_eq!(talk.labels(), ["Lanjut dengan Budi", "Akhiri"]);
    talk.taps_old(&Choice::new("ticket:prio:high#0001", "Tinggi - 4 jam"));
    assert_eq!(
        talk.last(),
        "Pilihan itu sudah tidak berlaku. Anda sedang terhubung dengan Budi; tulis saja di sini."
    );
}

#[test]
fn who_waits_is_told_once_and_honestly() {
    let mut talk = in_queue();
    talk.says("tagihan saya aneh");
    assert_eq!(talk.done.len(), 2);
    assert_eq!(talk.done[0], Effect::PassOn);
    assert!(
        !talk.last().contains("menit") && !talk.last().contains("jam"),
        "no time is promised: {}",
        talk.last()
    );
    talk.says("halo?").says("ada orang?");
    assert_eq!(talk.done, [Effect::PassOn], "not again");
    talk.view.with = With::Queue {
        since: NOW.plus(Duration::from_hours(5)),
        ticket: None,
    };
    talk.says("halo lagi");
    assert_eq!(talk.done.len(), 2, "another wait, another word");
    talk.says("menu");
    assert_eq!(talk.labels(), ["Tetap menunggu", "Akhiri"]);
    talk.says("tunggu");
    assert_eq!(talk.last(), "Baik, Anda tetap dalam antrean.");
}

#[test]
fn a_person_is_asked_with_what_was_said() {
    for text in [
        "orang",
        "petugas",
        "agent",
        "human",
        "CS",
        "2",
        "bicara dgn petugas",
        "tolong sambungkan ke CS",
    ] {
        let mut talk = Talk::new(Locale::Id);
        talk.says("tagihan saya aneh").says(text);
        assert_eq!(
            talk.done,
            [Effect::AskForPerson {
                messages: vec!["MESSAGE0001".into()]
            }],
            "{text}"
        );
    }
    let mut talk = Talk::new(Locale::En);
    talk.agent = None;
    talk.says("operator");
    assert!(
        talk.last()
            .starts_with("Nobody is free to answer right now."),
        "{}",
        talk.last()
    );
}

#[test]
fn a_half_made_ticket_survives_an_agent_who_comes_in_between() {
    let mut talk = Talk::new(Locale::Id);
    talk.says("buat tiket").says("tagihan");
    let normal = talk.choice("Normal");
    talk.view.with = With::Agent {
        name: "Budi".into(),
        ticket: None,
    };
    talk.taps_old(&normal);
    assert!(talk.last().starts_with("Pilihan itu sudah tidak berlaku."));
    talk.says("halo pak").says("menu").taps("Akhiri");
    assert_eq!(talk.labels()[0], "Lanjutkan tiket tadi");
    talk.view.with = With::Bot;
    talk.taps("Lanjutkan tiket tadi");
    assert_eq!(talk.last(), "Seberapa mendesak?");
}
