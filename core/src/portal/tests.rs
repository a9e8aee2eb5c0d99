//! What the portal's domain does on both databases: accounts that become one, invoices that become overdue, conversations that stay.

use std::time::Duration;

use super::*;
use crate::{
    accounts::{self, AccountStatus, Changes, Contract},
    clock::{Clock as _, Millis, SystemClock},
    contacts::{self, Identity},
    conversations::{self, Owner},
    desk::Desk,
    invoices::{self, Invoice, InvoiceStatus, Stored},
    otp::{Purpose, Request, Target},
    testing::{
        both,
        people::{acting, agent, conversation, customer, outbox, reading},
        with_keys,
    },
    tickets::{Actor, Change, Priority, tell_customer},
};

fn contract(number: &str) -> Contract {
    Contract {
        account_number: Some(number.into()),
        full_name: Some("Sari Wulandari".into()),
        package: Some("Rumah 50".into()),
        bandwidth: None,
        monthly_price: Some(25_000_000),
        currency: Some("IDR".into()),
        account_status: Some(AccountStatus::Active),
    }
}

fn invoice(id: &str, customer_id: &str, due_at: Millis) -> Invoice {
    Invoice {
        id: id.into(),
        number: id.into(),
        customer_id: customer_id.into(),
        amount: 100,
        currency: "IDR".into(),
        status: Stored::Pending,
        issued_at: Millis(1),
        due_at,
        paid_at: None,
    }
}

async fn session(desk: &Desk, customer_id: &str) -> Session {
    acting!(desk, |act| {
        let session = super::sessions::new(act, customer_id, "203.0.113.7", "curl/8");
        super::store::insert(act.tx, &session).await.unwrap();
        session
    })
}

#[tokio::test]
async fn of_two_accounts_of_one_person_nothing_is_lost() {
    for (desk, clock, _fresh) in both().await {
        let old = customer(&desk, "62811", "Sari").await;
        clock.advance(Duration::from_secs(1));
        let user = Identity {
            wa_id: None,
            user_id: Some("ID.1".into()),
        };
        let young = acting!(desk, |act| contacts::meet(act, &user, None).await.unwrap());
        let young = young.customer.id;
        acting!(desk, |act| {
            accounts::set_contract(act, &young, &contract("PLG-1"))
                .await
                .unwrap();
            let own = Changes {
                city: Some("Bandung".into()),
                ..Changes::default()
            };
            accounts::change(act, &old.id, &own).await.unwrap();
            let one = invoice("INV-1", &young, act.now);
            assert!(invoices::add(act, &one).await.unwrap());
            assert!(!invoices::add(act, &one).await.unwrap(), "once");
        });
        let open = session(&desk, &young).await;
        let both_keys = Identity {
            wa_id: Some("62811".into()),
            ..user
        };
        acting!(desk, |act| contacts::meet(act, &both_keys, None)
            .await
            .unwrap());
        reading!(desk, |tx| {
            let account = accounts::of(tx, &old.id).await.unwrap().unwrap();
            assert_eq!(account.account_number.as_deref(), Some("PLG-1"));
            assert_eq!(account.city.as_deref(), Some("Bandung"));
            assert_eq!(accounts::of(tx, &young).await.unwrap(), None);
            let (all, total) = invoices::of_customer(tx, &old.id, None, Millis(0), (0, 9))
                .await
                .unwrap();
            assert_eq!((all.len(), total), (1, 1));
            let (sessions, _) = sessions(tx, &old.id, open.created_at, (0, 9))
                .await
                .unwrap();
            assert_eq!(sessions.len(), 1);
        });
    }
}

#[tokio::test]
async fn an_invoice_becomes_overdue_by_itself() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let due = desk.clock.now().plus(Duration::from_hours(1));
        acting!(desk, |act| invoices::add(
            act,
            &invoice("INV-1", &sari.id, due)
        )
        .await
        .unwrap());
        let count = async |status| {
            let now = desk.clock.now();
            reading!(desk, |tx| invoices::of_customer(
                tx,
                &sari.id,
                Some(status),
                now,
                (0, 9)
            )
            .await
            .unwrap())
            .1
        };
        assert_eq!(count(InvoiceStatus::Pending).await, 1);
        clock.advance(Duration::from_hours(2));
        assert_eq!(count(InvoiceStatus::Pending).await, 0);
        assert_eq!(count(InvoiceStatus::Overdue).await, 1);
        let now = desk.clock.now();
        let owed = reading!(desk, |tx| invoices::owed(tx, &sari.id, "USD", now)
            .await
            .unwrap());
        assert_eq!((owed.unpaid, owed.overdue, owed.amount), (1, 1, 0));
    }
}

#[tokio::test]
async fn a_conversation_that_an_agent_is_in_stays_with_him() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let tono = agent(&desk, "Tono", "72").await;
        let budi = agent(&desk, "Budi", "71").await;
        let talk = conversation(&desk, &sari).await;
        acting!(desk, |act| conversations::to_agent(
            act, &talk, &budi.id, None
        )
        .await
        .unwrap());
        let wanted = Wanted {
            type_id: "billing".into(),
            priority: Priority::Low,
            title: None,
            description: "tagihan dua kali".into(),
        };
        let opened = acting!(desk, |act| open_ticket(act, &sari.id, wanted.clone())
            .await
            .unwrap());
        assert_eq!(opened.ticket.staff_id.as_ref(), Some(&tono.id), "his turn");
        let open = reading!(desk, |tx| conversations::open_of(tx, &sari.id)
            .await
            .unwrap()
            .unwrap());
        assert_eq!(
            (open.owner, open.staff_id.as_ref()),
            (Owner::Agent, Some(&budi.id))
        );
        let urgent = Wanted {
            priority: Priority::Urgent,
            ..wanted
        };
        let refused = acting!(desk, |act| open_ticket(act, &sari.id, urgent).await);
        assert!(matches!(refused, Err(OpeningRefused::NotTheirs)));
    }
}

#[tokio::test]
async fn who_wants_no_news_of_tickets_gets_none() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let ticket = crate::testing::people::ticket(&desk, &sari).await;
        let wish = Changes {
            notify_tickets: Some(false),
            ..Changes::default()
        };
        acting!(desk, |act| {
            accounts::change(act, &sari.id, &wish).await.unwrap();
            tell_customer(act, &ticket, Change::OnHold, None, None)
                .await
                .unwrap();
        });
        assert!(outbox(&desk).await.is_empty());
    }
}

#[tokio::test]
async fn a_code_for_another_number_of_hers_needs_her_session() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let other = customer(&desk, "62822", "Tono").await;
        let (hers, his) = (
            session(&desk, &sari.id).await,
            session(&desk, &other.id).await,
        );
        let asked = Request {
            purpose: Purpose::ChangePhone,
            handle: "62833",
            subject: Some(&sari.id),
            target: Target::Number("62833".into()),
            detail: Some("62833"),
            address: "203.0.113.7",
            agent: "curl/8",
            familiar: false,
        };
        let challenge = acting!(desk, |act| crate::otp::request(act, &asked).await.unwrap());
        for session in [&hers, &his] {
            let refused = acting!(desk, |act| {
                confirm_number(act, session, &challenge.id, "junk").await
            });
            assert!(matches!(refused, Err(ChangeRefused::Rejected)));
        }
        let known = reading!(desk, |tx| contacts::identity(tx, &sari.id).await.unwrap());
        assert_eq!(known.wa_id.as_deref(), Some("62811"));
    }
}

#[tokio::test]
async fn of_two_who_are_given_one_number_at_once_the_second_keeps_his() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let tono = customer(&desk, "62822", "Tono").await;
        let (by, number) = (Actor::System, "+6281234567890");
        let mut tx = desk.db.write().await.unwrap();
        let mut act = desk.act(&mut tx);
        let first = correct_number(&mut act, &by, &sari.id, number).await;
        drop(act);
        assert!(matches!(first, Ok(true)));
        let second = {
            let (desk, id) = (desk.clone(), tono.id.clone());
            tokio::spawn(
                async move { acting!(desk, |act| correct_number(act, &by, &id, number).await) },
            )
        };
        // It comes as far as it can; on SQLite it has not begun.
        SystemClock::new().sleep(Duration::from_millis(200)).await;
        tx.commit().await.unwrap();
        let second = second.await.unwrap();
        assert!(matches!(second, Err(ChangeRefused::NumberTaken)));
        for (who, theirs) in [(&sari, "6281234567890"), (&tono, "62822")] {
            let known = reading!(desk, |tx| contacts::identity(tx, &who.id).await.unwrap());
            assert_eq!(known.wa_id.as_deref(), Some(theirs));
        }
    }
}

#[tokio::test]
async fn after_the_key_was_changed_sessions_and_codes_go_on() {
    for (desk, _, _fresh) in both().await {
        let before = with_keys(&desk, 'a', &[]);
        let sari = customer(&before, "6281234567890", "Sari").await;
        let session = session(&before, &sari.id).await;
        let token = acting!(before, |act| super::sessions::token(act, &session).unwrap());
        let code = before.keys.mac(crate::security::Label::OtpCode, b"x");
        let seen = async |desk: &Desk| {
            let visitor = reading!(desk, |tx| visitor(desk, tx, &token).await.unwrap());
            (
                visitor.is_some(),
                desk.keys
                    .verify(crate::security::Label::OtpCode, b"x", &code),
            )
        };
        assert_eq!(seen(&before).await, (true, true));
        let rotated = with_keys(&desk, 'b', &['a']);
        assert_eq!(
            seen(&rotated).await,
            (true, true),
            "the earlier key is accepted"
        );
        let twice = with_keys(&desk, 'c', &['b', 'a']);
        assert_eq!(seen(&twice).await, (true, true));
        let forgotten = with_keys(&desk, 'b', &[]);
        assert_eq!(seen(&forgotten).await, (false, false), "no longer");
    }
}

#[tokio::test]
async fn a_token_counts_within_its_time_and_for_its_session_only() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let tono = customer(&desk, "6281234567891", "Tono").await;
        let good = session(&desk, &sari.id).await;
        let hour = Duration::from_hours(1);
        let tokens = [
            (good.clone(), true),
            (
                Session {
                    created_at: good.created_at.plus(hour),
                    ..good.clone()
                },
                false,
            ),
            (
                Session {
                    expires_at: good.created_at.minus(hour),
                    ..good.clone()
                },
                false,
            ),
            (
                Session {
                    customer_id: tono.id.clone(),
                    ..good.clone()
                },
                false,
            ),
            (
                Session {
                    id: "another".into(),
                    ..good.clone()
                },
                false,
            ),
        ];
        for (claimed, lets_in) in tokens {
            let token = acting!(desk, |act| super::sessions::token(act, &claimed).unwrap());
            let seen = reading!(desk, |tx| visitor(&desk, tx, &token).await.unwrap());
            assert_eq!(seen.is_some(), lets_in, "{claimed:?}");
        }
        let token = acting!(desk, |act| super::sessions::token(act, &good).unwrap());
        clock.advance(Duration::from_hours(7 * 24));
        let seen = reading!(desk, |tx| visitor(&desk, tx, &token).await.unwrap());
        assert!(seen.is_none(), "seven days");
    }
}

#[tokio::test]
async fn a_network_that_she_was_logged_in_from_is_known_again() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        acting!(desk, |act| {
            let session = super::sessions::new(act, &sari.id, "2001:db8:1:2::1", "curl/8");
            super::store::insert(act.tx, &session).await.unwrap();
        });
        let known = async |address: &str| {
            acting!(desk, |act| {
                super::sessions::is_familiar(act, &sari.id, address)
                    .await
                    .unwrap()
            })
        };
        assert!(known("2001:db8:1:2:3:4:5:6").await, "the same /64");
        assert!(!known("2001:db8:1:3::1").await);
        assert!(!known("203.0.113.7").await);
        clock.advance(Duration::from_hours(31 * 24));
        assert!(!known("2001:db8:1:2::1").await, "long ago");
    }
}

#[tokio::test]
async fn another_email_address_is_written_down_once() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let session = session(&desk, &sari.id).await;
        for (email, city) in [
            ("sari@contoh.id", ""),
            ("sari@contoh.id", "Bogor"),
            ("", ""),
        ] {
            let changes = Changes {
                email: Some(email.into()),
                city: Some(city.into()),
                ..Changes::default()
            };
            let done = acting!(desk, |act| {
                change_profile(act, &session, &changes, None, ("203.0.113.7", "curl/8"))
                    .await
                    .unwrap()
            });
            assert_eq!(done, Changed::Done);
        }
        let trail = reading!(desk, |tx| crate::staff::trail(tx, None, 50).await.unwrap());
        let emails = trail.iter().filter(|line| line.action == "customer.email");
        let subjects: Vec<_> = emails.map(|line| line.subject.as_str()).collect();
        assert_eq!(subjects, [&*sari.id, &*sari.id], "set, then cleared");
    }
}

#[tokio::test]
async fn so_many_tickets_are_opened_in_an_hour() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let wanted = Wanted {
            type_id: "repair".into(),
            priority: Priority::Normal,
            title: None,
            description: "internet mati".into(),
        };
        let open = async || {
            acting!(desk, |act| {
                open_ticket(act, &sari.id, wanted.clone()).await.map(drop)
            })
        };
        for _ in 0..10 {
            open().await.unwrap();
        }
        let Err(OpeningRefused::TooOften(wait)) = open().await else {
            panic!("an eleventh")
        };
        assert!(wait <= Duration::from_hours(1) && wait > Duration::from_mins(59));
        clock.advance(wait);
        open().await.unwrap();
    }
}

#[tokio::test]
async fn another_number_is_refused_where_no_code_can_go_to_it() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let session = session(&desk, &sari.id).await;
        let changes = Changes {
            city: Some("Bogor".into()),
            ..Changes::default()
        };
        let mut tx = desk.db.write().await.unwrap();
        let act = &mut desk.act(&mut tx);
        let place = ("203.0.113.7", "curl/8");
        let phone = Some("6281299998888");
        let refused = change_profile(act, &session, &changes, phone, place).await;
        assert!(matches!(refused, Err(ChangeRefused::NoTemplate)));
        let account = accounts::of(act.tx, &sari.id).await.unwrap().unwrap();
        assert_eq!(account.city, None, "nothing is changed");
    }
}
