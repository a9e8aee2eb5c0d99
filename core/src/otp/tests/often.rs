//! How often codes may be asked for, on both databases.

use super::*;

const DAY: Duration = Duration::from_hours(24);
const NUMBER: &str = "6281299998888";

#[tokio::test]
async fn a_thousand_requests_send_a_handful() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let asked = Request {
            familiar: true,
            ..login("6281234567890", Some(&sari.id), OWNER)
        };
        let (mut sent, mut refused) = (0, 0);
        for _ in 0..1_000 {
            match ask(&desk, &asked).await {
                Ok(_) => sent += 1,
                Err(Refused::TooSoon(wait)) => {
                    assert!(!wait.is_zero() && wait <= DAY);
                    refused += 1;
                }
                Err(Refused::Db(error)) => panic!("{error}"),
            }
            clock.advance(Duration::from_secs(3));
        }
        assert_eq!(sent + refused, 1_000);
        assert_eq!(sent, 5, "in 50 minutes");
    }
}

#[tokio::test]
async fn between_two_codes_lies_a_minute_for_anybodys_number() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        for (handle, subject) in [("6281234567890", Some(&*sari.id)), ("62899", None)] {
            ask(&desk, &login(handle, subject, OWNER))
                .await
                .expect("one");
            let again = ask(&desk, &login(handle, subject, STRANGER)).await;
            let Err(Refused::TooSoon(wait)) = again else {
                panic!("{again:?}");
            };
            assert!((59..=60).contains(&wait.as_secs()), "{wait:?}");
        }
        clock.advance(Duration::from_mins(1));
        ask(&desk, &login("62899", None, OWNER))
            .await
            .expect("again");
    }
}

#[tokio::test]
async fn a_stranger_does_not_use_up_what_the_owner_may_ask_for() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let strange = login("6281234567890", Some(&sari.id), STRANGER);
        for _ in 0..3 {
            ask(&desk, &strange).await.expect("a challenge");
            clock.advance(Duration::from_secs(61));
        }
        assert!(
            ask(&desk, &strange).await.is_err(),
            "the stranger has had his"
        );
        let elsewhere = login("6281234567890", Some(&sari.id), OWNER);
        ask(&desk, &elsewhere).await.expect("some are left");
        clock.advance(Duration::from_secs(61));
        let familiar = Request {
            familiar: true,
            ..login("6281234567890", Some(&sari.id), OWNER)
        };
        ask(&desk, &familiar).await.expect("the owner has not");
    }
}

#[tokio::test]
async fn one_address_cannot_try_every_number() {
    for (desk, _, _fresh) in both().await {
        let mut asked = 0;
        for number in 0..120 {
            let handle = format!("62811{number}");
            asked += u32::from(ask(&desk, &login(&handle, None, STRANGER)).await.is_ok());
        }
        assert_eq!(asked, 100);
        ask(&desk, &login("62822", None, OWNER))
            .await
            .expect("another address");
    }
}

/// A code for a number that somebody says is theirs from now on, as a chat asks for it.
fn change<'a>(subject: &'a str, address: &'a str) -> Request<'a> {
    Request {
        purpose: Purpose::ChangePhone,
        target: Target::Number(NUMBER.into()),
        detail: Some(NUMBER),
        familiar: true,
        ..login(NUMBER, Some(subject), address)
    }
}

#[tokio::test]
async fn a_new_number_gets_a_handful_whoever_asks() {
    for (desk, clock, _fresh) in both().await {
        let mut sent = 0;
        for n in 0..20 {
            let id = customer(&desk, &format!("62811{n:04}"), "Sari").await.id;
            sent += usize::from(ask(&desk, &change(&id, &id)).await.is_ok());
            let at_once = ask(&desk, &change(&id, &id)).await;
            assert!(matches!(at_once, Err(Refused::TooSoon(_))), "{n}");
            clock.advance(Duration::from_secs(61));
        }
        assert_eq!(sent, 5, "in 20 minutes");
    }
}

#[tokio::test]
async fn whatever_a_code_is_for_the_number_has_its_minute() {
    for (desk, clock, _fresh) in both().await {
        let tono = customer(&desk, "6281100001", "Tono").await;
        ask(&desk, &login(NUMBER, None, STRANGER))
            .await
            .expect("a login");
        let changing = ask(&desk, &change(&tono.id, &tono.id)).await;
        assert!(matches!(changing, Err(Refused::TooSoon(_))));
        clock.advance(Duration::from_secs(61));
        ask(&desk, &change(&tono.id, &tono.id))
            .await
            .expect("a change");
        let login = ask(&desk, &login(NUMBER, None, OWNER)).await;
        assert!(matches!(login, Err(Refused::TooSoon(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asks_for_many_numbers_at_once_is_counted_one_by_one() {
    for (desk, _, _fresh) in both().await {
        for number in 0..97 {
            let handle = format!("62811{number}");
            ask(&desk, &login(&handle, None, STRANGER))
                .await
                .expect("one");
        }
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..16 {
            let desk = desk.clone();
            tasks.spawn(async move {
                let handle = format!("62822{number}");
                match ask(&desk, &login(&handle, None, STRANGER)).await {
                    Ok(_) => true,
                    Err(Refused::TooSoon(_)) => false,
                    Err(Refused::Db(error)) => panic!("{error}"),
                }
            });
        }
        let asked = tasks.join_all().await;
        assert_eq!(asked.iter().filter(|asked| **asked).count(), 3);
    }
}
