//! F6, F7, F8 and F14: the SQLite file is taken, locked, full, half migrated, or made by a newer version.

use std::{ops::Range, path::PathBuf};

use rustix::process::{Resource, Rlimit, prlimit};
use sqlx::Executor as _;

use super::*;

/// Runs a command to its end; whether it ended well, and what it said.
async fn run(scene: &Scene, arguments: &[&str]) -> (bool, String) {
    let mut command = scene.stage.surroundings.command(arguments).expect(WELL);
    command.stderr(std::process::Stdio::piped());
    let ended = tokio::task::spawn_blocking(move || command.output());
    let ended = tokio::time::timeout(PATIENCE, ended)
        .await
        .expect("it ends");
    let ended = ended.expect(WELL).expect("it runs");
    (
        ended.status.success(),
        String::from_utf8_lossy(&ended.stderr).into_owned(),
    )
}

#[test]
fn f6_a_second_desk_on_one_file_is_refused_and_the_first_works_on() {
    play(async {
        let scene = Scene::on(Base::Sqlite).await;
        let first = scene.desk().await;
        let (good, said) = run(&scene, &["serve", "--json"]).await;
        assert!(!good, "the second is refused");
        for wanted in [
            "another desk",
            &first.id().expect(WELL).as_raw_nonzero().to_string(),
            "PostgreSQL",
        ] {
            assert!(said.contains(wanted), "{wanted} is missing in: {said}");
        }
        assert_eq!(status(&exchange(&first, &scene.request(0, 1)).await), 200);
        first.kill();
        let next = scene.desk().await;
        assert_eq!(status(&exchange(&next, &scene.request(0, 2)).await), 200);
        assert!(next.terminate().await.expect(WELL));
    });
}

#[test]
fn f7_a_database_that_is_locked_for_five_seconds_costs_a_503_and_no_event() {
    play(async {
        let scene = Scene::on(Base::Sqlite).await;
        let desk = scene.desk().await;
        assert_eq!(status(&exchange(&desk, &scene.request(0, 1)).await), 200);
        scene.rest().await;

        let mut other = scene.other_connection().await;
        other
            .execute("begin immediate")
            .await
            .expect("the lock is free");
        let watch = scene.stage.platforms.watch;
        let began = watch.at();
        let answer = exchange(&desk, &scene.request(0, 2)).await;
        let took = watch.at().saturating_sub(began);
        assert_eq!(status(&answer), 503, "{answer}");
        assert!(answer.to_lowercase().contains("retry-after:"), "{answer}");
        assert!(
            took > Duration::from_millis(1_500) && took < Duration::from_secs(5),
            "{took:?}"
        );
        let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%0000000002'";
        assert_eq!(scene.count(stored).await, 0);
        let (ready, why) = readiness(&desk).await;
        assert_eq!(ready, 503, "{why}");
        assert!(why.contains("could not be stored"), "{why}");

        watch.until(began + Duration::from_secs(5)).await;
        other
            .execute("rollback")
            .await
            .expect("the lock is given back");
        scene.writes(0, 2);
        scene
            .until("it is taken", async || scene.stage.courier.open() == 0)
            .await;
        scene.rest().await;
        assert_eq!(
            scene.count(stored).await,
            1,
            "once, however often it was brought"
        );
        scene
            .until("it is ready again", async || {
                readiness(&desk).await.0 == 200
            })
            .await;
        assert!(desk.terminate().await.expect(WELL));
    });
}

#[test]
fn f8_a_full_disk_costs_a_503_and_nothing_else() {
    play(async {
        // A write past the limit is refused like one on a full disk; the signal that comes with it is nobody's business here.
        let scene = Scene::limited(Base::Sqlite, "trap '' XFSZ").await;
        let desk = scene.desk().await;
        scene.settle_in(1, 1).await;
        let may_write = |bytes| {
            let limit = Rlimit {
                current: bytes,
                maximum: None,
            };
            prlimit(Some(desk.id().expect(WELL)), Resource::Fsize, limit)
                .expect("the limit is set");
        };
        may_write(Some(0));
        for mark in 1..=3 {
            let answer = exchange(&desk, &scene.request(0, mark)).await;
            assert_eq!(status(&answer), 503, "{answer}");
            assert!(answer.to_lowercase().contains("retry-after:"), "{answer}");
        }
        let (ready, why) = readiness(&desk).await;
        assert_eq!(ready, 503, "{why}");
        assert!(why.contains("could not be stored"), "{why}");
        scene.stage.platforms.bot.says(Bot::chat(0), "/help");
        let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%000000000_'";
        assert_eq!(scene.count(stored).await, 0);

        may_write(None);
        for mark in 1..=3 {
            scene.writes(0, mark);
        }
        scene
            .until("they arrive", async || {
                (1..=3).all(|mark| scene.arrivals(mark).0 == 1)
            })
            .await;
        scene.rest().await;
        scene
            .until("it is ready again", async || {
                readiness(&desk).await.0 == 200
            })
            .await;
        assert_eq!(scene.count(stored).await, 3);
        assert!(!scene.told().contains("panicked"), "{}", scene.told());
        assert!(desk.terminate().await.expect(WELL));
        assert_eq!(scene.integrity().await, "ok");
    });
}

/// A disk that fails when it is told to (`bad_disk.c`).
struct BadDisk {
    between: PathBuf,
    says: PathBuf,
}

impl BadDisk {
    /// Compiles what stands between the desk and the system.
    async fn make(scene: &Scene) -> Self {
        let database = scene.stage.surroundings.database();
        let between = database.with_file_name("bad_disk.so");
        let code = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/faults/machine/bad_disk.c"
        );
        let mut cc = std::process::Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]);
        cc.arg(&between).args([code, "-ldl"]);
        let compiled = tokio::task::spawn_blocking(move || cc.status()).await;
        let compiled = compiled.expect(WELL).expect("there is a C compiler");
        assert!(compiled.success(), "it compiles");
        Self {
            between,
            says: database.with_file_name("bad_disk"),
        }
    }

    async fn desk(&self, scene: &Scene) -> Child {
        let environment = [
            ("LD_PRELOAD", self.between.to_str().expect(WELL)),
            ("BAD_DISK", self.says.to_str().expect(WELL)),
        ];
        let desk = scene.stage.desk_with(&environment).await;
        desk.expect("the desk starts")
    }

    /// `what`: r (reads), w (writes), s (flushes); nothing: it is well again.
    fn fails(&self, what: &str) {
        std::fs::write(&self.says, what).expect("it is told");
    }

    /// While it fails everything is refused and nothing is stored; afterwards everything comes through once. `marks`: words of a
    /// customer's. `answer`: an agent's.
    async fn costs_nothing(
        &self,
        (scene, desk): (&Scene, &Child),
        what: &str,
        marks: Range<u64>,
        (to, answer): (Relayed, u64),
    ) {
        self.fails(what);
        for mark in marks.clone() {
            let refused = exchange(desk, &scene.request(0, mark)).await;
            assert_eq!(status(&refused), 503, "{what}: {refused}");
            let head = refused.to_lowercase();
            assert!(head.contains("retry-after:"), "{what}: {refused}");
        }
        let (ready, why) = readiness(desk).await;
        assert_eq!(ready, 503, "{what}: {why}");
        assert!(why.contains("could not be stored"), "{what}: {why}");
        scene.replies(to, answer);
        scene.pause(Duration::from_secs(2)).await;
        assert_eq!(scene.arrivals(answer).1, 0, "{what}: it is not stored");
        for mark in marks.clone() {
            assert_eq!(scene.arrivals(mark).0, 0, "{what}: it was refused");
        }

        self.fails("");
        for mark in marks.clone() {
            scene.writes(0, mark);
        }
        scene
            .until("they arrive", async || {
                let mut marks = marks.clone();
                marks.all(|mark| scene.arrivals(mark).0 == 1) && scene.arrivals(answer).1 == 1
            })
            .await;
        scene
            .until("it is ready again", async || readiness(desk).await.0 == 200)
            .await;
        scene.rest().await;
        assert_eq!(scene.integrity().await, "ok", "{what}");
    }
}

#[test]
fn f8_a_disk_that_fails_costs_a_503_and_nothing_else() {
    play(async {
        let scene = Scene::on(Base::Sqlite).await;
        let bad = BadDisk::make(&scene).await;
        let desk = bad.desk(&scene).await;
        let mut heard = scene.stage.platforms.bot.listen();
        scene.settle_in(1, 1).await;
        scene.writes(0, 1);
        let relayed = scene.heard(&mut heard, 1).await;
        scene.rest().await;

        // What cannot be read is read later; what was acknowledged is not given up for it.
        bad.fails("r");
        scene.writes(0, 2);
        scene.pause(Duration::from_secs(5)).await;
        bad.fails("");
        scene
            .until("it arrives", async || scene.arrivals(2).0 == 1)
            .await;

        let here = (&scene, &desk);
        bad.costs_nothing(here, "s", 3..6, (relayed, 1)).await;
        bad.costs_nothing(here, "w", 6..9, (relayed, 2)).await;
        bad.costs_nothing(here, "rws", 9..12, (relayed, 3)).await;
        let stored = "select count(*) from inbox where external_id like 'wamid.LOAD%00000000__'";
        assert_eq!(scene.count(stored).await, 11, "each once");
        let dead = "select count(*) from inbox where state = 'dead'";
        assert_eq!(scene.count(dead).await, 0);
        assert_eq!(scene.count(FLAGGED).await, 0);
        assert!(!scene.told().contains("panicked"), "{}", scene.told());
        assert!(desk.terminate().await.expect(WELL));
    });
}

#[test]
fn f14_a_migration_that_is_killed_again_and_again_completes_in_the_end_sqlite() {
    kill_while_migrating(Base::Sqlite);
}

#[test]
fn f14_a_migration_that_is_killed_again_and_again_completes_in_the_end_postgres() {
    kill_while_migrating(Base::Postgres);
}

fn kill_while_migrating(base: Base) {
    play(async {
        let scene = Scene::on(base).await;
        // A little later every time: before the schema is there, amid the first migration, between two, after the last.
        for millis in (0..160).step_by(8) {
            let mut command = scene.stage.surroundings.command(&["migrate"]).expect(WELL);
            let mut migrating = command
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("it starts");
            scene.pause(Duration::from_millis(millis)).await;
            // It may have ended by itself.
            let _ = migrating.kill();
            migrating.wait().expect("it ended");
        }
        let desk = scene.desk().await;
        assert_eq!(status(&exchange(&desk, &scene.request(0, 1)).await), 200);
        assert!(desk.terminate().await.expect(WELL));
        if matches!(base, Base::Sqlite) {
            assert_eq!(scene.integrity().await, "ok");
        }
        let unfinished = "select count(*) from _sqlx_migrations where not success";
        assert_eq!(scene.count(unfinished).await, 0);
    });
}

/// What an older program finds after a newer one has been there.
const NEWER: &str =
    "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
    values (9999, 'of tomorrow', true, '', 0)";

#[test]
fn f14_an_older_program_does_not_touch_a_newer_database() {
    for base in [Base::Sqlite, Base::Postgres] {
        play(async {
            let scene = Scene::on(base).await;
            let desk = scene.desk().await;
            assert!(desk.terminate().await.expect(WELL));
            let db = Db::connect(&scene.url).await.expect("it opens");
            let mut tx = db.write().await.expect("a transaction");
            match &mut tx {
                Tx::Sqlite(tx) => (&mut **tx).execute(NEWER).await.map(drop),
                Tx::Postgres(tx) => (&mut **tx).execute(NEWER).await.map(drop),
            }
            .expect("it is noted");
            tx.commit().await.expect("a commit");
            db.close().await;
            for command in [&["serve", "--json"][..], &["migrate"]] {
                let (good, said) = run(&scene, command).await;
                assert!(!good, "{command:?} is refused");
                assert!(said.contains("a newer version of Sapa"), "{said}");
            }
            let noted = "select count(*) from _sqlx_migrations where version = 9999";
            assert_eq!(scene.count(noted).await, 1, "nothing was taken back");
        });
    }
}
