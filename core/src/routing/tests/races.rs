//! Who gets what when two connections are at it at once (PostgreSQL), and what nobody may lose by it.

use std::{collections::HashMap, time::Duration};

use super::super::*;
use crate::{
    clock::{Clock as _, SystemClock},
    conversations::{self, Owner},
    db::{is_retryable, testing},
    desk::Desk,
    messages::{self, Author},
    outbox::{Class, Content, NewRow, Prompt},
    staff::{self, Availability},
    testing::{
        both, desk,
        people::{acting, agent, contents, conversation, customer, outbox, reading, ticket, words},
    },
    tickets::{self, Actor, Priority, Status},
};

/// As long as the other one needs to run into the lock.
const MOMENT: Duration = Duration::from_millis(300);

async fn a_moment() {
    SystemClock::new().sleep(MOMENT).await;
}

async fn shared() -> (Desk, testing::Fresh) {
    let fresh = testing::postgres().await;
    let (desk, _) = desk(&fresh.db);
    (desk, fresh)
}

/// What a customer's event does: reads whose the conversation is, stores the words, and hands them to whoever has it.
async fn hears(act: &mut Act<'_>, customer_id: &str, body: &str) -> Owner {
    let channel = act.desk.settings.whatsapp.clone();
    let talk = conversations::held(act, customer_id, &channel)
        .await
        .unwrap();
    a_moment().await;
    let new = words(&talk, Author::Customer, body, body, act.now);
    let message = messages::store(act, new).await.unwrap().unwrap();
    if let (Owner::Agent, Some(staff_id)) = (talk.owner, &talk.staff_id) {
        let agent = staff::by_id(act.tx, staff_id).await.unwrap().unwrap();
        messages::relay_to_staff(act, &message, &agent)
            .await
            .unwrap();
    }
    talk.owner
}

async fn relays(desk: &Desk) -> usize {
    let rows = outbox(desk).await;
    rows.iter().filter(|row| row.1 == "relay").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn words_do_not_fall_between_the_queue_and_the_agent() {
    for customer_first in [true, false] {
        let (desk, _fresh) = shared().await;
        let sari = customer(&desk, "62811", "Sari").await;
        let talk = conversation(&desk, &sari).await;
        acting!(desk, |act| conversations::to_queue(act, &talk)
            .await
            .unwrap());
        agent(&desk, "Budi", "71").await;
        let later = Desk {
            clock: std::sync::Arc::new(crate::clock::MovableClock::starting_at(
                desk.clock.now().plus(Duration::from_secs(1)),
            )),
            ..desk.clone()
        };
        let writes = async {
            if !customer_first {
                a_moment().await;
            }
            acting!(later, |act| hears(act, &sari.id, "halo").await)
        };
        let comes = async {
            if customer_first {
                a_moment().await;
            }
            acting!(desk, |act| {
                let rota = lock(act).await.unwrap();
                let assigned = drain_queue(act, &rota).await.unwrap();
                if !customer_first {
                    a_moment().await;
                    a_moment().await;
                }
                assigned.len()
            })
        };
        let (owner, assigned) = tokio::join!(writes, comes);
        assert_eq!(assigned, 1);
        let expected = if customer_first {
            Owner::Queue
        } else {
            Owner::Agent
        };
        assert_eq!(owner, expected);
        assert_eq!(
            relays(&desk).await,
            1,
            "handed once, customer first: {customer_first}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_ask_for_the_next_one_has_it() {
    let (desk, _fresh) = shared().await;
    let sari = customer(&desk, "62811", "Sari").await;
    let waiting = ticket(&desk, &sari).await;
    let tono = customer(&desk, "62822", "Tono").await;
    let talk = conversation(&desk, &tono).await;
    let talk = acting!(desk, |act| conversations::to_queue(act, &talk)
        .await
        .unwrap());
    let ani = agent(&desk, "Ani", "71").await;
    let budi = agent(&desk, "Budi", "72").await;
    // Both saw it waiting before either of them took it.
    let takes = |me: staff::Staff| {
        let (desk, waiting, talk) = (desk.clone(), waiting.clone(), talk.clone());
        async move {
            acting!(desk, |act| {
                let rota = lock(act).await.unwrap();
                let ticket = give(act, &rota, &Actor::System, &waiting, &me)
                    .await
                    .unwrap();
                let talk = give_conversation(act, &rota, &talk, &me).await.unwrap();
                a_moment().await;
                (ticket.staff_id, talk.staff_id)
            })
        }
    };
    let (one, other) = tokio::join!(takes(ani), takes(budi));
    assert_eq!(one, other, "both are told the same");
    assert!(one.0.is_some() && one.0 == one.1);
    let cards = outbox(&desk).await;
    assert_eq!(cards.iter().filter(|row| row.1 == "card").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transfer_and_a_press_do_not_undo_each_other() {
    let (desk, _fresh) = shared().await;
    let sari = customer(&desk, "62811", "Sari").await;
    let ani = agent(&desk, "Ani", "71").await;
    let its = ticket(&desk, &sari).await;
    acting!(desk, |act| {
        let rota = lock(act).await.unwrap();
        assign_ticket(act, &rota, &its).await.unwrap().unwrap();
    });
    let budi = agent(&desk, "Budi", "72").await;
    let seen = reading!(desk, |tx| tickets::by_id(tx, &its.id)
        .await
        .unwrap()
        .unwrap());
    let transfer = async {
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            give(act, &rota, &Actor::System, &seen, &budi)
                .await
                .unwrap();
            a_moment().await;
            a_moment().await;
        });
    };
    let press = async {
        a_moment().await;
        acting!(desk, |act| {
            let by = Actor::Staff(ani.id.clone());
            let urgent = tickets::set_priority(act, &seen, Priority::Urgent, &by)
                .await
                .unwrap();
            assert_eq!(urgent.staff_id.as_ref(), Some(&budi.id));
            tickets::change_status(act, &seen, Status::InProgress, &by, None)
                .await
                .unwrap();
        });
    };
    tokio::join!(transfer, press);
    let after = reading!(desk, |tx| tickets::by_id(tx, &its.id)
        .await
        .unwrap()
        .unwrap());
    assert_eq!(after.staff_id, Some(budi.id), "the transfer stands");
    assert_eq!(
        (after.status, after.priority),
        (Status::InProgress, Priority::Urgent)
    );
}

async fn first_relay_is_refused(desk: &Desk) {
    let refuse = "update outbox set state = 'failed'
        where seq = (select min(seq) from outbox where kind = 'relay')";
    acting!(desk, |act| db::run!(&mut *act.tx, |c| sqlx::query(refuse)
        .execute(c)
        .await
        .map(drop))
    .unwrap());
}

#[tokio::test]
async fn who_cannot_be_reached_loses_nobodys_words() {
    for (desk, clock, _fresh) in both().await {
        let ani = agent(&desk, "Ani", "71").await;
        let sari = customer(&desk, "62811", "Sari").await;
        let its = ticket(&desk, &sari).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_ticket(act, &rota, &its).await.unwrap().unwrap();
        });
        let tono = customer(&desk, "62822", "Tono").await;
        let talk = conversation(&desk, &tono).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_conversation(act, &rota, &talk)
                .await
                .unwrap()
                .unwrap();
        });
        for (person, body) in [(&sari, "refused"), (&sari, "waits"), (&tono, "also")] {
            clock.advance(Duration::from_secs(1));
            let talk = conversation(&desk, person).await;
            acting!(desk, |act| {
                let mut new = words(&talk, Author::Customer, body, body, act.now);
                new.ticket_id.clone_from(&talk.ticket_id);
                let message = messages::store(act, new).await.unwrap().unwrap();
                messages::relay_to_staff(act, &message, &ani).await.unwrap();
            });
        }
        first_relay_is_refused(&desk).await;
        clock.advance(Duration::from_secs(1));
        acting!(desk, |act| unreachable(act, "71").await.unwrap());
        acting!(desk, |act| unreachable(act, "71").await.unwrap());
        let gone = reading!(desk, |tx| staff::by_id(tx, &ani.id).await.unwrap().unwrap());
        assert_eq!(gone.availability, Availability::Offline);
        let rows = outbox(&desk).await;
        let open = |chat: &str| {
            rows.iter()
                .filter(|row| row.0 == chat && row.2 == "queued")
                .count()
        };
        assert_eq!(open("71"), 0, "nothing more is tried there");
        assert_eq!(conversation(&desk, &tono).await.owner, Owner::Queue);

        clock.advance(Duration::from_mins(5));
        agent(&desk, "Budi", "72").await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assert_eq!(drain_queue(act, &rota).await.unwrap().len(), 2);
        });
        let got = contents(&desk, "72").await;
        let relayed = got.iter().filter(|row| row.contains("relay")).count();
        assert_eq!(relayed, 3, "every word, once: {got:?}");
    }
}

#[tokio::test]
async fn reopening_leaves_a_colleagues_conversation_alone() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let old = ticket(&desk, &sari).await;
        acting!(desk, |act| tickets::change_status(
            act,
            &old,
            Status::Closed,
            &Actor::System,
            None
        )
        .await
        .unwrap());
        let ani = agent(&desk, "Ani", "71").await;
        let talk = conversation(&desk, &sari).await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            assign_conversation(act, &rota, &talk)
                .await
                .unwrap()
                .unwrap();
        });
        let budi = agent(&desk, "Budi", "72").await;
        acting!(desk, |act| {
            let rota = lock(act).await.unwrap();
            let open = tickets::reopen(act, &old, &Actor::Staff(budi.id.clone()))
                .await
                .unwrap();
            let given = give(act, &rota, &Actor::System, &open, &budi)
                .await
                .unwrap();
            assert_eq!(given.staff_id.as_ref(), Some(&budi.id));
        });
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            (talk.staff_id, talk.ticket_id),
            (Some(ani.id), None),
            "Ani is in the middle of it"
        );
    }
}

#[tokio::test]
async fn nothing_more_goes_to_a_chat_that_cannot_be_reached() {
    for (desk, _, _fresh) in both().await {
        let ani = agent(&desk, "Ani", "71").await;
        acting!(desk, |act| {
            let channel = act.desk.settings.telegram.clone();
            let content = Content::Prompt(Prompt::text(crate::markup::Markup::plain("news")));
            let row = NewRow::new(&channel, "71", Class::Notice, content);
            crate::outbox::enqueue(act, row).await.unwrap();
            unreachable(act, "no such chat").await.unwrap();
        });
        let here = reading!(desk, |tx| staff::by_id(tx, &ani.id).await.unwrap().unwrap());
        assert_eq!(here.availability, Availability::Online, "another chat");
        acting!(desk, |act| unreachable(act, "71").await.unwrap());
        assert_eq!(
            outbox(&desk).await,
            [("71".into(), "prompt".into(), "cancelled".into())]
        );
    }
}

/// Two processes (on SQLite: two tasks) assign 40 tickets each over three agents.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_are_as_fair_as_one() {
    for (desk, _, _fresh) in both().await {
        for (n, name) in ["Ani", "Budi", "Citra"].into_iter().enumerate() {
            let one = agent(&desk, name, &format!("7{n}")).await;
            super::set(
                &desk,
                "update staff set capacity = 100 where id = $1",
                &one.id,
            )
            .await;
        }
        let people = super::customers(&desk, 8).await;
        let mut halves = [Vec::new(), Vec::new()];
        for n in 0..80 {
            halves[n % 2].push(ticket(&desk, &people[n % 8]).await);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for half in halves {
            let desk = desk.clone();
            tasks.spawn(async move {
                let mut counts: HashMap<String, usize> = HashMap::new();
                for ticket in half {
                    let name = insisting(&desk, &ticket).await;
                    *counts.entry(name).or_default() += 1;
                }
                counts
            });
        }
        let mut counts: HashMap<String, usize> = HashMap::new();
        for half in tasks.join_all().await {
            for (name, count) in half {
                *counts.entry(name).or_default() += count;
            }
        }
        let (most, least) = (
            counts.values().max().unwrap(),
            counts.values().min().unwrap(),
        );
        assert!(counts.len() == 3 && most - least <= 1, "{counts:?}");
        assert_eq!(counts.values().sum::<usize>(), 80);
    }
}

/// Assigns as the owner of a transaction does: once more when PostgreSQL says that two were in each other's way.
async fn insisting(desk: &Desk, ticket: &Ticket) -> String {
    loop {
        let mut tx = desk.db.write().await.unwrap();
        let act = &mut desk.act(&mut tx);
        let done = async {
            let rota = lock(act).await?;
            assign_ticket(act, &rota, ticket).await
        };
        match done.await {
            Ok(agent) => {
                tx.commit().await.unwrap();
                return agent.expect("there is room").name;
            }
            Err(error) => assert!(is_retryable(&error), "{error}"),
        }
    }
}
