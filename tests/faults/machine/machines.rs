//! F4 and F13: told to stop under load, and too few file descriptors.

use rustix::process::{Signal, kill_process};

use super::*;

async fn stops_under_load(base: Base) {
    let scene = Scene::on(base).await;
    let desk = scene.desk().await;
    scene.settle_in(2, 8).await;
    for mark in 0..200 {
        scene.writes(mark % 8, mark);
    }
    scene
        .until("it is at work", async || scene.acknowledged() >= 20)
        .await;
    let watch = scene.stage.platforms.watch;
    let began = watch.at();
    kill_process(desk.id().expect(WELL), Signal::TERM).expect("it is told");
    let ended = desk.ended().await.expect("it ends");
    let took = watch.at().saturating_sub(began);
    scene.stage.courier.points_to(Vec::new());
    assert_eq!(ended.code(), Some(0), "{}", scene.told());
    assert!(took < Duration::from_secs(10), "{took:?}");
    let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%0000000___'";
    let stored = scene.count(stored).await.unsigned_abs();
    let acknowledged = scene.acknowledged();
    assert!(
        stored >= acknowledged,
        "{stored} stored, {acknowledged} acknowledged"
    );

    let desk = scene.desk().await;
    scene
        .until("everything arrives", async || {
            (0..200).all(|mark| scene.arrivals(mark).0 > 0)
        })
        .await;
    scene.rest().await;
    assert!(
        (0..200).all(|mark| scene.arrivals(mark).0 == 1),
        "each once: nothing was in doubt"
    );
    assert!(desk.terminate().await.expect(WELL));
}

#[test]
fn f4_told_to_stop_under_load_it_drains_within_ten_seconds_sqlite() {
    play(stops_under_load(Base::Sqlite));
}

#[test]
fn f4_told_to_stop_under_load_it_drains_within_ten_seconds_postgres() {
    play(stops_under_load(Base::Postgres));
}

/// Processor time that a process has used, in hundredths of a second (`/proc/PID/stat`, the 14th and 15th fields; proc(5)).
fn used(desk: &Child) -> u64 {
    let path = format!("/proc/{}/stat", desk.id().expect(WELL).as_raw_nonzero());
    let stat = std::fs::read_to_string(path).expect("it runs");
    let fields = stat.rsplit(") ").next().expect(WELL).split(' ');
    fields
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().expect("a number"))
        .sum()
}

#[test]
fn f13_with_256_file_descriptors_idle_connections_are_borne() {
    play(async {
        let scene = Scene::limited(Base::Sqlite, "ulimit -n 256").await;
        let desk = scene.desk().await;
        scene.settle_in(1, 1).await;
        // More than it may open at all. They say nothing, and take places.
        let mut silent = Vec::new();
        for _ in 0..400 {
            let connecting = TcpStream::connect(desk.address);
            if let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_secs(1), connecting).await {
                silent.push(stream);
            }
        }
        assert!(silent.len() > 256, "{} connections", silent.len());
        let before = used(&desk);
        scene.pause(Duration::from_secs(2)).await;
        let busy = used(&desk) - before;
        assert!(
            busy < 100,
            "{busy} hundredths of a second of work in two seconds of nothing"
        );
        // What goes out is not starved by what hangs around.
        let heard = scene.stage.platforms.bot.heard(Bot::chat(0));
        scene.stage.platforms.bot.says(Bot::chat(0), "/help");
        scene
            .until("the agent is answered", async || {
                scene.stage.platforms.bot.heard(Bot::chat(0)) > heard
            })
            .await;
        drop(silent);
        scene.writes(0, 1);
        scene
            .until("it takes webhooks again", async || scene.arrivals(1).0 == 1)
            .await;
        assert!(!scene.told().contains("panicked"), "{}", scene.told());
        assert!(desk.terminate().await.expect(WELL));
    });
}
