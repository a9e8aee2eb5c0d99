//! Leases end by the database's clock, whatever a process believes what time it is; and nobody marks what is another's.

use std::time::Duration;

use super::{Process, store};
use crate::{
    clock::Millis,
    db::{Db, dialect, testing},
    testing::desk,
};

const HOUR: Duration = Duration::from_hours(1);

/// A lane with one event, as the inbox makes it.
async fn lane(db: &Db) {
    let mut tx = db.write().await.unwrap();
    dialect::grow_lane(&mut tx, "a").await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, owner: &str, lease: i64, now: Millis) -> Option<dialect::Fence> {
    let mut tx = db.write().await.unwrap();
    let claimed = dialect::claim_lane(&mut tx, owner, lease, now).await;
    tx.commit().await.unwrap();
    claimed.unwrap()
}

#[tokio::test]
async fn nobody_gets_a_lane_by_setting_his_clock() {
    let fresh = testing::postgres().await;
    let (desk, _) = desk(&fresh.db);
    let now = desk.clock.now();
    lane(&fresh.db).await;
    let mine = claim(&fresh.db, "me", 30_000, now)
        .await
        .expect("it is free");
    for other in [now, now.plus(HOUR), now.minus(HOUR)] {
        assert_eq!(claim(&fresh.db, "other", 30_000, other).await, None);
    }
    let mut tx = fresh.db.write().await.unwrap();
    dialect::release_lane(&mut tx, &mine, now.plus(HOUR))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // A time so far ahead is of a clock that has been set since.
    assert!(claim(&fresh.db, "other", 30_000, now).await.is_some());
}

#[tokio::test]
async fn whoever_lost_a_lane_marks_nothing() {
    let fresh = testing::postgres().await;
    let (desk, _) = desk(&fresh.db);
    let now = desk.clock.now();
    lane(&fresh.db).await;
    // Its lease is over the moment it begins.
    let stale = claim(&fresh.db, "me", -1, now).await.expect("it is free");
    let fresh_one = claim(&fresh.db, "other", 30_000, now)
        .await
        .expect("it has run out");
    let mut tx = fresh.db.write().await.unwrap();
    assert!(!dialect::keep_lane(&mut tx, &stale, 1).await.unwrap());
    dialect::release_lane(&mut tx, &stale, now).await.unwrap();
    dialect::recount_lane(&mut tx, &stale).await.unwrap();
    assert!(
        dialect::keep_lane(&mut tx, &fresh_one, 1).await.unwrap(),
        "nor does it take it from its new owner"
    );
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_lanes_of_a_process_without_a_sign_of_life_are_free_and_of_others_not() {
    let fresh = testing::postgres().await;
    let (desk, _) = desk(&fresh.db);
    let now = desk.clock.now();
    lane(&fresh.db).await;
    let living = Process::begin(&desk, "living").await.unwrap();
    Process::begin(&desk, "dead").await.unwrap();
    let lost = claim(&fresh.db, "dead", 30_000, now)
        .await
        .expect("it is free");
    living.free_the_lanes_of_the_dead().await.unwrap();
    assert_eq!(
        claim(&fresh.db, "living", 30_000, now).await,
        None,
        "it may live"
    );

    let mut tx = fresh.db.write().await.unwrap();
    store::take(&mut tx, &store::process("dead"), "dead", -1, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    living.free_the_lanes_of_the_dead().await.unwrap();
    let mut tx = fresh.db.write().await.unwrap();
    assert!(!dialect::keep_lane(&mut tx, &lost, 1).await.unwrap());
    assert_eq!(
        store::dead_processes(&mut tx).await.unwrap(),
        [""; 0],
        "its name is forgotten"
    );
    tx.commit().await.unwrap();
    assert!(claim(&fresh.db, "living", 30_000, now).await.is_some());
}
