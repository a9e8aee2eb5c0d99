//! Messages, on both databases.

use super::*;
use crate::{
    conversations::Conversation,
    desk::Desk,
    media,
    outbox::{MediaKind, State},
    testing::{
        both,
        people::{acting, agent, contents, conversation, customer, outbox, reading, ticket, words},
    },
};

async fn says(desk: &Desk, talk: &Conversation, external_id: &str, body: &str) -> Message {
    acting!(desk, |act| {
        let new = words(talk, Author::Customer, external_id, body, act.now);
        store(act, new).await.unwrap().expect("it is new")
    })
}

#[tokio::test]
async fn a_message_is_stored_once() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let talk = conversation(&desk, &sari).await;
        let stored = acting!(desk, |act| {
            let channel = talk.channel.clone();
            let photo = media::want(act, &channel, "p1", MediaKind::Image, None, None);
            let media_id = Some(photo.await.unwrap());
            let new = words(
                &talk,
                Author::Customer,
                "wamid.1",
                "modem <b>mati</b>",
                Millis(5_000),
            );
            let new = NewMessage {
                kind: Kind::Image,
                media_id,
                details: Some("{}".into()),
                quotes: Some("wamid.0".into()),
                ..new
            };
            store(act, new).await.unwrap().unwrap()
        });
        let again = acting!(desk, |act| {
            let new = words(&talk, Author::Customer, "wamid.1", "modem", act.now);
            store(act, new).await.unwrap()
        });
        assert_eq!(again, None);
        let found = reading!(desk, |tx| find(tx, &talk.channel, "", "wamid.1")
            .await
            .unwrap());
        assert_eq!(found.as_ref(), Some(&stored));
        let read = reading!(desk, |tx| by_id(tx, &stored.id).await.unwrap());
        assert_eq!(read, found);
        acting!(desk, |act| {
            let new = words(&talk, Author::Agent, "wamid.2", "sebentar", Millis(7_000));
            store(act, new).await.unwrap();
            let late = words(&talk, Author::Customer, "wamid.3", "halo?", Millis(4_000));
            store(act, late).await.unwrap();
        });
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            talk.last_customer_at,
            Some(Millis(5_000)),
            "the latest counts"
        );
        assert_eq!(talk.last_staff_at, Some(Millis(7_000)));
    }
}

#[tokio::test]
async fn messages_are_listed_oldest_first_edited_and_taken_back() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let talk = conversation(&desk, &sari).await;
        let mut all = Vec::new();
        for (id, body) in [("w1", "satu"), ("w2", "dua"), ("w3", "tiga")] {
            all.push(says(&desk, &talk, id, body).await);
            clock.advance(Duration::from_secs(1));
        }
        let ticket = ticket(&desk, &sari).await;
        acting!(desk, |act| {
            store::attach(act.tx, &all[2].id, &ticket.id, &sari.id)
                .await
                .unwrap();
            store::attach(act.tx, &all[0].id, &ticket.id, "somebody else")
                .await
                .unwrap();
            edited(act, &all[1], "dua!").await.unwrap();
            revoked(act, &all[2]).await.unwrap();
        });
        reading!(desk, |tx| {
            let last_two = of_conversation(tx, &talk.id, 2).await.unwrap();
            let bodies: Vec<_> = last_two.iter().map(|m| m.body.as_str()).collect();
            assert_eq!(bodies, ["dua!", "tiga"]);
            assert!(last_two[0].edited_at.is_some() && last_two[0].revoked_at.is_none());
            assert!(last_two[1].revoked_at.is_some());
            let of_ticket = of_ticket(tx, &ticket.id, 10).await.unwrap();
            assert_eq!(
                of_ticket.len(),
                1,
                "nobody attaches other people's messages"
            );
            assert_eq!(of_ticket[0].id, all[2].id);
        });
    }
}

#[tokio::test]
async fn the_first_of_a_burst_carries_the_name() {
    for (desk, clock, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let (sari, tono) = (
            customer(&desk, "62811", "Sari").await,
            customer(&desk, "62822", "Tono").await,
        );
        let (saris, tonos) = (
            conversation(&desk, &sari).await,
            conversation(&desk, &tono).await,
        );
        acting!(desk, |act| {
            let later = act.now.plus(BURST);
            staff::focus(act, &budi, Some(&sari.id), later)
                .await
                .unwrap();
        });
        let turns = [
            (&saris, "1", 0),
            (&saris, "2", 60),
            (&tonos, "3", 0),
            (&saris, "4", 0),
            (&saris, "5", 601),
        ];
        for (talk, id, pause) in turns {
            clock.advance(Duration::from_secs(pause));
            let message = says(&desk, talk, id, "halo").await;
            acting!(desk, |act| {
                let budi = staff::by_id(act.tx, &budi.id).await.unwrap().unwrap();
                relay_to_staff(act, &message, &budi).await.unwrap();
                let budi = staff::by_id(act.tx, &budi.id).await.unwrap().unwrap();
                assert_eq!(
                    budi.focus_customer_id.is_some(),
                    ["1", "2"].contains(&id),
                    "turn {id}"
                );
            });
        }
        let relays = contents(&desk, "71").await;
        let headings: Vec<_> = relays
            .iter()
            .map(|c| c.contains(r#""heading":true"#))
            .collect();
        assert_eq!(headings, [true, false, true, true, true]);
    }
}

#[tokio::test]
async fn an_answer_goes_to_the_customer_and_is_followed() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let talk = conversation(&desk, &sari).await;
        let answer = acting!(desk, |act| {
            let new = words(&talk, Author::Agent, "9", "Selamat siang", act.now);
            let answer = store(act, new).await.unwrap().unwrap();
            assert_eq!(delivery(act.tx, &answer.id).await.unwrap(), None);
            let told = relay_to_customer(act, &answer).await.unwrap();
            assert!(matches!(told, Told::Queued(_)));
            answer
        });
        let state = reading!(desk, |tx| delivery(tx, &answer.id)
            .await
            .unwrap()
            .unwrap()
            .state);
        assert_eq!(state, State::Queued);
        clock.advance(Duration::from_hours(25));
        let told = acting!(desk, |act| relay_to_customer(act, &answer).await.unwrap());
        assert!(matches!(told, Told::Parked(_)));
        let rows = outbox(&desk).await;
        assert_eq!(rows[1], (sari.id.clone(), "relay".into(), "parked".into()));
    }
}
