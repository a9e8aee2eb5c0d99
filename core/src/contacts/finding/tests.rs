//! Who is found by what, in every list that is searched, on both databases.

use super::*;
use crate::{
    accounts::Contract,
    casework::talks::{self, Which},
    contacts::{
        Customer,
        book::{self, Details},
        meet,
    },
    db::run,
    desk::Desk,
    people,
    testing::{
        both,
        people::{acting, conversation, customer, number, reading, ticket},
    },
    tickets::{
        Actor,
        listing::{self, Group, Wanted},
    },
};

const SARI: &str = "6281234567890";
const JOSE: &str = "6285712349999";

/// The names of whom the book has for this.
async fn in_book(desk: &Desk, words: &str) -> Vec<String> {
    acting!(desk, |act| {
        let (found, more) = book::search(act, words, None).await.unwrap();
        assert!(!more);
        found.into_iter().map(|one| one.name).collect()
    })
}

/// The names of whoever talks, for this.
async fn talking(desk: &Desk, words: &str) -> Vec<String> {
    acting!(desk, |act| {
        let (found, _) = talks::list(act, Which::Named(words, None), None)
            .await
            .unwrap();
        let mut names: Vec<_> = found.into_iter().map(|one| one.customer_name).collect();
        names.dedup();
        names
    })
}

/// The names beside the tickets that are found by this.
async fn with_ticket(desk: &Desk, words: &str, group: Group) -> Vec<String> {
    let wanted = Wanted {
        group,
        priority: None,
        type_id: None,
        staff_id: None,
        customer_id: None,
        words,
        seen_by: None,
        after: None,
    };
    reading!(desk, |tx| {
        let (found, _) = listing::list(tx, &wanted, desk.clock.now()).await.unwrap();
        found.into_iter().map(|one| one.customer_name).collect()
    })
}

/// How many words lead to a customer.
async fn words_of(desk: &Desk, id: &str) -> i64 {
    let sql = "select count(*) from customer_words where customer_id = $1";
    reading!(desk, |tx| run!(tx, |c| sqlx::query_scalar(sql)
        .bind(id)
        .fetch_one(c)
        .await)
    .unwrap())
}

async fn changed(desk: &Desk, customer: &Customer, name: &str, account: Option<&str>) {
    let details = Details {
        name: name.into(),
        contract: Contract {
            account_number: account.map(str::to_owned),
            ..Contract::default()
        },
        ..Details::default()
    };
    acting!(desk, |act| book::change(
        act,
        &Actor::System,
        &customer.id,
        &details
    )
    .await
    .unwrap());
}

#[tokio::test]
async fn people_are_found_by_the_beginnings_of_their_words() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari Wulandari").await;
        let jose = customer(&desk, JOSE, "José Ñuñez-Çelik").await;
        ticket(&desk, &sari).await;
        ticket(&desk, &jose).await;
        let (sari, jose) = (sari.name, jose.name);
        for (words, names) in [
            ("sari", vec![&sari]),
            ("WULAN", vec![&sari]),
            (" wul  SAR ", vec![&sari]),
            ("sari tono", vec![]),
            ("jose", vec![&jose]),
            ("josé nu", vec![&jose]),
            ("Celik", vec![&jose]),
            ("arina", vec![]),
            ("tono", vec![]),
            ("%", vec![]),
            ("_\\'\"", vec![]),
            ("2345-6789-0", vec![]),
        ] {
            assert_eq!(in_book(&desk, words).await, vec_of(&names), "{words}");
            assert_eq!(talking(&desk, words).await, vec_of(&names), "{words}");
            for group in [Group::All, Group::Open] {
                let found = with_ticket(&desk, words, group).await;
                assert_eq!(found, vec_of(&names), "{words}");
            }
        }
        // In a ticket's title words are found wherever they stand, in the customer's name they are beginnings.
        assert_eq!(with_ticket(&desk, "net ati", Group::All).await.len(), 2);
        assert!(
            with_ticket(&desk, "net nothing", Group::All)
                .await
                .is_empty()
        );
        assert!(with_ticket(&desk, "sari", Group::Done).await.is_empty());
    }
}

fn vec_of(names: &[&String]) -> Vec<String> {
    names.iter().map(|name| (*name).clone()).collect()
}

#[tokio::test]
async fn numbers_are_found_by_a_part() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari").await;
        let jose = customer(&desk, JOSE, "José").await;
        changed(&desk, &sari, "Sari", Some("PLG-1-0001234")).await;
        ticket(&desk, &jose).await;
        for (digits, names) in [
            ("0812-3456-7890", vec![&sari]),
            ("6281234567890", vec![&sari]),
            ("0812-3456", vec![&sari]),
            ("+62 812 34", vec![&sari]),
            ("67890", vec![&sari]),
            ("9999", vec![&jose]),
            ("2349 999", vec![&jose]),
            ("0899-9999", vec![]),
            ("99", vec![]),
            ("plg-1-0001234", vec![&sari]),
            ("PLG-1", vec![&sari]),
            ("0001", vec![&sari]),
            ("234", vec![&sari]),
        ] {
            let names: Vec<_> = names.iter().map(|one| one.name.clone()).collect();
            assert_eq!(in_book(&desk, digits).await, names, "{digits}");
        }
        assert_eq!(talking(&desk, "2349999").await, ["José"]);
        let nameless = acting!(desk, |act| meet(act, &number("6281377776666"), None)
            .await
            .unwrap()
            .customer);
        assert_eq!(in_book(&desk, "7777").await, [nameless.name]);
    }
}

#[tokio::test]
async fn whoever_is_called_otherwise_is_found_so() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari").await;
        changed(&desk, &sari, "Rina Lestari", Some("A-77")).await;
        assert!(in_book(&desk, "sari").await.is_empty());
        assert_eq!(in_book(&desk, "les ri").await, ["Rina Lestari"]);
        assert_eq!(in_book(&desk, "a-77").await, ["Rina Lestari"]);
        changed(&desk, &sari, "Rina", None).await;
        assert!(in_book(&desk, "a-77").await.is_empty());
        acting!(desk, |act| book::remove(act, &Actor::System, &sari.id)
            .await
            .unwrap());
        assert!(in_book(&desk, "rina").await.is_empty());
        assert_eq!(words_of(&desk, &sari.id).await, 0);
    }
}

#[tokio::test]
async fn of_two_who_were_one_the_words_stay_with_one() {
    for (desk, clock, _fresh) in both().await {
        let old = customer(&desk, SARI, "Sari").await;
        clock.advance(std::time::Duration::from_secs(5));
        let user = super::super::Identity {
            wa_id: None,
            user_id: Some("ID.1".into()),
        };
        let young = acting!(desk, |act| meet(act, &user, Some("Wulan"))
            .await
            .unwrap()
            .customer);
        changed(&desk, &young, "Wulan", Some("B-12")).await;
        let one = super::super::Identity {
            wa_id: Some(SARI.into()),
            user_id: Some("ID.1".into()),
        };
        acting!(desk, |act| meet(act, &one, None).await.unwrap());
        assert_eq!(
            in_book(&desk, "b-12").await,
            ["Sari"],
            "she has the contract now"
        );
        assert!(in_book(&desk, "wulan").await.is_empty());
        assert_eq!(words_of(&desk, &young.id).await, 0);
        assert!(words_of(&desk, &old.id).await > 0);
    }
}

#[tokio::test]
async fn who_was_erased_is_found_by_nothing() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari Wulandari").await;
        ticket(&desk, &sari).await;
        let request = acting!(desk, |act| people::ask_erasure(
            act,
            &Actor::System,
            &sari.id
        )
        .await
        .unwrap());
        people::erase(&desk, &request).await.unwrap();
        for words in ["sari", "wul", "67890", "internet"] {
            assert!(in_book(&desk, words).await.is_empty());
            assert!(with_ticket(&desk, words, Group::All).await.is_empty());
        }
        assert_eq!(words_of(&desk, &sari.id).await, 0);
        let terms: Option<String> = reading!(desk, |tx| run!(tx, |c| sqlx::query_scalar(
            "select terms from customers"
        )
        .fetch_one(c)
        .await)
        .unwrap());
        assert_eq!(terms, None);
    }
}

#[tokio::test]
async fn those_from_before_are_given_their_words_once() {
    for (desk, _, _fresh) in both().await {
        for (wa_id, name) in [(SARI, "Sari"), (JOSE, "José")] {
            customer(&desk, wa_id, name).await;
        }
        acting!(desk, |act| run!(&mut *act.tx, |c| sqlx::query(
            "update customers set terms = null"
        )
        .execute(c)
        .await
        .map(drop))
        .unwrap());
        assert!(in_book(&desk, "sari").await.is_empty());
        assert_eq!(fill(&desk.db).await.unwrap(), 2);
        assert_eq!(in_book(&desk, "jose").await, ["José"]);
        assert_eq!(fill(&desk.db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn many_of_one_name_are_leafed_through() {
    for (desk, clock, _fresh) in both().await {
        let people = book::PAGE * 2 + 7;
        for n in 0..people {
            let name = format!("Sari Sarinah {n}");
            acting!(desk, |act| meet(
                act,
                &number(&format!("62812{n:08}")),
                Some(&name)
            )
            .await
            .unwrap());
            if n % 3 == 0 {
                clock.advance(std::time::Duration::from_secs(1));
            }
        }
        let (mut seen, mut after) = (Vec::new(), None::<book::Entry>);
        loop {
            let place = after.as_ref().map(|one| (one.created_at, one.id.as_str()));
            let (page, more) = acting!(desk, |act| book::search(act, "sari", place).await.unwrap());
            seen.extend(page.iter().map(|one| one.id.clone()));
            after = page.into_iter().last();
            if !more {
                break;
            }
        }
        let different: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), different.len()), (people, people));
    }
}

#[tokio::test]
async fn a_name_that_many_have_is_looked_for_among_who_talks_now() {
    for (desk, clock, _fresh) in both().await {
        let first = customer(&desk, SARI, "Sari Wulandari").await;
        ticket(&desk, &first).await;
        conversation(&desk, &first).await;
        clock.advance(std::time::Duration::from_secs(1));
        acting!(desk, |act| {
            for n in 0..250 {
                meet(act, &number(&format!("62857{n:08}")), Some("Sari"))
                    .await
                    .unwrap();
            }
        });
        assert_eq!(talking(&desk, "sari").await, ["Sari Wulandari"]);
        for group in [Group::All, Group::Open] {
            assert_eq!(with_ticket(&desk, "sari", group).await, ["Sari Wulandari"]);
            assert_eq!(
                with_ticket(&desk, "sari mati", group).await,
                ["Sari Wulandari"]
            );
        }
        assert!(talking(&desk, "sari tono").await.is_empty());
    }
}

#[test]
fn a_row_keeps_few_words_that_begin_alike() {
    assert_eq!(
        terms("Sari  W.", Some("SARI Wulandari"), Some("PLG-0040")),
        r#"["sari","w","wulandari","plg","0040"]"#
    );
    assert_eq!(terms("", None, Some("A1200345")), r#"["a1200345"]"#);
    assert_eq!(
        terms("x", None, Some("1200345")),
        r#"["x","200345","345","1200345"]"#
    );
    let many: Vec<_> = (0..50).map(|n| format!("a{n} {n}")).collect();
    let kept: Vec<String> = serde_json::from_str(&terms(&many.join(" "), None, None)).unwrap();
    let alike = kept.iter().filter(|word| word.starts_with('a')).count();
    assert_eq!(alike, ALIKE);
    assert!(kept.len() <= MOST);
}
