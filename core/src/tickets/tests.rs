//! Tickets, on both databases.

use std::time::Duration;

use super::*;
use crate::{
    contacts::{self, Told},
    conversations::{self, Owner},
    desk::Desk,
    i18n::Locale,
    messages, routing,
    testing::{
        START, both,
        people::{
            acting, agent, contents, conversation, customer, new_ticket, outbox, reading, ticket,
            words,
        },
    },
};

async fn assigned(desk: &Desk, ticket: &Ticket) -> Ticket {
    acting!(desk, |act| {
        let rota = routing::lock(act).await.unwrap();
        routing::assign_ticket(act, &rota, ticket)
            .await
            .unwrap()
            .expect("somebody is there");
        by_id(act.tx, &ticket.id).await.unwrap().unwrap()
    })
}

async fn moved(desk: &Desk, ticket: &Ticket, to: Status) -> Result<Ticket, Refusal> {
    acting!(desk, |act| change_status(
        act,
        ticket,
        to,
        &Actor::System,
        None
    )
    .await)
}

#[tokio::test]
async fn a_ticket_is_opened_with_its_messages_and_its_time() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let talk = conversation(&desk, &sari).await;
        let ticket = acting!(desk, |act| {
            let said = words(&talk, messages::Author::Customer, "w1", "mati", act.now);
            let said = messages::store(act, said).await.unwrap().unwrap();
            let new = NewTicket {
                message_ids: vec![said.id],
                ..new_ticket(&sari, &talk)
            };
            open(act, new).await.unwrap()
        });
        assert_eq!(
            crate::ids::parse_ticket_number(&ticket.number).as_ref(),
            Some(&ticket.number)
        );
        assert_eq!(
            ticket.due_at,
            ticket.opened_at.plus(Duration::from_hours(4))
        );
        reading!(desk, |tx| {
            assert_eq!(by_id(tx, &ticket.id).await.unwrap().as_ref(), Some(&ticket));
            assert_eq!(
                by_number(tx, &ticket.number).await.unwrap().as_ref(),
                Some(&ticket)
            );
            assert_eq!(
                owned(tx, &sari.id, &ticket.id).await.unwrap().as_ref(),
                Some(&ticket)
            );
            assert_eq!(owned(tx, "somebody else", &ticket.id).await.unwrap(), None);
            assert_eq!(waiting(tx, 5).await.unwrap(), std::slice::from_ref(&ticket));
            let talk = conversations::by_id(tx, &talk.id).await.unwrap().unwrap();
            assert_eq!(
                (talk.ticket_id.as_ref(), talk.owner),
                (Some(&ticket.id), Owner::Bot)
            );
            assert_eq!(
                messages::of_ticket(tx, &ticket.id, 5).await.unwrap().len(),
                1
            );
            let history = history(tx, &ticket.id).await.unwrap();
            assert_eq!(
                (history[0].kind, history[0].actor_name.as_deref()),
                (EventKind::Opened, Some("Sari"))
            );
        });
        assert!(
            outbox(&desk).await.is_empty(),
            "nobody is chosen and nobody is told"
        );
    }
}

#[tokio::test]
async fn a_ticket_lives_by_the_table() {
    for (desk, _, _fresh) in both().await {
        agent(&desk, "Budi", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        let refused = moved(&desk, &ticket, Status::Resolved).await;
        let (open, resolved) = (Status::Open, Status::Resolved);
        assert!(
            matches!(refused, Err(Refusal::NotAllowed { from, to }) if (from, to) == (open, resolved))
        );
        let nobodys = moved(&desk, &ticket, Status::Assigned).await;
        assert!(nobodys.is_err(), "assigned to nobody");

        let ticket = assigned(&desk, &ticket).await;
        for to in [
            Status::InProgress,
            Status::OnHold,
            Status::InProgress,
            Status::Resolved,
        ] {
            assert_eq!(moved(&desk, &ticket, to).await.unwrap().status, to);
        }
        let done = reading!(desk, |tx| by_id(tx, &ticket.id).await.unwrap().unwrap());
        assert!(done.resolved_at.is_some() && done.closed_at.is_none());
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            (talk.owner, talk.ticket_id, talk.staff_id),
            (Owner::Bot, None, None)
        );
        let closed = moved(&desk, &ticket, Status::Closed).await.unwrap();
        assert!(closed.closed_at.is_some() && closed.resolved_at == done.resolved_at);
        assert!(moved(&desk, &ticket, Status::InProgress).await.is_err());
        let statuses: Vec<_> = reading!(desk, |tx| history(tx, &ticket.id).await.unwrap())
            .into_iter()
            .filter(|e| e.kind == EventKind::Status)
            .filter_map(|e| e.to_value)
            .collect();
        assert_eq!(
            statuses,
            [
                "in_progress",
                "on_hold",
                "in_progress",
                "resolved",
                "closed"
            ]
        );
        let edits = outbox(&desk)
            .await
            .into_iter()
            .filter(|row| row.1 == "card_edit" && row.2 == "queued");
        assert_eq!(
            edits.count(),
            1,
            "the newest redrawing replaces those that wait"
        );
    }
}

#[tokio::test]
async fn a_ticket_that_nobody_has_any_more_waits_again() {
    for (desk, _, _fresh) in both().await {
        agent(&desk, "Budi", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = assigned(&desk, &ticket(&desk, &sari).await).await;
        let waiting = moved(&desk, &ticket, Status::Open).await.unwrap();
        assert_eq!((waiting.staff_id, waiting.assigned_at), (None, None));
        assert_eq!(conversation(&desk, &sari).await.owner, Owner::Queue);
    }
}

#[tokio::test]
async fn a_ticket_opens_again_within_seven_days() {
    for (desk, clock, _fresh) in both().await {
        agent(&desk, "Budi", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = assigned(&desk, &ticket(&desk, &sari).await).await;
        let by = Actor::Customer(sari.id.clone());
        let early = acting!(desk, |act| reopen(act, &ticket, &by).await);
        assert!(early.is_err(), "it is not over");
        moved(&desk, &ticket, Status::Resolved).await.unwrap();
        clock.advance(Duration::from_hours(7 * 24 - 1));
        let again = acting!(desk, |act| reopen(act, &ticket, &by).await.unwrap());
        assert_eq!(
            (again.status, &again.staff_id, again.resolved_at),
            (Status::Open, &None, None)
        );
        assert_eq!(again.due_at, again.updated_at.plus(Duration::from_hours(4)));
        assert_eq!(
            conversation(&desk, &sari).await.ticket_id.as_ref(),
            Some(&ticket.id)
        );

        let ticket = assigned(&desk, &again).await;
        moved(&desk, &ticket, Status::Closed).await.unwrap();
        clock.advance(Duration::from_hours(7 * 24 + 1));
        let late = acting!(desk, |act| change_status(
            act,
            &ticket,
            Status::Open,
            &by,
            None
        )
        .await);
        assert!(matches!(
            late,
            Err(Refusal::NotAllowed {
                from: Status::Closed,
                to: Status::Open
            })
        ));
    }
}

#[tokio::test]
async fn priority_moves_the_time_limit() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        let by = Actor::Staff(budi.id.clone());
        let urgent = acting!(desk, |act| {
            note(act, &ticket, &by, "pelanggan lama").await.unwrap();
            set_priority(act, &ticket, Priority::Urgent, &by)
                .await
                .unwrap()
        });
        assert_eq!(
            urgent.due_at,
            ticket.opened_at.plus(Duration::from_hours(1))
        );
        let history = reading!(desk, |tx| history(tx, &ticket.id).await.unwrap());
        let note = history.iter().find(|e| e.kind == EventKind::Note).unwrap();
        assert_eq!(
            (note.note.as_deref(), note.actor_name.as_deref()),
            (Some("pelanggan lama"), Some("Budi"))
        );
        let priority = history
            .iter()
            .find(|e| e.kind == EventKind::Priority)
            .unwrap();
        assert_eq!(
            (priority.from_value.as_deref(), priority.to_value.as_deref()),
            (Some("high"), Some("urgent"))
        );
        let stored = reading!(desk, |tx| by_id(tx, &ticket.id).await.unwrap());
        assert_eq!(stored, Some(urgent));
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_ones_own() {
    for (desk, clock, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let (sari, tono) = (
            customer(&desk, "62811", "Sari").await,
            customer(&desk, "62822", "Tono").await,
        );
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(ticket(&desk, &sari).await);
            clock.advance(Duration::from_mins(1));
        }
        ticket(&desk, &tono).await;
        moved(&desk, &all[0], Status::Cancelled).await.unwrap();
        for one in &all[1..3] {
            assigned(&desk, one).await;
        }
        let list = async |filter, offset, limit| {
            reading!(desk, |tx| of_customer(tx, &sari.id, filter, offset, limit)
                .await
                .unwrap())
        };
        let (page, total) = list(Filter::All, 1, 2).await;
        let numbers: Vec<_> = page.iter().map(|t| &t.number).collect();
        assert_eq!((numbers, total), (vec![&all[3].number, &all[2].number], 5));
        assert_eq!(list(Filter::Open, 0, 9).await.1, 4);
        let (done, total) = list(Filter::Done, 0, 9).await;
        assert_eq!((done.len(), total, &done[0].number), (1, 1, &all[0].number));
        let his = reading!(desk, |tx| of_staff(tx, &budi.id).await.unwrap());
        let numbers: Vec<_> = his.iter().map(|t| &t.number).collect();
        assert_eq!(numbers, [&all[1].number, &all[2].number]);
        assert_eq!(reading!(desk, |tx| waiting(tx, 9).await.unwrap()).len(), 3);
    }
}

#[tokio::test]
async fn types_are_read_as_stored() {
    for (desk, _, _fresh) in both().await {
        let types = reading!(desk, |tx| types(tx).await.unwrap());
        let names: Vec<_> = types
            .iter()
            .map(|t| (t.id.as_str(), t.name(Locale::Id)))
            .collect();
        assert_eq!(
            names[..2],
            [("repair", "Perbaikan"), ("upgrade", "Upgrade Paket")]
        );
        assert_eq!(types.len(), 7);
        let guessed = guess(&types, "internet mati dari pagi").map(|t| t.id.as_str());
        assert_eq!(guessed, Some("repair"));
        let one = reading!(desk, |tx| type_by_id(tx, "billing").await.unwrap());
        assert_eq!(one.as_ref(), types.iter().find(|t| t.id == "billing"));
    }
}

#[tokio::test]
async fn a_customer_reads_what_happened_in_their_language() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        let number = &ticket.number;
        acting!(desk, |act| {
            let who = Some("Budi <b>");
            tell_customer(act, &ticket, Change::Assigned, who, None)
                .await
                .unwrap();
            contacts::set_locale(act, &sari.id, Locale::En)
                .await
                .unwrap();
            let note = Some(" reset the modem ");
            tell_customer(act, &ticket, Change::Resolved, None, note)
                .await
                .unwrap();
        });
        let rows = contents(&desk, &sari.id).await;
        let due = desk.localizer(Locale::Id).when(ticket.due_at, START);
        let expected = format!(
            "Tiket <b>{number}</b> sekarang ditangani Budi &lt;b&gt;. Selesai paling lambat {due}. Anda bisa menulis di sini kapan saja."
        );
        assert!(rows[0].contains(&expected), "{}", rows[0]);
        assert!(
            rows[1].contains("resolved by our team")
                && rows[1].contains(r"\nNote: reset the modem"),
            "{}",
            rows[1]
        );
        clock.advance(Duration::from_hours(24));
        let told = acting!(desk, |act| tell_customer(
            act,
            &ticket,
            Change::Closed,
            None,
            None
        )
        .await
        .unwrap());
        assert_eq!(
            told,
            Told::NotSent,
            "staff must know that the customer was not told"
        );
    }
}

#[test]
fn every_word_is_there_in_every_language() {
    let texts = std::sync::Arc::new(crate::i18n::Texts::load(None).unwrap());
    let keys = Change::ALL
        .map(Change::key)
        .into_iter()
        .chain(Status::ALL.map(Status::key))
        .chain(Priority::ALL.map(Priority::key))
        .chain(crate::staff::Role::ALL.map(crate::staff::Role::key));
    for key in keys {
        for locale in Locale::ALL {
            let words = texts.localizer(locale, chrono_tz::Asia::Jakarta);
            let said = words.label(
                key,
                crate::args!["number" => "TKT-1", "who" => "Budi", "due" => "besok"],
            );
            assert!(
                said != key && !said.contains("{$"),
                "{key} in {}: {said}",
                locale.code()
            );
        }
    }
}

#[test]
fn the_table_of_transitions() {
    use std::fmt::Write as _;
    let mut table = String::new();
    for from in Status::ALL {
        let next: Vec<_> = Status::ALL
            .into_iter()
            .filter(|to| allowed(from, *to))
            .map(Status::as_str)
            .collect();
        let _ = writeln!(table, "{} -> {}", from.as_str(), next.join(", "));
    }
    insta::assert_snapshot!(table);
}
