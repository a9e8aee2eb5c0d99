//! Seeing what happens: one event is followed from the webhook to the send by ids alone, and every number that is told is explained.

use std::{
    collections::BTreeSet,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use sapa_core::{
    inbox::{self, Book, Ingest, NewEvent, Stream},
    staff::Role,
};
use sapa_sandbox::{Fault, Platform, credentials};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

use crate::world::{Base, World, play};

const PHONE: &str = "6281234567890";
const SARI: &str = "Sari Wulandari";
const BUDI: &str = "Budi Santoso";

/// A day with a bit of everything; the number of its ticket.
async fn a_day(world: &World) -> String {
    let budi = world.agent(BUDI).await;
    let sari = world.customer(SARI, PHONE);
    let number = sari.opens_a_ticket("internet mati dari pagi").await;
    sari.says("lampu modemnya merah").await;
    budi.replies("lampu modemnya merah", "teknisi kami berangkat")
        .await;
    sari.reads();
    world.settle().await;
    let no = Fault::Refuse {
        code: 131_026,
        message: "no".into(),
    };
    world.platforms.faults().next(Platform::WhatsApp, 1, no);
    budi.replies("lampu modemnya merah", "mohon tunggu sebentar")
        .await;
    budi.says(&format!("/trace {number}")).await;
    world.settle().await;
    number
}

/// What was logged, line by line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).into_owned()
    }
}

/// Plays a day; the log, and the ticket's number.
fn logged(base: Base) -> (String, String) {
    let mut number = String::new();
    let log = logged_by(async || {
        let world = World::new(base).await;
        number = a_day(&world).await;
        world.close().await;
    });
    (log, number)
}

/// What is logged of something that is done on this thread alone, so that nobody else's words are among it.
pub fn logged_by(done: impl AsyncFnOnce()) -> String {
    let log = Log::default();
    let filter =
        "warn,sapa=trace,sapa_core=trace,sapa_bot=trace,sapa_webhook=trace,sapa_sandbox=off";
    let subscriber = fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(log.clone())
        .json()
        .flatten_event(true)
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    tracing::subscriber::with_default(subscriber, || runtime.block_on(done()));
    log.text()
}

fn says<'a>(lines: &'a [Value], message: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line["message"] == message)
}

fn within<'a>(line: &'a Value, span: &str) -> Option<&'a Value> {
    let spans = line["spans"].as_array()?;
    spans.iter().find(|one| one["name"] == span)
}

#[test]
fn an_event_is_followed_from_the_webhook_to_the_send_and_nobody_is_named() {
    for base in [Base::Sqlite, Base::Postgres] {
        let (log, number) = logged(base);
        let lines: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        follow(&lines, &number);
        nobody_is_named(&log);
    }
}

/// From each webhook of the customer's on: to its handling by `event`, to its rows by `seq`, to their sending by `row`.
fn follow(lines: &[Value], number: &str) {
    let opened = says(lines, "a ticket is opened").next();
    let opened = opened.expect("the ticket's line");
    assert_eq!(opened["number"], number);
    assert!(within(opened, "handle").is_some(), "{opened}");
    let telegram = format!("tg:{}", credentials::BOT_ID);
    let (mut events, mut sent) = (0, 0);
    for came in says(lines, "an event came in") {
        if came["stream"] != "Lane" || came["channel"] == telegram.as_str() {
            continue;
        }
        let webhook = within(came, "webhook").expect("the request's span");
        assert!(webhook["request"].is_u64(), "{came}");
        let same = |line: &&Value| line["event"] == came["event"];
        let taken = says(lines, "an event is taken up").find(same);
        let handle = within(taken.expect("it is handled"), "handle").expect("the span");
        let seq = handle["seq"].as_i64().expect("its place");
        assert!(
            says(lines, "an event was handled").any(|line| line["seq"] == seq),
            "{seq}"
        );
        events += 1;
        let begins = format!("e{seq}.");
        for claimed in says(lines, "a message is claimed") {
            let row = claimed["row"].as_str().expect("a row");
            if !row.starts_with(&begins) || claimed["ticket"] != opened["ticket"] {
                continue;
            }
            let went = says(lines, "a message was sent")
                .filter_map(|line| within(line, "send"))
                .any(|span| span["row"] == row && span["ticket"] == opened["ticket"]);
            sent += usize::from(went);
        }
    }
    assert!(events >= 5, "the short way takes so many: {events}");
    assert!(sent >= 2, "what was told about the ticket: {sent}");
    let refused = says(lines, "a message was not sent").next().expect("one");
    assert_eq!(
        (&refused["class"], &refused["code"]),
        (&"final".into(), &"131026".into())
    );
}

fn nobody_is_named(log: &str) {
    let words = [
        SARI,
        "Wulandari",
        BUDI,
        "Santoso",
        "internet mati",
        "lampu modem",
        "teknisi kami",
        "mohon tunggu",
        PHONE,
        &PHONE[2..],
        "wamid.",
        credentials::ACCESS_TOKEN,
        credentials::APP_SECRET,
        credentials::VERIFY_TOKEN,
        credentials::BOT_TOKEN,
    ];
    for word in words {
        let told = log.lines().find(|line| line.contains(word));
        assert_eq!(told, None, "{word} is in the log");
    }
}

/// Names that are no metric's.
const CRATES: [&str; 3] = ["sapa_core", "sapa_bot", "sapa_webhook"];

/// Names of metrics in a text, histograms without the endings of their series.
fn names(text: &str) -> BTreeSet<String> {
    let of_ours = |c: char| c.is_ascii_lowercase() || c == '_';
    text.split(|c| !of_ours(c))
        .filter(|word| word.starts_with("sapa_") && !CRATES.contains(word))
        .map(|word| {
            let series = ["_bucket", "_sum", "_count"];
            let base = series.iter().find_map(|ending| word.strip_suffix(ending));
            base.filter(|base| base.ends_with("_seconds"))
                .unwrap_or(word)
                .to_owned()
        })
        .collect()
}

fn doc(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    std::fs::read_to_string(path).expect("the document")
}

#[test]
fn every_number_that_is_told_is_explained_and_every_one_explained_is_told() {
    play(async {
        let metrics = sapa_webhook::metrics::collect().expect("the metrics begin");
        let world = World::new(Base::Sqlite).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = format!("http://{}/metrics", listener.local_addr().expect("bound"));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(metrics.serve(listener, world.desk.clone(), stop.clone()));
        a_day(&world).await;
        let scraped = reqwest::get(&address).await.expect("an answer");
        let scraped = scraped.text().await.expect("a text");
        for line in [
            "sapa_inbox_handled_total{channel=\"wa:",
            "sapa_handle_seconds_bucket{channel=\"wa:",
            "sapa_relay_seconds_count{channel=\"tg:",
            "sapa_send_seconds_count{channel=\"wa:",
            "class=\"final\",code=\"131026\"} 1",
            "sapa_outbox_oldest_seconds{channel=\"tg:",
        ] {
            assert!(scraped.contains(line), "{line} is missing in\n{scraped}");
        }
        let told: BTreeSet<String> = scraped
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE "))
            .flat_map(names)
            .collect();
        let explained = names(&doc("observability.md"));
        let silent = |name: &&String| !told.contains(*name);
        for document in ["observability.md", "grafana.json", "alerts.yml"] {
            let named = names(&doc(document));
            assert!(named.len() > 5, "{document} names metrics");
            let wrong: Vec<_> = named.iter().filter(silent).collect();
            assert!(
                wrong.is_empty(),
                "{document} names what is not told: {wrong:?}"
            );
        }
        let untold: Vec<_> = told.difference(&explained).collect();
        assert!(untold.is_empty(), "not explained: {untold:?}");
        stop.cancel();
        serving.await.expect("it ends");
        world.close().await;
    });
}

/// An event that nobody here has heard of yet and that is given up at once.
async fn dies(world: &World) {
    let stop = CancellationToken::new();
    let (ingest, writing) = Ingest::start(&world.desk, Arc::new(Book::default()), stop.clone());
    let writing = tokio::spawn(writing);
    let channel = world.desk.settings.whatsapp.clone();
    let event = NewEvent {
        channel,
        external_id: "x".into(),
        stream: Stream::Lane,
        lane: "x".into(),
        payload: b"{}".to_vec(),
    };
    ingest.put(vec![event]).await.expect("there is room");
    stop.cancel();
    writing.await.expect("it ends");
    let lane = format!("{}|x", world.desk.settings.whatsapp);
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let events = inbox::store::of_lane(&mut tx, &lane, 1).await;
    let seq = events.expect("the lane")[0].seq;
    let now = world.desk.clock.now();
    let buried = inbox::store::dead(&mut tx, seq, "no disk", now).await;
    assert!(buried.expect("a mark"));
    tx.commit().await.expect("a commit");
}

#[test]
fn a_retried_event_is_handled_at_once() {
    // On SQLite the lanes are in memory: nobody would look there by himself.
    play(async {
        let world = World::new(Base::Sqlite).await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        dies(&world).await;
        dewi.says("/dead").await;
        assert!(dewi.last().contains("no disk"), "{}", dewi.last());
        dewi.presses("Coba lagi #").await;
        assert!(dewi.last().contains("Semua baik"), "{}", dewi.last());
        world.close().await;
    });
}

#[test]
fn the_dashboard_is_one_that_grafana_takes() {
    let board: Value = serde_json::from_str(&doc("grafana.json")).expect("JSON");
    assert!(
        board["schemaVersion"]
            .as_u64()
            .is_some_and(|version| version >= 36)
    );
    let panels = board["panels"].as_array().expect("panels");
    let mut ids = BTreeSet::new();
    for panel in panels {
        let id = panel["id"].as_u64().expect("an id");
        assert!(ids.insert(id), "{id} twice");
        let place = &panel["gridPos"];
        let right = place["x"].as_u64().zip(place["w"].as_u64());
        assert!(right.is_some_and(|(x, w)| x + w <= 24), "{panel}");
        if panel["type"] != "row" {
            let targets = panel["targets"].as_array().expect("targets");
            for target in targets {
                let query = target["expr"].as_str().expect("a query");
                assert_eq!(
                    query.matches('(').count(),
                    query.matches(')').count(),
                    "{query}"
                );
                assert!(names(query).len() == 1, "{query}");
            }
        }
    }
    assert!(panels.len() > 12);
}
