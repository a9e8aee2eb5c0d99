//! Staff, on both databases.

use std::time::Duration;

use super::*;
use crate::{
    desk::Desk,
    testing::{
        both,
        people::{acting, agent, reading},
    },
};

async fn audited(desk: &Desk) -> Vec<(String, Option<String>, Option<String>)> {
    let sql = "select action, before_value, after_value from audit order by at, id";
    reading!(desk, |tx| db::run!(tx, |c| sqlx::query_as(sql)
        .fetch_all(c)
        .await)
    .unwrap())
}

#[tokio::test]
async fn an_invitation_ties_an_account_to_a_person() {
    for (desk, _, _fresh) in both().await {
        let invite = acting!(desk, |act| invite(act, " Budi ", Role::Agent, None)
            .await
            .unwrap());
        assert_eq!(invite.token.len(), 26);
        assert!(!format!("{invite:?}").contains(&invite.token));
        let stored: String = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(
            "select token_hash from staff_invites"
        )
        .fetch_one(c)
        .await)
        .unwrap());
        assert!(stored.len() == 64 && !stored.contains(&invite.token));
        assert!(reading!(desk, |tx| colleagues(tx).await.unwrap()).is_empty());

        let budi = acting!(desk, |act| redeem(
            act,
            &invite.token,
            "71",
            "710",
            Some(Locale::En)
        )
        .await
        .unwrap());
        assert_eq!((budi.name.as_str(), budi.role), ("Budi", Role::Agent));
        assert_eq!(
            (budi.availability, budi.capacity),
            (Availability::Offline, CAPACITY)
        );
        assert_eq!(budi.telegram_chat_id.as_deref(), Some("710"));
        assert_eq!(budi.locale, Locale::En);
        let found = reading!(desk, |tx| by_telegram_id(tx, "71").await.unwrap());
        assert_eq!(found.as_ref(), Some(&budi));
        assert_eq!(reading!(desk, |tx| colleagues(tx).await.unwrap()), [budi]);
        let actions: Vec<_> = audited(&desk).await.into_iter().map(|row| row.0).collect();
        assert_eq!(actions, ["staff.invited", "staff.linked"]);
    }
}

#[tokio::test]
async fn tokens_are_refused_with_a_reason() {
    for (desk, clock, _fresh) in both().await {
        agent(&desk, "Budi", "71").await;
        let token = acting!(desk, |act| invite(act, "Ani", Role::Viewer, None)
            .await
            .unwrap())
        .token;
        let late = acting!(desk, |act| invite(act, "Citra", Role::Agent, None)
            .await
            .unwrap())
        .token;
        acting!(desk, |act| {
            let unknown = redeem(act, "NOSUCHTOKEN", "72", "72", None).await;
            assert!(matches!(unknown, Err(RedeemError::Unknown)));
            let refused = redeem(act, &token, "71", "71", None).await;
            assert!(matches!(refused, Err(RedeemError::AccountTaken)));
            redeem(act, &token, "72", "72", None)
                .await
                .expect("the refusal did not use it up");
            let used = redeem(act, &token, "73", "73", None).await;
            assert!(matches!(used, Err(RedeemError::Used)));
        });
        clock.advance(Duration::from_hours(24));
        acting!(desk, |act| {
            let expired = redeem(act, &late, "73", "73", None).await;
            assert!(matches!(expired, Err(RedeemError::Expired)));
        });
    }
}

#[tokio::test]
async fn somebody_who_left_may_come_back_with_the_same_account() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let sql = "update staff set active = false where id = $1";
        acting!(desk, |act| db::run!(&mut *act.tx, |c| sqlx::query(sql)
            .bind(&budi.id)
            .execute(c)
            .await
            .map(drop))
        .unwrap());
        assert_eq!(
            reading!(desk, |tx| by_telegram_id(tx, "71").await.unwrap()),
            None
        );
        let again = agent(&desk, "Budi", "71").await;
        assert_ne!(again.id, budi.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_is_good_for_one_of_two_who_try_at_once() {
    for (desk, _, _fresh) in both().await {
        for round in 0..5 {
            let token = acting!(desk, |act| invite(act, "Ani", Role::Agent, None)
                .await
                .unwrap())
            .token;
            let mut tasks = tokio::task::JoinSet::new();
            for account in 0..2 {
                let (desk, token) = (desk.clone(), token.clone());
                tasks.spawn(async move {
                    let mut tx = desk.db.write().await.unwrap();
                    let account = format!("{round}{account}");
                    let done =
                        redeem(&mut desk.act(&mut tx), &token, &account, &account, None).await;
                    tx.commit().await.unwrap();
                    done
                });
            }
            let done = tasks.join_all().await;
            assert_eq!(done.iter().filter(|r| r.is_ok()).count(), 1);
            assert!(
                done.iter().any(|r| matches!(r, Err(RedeemError::Used))),
                "{done:?}"
            );
        }
    }
}

#[tokio::test]
async fn teams_are_named_and_known() {
    for (desk, _, _fresh) in both().await {
        let id = acting!(desk, |act| ensure_team(act, "Teknisi").await.unwrap());
        let again = acting!(desk, |act| ensure_team(act, " Teknisi ").await.unwrap());
        assert_eq!(id, again);
        acting!(desk, |act| {
            invite(act, "Ani", Role::Agent, Some("teknisi"))
                .await
                .unwrap();
            match invite(act, "Budi", Role::Agent, Some("Keuangan")).await {
                Err(InviteError::UnknownTeam { known }) => assert_eq!(known, ["Teknisi"]),
                other => panic!("{other:?}"),
            }
        });
        let sql = "select count(*) from team_members where team_id = $1";
        let members: i64 = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .bind(&id)
            .fetch_one(c)
            .await)
        .unwrap());
        assert_eq!(members, 1);
    }
}

#[tokio::test]
async fn changes_are_remembered() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        acting!(desk, |act| {
            set_availability(act, &budi, Availability::Online)
                .await
                .unwrap();
            set_availability(act, &budi, Availability::Away)
                .await
                .unwrap();
            set_locale(act, &budi, Locale::En).await.unwrap();
            focus(act, &budi, Some("c1"), Millis(7)).await.unwrap();
        });
        let now = reading!(desk, |tx| by_id(tx, &budi.id).await.unwrap().unwrap());
        assert_eq!(
            (now.availability, now.locale),
            (Availability::Away, Locale::En)
        );
        assert_eq!(
            (now.focus_customer_id.as_deref(), now.focus_until),
            (Some("c1"), Some(Millis(7)))
        );
        acting!(desk, |act| focus(act, &budi, None, Millis(7))
            .await
            .unwrap());
        let now = reading!(desk, |tx| by_id(tx, &budi.id).await.unwrap().unwrap());
        assert_eq!((now.focus_customer_id, now.focus_until), (None, None));
        let rows = audited(&desk).await;
        let away = (
            "staff.availability".into(),
            Some("online".into()),
            Some("away".into()),
        );
        assert!(rows.contains(&away), "{rows:?}");
        assert!(rows.iter().any(|(action, ..)| action == "staff.locale"));
    }
}
