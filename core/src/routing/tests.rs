//! Round robin, on both databases and with many at once.

mod races;

use super::*;
use crate::{
    contacts::Customer,
    conversations::{self, Owner},
    desk::Desk,
    staff::{self, Availability, Role},
    testing::{
        both,
        people::{acting, agent, conversation, customer, outbox, reading, staff_member, ticket},
    },
    tickets::{self, Actor, EventKind, Status},
};

async fn assigned(desk: &Desk, ticket: &Ticket) -> Option<Staff> {
    acting!(desk, |act| {
        let rota = lock(act).await.unwrap();
        assign_ticket(act, &rota, ticket).await.unwrap()
    })
}

async fn drained(desk: &Desk) -> Vec<Assigned> {
    acting!(desk, |act| {
        let rota = lock(act).await.unwrap();
        drain_queue(act, &rota).await.unwrap()
    })
}

async fn becomes(desk: &Desk, staff: &Staff, to: Availability) {
    acting!(desk, |act| {
        let now = staff::by_id(act.tx, &staff.id).await.unwrap().unwrap();
        staff::set_availability(act, &now, to).await.unwrap();
    });
}

async fn set(desk: &Desk, sql: &'static str, id: &str) {
    acting!(desk, |act| db::run!(&mut *act.tx, |c| sqlx::query(sql)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
    .unwrap());
}

async fn now(desk: &Desk, ticket: &Ticket) -> Ticket {
    reading!(desk, |tx| tickets::by_id(tx, &ticket.id)
        .await
        .unwrap()
        .unwrap())
}

/// What lies in the outbox: chat and kind, sorted.
async fn posted(desk: &Desk) -> Vec<String> {
    let rows = outbox(desk)
        .await
        .into_iter()
        .map(|(chat, kind, _)| format!("{chat} {kind}"));
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

async fn loads(desk: &Desk, one: &Staff, other: &Staff) -> (i64, i64) {
    reading!(desk, |tx| (
        load(tx, &one.id).await.unwrap(),
        load(tx, &other.id).await.unwrap()
    ))
}

async fn customers(desk: &Desk, count: usize) -> Vec<Customer> {
    let mut all = Vec::new();
    for n in 0..count {
        all.push(customer(desk, &format!("6281{n:05}"), &format!("C{n}")).await);
    }
    all
}

#[tokio::test]
async fn an_assignment_is_whole() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        let taken = assigned(&desk, &ticket).await.expect("Budi is there");
        assert_eq!(taken.id, budi.id);
        let after = now(&desk, &ticket).await;
        assert_eq!(
            (after.status, after.staff_id.as_ref()),
            (Status::Assigned, Some(&budi.id))
        );
        assert!(after.assigned_at.is_some());
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            (talk.owner, talk.staff_id.as_ref()),
            (Owner::Agent, Some(&budi.id))
        );
        assert_eq!(talk.ticket_id.as_ref(), Some(&ticket.id));
        let history = reading!(desk, |tx| tickets::history(tx, &ticket.id).await.unwrap());
        let event = history
            .iter()
            .find(|e| e.kind == EventKind::Assigned)
            .unwrap();
        assert_eq!(event.to_value.as_deref(), Some("Budi"));
        assert_eq!(
            outbox(&desk).await,
            [("71".into(), "card".into(), "queued".into())]
        );
        assert_eq!(reading!(desk, |tx| load(tx, &budi.id).await.unwrap()), 1);

        let again = assigned(&desk, &ticket).await;
        assert_eq!(again.map(|s| s.id), Some(budi.id), "it is his already");
        assert_eq!(outbox(&desk).await.len(), 1, "and he gets no second card");
    }
}

#[tokio::test]
async fn only_who_may_and_can_is_given_work() {
    for (desk, _, _fresh) in both().await {
        let away = agent(&desk, "Away", "71").await;
        becomes(&desk, &away, Availability::Away).await;
        let offline = agent(&desk, "Offline", "72").await;
        becomes(&desk, &offline, Availability::Offline).await;
        staff_member(&desk, "Viewer", "73", Role::Viewer, None).await;
        let left = agent(&desk, "Left", "74").await;
        set(
            &desk,
            "update staff set active = false where id = $1",
            &left.id,
        )
        .await;
        let unlinked = agent(&desk, "Unlinked", "75").await;
        set(
            &desk,
            "update staff set telegram_chat_id = null where id = $1",
            &unlinked.id,
        )
        .await;
        let full = agent(&desk, "Full", "76").await;
        set(
            &desk,
            "update staff set capacity = 0 where id = $1",
            &full.id,
        )
        .await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        assert_eq!(assigned(&desk, &ticket).await, None);
        assert_eq!(now(&desk, &ticket).await.status, Status::Open);
        assert_eq!(conversation(&desk, &sari).await.owner, Owner::Queue);
        assert!(outbox(&desk).await.is_empty());
        set(
            &desk,
            "update staff set capacity = 1 where id = $1",
            &full.id,
        )
        .await;
        assert_eq!(drained(&desk).await.len(), 1);
        let other = customer(&desk, "62822", "Tono").await;
        let talk = conversation(&desk, &other).await;
        let nobody = acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_conversation(act, &rota, &talk).await.unwrap()
        });
        assert_eq!(nobody, None, "full with one");
    }
}

#[tokio::test]
async fn a_team_sees_to_its_types() {
    for (desk, _, _fresh) in both().await {
        let everybody = agent(&desk, "Ani", "71").await;
        let team = acting!(desk, |act| staff::ensure_team(act, "Teknisi")
            .await
            .unwrap());
        set(
            &desk,
            "update ticket_types set team_id = $1 where id = 'repair'",
            &team,
        )
        .await;
        let sari = customer(&desk, "62811", "Sari").await;
        let first = ticket(&desk, &sari).await;
        let taken = assigned(&desk, &first).await.map(|s| s.id);
        assert_eq!(
            taken,
            Some(everybody.id.clone()),
            "a team without members is everybody"
        );

        let technician = staff_member(&desk, "Budi", "72", Role::Agent, Some("Teknisi")).await;
        for _ in 0..2 {
            let next = ticket(&desk, &sari).await;
            let taken = assigned(&desk, &next).await.map(|s| s.id);
            assert_eq!(taken, Some(technician.id.clone()));
        }
        becomes(&desk, &technician, Availability::Away).await;
        let waits = ticket(&desk, &sari).await;
        assert_eq!(
            assigned(&desk, &waits).await,
            None,
            "others do not do a team's work"
        );
        assert!(drained(&desk).await.is_empty());
        becomes(&desk, &technician, Availability::Online).await;
        let found = drained(&desk).await;
        assert!(
            matches!(&found[..], [Assigned::Ticket(t, s)] if t.id == waits.id && s.id == technician.id)
        );
    }
}

#[tokio::test]
async fn whoever_comes_gets_the_oldest_first() {
    for (desk, clock, _fresh) in both().await {
        let people = customers(&desk, 4).await;
        let minute = std::time::Duration::from_mins(1);
        let mut order = Vec::new();
        for (n, person) in people.iter().enumerate() {
            if n == 1 {
                let talk = conversation(&desk, person).await;
                acting!(desk, |act| {
                    let rota = lock(act).await.unwrap();
                    assert_eq!(assign_conversation(act, &rota, &talk).await.unwrap(), None);
                });
                order.push(talk.id);
            } else {
                let ticket = ticket(&desk, person).await;
                assert_eq!(assigned(&desk, &ticket).await, None);
                order.push(ticket.id);
            }
            clock.advance(minute);
        }
        let budi = agent(&desk, "Budi", "71").await;
        set(
            &desk,
            "update staff set capacity = 3 where id = $1",
            &budi.id,
        )
        .await;
        let found = drained(&desk).await;
        let ids: Vec<_> = found
            .iter()
            .map(|assigned| match assigned {
                Assigned::Ticket(ticket, _) => ticket.id.clone(),
                Assigned::Conversation(talk, _) => talk.id.clone(),
            })
            .collect();
        assert_eq!(
            ids,
            order[..3],
            "the oldest first, as many as he has room for"
        );
        assert_eq!(reading!(desk, |tx| load(tx, &budi.id).await.unwrap()), 3);
        let cards = outbox(&desk)
            .await
            .into_iter()
            .filter(|row| row.1 == "card")
            .count();
        assert_eq!(cards, 3);
        acting!(desk, |act| {
            let by = Actor::Staff(budi.id.clone());
            let first = tickets::by_id(act.tx, &order[0]).await.unwrap().unwrap();
            tickets::change_status(act, &first, Status::Resolved, &by, None)
                .await
                .unwrap();
        });
        assert_eq!(drained(&desk).await.len(), 1, "who gets room gets the next");
    }
}

#[tokio::test]
async fn a_colleague_is_given_a_ticket() {
    for (desk, _, _fresh) in both().await {
        let ani = agent(&desk, "Ani", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        assigned(&desk, &ticket).await.unwrap();
        let budi = agent(&desk, "Budi", "72").await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            let kept = give(act, &rota, &Actor::System, &ticket, &budi)
                .await
                .unwrap();
            assert_eq!(
                kept.staff_id.as_ref(),
                Some(&ani.id),
                "seen waiting, and taken by Ani meanwhile"
            );
            let given = give(act, &rota, &Actor::System, &kept, &budi)
                .await
                .unwrap();
            assert_eq!(
                (given.status, given.staff_id.as_ref()),
                (Status::Assigned, Some(&budi.id))
            );
            give(act, &rota, &Actor::System, &given, &budi)
                .await
                .unwrap();
        });
        let talk = conversation(&desk, &sari).await;
        assert_eq!(talk.staff_id.as_ref(), Some(&budi.id));
        assert_eq!(posted(&desk).await, ["71 card", "71 card_edit", "72 card"]);
        assert_eq!(loads(&desk, &ani, &budi).await, (0, 1));
        let history = reading!(desk, |tx| tickets::history(tx, &ticket.id).await.unwrap());
        let last = history.last().unwrap();
        assert_eq!(
            (last.from_value.as_deref(), last.to_value.as_deref()),
            (Some("Ani"), Some("Budi"))
        );
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            let closed = tickets::change_status(act, &ticket, Status::Closed, &Actor::System, None);
            closed.await.unwrap();
            let unchanged = give(act, &rota, &Actor::System, &ticket, &ani)
                .await
                .unwrap();
            assert_eq!(
                unchanged.status,
                Status::Closed,
                "what is over is given to nobody"
            );
        });
    }
}

#[tokio::test]
async fn a_colleague_is_given_a_conversation() {
    for (desk, _, _fresh) in both().await {
        let ani = agent(&desk, "Ani", "71").await;
        let tono = customer(&desk, "62822", "Tono").await;
        let talk = conversation(&desk, &tono).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            let first = assign_conversation(act, &rota, &talk).await.unwrap();
            assert_eq!(first.map(|s| s.id).as_ref(), Some(&ani.id));
        });
        let budi = agent(&desk, "Budi", "72").await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            let kept = give_conversation(act, &rota, &talk, &budi).await.unwrap();
            assert_eq!(kept.staff_id.as_ref(), Some(&ani.id), "Ani was quicker");
            let given = give_conversation(act, &rota, &kept, &budi).await.unwrap();
            assert_eq!(given.staff_id.as_ref(), Some(&budi.id));
            give_conversation(act, &rota, &given, &budi).await.unwrap();
        });
        assert_eq!(posted(&desk).await, ["71 card", "71 card_edit", "72 card"]);
        assert_eq!(loads(&desk, &ani, &budi).await, (0, 1));
    }
}

#[tokio::test]
async fn who_goes_hands_everything_over() {
    for (desk, clock, _fresh) in both().await {
        let ani = agent(&desk, "Ani", "71").await;
        let people = customers(&desk, 3).await;
        for person in &people[..2] {
            let ticket = ticket(&desk, person).await;
            assigned(&desk, &ticket).await.unwrap();
            clock.advance(std::time::Duration::from_secs(1));
        }
        let talk = conversation(&desk, &people[2]).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_conversation(act, &rota, &talk)
                .await
                .unwrap()
                .unwrap();
        });
        let budi = agent(&desk, "Budi", "72").await;
        set(
            &desk,
            "update staff set capacity = 2 where id = $1",
            &budi.id,
        )
        .await;
        becomes(&desk, &ani, Availability::Offline).await;
        let handed = acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            hand_over(act, &rota, &ani).await.unwrap()
        });
        assert_eq!(handed.len(), 2);
        assert!(
            handed
                .iter()
                .all(|a| matches!(a, Assigned::Ticket(_, s) if s.id == budi.id))
        );
        assert_eq!(loads(&desk, &ani, &budi).await, (0, 2));
        let talk = reading!(desk, |tx| conversations::by_id(tx, &talk.id)
            .await
            .unwrap()
            .unwrap());
        assert_eq!(
            (talk.owner, talk.staff_id),
            (Owner::Queue, None),
            "no room: it waits"
        );
        assert_eq!(
            conversation(&desk, &people[0]).await.staff_id.as_ref(),
            Some(&budi.id)
        );
        let edits = outbox(&desk)
            .await
            .into_iter()
            .filter(|row| row.0 == "71" && row.1 == "card_edit")
            .count();
        assert_eq!(edits, 3, "her cards are redrawn");
    }
}

#[tokio::test]
async fn a_conversation_about_a_waiting_ticket_brings_the_ticket() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = ticket(&desk, &sari).await;
        let budi = agent(&desk, "Budi", "71").await;
        let talk = conversation(&desk, &sari).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_conversation(act, &rota, &talk)
                .await
                .unwrap()
                .unwrap();
        });
        assert_eq!(now(&desk, &ticket).await.staff_id, Some(budi.id));
    }
}

#[tokio::test]
async fn an_older_ticket_does_not_take_a_conversation_away() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let old = ticket(&desk, &sari).await;
        clock.advance(std::time::Duration::from_secs(1));
        let ani = agent(&desk, "Ani", "71").await;
        let new = ticket(&desk, &sari).await;
        assigned(&desk, &new).await.unwrap();
        let budi = agent(&desk, "Budi", "72").await;
        assert_eq!(assigned(&desk, &old).await.map(|s| s.id), Some(budi.id));
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            (talk.staff_id, talk.ticket_id),
            (Some(ani.id), Some(new.id))
        );
    }
}
