//! What becomes of news: remembered, told once, taken back.

use std::time::Duration;

use super::*;
use crate::{
    clock::MovableClock,
    staff::{self, Role},
    testing,
};

const SAID: &str = "select content from outbox where state = 'queued' order by seq";
const GONE_OUT: &str = "update outbox set state = 'sent' where state = 'queued'";

async fn hear(desk: &Desk, news: News) {
    let channel = desk.settings.whatsapp.clone();
    tell(desk, &channel, &[news]).await;
}

/// What waits to be said; it goes out if `out`.
async fn said(desk: &Desk, out: bool) -> Vec<String> {
    let mut tx = desk.db.write().await.unwrap();
    let said: Vec<String> =
        db::run!(&mut tx, |c| sqlx::query_scalar(SAID).fetch_all(c).await).unwrap();
    if out {
        db::run!(&mut tx, |c| sqlx::query(GONE_OUT)
            .execute(c)
            .await
            .map(drop))
        .unwrap();
    }
    tx.commit().await.unwrap();
    said
}

async fn with_admin() -> Vec<(Desk, MovableClock, crate::db::testing::Fresh)> {
    let all = testing::both().await;
    for (desk, _, _) in &all {
        let mut tx = desk.db.write().await.unwrap();
        let mut act = desk.act(&mut tx);
        for (name, role, chat) in [("Ani", Role::Admin, "1"), ("Budi", Role::Agent, "2")] {
            let invite = staff::invite(&mut act, name, role, None).await.unwrap();
            staff::redeem(&mut act, &invite.token, chat, chat, None)
                .await
                .unwrap();
        }
        drop(act);
        tx.commit().await.unwrap();
    }
    all
}

#[tokio::test]
async fn a_change_is_told_once_to_those_who_can_mend_it() {
    for (desk, _, _fresh) in with_admin().await {
        hear(&desk, News::Quality(Quality::Green)).await;
        assert!(said(&desk, true).await.is_empty());
        for _ in 0..3 {
            hear(&desk, News::Quality(Quality::Red)).await;
        }
        let told = said(&desk, true).await;
        assert_eq!(told.len(), 1, "{told:?}");
        hear(&desk, News::Quality(Quality::Unknown)).await;
        assert!(
            said(&desk, true).await.is_empty(),
            "not rated is no recovery"
        );
        hear(&desk, News::Quality(Quality::Green)).await;
        let told = said(&desk, true).await;
        assert!(told.len() == 1 && told[0].contains("baik lagi"), "{told:?}");
    }
}

#[tokio::test]
async fn what_comes_and_goes_before_anybody_was_told_is_told_to_nobody() {
    for (desk, clock, _fresh) in with_admin().await {
        hear(&desk, News::Quality(Quality::Red)).await;
        clock.advance(Duration::from_secs(5));
        hear(&desk, News::Quality(Quality::Green)).await;
        assert!(said(&desk, true).await.is_empty());
        hear(&desk, News::Quality(Quality::Red)).await;
        clock.advance(Duration::from_mins(6));
        hear(&desk, News::Quality(Quality::Green)).await;
        let told = said(&desk, true).await;
        assert!(told.len() == 1 && told[0].contains("6 menit"), "{told:?}");
    }
}

#[tokio::test]
async fn an_answer_takes_back_what_was_about_the_token_and_nothing_else() {
    for (desk, _, _fresh) in with_admin().await {
        let access = async |desk: &Desk| {
            let mut tx = desk.db.read().await.unwrap();
            let fact = store::fact(&mut tx, &desk.settings.whatsapp, "access").await;
            fact.unwrap().unwrap().level
        };
        for (code, after) in [("190", Level::Good), ("131031", Level::Bad)] {
            let code = code.to_owned();
            hear(&desk, News::Refused { code }).await;
            hear(&desk, News::Answered).await;
            assert_eq!(access(&desk).await, after);
        }
        hear(&desk, News::Accepted).await;
        assert_eq!(access(&desk).await, Level::Good);
    }
}

#[tokio::test]
async fn news_of_another_number_of_the_account_are_not_ours() {
    for (desk, _, _fresh) in with_admin().await {
        hear(&desk, News::Phone("+62 21 5550 7000".into())).await;
        let mut tx = desk.db.write().await.unwrap();
        let mut act = desk.act(&mut tx);
        let channel = desk.settings.whatsapp.clone();
        let news = [News::Quality(Quality::Red)];
        heard(&mut act, &channel, Some("15550783881"), &news)
            .await
            .unwrap();
        assert_eq!(
            store::fact(act.tx, &channel, "quality").await.unwrap(),
            None
        );
        heard(&mut act, &channel, Some("622155507000"), &news)
            .await
            .unwrap();
        assert!(
            store::fact(act.tx, &channel, "quality")
                .await
                .unwrap()
                .is_some()
        );
        drop(act);
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_token_is_spoken_of_a_week_before_its_end_and_at_its_end() {
    for (desk, clock, _fresh) in with_admin().await {
        let end = desk.clock.now().plus(Duration::from_hours(10 * 24));
        let mut told = Vec::new();
        for _ in 0..11 {
            hear(&desk, News::Token(Token::Until(end))).await;
            told.extend(said(&desk, true).await);
            clock.advance(Duration::from_hours(24));
        }
        assert_eq!(told.len(), 2, "{told:?}");
        hear(&desk, News::Token(Token::Lasting)).await;
        assert_eq!(said(&desk, true).await.len(), 1);
    }
}

#[tokio::test]
async fn old_refusals_of_templates_that_nobody_uses_are_no_news() {
    for (desk, _, _fresh) in with_admin().await {
        let becomes = async |name: &str, status: &str| {
            let (name, status, language) = (name.to_owned(), status.to_owned(), "id".to_owned());
            let news = News::Template {
                name,
                language,
                status,
            };
            hear(&desk, news).await;
            said(&desk, true).await.len()
        };
        assert_eq!(becomes("promo", "REJECTED").await, 0, "it always was");
        assert_eq!(becomes("kabar", "APPROVED").await, 0);
        assert_eq!(becomes("kabar", "PAUSED").await, 1);
        assert_eq!(becomes("kabar", "PAUSED").await, 0);
        assert_eq!(becomes("kabar", "APPROVED").await, 1);
    }
}

fn of_the_account() -> Vec<News> {
    let standings = [
        Standing::InReview,
        Standing::Rejected,
        Standing::Violation("SCAM".into()),
        Standing::Restricted(Restriction {
            kinds: vec!["RESTRICTED_BIZ_INITIATED_MESSAGING".into()],
            until: Some(Millis(testing::START.0 + 86_400_000)),
        }),
        Standing::ShutSoon,
        Standing::Shut,
        Standing::Deleted,
        Standing::Offboarded,
        Standing::Fine,
    ];
    standings.into_iter().map(News::Account).collect()
}

fn of_the_number() -> Vec<News> {
    vec![
        News::Refused { code: "190".into() },
        News::Accepted,
        News::Refused {
            code: "131031".into(),
        },
        News::Accepted,
        News::Quality(Quality::Yellow),
        News::Quality(Quality::Red),
        News::Quality(Quality::Green),
        News::Number("FLAGGED".into()),
        News::Number("CONNECTED".into()),
        News::Sending(
            Sending::Limited,
            Some("There is an error with the payment method.".into()),
        ),
        News::Sending(Sending::Blocked, None),
        News::Sending(Sending::Available, None),
        News::Name(Review::Rejected, Some("Sapa".into())),
        News::Name(Review::Approved, Some("Sapa".into())),
        News::Limit("2000".into()),
        News::Limit("unlimited".into()),
        News::Throughput(Throughput::Standard),
        News::Throughput(Throughput::High),
        News::Alert {
            kind: "OBA_APPROVED".into(),
            critical: false,
        },
        News::Alert {
            kind: "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED".into(),
            critical: true,
        },
        News::Security("PIN_CHANGED".into()),
    ]
}

fn of_the_way() -> Vec<News> {
    vec![
        News::Token(Token::Until(Millis(testing::START.0 + 86_400_000))),
        News::Token(Token::Dead),
        News::Token(Token::Lasting),
        News::Webhook(Webhook::Mended),
        News::Webhook(Webhook::Missing),
        News::Webhook(Webhook::Ours),
        News::Webhook(Webhook::Stolen),
        News::Backlog(Backlog {
            count: 12,
            failing: Some("Connection refused".into()),
        }),
        News::Backlog(Backlog {
            count: 0,
            failing: None,
        }),
        News::Conflict(true),
        News::Conflict(false),
        News::Template {
            name: "kabar".into(),
            language: "id".into(),
            status: "APPROVED".into(),
        },
        News::Template {
            name: "kabar".into(),
            language: "id".into(),
            status: "PAUSED".into(),
        },
        News::Category {
            name: "kabar".into(),
            from: "UTILITY".into(),
            to: "MARKETING".into(),
        },
    ]
}

#[tokio::test]
async fn every_change_has_words_in_every_language() {
    use crate::i18n::Locale;
    let all = [of_the_account(), of_the_number(), of_the_way()].concat();
    for locale in Locale::ALL {
        let fresh = crate::db::testing::sqlite().await;
        let (desk, _) = testing::desk(&fresh.db);
        let mut tx = desk.db.write().await.unwrap();
        let mut act = desk.act(&mut tx);
        let invite = staff::invite(&mut act, "Ani", Role::Admin, None)
            .await
            .unwrap();
        staff::redeem(&mut act, &invite.token, "1", "1", Some(locale))
            .await
            .unwrap();
        drop(act);
        tx.commit().await.unwrap();
        let mut told = String::new();
        for news in &all {
            hear(&desk, news.clone()).await;
            for content in said(&desk, true).await {
                let content: serde_json::Value = serde_json::from_str(&content).unwrap();
                told.push_str(&content.to_string());
                told.push('\n');
            }
        }
        insta::assert_snapshot!(format!("told_{}", locale.code()), told);
    }
}
