//! My tickets.

use super::*;
use crate::flows::{
    dialogue::At,
    my_tickets::Place,
    ticket_detail::{Detail, Happened},
};

fn talk(tickets: Vec<TicketFact>) -> Talk {
    let mut talk = Talk::new(Locale::Id);
    talk.view.tickets = tickets;
    talk
}

fn many() -> Vec<TicketFact> {
    let number = |n: u32| format!("TKT-0000{n:04}");
    let open = (0..14).map(|n| a_ticket(&number(n), Status::Assigned, "internet mati"));
    open.chain((14..20).map(|n| a_ticket(&number(n), Status::Closed, "sudah beres")))
        .collect()
}

#[test]
fn none_yet() {
    let mut talk = talk(Vec::new());
    talk.says("tiket saya");
    assert_eq!(talk.labels(), ["Buat tiket", "Menu"]);
    assert_eq!(talk.last(), "Anda belum punya tiket.");
}

#[test]
fn pages_and_filters_hold_every_ticket_once() {
    let mut talk = talk(many());
    talk.says("tiket saya");
    assert_eq!(
        talk.last(),
        "Tiket Anda: 14 sedang berjalan, 6 sudah selesai."
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        let labels = talk.labels();
        assert!(labels.len() <= 10, "{labels:?}");
        seen.extend(
            labels
                .into_iter()
                .filter(|label| label.starts_with("TKT-"))
                .map(str::to_owned),
        );
        talk.taps("Tiket berikutnya…");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 20);
    talk.says("yang sudah selesai");
    assert_eq!(
        talk.labels()
            .iter()
            .filter(|label| label.starts_with("TKT-"))
            .count(),
        6
    );
    assert!(!talk.labels().contains(&"Tiket berikutnya…"));
}

#[test]
fn a_ticket_is_found_by_place_number_and_tap() {
    for text in ["1", "TKT-00000003", "tkt 00000003", "00000003"] {
        let mut talk = talk(many());
        talk.says("tiket saya").says(text);
        assert!(
            matches!(talk.done.as_slice(), [Effect::ShowTicket { .. }]),
            "{text}"
        );
    }
    let mut talk = talk(many());
    talk.says("TKT-00000003");
    assert_eq!(
        talk.done,
        [Effect::ShowTicket {
            ticket_id: "id-TKT-00000003".into()
        }],
        "from anywhere"
    );
    let theirs = Choice::new("mine:show:id-of-somebody-else", "TKT-99999999");
    talk.taps_old(&theirs);
    assert!(
        talk.last().starts_with("Pilihan itu sudah tidak berlaku."),
        "only one's own"
    );
}

#[test]
fn closing_is_asked_and_can_be_declined() {
    let mut talk = talk(many());
    talk.says("TKT-00000003").says("tutup tiket");
    assert_eq!(talk.labels(), ["Ya, tutup", "Jangan ditutup"]);
    talk.says("jangan");
    assert!(matches!(talk.done.as_slice(), [Effect::ShowTicket { .. }]));
    talk.says("tutup tiket").says("ya");
    assert_eq!(
        talk.done,
        [Effect::CloseTicket {
            ticket_id: "id-TKT-00000003".into()
        }]
    );
}

#[test]
fn old_buttons_of_a_closed_ticket_do_nothing() {
    let mut talk = talk(many());
    for id in [
        "mine:close:id-TKT-00000015",
        "mine:shut:id-TKT-00000015",
        "mine:add:id-TKT-00000015",
        "mine:reopen:id-TKT-00000003",
    ] {
        talk.taps_old(&Choice::new(id, "?"));
        assert!(
            talk.last().starts_with("Pilihan itu sudah tidak berlaku."),
            "{id}: {}",
            talk.last()
        );
    }
    talk.taps_old(&Choice::new("mine:reopen:id-TKT-00000015", "Buka lagi"));
    assert_eq!(
        talk.done,
        [Effect::ReopenTicket {
            ticket_id: "id-TKT-00000015".into()
        }]
    );
}

#[test]
fn what_is_written_beside_a_ticket_is_asked_about() {
    let mut talk = talk(many());
    talk.says("TKT-00000003")
        .says("kapan teknisinya datang?")
        .sends(FileKind::Photo, "");
    assert_eq!(talk.labels(), ["Ya, tambahkan", "Buat tiket baru", "Menu"]);
    talk.says("iya");
    assert_eq!(talk.done.len(), 2, "both go into it: {:?}", talk.done);
    talk.says("jam berapa pun boleh");
    assert!(
        matches!(talk.done.as_slice(), [Effect::AddMessageToTicket { .. }]),
        "and so does what follows"
    );
    talk.waits(40).says("modem rusak lagi");
    assert!(
        talk.labels().contains(&"Ya, tambahkan"),
        "after a while it is asked again"
    );
    talk.taps("Buat tiket baru");
    assert!(
        talk.state
            .draft()
            .is_some_and(|draft| draft.text == "modem rusak lagi")
    );
}

#[test]
fn words_beside_a_closed_ticket_begin_a_new_one() {
    let mut talk = talk(many());
    talk.says("TKT-00000015").says("modem rusak lagi");
    assert!(matches!(talk.state.at, At::Offer { .. }));
}

#[test]
fn details_tell_the_history_in_plain_words() {
    for locale in Locale::ALL {
        let view = view(locale);
        let hours = |n: u64| NOW.minus(Duration::from_hours(n));
        let mut detail = ticket_detail::Detail {
            ticket: a_ticket("TKT-7K3M9QXA", Status::InProgress, "internet mati"),
            description: "internet mati dari pagi".into(),
            due_at: NOW.plus(Duration::from_hours(2)),
            agent: Some("Budi".into()),
            history: vec![
                (hours(26), Happened::Opened, Some("Sari".into())),
                (
                    hours(25),
                    Happened::Became(Status::Assigned),
                    Some("Budi".into()),
                ),
                (
                    hours(3),
                    Happened::Urgency(Priority::High),
                    Some("Budi".into()),
                ),
                (
                    hours(2),
                    Happened::Became(Status::InProgress),
                    Some("Budi".into()),
                ),
            ],
        };
        let told = |detail: &Detail| ticket_detail::detail(detail, &view).text.to_plain();
        insta::assert_snapshot!(format!("detail-{}", locale.code()), told(&detail));
        detail.due_at = hours(1);
        detail
            .history
            .extend((0..40).map(|_| (hours(1), Happened::Reopened, None)));
        detail.description = "kata ".repeat(900);
        insta::assert_snapshot!(format!("detail-late-{}", locale.code()), told(&detail));
        assert!(told(&detail).encode_utf16().count() <= 1_024);
    }
}

#[test]
fn the_list_is_left_by_anything_else() {
    let mut talk = talk(many());
    talk.says("tiket saya").says("internet mati lagi");
    assert!(matches!(talk.state.at, At::Offer { .. }));
    talk.says("tiket saya");
    assert!(
        matches!(
            talk.state.at,
            At::Mine {
                place: Place::List { .. }
            }
        ),
        "{:?}",
        talk.state.at
    );
    talk.says("menu");
    assert_eq!(talk.state.at, At::default());
}
