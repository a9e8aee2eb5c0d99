//! Codes against everybody who should not get in, on both databases (faults.md C8).

mod often;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::*;
use crate::{
    clock::{Clock, MovableClock},
    contacts::Customer,
    desk::Desk,
    outbox::{self, Content, Job},
    testing::{
        both, eventually,
        people::{acting, agent, contents, customer, outbox, reading},
    },
};

const OWNER: &str = "203.0.113.7";
const STRANGER: &str = "198.51.100.9";

fn login<'a>(handle: &'a str, subject: Option<&'a str>, address: &'a str) -> Request<'a> {
    Request {
        purpose: Purpose::PortalLogin,
        handle,
        subject,
        target: Target::Customer,
        detail: None,
        address,
        agent: "Mozilla/5.0 (Linux; Android 14) Chrome/130.0",
        familiar: false,
    }
}

async fn ask(desk: &Desk, asked: &Request<'_>) -> Result<Challenge, Refused> {
    acting!(desk, |act| request(act, asked).await)
}

async fn answer(desk: &Desk, challenge: &str, code: &str) -> Result<Verified, NotVerified> {
    acting!(desk, |act| verify(
        act,
        Purpose::PortalLogin,
        challenge,
        code
    )
    .await)
}

/// Opens what lies in the outbox for somebody, as the sender does.
async fn read_code(desk: &Desk, recipient: &str) -> Option<String> {
    deliver(desk).await;
    let content = contents(desk, recipient).await.pop()?;
    assert!(
        !content.contains("Kode"),
        "nothing is readable in the outbox: {content}"
    );
    let job = Job {
        seq: 1,
        id: "r".into(),
        channel: desk.settings.whatsapp.clone(),
        recipient: recipient.into(),
        content: serde_json::from_str(&content).expect("content"),
        customer_id: None,
        ticket_id: None,
        message_id: None,
        attempts: 0,
        flagged: false,
        begun: Vec::new(),
        created_at: desk.clock.now(),
    };
    let secret = outbox::opened(desk, &job).ok()?;
    let text = match secret.content {
        Content::Prompt(prompt) => prompt.text.to_plain(),
        Content::Template(template) => template.code.unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).collect();
    Some(digits.chars().take(6).collect())
}

/// Runs the delivery until nothing waits.
async fn deliver(desk: &Desk) {
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(delivery::run(desk.clone(), stop.clone()));
    eventually("the codes are in the outbox", async || {
        reading!(desk, |tx| unsent(tx).await.unwrap()) == 0
    })
    .await;
    stop.cancel();
    running.await.expect("it ends");
}

async fn sent(desk: &Desk, customer: &Customer) -> (Challenge, String) {
    let challenge = ask(desk, &login("6281234567890", Some(&customer.id), OWNER))
        .await
        .expect("a challenge");
    let code = read_code(desk, &customer.id).await.expect("a code");
    (challenge, code)
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn a_right_code_lets_in_once() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (challenge, code) = sent(&desk, &sari).await;
        assert!(answer(&desk, &challenge.id, &wrong(&code)).await.is_err());
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        let verified = answer(&desk, &challenge.id, &spaced).await.expect("in");
        assert_eq!(verified.subject, sari.id);
        assert!(answer(&desk, &challenge.id, &code).await.is_err(), "twice");
        let other = acting!(desk, |act| verify(
            act,
            Purpose::StaffLogin,
            &challenge.id,
            &code
        )
        .await);
        assert!(other.is_err(), "for something else");
    }
}

#[tokio::test]
async fn five_wrong_tries_end_one_challenge_and_no_other() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (first, code) = sent(&desk, &sari).await;
        clock.advance(Duration::from_secs(61));
        let (second, other) = sent(&desk, &sari).await;
        assert!(
            answer(&desk, &first.id, &other).await.is_err() || code == other,
            "another challenge's code"
        );
        for _ in 0..4 {
            assert!(answer(&desk, &first.id, &wrong(&code)).await.is_err());
        }
        assert!(answer(&desk, &first.id, &code).await.is_err(), "after five");
        assert!(answer(&desk, &first.id, &code).await.is_err());
        answer(&desk, &second.id, &other).await.expect("the other");
    }
}

#[tokio::test]
async fn a_fifth_try_may_be_the_right_one() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (challenge, code) = sent(&desk, &sari).await;
        for junk in ["", "12345", "1234567", "abcdef"] {
            assert!(answer(&desk, &challenge.id, junk).await.is_err());
        }
        answer(&desk, &challenge.id, &code).await.expect("in");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_parallel_right_answers_one_is_taken() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (challenge, code) = sent(&desk, &sari).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (desk, id, code) = (desk.clone(), challenge.id.clone(), code.clone());
            tasks.spawn(async move { answer(&desk, &id, &code).await.is_ok() });
        }
        let taken = tasks.join_all().await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    }
}

#[tokio::test]
async fn after_ten_minutes_it_is_over() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (challenge, code) = sent(&desk, &sari).await;
        assert_eq!(challenge.expires_at.since(desk.clock.now()).as_secs(), 599);
        clock.advance(Duration::from_secs(601));
        assert!(answer(&desk, &challenge.id, &code).await.is_err());
        // What lay in the outbox is not worth sending any more either.
        assert_eq!(read_code(&desk, &sari.id).await, None);
    }
}

/// A clock whose wall can be set back while its monotonic time goes on.
struct SetBack(MovableClock, Duration);

impl Clock for SetBack {
    fn now(&self) -> Millis {
        self.0.now().minus(self.1)
    }

    fn mono(&self) -> Duration {
        self.0.mono()
    }

    fn sleep(&self, by: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(by)
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_code_live_longer() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        let (challenge, code) = sent(&desk, &sari).await;
        let mut later = desk.clone();
        clock.advance(Duration::from_mins(11));
        later.clock = Arc::new(SetBack(clock.clone(), Duration::from_mins(5)));
        assert!(answer(&later, &challenge.id, &code).await.is_err());
        // Another process did not see it begin: for it the challenge is of the future.
        let mut elsewhere = desk.clone();
        elsewhere.ages = Ages::default();
        elsewhere.clock = Arc::new(SetBack(clock.clone(), Duration::from_mins(12)));
        assert!(answer(&elsewhere, &challenge.id, &code).await.is_err());
    }
}

#[tokio::test]
async fn an_unknown_number_gets_a_challenge_and_no_message() {
    for (desk, _, _fresh) in both().await {
        let challenge = ask(&desk, &login("62899", None, OWNER)).await.expect("one");
        deliver(&desk).await;
        assert!(outbox(&desk).await.is_empty());
        for code in ["000000", "123456"] {
            assert!(answer(&desk, &challenge.id, code).await.is_err());
        }
        assert!(answer(&desk, "01NOBODY", "123456").await.is_err());
    }
}

#[tokio::test]
async fn outside_the_window_a_code_needs_a_template() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        clock.advance(Duration::from_hours(25));
        ask(&desk, &login("6281234567890", Some(&sari.id), OWNER))
            .await
            .expect("the same answer");
        deliver(&desk).await;
        assert!(outbox(&desk).await.is_empty());
        clock.advance(Duration::from_mins(2));
        let mut with_template = desk.clone();
        let mut settings = (*desk.settings).clone();
        settings.otp_template = Some(("otp".into(), "id".into()));
        with_template.settings = Arc::new(settings);
        let (challenge, code) = sent(&with_template, &sari).await;
        answer(&desk, &challenge.id, &code).await.expect("in");
    }
}

#[tokio::test]
async fn staff_are_told_who_asks_and_may_say_that_it_was_not_they() {
    for (desk, clock, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let asked = Request {
            purpose: Purpose::StaffLogin,
            target: Target::Staff,
            ..login("budi", Some(&budi.id), STRANGER)
        };
        let challenge = ask(&desk, &asked).await.expect("a challenge");
        let code = read_code(&desk, "71").await.expect("a code");
        let disowned = |challenge: String, by: String| {
            let desk = desk.clone();
            async move { acting!(desk, |act| disown(act, &challenge, &by).await.unwrap()) }
        };
        assert_eq!(
            disowned(challenge.id.clone(), "somebody".into()).await,
            None
        );
        assert_eq!(
            disowned(challenge.id.clone(), budi.id.clone()).await,
            Some(false)
        );
        let answered = acting!(desk, |act| verify(
            act,
            Purpose::StaffLogin,
            &challenge.id,
            &code
        )
        .await);
        assert!(answered.is_err(), "it has ended");
        let before = outbox(&desk).await.len();
        clock.advance(Duration::from_mins(2));
        ask(&desk, &asked).await.expect("the same answer");
        deliver(&desk).await;
        assert_eq!(outbox(&desk).await.len(), before, "nothing is sent for him");
        let his = Request {
            address: OWNER,
            ..asked
        };
        clock.advance(Duration::from_mins(2));
        ask(&desk, &his).await.expect("a challenge");
        deliver(&desk).await;
        assert_eq!(outbox(&desk).await.len(), before + 1, "he himself gets one");
    }
}

#[tokio::test]
async fn what_is_over_is_forgotten() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "6281234567890", "Sari").await;
        sent(&desk, &sari).await;
        clock.advance(Duration::from_hours(26));
        deliver(&desk).await;
        eventually("nothing is left", async || {
            let rows = contents(&desk, &sari.id).await;
            let sql = "select count(*) from otp_challenges";
            let left: i64 = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
                .fetch_one(c)
                .await)
            .unwrap());
            left == 0 && rows == [r#"{"kind":"erased"}"#]
        })
        .await;
    }
}

#[test]
fn browsers_have_names() {
    let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
    assert_eq!(browser(chrome).as_deref(), Some("Chrome, Windows"));
    let edge = format!("{chrome} Edg/130.0");
    assert_eq!(browser(&edge).as_deref(), Some("Edge, Windows"));
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1";
    assert_eq!(browser(phone).as_deref(), Some("Safari, iPhone"));
    assert_eq!(browser("curl/8.0").as_deref(), Some("curl"));
    assert_eq!(browser("x"), None);
}
