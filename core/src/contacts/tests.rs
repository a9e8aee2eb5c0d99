//! Who is who, on both databases.

use super::*;
use crate::{
    conversations::{self, Owner},
    db::is_retryable,
    desk::Desk,
    markup::Markup,
    outbox::{Class, Content, Prompt},
    sessions,
    testing::{
        both,
        people::{
            acting, agent, contents, conversation, customer, number, outbox, reading, ticket,
        },
    },
    tickets,
};

fn identity(wa_id: Option<&str>, user_id: Option<&str>) -> Identity {
    Identity {
        wa_id: wa_id.map(str::to_owned),
        user_id: user_id.map(str::to_owned),
    }
}

async fn met(desk: &Desk, wa_id: Option<&str>, user_id: Option<&str>, name: Option<&str>) -> Met {
    acting!(desk, |act| meet(act, &identity(wa_id, user_id), name)
        .await
        .unwrap())
}

#[tokio::test]
async fn the_same_person_is_met_once() {
    for (desk, _, _fresh) in both().await {
        let first = met(&desk, Some("6281234567890"), None, None).await;
        assert!(first.is_new);
        assert_eq!(first.customer.name, "+62 812-3456-7890");
        let named = met(&desk, Some("6281234567890"), None, Some(" Sari ")).await;
        assert!(!named.is_new);
        assert_eq!(named.customer.id, first.customer.id);
        assert_eq!(named.customer.name, "Sari");
        let renamed = met(&desk, Some("6281234567890"), None, Some("Sari W")).await;
        assert_eq!(renamed.customer.name, "Sari", "a name that was told stays");
        let both_keys = met(&desk, Some("6281234567890"), Some("ID.1"), None).await;
        assert_eq!(both_keys.customer.id, first.customer.id);
        let by_user = met(&desk, None, Some("ID.1"), None).await;
        assert_eq!(by_user.customer.id, first.customer.id);
        let known = reading!(desk, |tx| super::identity(tx, &first.customer.id)
            .await
            .unwrap());
        assert_eq!(known, identity(Some("6281234567890"), Some("ID.1")));
        let mut tx = desk.db.write().await.unwrap();
        let nobody = meet(&mut desk.act(&mut tx), &Identity::default(), None).await;
        assert!(nobody.is_err(), "a contact without any key is nobody");
    }
}

#[tokio::test]
async fn a_known_user_takes_a_new_number_along() {
    for (desk, _, _fresh) in both().await {
        let first = met(&desk, Some("62811"), Some("ID.1"), Some("Sari")).await;
        let moved = met(&desk, Some("62822"), Some("ID.1"), None).await;
        assert_eq!(moved.customer.id, first.customer.id);
        let known = reading!(desk, |tx| super::identity(tx, &first.customer.id)
            .await
            .unwrap());
        assert_eq!(known.wa_id.as_deref(), Some("62822"));
        let old_number = met(&desk, Some("62811"), None, None).await;
        assert!(old_number.is_new, "the old number is nobody's");
    }
}

#[tokio::test]
async fn a_recycled_number_is_a_new_person() {
    for (desk, _, _fresh) in both().await {
        let first = met(&desk, Some("62811"), Some("ID.1"), Some("Sari")).await;
        let second = met(&desk, Some("62811"), Some("ID.2"), Some("Tono")).await;
        assert!(second.is_new);
        assert_eq!(second.recycled.as_ref(), Some(&first.customer.id));
        assert_ne!(second.customer.id, first.customer.id);
        let third = met(&desk, Some("62811"), None, None).await;
        assert_eq!(third.customer.id, second.customer.id);
        assert_eq!(third.recycled, None);
        // A user who is known already takes over somebody else's number.
        let other = met(&desk, Some("62833"), Some("ID.3"), Some("Rina")).await;
        let taken = met(&desk, Some("62811"), Some("ID.3"), None).await;
        assert_eq!(taken.customer.id, other.customer.id);
        assert_eq!(taken.recycled.as_ref(), Some(&second.customer.id));
    }
}

#[tokio::test]
async fn two_records_of_one_person_become_one() {
    for (desk, clock, _fresh) in both().await {
        let old = customer(&desk, "62811", "Sari").await;
        clock.advance(std::time::Duration::from_secs(1));
        let young = met(&desk, None, Some("ID.1"), Some("sari.w"))
            .await
            .customer;
        let (old_talk, young_talk) = (
            conversation(&desk, &old).await,
            conversation(&desk, &young).await,
        );
        let ticket = ticket(&desk, &young).await;
        let budi = agent(&desk, "Budi", "71").await;
        acting!(desk, |act| {
            conversations::to_agent(act, &young_talk, &budi.id, Some(&ticket.id))
                .await
                .unwrap();
            let person = format!("customer:{}", old.id);
            sessions::save(act, &person, 1, &"old").await.unwrap();
            opened_window(act, &mut young.clone(), act.now)
                .await
                .unwrap();
            set_locale(act, &young.id, Locale::En).await.unwrap();
            crate::staff::focus(act, &budi, Some(&young.id), act.now)
                .await
                .unwrap();
        });
        clock.advance(std::time::Duration::from_secs(1));
        acting!(desk, |act| {
            sessions::save(act, &format!("customer:{}", young.id), 1, &"young")
                .await
                .unwrap();
            let young = by_id(act.tx, &young.id).await.unwrap().unwrap();
            let said = Content::Prompt(Prompt::text(Markup::plain("halo")));
            tell(act, &young, Class::Notice, said, Refs::default())
                .await
                .unwrap();
        });

        let one = met(&desk, Some("62811"), Some("ID.1"), None).await;
        assert_eq!(one.customer.id, old.id, "the older record stays");
        assert!(!one.is_new && one.recycled.is_none());
        assert_eq!(one.customer.locale, Some(Locale::En));
        reading!(desk, |tx| {
            assert_eq!(by_id(tx, &young.id).await.unwrap(), None);
            let open = conversations::open_of(tx, &old.id).await.unwrap().unwrap();
            assert_eq!(open.id, young_talk.id, "the one with the agent stays open");
            let closed = conversations::by_id(tx, &old_talk.id).await.unwrap();
            assert!(closed.is_some_and(|c| c.customer_id == old.id));
            let theirs = tickets::owned(tx, &old.id, &ticket.id).await.unwrap();
            assert!(theirs.is_some());
            let person = format!("customer:{}", old.id);
            let state = sessions::load::<String>(tx, &person, 1).await.unwrap();
            assert!(matches!(state, sessions::Loaded::State(s, _) if s == "young"));
            let budi = crate::staff::by_id(tx, &budi.id).await.unwrap().unwrap();
            assert_eq!(budi.focus_customer_id.as_ref(), Some(&old.id));
        });
        assert!(outbox(&desk).await.iter().any(|(to, ..)| *to == old.id));
        assert!(!outbox(&desk).await.iter().any(|(to, ..)| *to == young.id));
    }
}

#[tokio::test]
async fn of_two_bots_conversations_the_older_stays() {
    for (desk, clock, _fresh) in both().await {
        let old = customer(&desk, "62811", "Sari").await;
        let young = met(&desk, None, Some("ID.1"), None).await.customer;
        let young_talk = conversation(&desk, &young).await;
        clock.advance(std::time::Duration::from_secs(1));
        conversation(&desk, &old).await;
        met(&desk, Some("62811"), Some("ID.1"), None).await;
        let open = reading!(desk, |tx| conversations::open_of(tx, &old.id)
            .await
            .unwrap()
            .unwrap());
        assert_eq!((open.id, open.owner), (young_talk.id, Owner::Bot));
    }
}

#[tokio::test]
async fn the_platform_tells_of_a_new_number() {
    for (desk, _, _fresh) in both().await {
        let sari = met(&desk, Some("62811"), Some("ID.1"), Some("Sari"))
            .await
            .customer;
        let now = acting!(desk, |act| change_identity(
            act,
            &sari.id,
            &identity(Some("62822"), Some("ID.9"))
        )
        .await
        .unwrap());
        assert_eq!(now, sari.id);
        let known = reading!(desk, |tx| super::identity(tx, &sari.id).await.unwrap());
        assert_eq!(known, identity(Some("62822"), Some("ID.9")));
        assert!(met(&desk, Some("62811"), None, None).await.is_new);
        // The new number is a customer of its own already: they are one.
        let other = met(&desk, Some("62844"), None, Some("Sari")).await.customer;
        let now = acting!(desk, |act| change_identity(
            act,
            &other.id,
            &number("62822")
        )
        .await
        .unwrap());
        assert_eq!(now, sari.id);
    }
}

/// Many connections meet somebody at once; each tries again when PostgreSQL says that two were in each other's way.
async fn met_at_once(desk: &Desk, who: Vec<Identity>) -> Vec<Met> {
    let mut tasks = tokio::task::JoinSet::new();
    for who in who {
        let desk = desk.clone();
        tasks.spawn(async move {
            loop {
                let mut tx = desk.db.write().await.unwrap();
                match meet(&mut desk.act(&mut tx), &who, Some("Sari")).await {
                    Ok(met) => {
                        tx.commit().await.unwrap();
                        return met;
                    }
                    Err(error) => assert!(is_retryable(&error), "{error}"),
                }
            }
        });
    }
    tasks.join_all().await
}

fn who_they_are(met: &[Met]) -> std::collections::HashSet<&str> {
    met.iter().map(|m| m.customer.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_writes_twice_at_once_is_one_customer() {
    for (desk, _, _fresh) in both().await {
        let users = (0..16).map(|turn| (turn % 2 == 0).then_some("ID.1"));
        let who = users.map(|user| identity(Some("62811"), user)).collect();
        let met = met_at_once(&desk, who).await;
        assert_eq!(who_they_are(&met).len(), 1, "one customer");
        assert_eq!(met.iter().filter(|m| m.is_new).count(), 1, "met once");
        let sql = "select count(*) from customers";
        let customers: i64 = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .fetch_one(c)
            .await)
        .unwrap());
        assert_eq!(customers, 1, "nobody is left over from lost races");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_records_that_meet_at_once_become_one() {
    for (desk, _, _fresh) in both().await {
        met(&desk, Some("62811"), None, Some("Sari")).await;
        met(&desk, None, Some("ID.1"), Some("Sari")).await;
        let who = vec![identity(Some("62811"), Some("ID.1")); 8];
        let met = met_at_once(&desk, who).await;
        assert_eq!(who_they_are(&met).len(), 1);
        assert!(met.iter().all(|m| !m.is_new && m.recycled.is_none()));
    }
}

fn relay(message_id: &str) -> Content {
    Content::Relay {
        message_id: message_id.into(),
        heading: false,
    }
}

async fn told(desk: &Desk, customer: &Customer, class: Class, content: Content) -> Told {
    acting!(desk, |act| {
        tell(act, customer, class, content, Refs::default())
            .await
            .unwrap()
    })
}

async fn opened(desk: &Desk, customer: &Customer, at: Millis) {
    acting!(desk, |act| opened_window(act, &mut customer.clone(), at)
        .await
        .unwrap());
}

#[tokio::test]
async fn outside_the_window_words_wait_and_notices_need_a_template() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let notice = Content::Prompt(Prompt::text(Markup::plain("Tiket\nsudah  selesai")));
        let inside = told(&desk, &sari, Class::Conversation, relay("m1")).await;
        assert!(matches!(inside, Told::Queued(_)));

        clock.advance(std::time::Duration::from_mins(24 * 60 - 2));
        let words = told(&desk, &sari, Class::Conversation, relay("m2")).await;
        assert!(matches!(words, Told::Parked(_)));
        let untold = told(&desk, &sari, Class::Notice, notice.clone()).await;
        assert_eq!(untold, Told::NotSent);
        let mut with_template = desk.clone();
        let mut settings = (*desk.settings).clone();
        settings.notice_template = Some(("notice".into(), "id".into()));
        with_template.settings = std::sync::Arc::new(settings);
        let templated = told(&with_template, &sari, Class::Notice, notice).await;
        assert!(matches!(templated, Told::Templated(_)));
        let rows = contents(&desk, &sari.id).await;
        let flat = rows[2].contains("Tiket sudah selesai");
        assert!(flat, "flat, as Meta wants values: {}", rows[2]);

        clock.advance(std::time::Duration::from_hours(1));
        opened(&desk, &sari, desk.clock.now()).await;
        let states: Vec<_> = outbox(&desk).await.into_iter().map(|row| row.2).collect();
        assert_eq!(states, ["queued"; 3], "what was parked goes out");
        let before = sari.window_opened_at;
        opened(&desk, &sari, before.unwrap()).await;
        let sari = reading!(desk, |tx| by_id(tx, &sari.id).await.unwrap().unwrap());
        assert!(sari.window_opened_at > before, "the latest message counts");
    }
}

#[tokio::test]
async fn what_was_parked_longer_than_a_day_stays() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        clock.advance(std::time::Duration::from_hours(30));
        told(&desk, &sari, Class::Conversation, relay("m")).await;
        let yesterday = desk.clock.now().minus(WINDOW);
        opened(&desk, &sari, yesterday).await;
        let state = outbox(&desk).await[0].2.clone();
        assert_eq!(
            state, "parked",
            "a message from yesterday opens no window today"
        );
        clock.advance(std::time::Duration::from_hours(25));
        opened(&desk, &sari, desk.clock.now()).await;
        let state = outbox(&desk).await[0].2.clone();
        assert_eq!(state, "parked", "too old to go out by itself");
    }
}

#[tokio::test]
async fn people_are_spoken_to_in_their_language() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let language = |customer: &Customer, wa_id: Option<&str>| {
            speaks(customer, &identity(wa_id, Some("XX.1")), &desk.settings)
        };
        assert_eq!(language(&sari, Some("6281234567890")), Locale::Id);
        assert_eq!(language(&sari, Some("14155550100")), Locale::En);
        assert_eq!(language(&sari, None), desk.settings.locale);
        acting!(desk, |act| set_locale(act, &sari.id, Locale::En)
            .await
            .unwrap());
        let sari = reading!(desk, |tx| by_id(tx, &sari.id).await.unwrap().unwrap());
        assert_eq!(language(&sari, Some("6281234567890")), Locale::En);
    }
}

#[test]
fn numbers_are_shown_as_people_read_them() {
    assert_eq!(format_phone("6281234567890"), "+62 812-3456-7890");
    assert_eq!(format_phone("14155550100"), "+1 415-555-0100");
    assert_eq!(format_phone("1"), "+1");
    assert_eq!(format_phone("99999"), "+99999");
}
