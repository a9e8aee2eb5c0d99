//! Cards as people read them, in both languages.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use sapa_core::{
    clock::Millis,
    i18n::{Locale, Texts},
    markup::Markup,
    messages::Kind,
    outbox::Prompt,
    tickets::{Priority, Status, Ticket, escalations::Escalation},
};

use super::{
    super::{
        buttons::Reader,
        cards::{TalkFacts, TicketFacts, cut, talk_card, ticket_card},
        history::bubbles,
    },
    house::NOW,
};

fn facts() -> TicketFacts {
    TicketFacts {
        ticket: Ticket {
            id: "t".into(),
            number: "TKT-7K3M9QXA".into(),
            customer_id: "c".into(),
            type_id: "repair".into(),
            priority: Priority::High,
            status: Status::Assigned,
            title: "internet mati".into(),
            description: "internet mati dari pagi <b>&".into(),
            team_id: None,
            staff_id: Some("s".into()),
            opened_at: NOW,
            due_at: NOW.plus(Duration::from_hours(4)),
            assigned_at: Some(NOW),
            resolved_at: None,
            closed_at: None,
            updated_at: NOW,
        },
        type_name: "Perbaikan".into(),
        customer: "Sari Wulandari".into(),
        phone: Some("+62 812-3456-7890".into()),
        files: vec![(Kind::Image, 1), (Kind::Document, 2)],
        window: Some(NOW.plus(Duration::from_hours(23))),
        holder: None,
        escalation: None,
        page: "https://meja.example/admin/tickets/TKT-7K3M9QXA".into(),
        reader: Reader {
            mine: true,
            works: true,
            leads: false,
        },
        now: NOW.plus(Duration::from_mins(2)),
    }
}

/// Citra asks the reader for help.
fn escalated(facts: &mut TicketFacts) {
    facts.reader = Reader {
        mine: false,
        works: true,
        leads: true,
    };
    facts.holder = Some("Citra".into());
    facts.ticket.status = Status::Escalated;
    facts.escalation = Some(Escalation {
        id: "e".into(),
        ticket_id: "t".into(),
        staff_id: "s".into(),
        staff_name: "Citra <i>".into(),
        reason: "perlu akses router inti & kunci".into(),
        opened_at: NOW,
    });
}

fn drawn(prompts: impl Fn(&sapa_core::i18n::Localizer) -> Vec<(&'static str, Prompt)>) -> String {
    let texts = Arc::new(Texts::load(None).expect("the texts load"));
    let mut all = String::new();
    for locale in Locale::ALL {
        let l = texts.localizer(locale, chrono_tz::Asia::Jakarta);
        for (what, prompt) in prompts(&l) {
            let buttons: Vec<_> = prompt
                .choices
                .iter()
                .map(|c| format!("[{}]", c.label))
                .collect();
            let _ = writeln!(
                all,
                "--- {what}, {}\n{}\n{}",
                locale.code(),
                prompt.text.to_plain(),
                buttons.join(" ")
            );
        }
    }
    all
}

#[test]
fn a_ticket() {
    let changed = |change: &dyn Fn(&mut TicketFacts)| {
        let mut facts = facts();
        change(&mut facts);
        facts
    };
    let cards = [
        ("new", changed(&|_| {})),
        (
            "late and on hold",
            changed(&|f| {
                f.now = NOW.plus(Duration::from_hours(30));
                f.ticket.status = Status::OnHold;
                f.files.clear();
            }),
        ),
        (
            "resolved",
            changed(&|f| {
                f.ticket.status = Status::Resolved;
                f.ticket.resolved_at = Some(NOW.plus(Duration::from_mins(42)));
                f.phone = None;
            }),
        ),
        (
            "a colleague's",
            changed(&|f| {
                f.reader = Reader {
                    mine: false,
                    works: true,
                    leads: true,
                };
                f.holder = Some("Citra".into());
                f.ticket.description.clear();
                f.window = None;
            }),
        ),
        ("escalated to the reader", changed(&escalated)),
    ];
    let text = drawn(|l| {
        cards
            .iter()
            .map(|(what, facts)| (*what, ticket_card(l, facts)))
            .collect()
    });
    insta::assert_snapshot!(text);
}

#[test]
fn a_conversation() {
    let facts = TalkFacts {
        id: "k".into(),
        customer: "Sari Wulandari".into(),
        phone: Some("+62 812-3456-7890".into()),
        words: Some("mau tanya soal paket".into()),
        window: Some(Millis(NOW.0 - 1)),
        now: NOW,
    };
    insta::assert_snapshot!(drawn(|l| vec![("talk", talk_card(l, &facts))]));
}

#[test]
fn a_long_description_is_cut_between_letters() {
    let mut facts = facts();
    facts.ticket.description = "👨‍👩‍👧 ".repeat(2_000);
    let texts = Arc::new(Texts::load(None).expect("the texts load"));
    let card = ticket_card(
        &texts.localizer(Locale::Id, chrono_tz::Asia::Jakarta),
        &facts,
    );
    assert!(
        card.text.to_plain().contains("👨‍👩‍👧…\""),
        "whole families only"
    );
    assert_eq!(cut("halo", 4), "halo");
    assert_eq!(cut("halo!", 4), "halo…");
}

#[test]
fn a_long_history_comes_in_bubbles_that_telegram_takes() {
    let lines: Vec<Markup> = (0..200)
        .map(|n| Markup::plain(&format!("{n} {}", "kata ".repeat(30))))
        .collect();
    let bubbles = bubbles(Markup::plain("Riwayat"), &lines);
    let longest = bubbles
        .iter()
        .map(|b| b.to_plain().encode_utf16().count())
        .max();
    assert!(longest <= Some(4_096), "{longest:?}");
    let together: usize = bubbles.iter().map(|b| b.to_plain().lines().count()).sum();
    assert_eq!(together, 201, "nothing is lost");
}
