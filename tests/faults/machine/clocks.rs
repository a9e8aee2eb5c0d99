//! F11: the wall clock is set, to and fro. What waits goes by the monotonic clock, and what is shared goes by the database's.

use std::time::Duration;

use sapa_core::{
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt},
};
use sapa_sandbox::{Fault, Platform};

use crate::world::{Base, World, play};

const SARI: &str = "6281234567890";

fn too_many(seconds: u64) -> Fault {
    Fault::TooMany {
        retry_after: Some(seconds),
        code: None,
    }
}

/// Something to be sent at once, of which the sender has not been told.
async fn enqueue(world: &World, agent: i64, words: &str) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let prompt = Content::Prompt(Prompt::text(Markup::plain(words)));
    let channel = world.desk.settings.telegram.clone();
    let row = NewRow::new(&channel, agent.to_string(), Class::Notice, prompt);
    outbox::enqueue(&mut act, row).await.expect("it is stored");
    drop(act);
    tx.commit().await.expect("a commit");
}

async fn the_clock_is_set(base: Base) {
    let world = World::new(base).await;
    let budi = world.agent("Budi").await;
    let sari = world.customer("Sari", SARI);
    sari.opens_a_ticket("internet mati").await;
    let says = |words: &str| world.platforms.whatsapp().says(SARI, words);
    let refuse = |seconds| {
        let faults = world.platforms.faults();
        faults.next_of(Platform::Telegram, "sendMessage", 1, too_many(seconds));
    };

    // An hour back amid a pause: the pause is not an hour longer, and the person's lane does not wait for its old time.
    refuse(10);
    says("satu.");
    world.settle().await;
    assert!(!budi.last().contains("satu."), "refused");
    world.jump(-1);
    world.advance(Duration::from_secs(12)).await;
    world.until(|| budi.last().contains("satu.")).await;
    says("dua.");
    world.until(|| budi.last().contains("dua.")).await;

    let dewi = world.agent("Dewi").await;
    // Two hours on amid a pause: the platform's word is kept all the same.
    refuse(30);
    says("tiga.");
    world.settle().await;
    world.jump(2);
    // Whoever gets something else sees that the sender has looked at the new hour.
    enqueue(&world, dewi.id, "kabar lain.").await;
    world.desk.bell.ring_outbox();
    world.until(|| dewi.last().contains("kabar lain.")).await;
    assert!(
        !budi.last().contains("tiga."),
        "the thirty seconds are not over"
    );
    world.advance(Duration::from_secs(32)).await;
    world.until(|| budi.last().contains("tiga.")).await;

    // Back again between the moment that something is to be sent at once and the moment that the sender sees it.
    enqueue(&world, budi.id, "empat.").await;
    world.jump(-1);
    world.desk.bell.ring_outbox();
    world.until(|| budi.last().contains("empat.")).await;
    world.close().await;
}

#[test]
fn f11_a_clock_that_is_set_moves_no_pause_sqlite() {
    play(the_clock_is_set(Base::Sqlite));
}

#[test]
fn f11_a_clock_that_is_set_moves_no_pause_postgres() {
    play(the_clock_is_set(Base::Postgres));
}
