//! F9: PostgreSQL goes away and comes back, ends our connections, or has no answer for a while. On a server of the test's own.

use sqlx::{Executor as _, postgres::PgConnectOptions};

use super::*;

/// Within this it works again.
const RECOVERED: Duration = Duration::from_secs(5);

/// A server that goes away with the test.
struct Server {
    url: String,
    folder: String,
}

async fn script(arguments: &[&str]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres-cluster");
    let mut command = std::process::Command::new(script);
    command.args(arguments);
    let ended = tokio::task::spawn_blocking(move || command.output());
    let ended = ended.await.expect(WELL).expect("the script runs");
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

impl Server {
    async fn start() -> Self {
        let told = script(&["start"]).await;
        let (url, folder) = told.trim().split_once('\n').expect("a URL and a folder");
        Self {
            url: url.into(),
            folder: folder.into(),
        }
    }

    async fn connect(&self) -> sqlx::PgConnection {
        let options: PgConnectOptions = self.url.parse().expect("an address");
        options.connect().await.expect("the server answers")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres-cluster");
        let stopped = std::process::Command::new(script)
            .args(["stop", &self.folder])
            .status();
        assert!(stopped.is_ok_and(|stopped| stopped.success()) || std::thread::panicking());
    }
}

/// From now until words come through, and the desk says that it is ready.
async fn works_again(scene: &Scene, desk: &Child, mark: u64) {
    let watch = scene.stage.platforms.watch;
    let began = watch.at();
    scene
        .until("words come through", async || scene.arrivals(mark).0 > 0)
        .await;
    scene
        .until("it is ready", async || readiness(desk).await.0 == 200)
        .await;
    let took = watch.at().saturating_sub(began);
    assert!(took < RECOVERED, "{took:?}\n{}", scene.told());
}

/// The server stops, with words on their way, and starts again.
async fn goes_and_comes(scene: &Scene, desk: &Child, server: &Server) {
    for mark in 0..20 {
        scene.writes(mark % 2, mark);
    }
    script(&["halt", &server.folder]).await;
    let answer = exchange(desk, &scene.request(0, 100)).await;
    assert_eq!(status(&answer), 503, "{answer}");
    assert!(answer.to_lowercase().contains("retry-after:"), "{answer}");
    let (ready, why) = readiness(desk).await;
    assert_eq!(ready, 503, "{why}");
    assert!(why.contains("the database does not answer"), "{why}");
    scene.writes(0, 100);
    script(&["resume", &server.folder]).await;
    works_again(scene, desk, 100).await;
}

/// Somebody ends our connections, with words on their way.
async fn connections_end(scene: &Scene, desk: &Child, admin: &mut sqlx::PgConnection) {
    for mark in 20..40 {
        scene.writes(mark % 2, mark);
    }
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend'";
    admin.execute(end).await.expect("they are ended");
    scene.writes(1, 101);
    works_again(scene, desk, 101).await;
}

/// Every connection of the pool waits for a lock.
async fn the_pool_is_exhausted(scene: &Scene, desk: &Child, admin: &mut sqlx::PgConnection) {
    let lock = "begin; lock table inbox in access exclusive mode";
    admin.execute(lock).await.expect("it is locked");
    for mark in 40..80 {
        scene.writes(mark % 2, mark);
    }
    let answer = exchange(desk, &scene.request(0, 102)).await;
    assert_eq!(status(&answer), 503, "{answer}");
    scene.pause(Duration::from_secs(3)).await;
    admin.execute("commit").await.expect("it is free");
    scene.writes(0, 102);
    works_again(scene, desk, 102).await;
}

#[test]
fn f9_postgres_goes_and_comes_back() {
    play(async {
        let server = Server::start().await;
        let scene = Scene::at(Some(&server.url), "").await;
        let desk = scene.desk().await;
        scene.settle_in(1, 2).await;
        goes_and_comes(&scene, &desk, &server).await;
        let mut admin = server.connect().await;
        connections_end(&scene, &desk, &mut admin).await;
        the_pool_is_exhausted(&scene, &desk, &mut admin).await;

        let all = (0..80).chain(100..103);
        scene
            .until("everything arrives", async || {
                all.clone().all(|mark| scene.arrivals(mark).0 > 0)
            })
            .await;
        scene.rest().await;
        let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%0000000___'";
        assert_eq!(scene.count(stored).await, 83, "each once");
        let twice: usize = all.map(|mark| scene.arrivals(mark).0 - 1).sum();
        let flagged = "select count(*) from outbox where flagged";
        let flagged = scene.count(flagged).await;
        assert!(
            i64::try_from(twice).expect(WELL) <= flagged,
            "{twice} came twice, {flagged} are flagged\n{}",
            scene.told()
        );
        assert!(!scene.told().contains("panicked"), "{}", scene.told());
        admin.close().await.expect("it closes");
        assert!(desk.terminate().await.expect(WELL));
        drop(scene);
        drop(server);
    });
}
