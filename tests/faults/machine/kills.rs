//! F1 and F3: the process ends at any moment, and at each place where something is half done. `sapa load crash` does it hundreds of times.

use super::*;

/// Where it ends; how often the words of a customer then reach the agent, and whether the desk knows that it may be twice.
const WORDS: [(&str, usize, bool); 7] = [
    ("ingest.before_commit", 1, false),
    ("ingest.after_commit", 1, false),
    ("event.before_commit", 1, false),
    ("event.after_commit", 1, false),
    ("claim.before_commit", 1, false),
    ("claim.after_commit", 1, true),
    ("send.after", 2, true),
];

/// The same for an agent's answer on its way to the customer. Statuses tell whether it went out, or nobody does.
const ANSWERS: [(&str, bool, usize, bool); 5] = [
    ("claim.before_commit", false, 1, false),
    ("claim.after_commit", false, 1, true),
    ("send.after", true, 1, false),
    ("send.after", false, 2, true),
    ("mark.before_commit", true, 1, false),
];

const STORED: &str = "select count(*) from inbox where external_id like 'wamid.LOAD%0000000001'";

async fn words_on(base: Base, (point, arrivals, flagged): (&str, usize, bool)) {
    let scene = Scene::on(base).await;
    let desk = scene.desk().await;
    scene.settle_in(1, 1).await;
    assert!(desk.terminate().await.expect(WELL));

    let desk = scene.desk_with(&format!("{point}=return(kill)")).await;
    scene.writes(0, 1);
    struck(desk).await;
    assert!(
        scene.arrivals(1).0 < 2,
        "{point}: nothing is sent twice by one process"
    );

    let desk = scene.desk().await;
    scene
        .until("the words arrive", async || scene.arrivals(1).0 >= arrivals)
        .await;
    scene.rest().await;
    assert_eq!(scene.arrivals(1).0, arrivals, "{point} on {base:?}");
    assert_eq!(scene.count(STORED).await, 1, "{point} on {base:?}");
    assert_eq!(
        scene.count(FLAGGED).await,
        i64::from(flagged),
        "{point} on {base:?}"
    );
    assert!(desk.terminate().await.expect(WELL));
}

async fn answers_on(base: Base, (point, statuses, arrivals, flagged): (&str, bool, usize, bool)) {
    let scene = Scene::on(base).await;
    let platforms = &scene.stage.platforms;
    let desk = scene.desk().await;
    let mut heard = platforms.bot.listen();
    scene.settle_in(1, 1).await;
    // The first answer changes the ticket and its card; from the second on there is nothing but the answer.
    scene.writes(0, 1);
    let to = scene.heard(&mut heard, 1).await;
    // Until the desk has written down what its message is called, it asks to whom a reply goes.
    scene.rest().await;
    scene.replies(to, 1);
    scene
        .until("the first answer arrives", async || {
            scene.arrivals(1).1 == 1
        })
        .await;
    scene.rest().await;
    assert!(desk.terminate().await.expect(WELL));

    let desk = scene.desk_with(&format!("{point}=return(kill)")).await;
    if statuses {
        platforms.cloud.statuses_by(scene.stage.courier.clone());
    }
    scene.replies(to, 2);
    struck(desk).await;
    assert!(
        scene.arrivals(2).1 < 2,
        "{point}: nothing is sent twice by one process"
    );

    let desk = scene.desk().await;
    scene
        .until("the answer arrives", async || {
            scene.arrivals(2).1 >= arrivals
        })
        .await;
    scene.rest().await;
    assert_eq!(
        scene.arrivals(2).1,
        arrivals,
        "{point} on {base:?}, statuses: {statuses}"
    );
    let known = scene.count(FLAGGED).await;
    assert_eq!(
        known,
        i64::from(flagged),
        "{point} on {base:?}, statuses: {statuses}"
    );
    assert!(desk.terminate().await.expect(WELL));
}

/// Each case on a stage of its own, side by side: most of the time they wait for leases and graces.
fn all<T: Copy>(cases: &[T], case: impl AsyncFn(T)) {
    play(async {
        futures_util::future::join_all(cases.iter().map(|one| case(*one))).await;
    });
}

#[test]
fn f3_a_kill_anywhere_brings_a_customers_words_once_or_flagged_sqlite() {
    all(&WORDS, async |case| words_on(Base::Sqlite, case).await);
}

#[test]
fn f3_a_kill_anywhere_brings_a_customers_words_once_or_flagged_postgres() {
    all(&WORDS, async |case| words_on(Base::Postgres, case).await);
}

#[test]
fn f3_a_kill_anywhere_brings_an_answer_once_or_flagged_sqlite() {
    all(&ANSWERS, async |case| answers_on(Base::Sqlite, case).await);
}

#[test]
fn f3_a_kill_anywhere_brings_an_answer_once_or_flagged_postgres() {
    all(&ANSWERS, async |case| {
        answers_on(Base::Postgres, case).await;
    });
}

/// Words a round, and rounds that end with a kill.
const ROUND: u64 = 40;
const KILLS: u64 = 5;

async fn killed_at_any_moment(base: Base) {
    let scene = Scene::on(base).await;
    let mut desk = scene.desk().await;
    scene.settle_in(2, 6).await;
    for round in 0..KILLS {
        let marks = round * ROUND..(round + 1) * ROUND;
        let upto = round * ROUND + scene.stage.platforms.dice.below(ROUND);
        for mark in marks {
            scene.writes(mark % 6, mark);
        }
        scene
            .until("it is at work", async || scene.acknowledged() > upto)
            .await;
        scene.stage.courier.points_to(Vec::new());
        desk.kill();
        desk = scene.desk().await;
    }
    let all = 0..KILLS * ROUND;
    scene
        .until("everything arrives", async || {
            all.clone().all(|mark| scene.arrivals(mark).0 > 0)
        })
        .await;
    scene.rest().await;
    let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%0000000___'";
    assert_eq!(scene.count(stored).await, 200, "each once");
    scene.once_or_flagged(all).await;
    let open = "select cast(max(open) as bigint) from
        (select count(*) as open from conversations where state = 'open' group by customer_id) as per_customer";
    assert_eq!(scene.count(open).await, 1);
    assert!(!scene.told().contains("panicked"), "{}", scene.told());
    assert!(desk.terminate().await.expect(WELL));
    if base == Base::Sqlite {
        assert_eq!(scene.integrity().await, "ok");
    }
}

#[test]
fn f1_killed_at_any_moment_it_loses_nothing_sqlite() {
    play(killed_at_any_moment(Base::Sqlite));
}

#[test]
fn f1_killed_at_any_moment_it_loses_nothing_postgres() {
    play(killed_at_any_moment(Base::Postgres));
}
