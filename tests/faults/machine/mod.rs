//! F1 to F14: what happens to processes and to the machine. The real binary as child processes, killed, stopped, starved; what came of it is
//! counted at the platforms.

mod clocks;
mod kills;
mod machines;
mod postgres;
mod processes;
mod storage;

use std::{ffi::OsStr, os::unix::process::ExitStatusExt as _, sync::Arc, time::Duration};

use sapa::load::{Child, Stage, settle_in};
use sapa_core::db::{Db, Tx};
use sapa_sandbox::load::{Bot, Parcel, Relayed, says, wamid};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{OnceCell, mpsc::UnboundedReceiver},
};

use crate::world::{Base, own_postgres, play};

/// Longer than anything here takes, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_mins(1);
/// The pace of looking.
const LOOK: Duration = Duration::from_millis(10);
const FLAGGED: &str = "select count(*) from outbox where flagged";
/// Why there is nothing more to say.
const WELL: &str = "it works";

/// A stage with agents, and customers who have tickets.
struct Scene {
    stage: Arc<Stage>,
    url: String,
    /// Opened when something is first counted.
    db: OnceCell<Db>,
}

impl Scene {
    async fn on(base: Base) -> Self {
        Self::limited(base, "").await
    }

    /// `limits`: words of the shell that come before the desk, such as `ulimit -n 256`.
    async fn limited(base: Base, limits: &str) -> Self {
        let url = match base {
            Base::Sqlite => None,
            Base::Postgres => Some(own_postgres().await),
        };
        Self::at(url.as_deref(), limits).await
    }

    async fn at(url: Option<&str>, limits: &str) -> Self {
        let mut stage = Stage::set(1, url).await.expect("the platforms start");
        let (sapa, words) = (
            env!("CARGO_BIN_EXE_sapa"),
            format!("{limits}; exec \"$0\" \"$@\""),
        );
        let program: &[&str] = if limits.is_empty() {
            &[sapa]
        } else {
            &["sh", "-c", &words, sapa]
        };
        let program: Vec<_> = program.iter().map(OsStr::new).collect();
        stage.surroundings.run(&program);
        stage.surroundings.set("SAPA_RIVER__GRACE", "2s");
        let file = format!("sqlite://{}", stage.surroundings.database().display());
        let url = url.map_or(file, str::to_owned);
        Self {
            stage: Arc::new(stage),
            url,
            db: OnceCell::new(),
        }
    }

    async fn desk(&self) -> Child {
        self.stage.desk().await.expect("the desk starts")
    }

    /// A desk that ends or stops itself at a place (`core/src/failpoints.rs`).
    async fn desk_with(&self, failpoints: &str) -> Child {
        let desk = self.stage.desk_with(&[("FAILPOINTS", failpoints)]).await;
        desk.expect("the desk starts")
    }

    /// Agents online, customers with open tickets, and nothing under way any more.
    async fn settle_in(&self, agents: u64, customers: u64) {
        let settled = settle_in(&self.stage, agents, customers).await;
        settled.unwrap_or_else(|error| panic!("{error:#}\n{}", self.told()));
        self.rest().await;
    }

    fn told(&self) -> String {
        self.stage.surroundings.told()
    }

    async fn pause(&self, by: Duration) {
        self.stage.platforms.watch.pause(by).await;
    }

    fn request(&self, customer: u64, mark: u64) -> Vec<u8> {
        let words = format!(
            "halo pak, sudah bisa? {}",
            self.stage.platforms.bot.words.token(mark)
        );
        let id = wamid(&self.stage.run, mark);
        says(customer, &id, &words, self.stage.platforms.cloud.now_s())
    }

    /// A customer writes; the platform brings it until it is acknowledged.
    fn writes(&self, customer: u64, mark: u64) {
        let words = &self.stage.platforms.bot.words;
        words.sent(mark, self.stage.platforms.watch.at());
        self.stage.courier.bring(Parcel {
            request: self.request(customer, mark),
            mark: Some((Arc::clone(words), mark)),
        });
    }

    /// An agent replies to what reached him.
    fn replies(&self, to: Relayed, mark: u64) {
        let answers = &self.stage.platforms.cloud.answers;
        answers.sent(mark, self.stage.platforms.watch.at());
        let text = format!("kami cek dulu ya {}", answers.token(mark));
        self.stage.platforms.bot.replies(to.chat, to.message, &text);
    }

    async fn until(&self, what: &str, done: impl AsyncFn() -> bool) {
        let waiting = async {
            while !done().await {
                self.pause(LOOK).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "never happened: {what}\n{}", self.told());
    }

    /// A number out of the database.
    async fn count(&self, sql: &'static str) -> i64 {
        let open = async || Db::connect(&self.url).await.expect("the database opens");
        let db = self.db.get_or_init(open).await;
        let mut tx = db.read().await.expect("a transaction");
        let counted = match &mut tx {
            Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await,
            Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await,
        };
        counted.expect("a number")
    }

    /// Nothing is under way: no webhook, no event, no message.
    async fn rest(&self) {
        let open = "select (select count(*) from inbox where state = 'pending')
            + (select count(*) from outbox where state in ('queued', 'claimed', 'uncertain'))";
        self.until("the desk rests", async || {
            self.stage.courier.open() == 0
                && self.stage.platforms.bot.waiting() == 0
                && self.count(open).await == 0
        })
        .await;
    }

    /// How often words have reached an agent, and answers a customer.
    fn arrivals(&self, mark: u64) -> (usize, usize) {
        let of = |ledger: &sapa_sandbox::load::Ledger| {
            let marks = ledger.marks();
            let found = marks.iter().find(|(number, _)| *number == mark);
            found.map_or(0, |(_, mark)| mark.arrivals.len())
        };
        (
            of(&self.stage.platforms.bot.words),
            of(&self.stage.platforms.cloud.answers),
        )
    }

    /// How many words have been acknowledged.
    fn acknowledged(&self) -> u64 {
        let marks = self.stage.platforms.bot.words.marks();
        marks
            .iter()
            .map(|(_, mark)| u64::from(mark.acked.is_some()))
            .sum()
    }

    /// Words that came more than once, among these, are no more than what is flagged; without a change of senders there are none. (What was
    /// in flight at two kills comes three times, and is one row.)
    async fn once_or_flagged(&self, marks: std::ops::Range<u64>) {
        let twice = marks.filter(|mark| self.arrivals(*mark).0 > 1).count();
        let flagged = self.count(FLAGGED).await;
        assert!(
            i64::try_from(twice).expect(WELL) <= flagged,
            "{twice} came more than once, {flagged} are flagged\n{}",
            self.told()
        );
    }

    /// A connection of somebody else to the desk's file.
    async fn other_connection(&self) -> sqlx::SqliteConnection {
        let options: SqliteConnectOptions = self.url.parse().expect("an address");
        options.connect().await.expect("the file opens")
    }

    /// What SQLite says of the file.
    async fn integrity(&self) -> String {
        let mut connection = self.other_connection().await;
        let check = sqlx::query_scalar("pragma integrity_check");
        let told = check.fetch_one(&mut connection).await.expect("it is read");
        connection.close().await.expect("it closes");
        told
    }

    async fn heard(&self, heard: &mut UnboundedReceiver<Relayed>, mark: u64) -> Relayed {
        let waiting = async {
            loop {
                let relayed = heard.recv().await.expect("the platform runs");
                if relayed.mark == mark {
                    return relayed;
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| panic!("words {mark} never arrived\n{}", self.told()))
    }
}

/// Waits until a desk has been ended by its fail point.
async fn struck(desk: Child) {
    let ended = tokio::time::timeout(PATIENCE, desk.ended()).await;
    let ended = ended.expect("the fail point strikes").expect("it ended");
    assert_eq!(ended.signal(), Some(9), "{ended:?}");
}

/// Sends a whole request; the whole answer, head and body.
async fn exchange(desk: &Child, request: &[u8]) -> String {
    let asked = async {
        let mut stream = TcpStream::connect(desk.address).await?;
        stream.write_all(request).await?;
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let read = stream.read(&mut piece).await?;
            answer.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&answer);
            if read == 0 || is_whole(&text) {
                return Ok::<_, std::io::Error>(text.into_owned());
            }
        }
    };
    let answered = tokio::time::timeout(PATIENCE, asked).await;
    answered.expect("an answer").expect("a connection")
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.to_lowercase();
    let length = length
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| length.trim().parse() == Ok(body.len()))
}

fn status(answer: &str) -> u16 {
    let word = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
    word.unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// Whether the desk says that it can take events, and what else it says.
async fn readiness(desk: &Child) -> (u16, String) {
    let answer = exchange(desk, &sapa_sandbox::load::get("/readyz")).await;
    (status(&answer), answer)
}
