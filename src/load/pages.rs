//! `sapa load pages`: how long people wait who look at things, on a database full of sample data: customers who come into the portal and
//! read their tickets there. Codes are read where they arrive, on the platform.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use clap::Args;
use sapa_core::{
    casework::talks::{self, Which},
    contacts::book,
    seed,
    tickets::{
        Priority, Status,
        listing::{self, Group, Wanted},
    },
};
use sapa_sandbox::load::{Cloud, Connection, Watch, call};
use serde_json::{Value, json};

use super::{
    Common, Report, Stage,
    figures::{Times, rate},
};
use crate::{
    app,
    config::{self, Need},
};

/// Where the portal is.
const PORTAL: &str = "/api/customer-portal";
/// What somebody who is logged in looks at, with its name in the report.
const LOOKED_AT: [(&str, &str); 6] = [
    ("tickets", "/tickets"),
    ("tickets, open", "/tickets?status=open"),
    ("tickets, second page", "/tickets?limit=5&offset=5"),
    ("invoices, overdue", "/invoices?status=overdue"),
    ("overview", "/dashboard/stats"),
    ("profile", "/profile"),
];
/// How long a code may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pace of looking for it.
const LOOK: Duration = Duration::from_millis(2);

/// How to measure pages.
#[derive(Debug, Args)]
pub struct Arguments {
    /// So many customers are there.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    customers: u64,
    /// So many tickets.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    tickets: u64,
    /// So many of the customers come into the portal.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    visitors: u32,
    /// How many times each page is looked at by each of them.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    looks: u32,
    /// How many of them at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=256))]
    connections: u32,
    #[command(flatten)]
    common: Common,
}

/// What took how long, by what it was.
type Taken = BTreeMap<String, Vec<Duration>>;

pub async fn run(arguments: Arguments) -> anyhow::Result<Report> {
    let mut stage = Stage::set(arguments.common.seed, arguments.common.database.as_deref()).await?;
    // Each visitor has an address of their own, as behind a proxy; codes reach numbers that never wrote by a template.
    let surroundings = &mut stage.surroundings;
    surroundings.set("SAPA_HTTP__TRUSTED_PROXIES", "127.0.0.1");
    surroundings.set("SAPA_WHATSAPP__TEMPLATES__OTP", "login_code:id");
    let sown = sow(&stage, &arguments).await?;
    let child = stage.desk().await?;
    let numbers = numbers(&stage, arguments.visitors).await?;
    let mut taken = staffs_lists(&stage, arguments.looks).await?;
    stage.platforms.cloud.keep_codes();
    let began = stage.platforms.watch.at();
    let mut visiting = tokio::task::JoinSet::new();
    for lane in 0..arguments.connections {
        let share = numbers
            .iter()
            .enumerate()
            .filter(|(n, _)| u32::try_from(*n).is_ok_and(|n| n % arguments.connections == lane));
        let visitor = Visitor {
            cloud: Arc::clone(&stage.platforms.cloud),
            watch: stage.platforms.watch,
            connection: Connection::open(child.address).await?,
            taken: Taken::new(),
        };
        let share: Vec<_> = share.map(|(n, number)| (n, number.clone())).collect();
        visiting.spawn(visitor.visits(share, arguments.looks));
    }
    while let Some(visited) = visiting.join_next().await {
        for (what, times) in visited?? {
            taken.entry(what).or_default().extend(times);
        }
    }
    let took = stage.platforms.watch.at().saturating_sub(began);
    let memory = child.memory();
    let left = child.terminate().await?;
    let answers = taken.values().map(Vec::len).sum();
    let (pages, lines) = told(taken);
    let object = json!({
        "mode": "pages", "customers": arguments.customers, "tickets": arguments.tickets, "seed_seconds": sown["seconds"],
        "visitors": arguments.visitors, "connections": arguments.connections, "answers_per_second": rate(answers, took),
        "pages": pages, "memory_kib": {"peak": memory.peak}, "left_in_order": left,
    });
    let words = format!(
        "{} customers, {} tickets, {} visitors, {} at a time\n{}\nmemory: {} KiB at most",
        arguments.customers,
        arguments.tickets,
        arguments.visitors,
        arguments.connections,
        lines,
        memory.peak,
    );
    Ok(Report {
        object,
        words,
        good: left,
    })
}

/// How long each took, for scripts and in words.
fn told(taken: Taken) -> (Value, String) {
    let mut pages = serde_json::Map::new();
    let mut lines = Vec::new();
    for (what, times) in taken {
        let times = Times::of(times);
        lines.push(format!("{what}: {}", times.words()));
        pages.insert(what, times.object());
    }
    (Value::Object(pages), lines.join("\n"))
}

/// Fills the database, before anybody looks.
async fn sow(stage: &Stage, arguments: &Arguments) -> anyhow::Result<Value> {
    let (customers, tickets, seed) = (
        arguments.customers.to_string(),
        arguments.tickets.to_string(),
        (arguments.common.seed % 10_000).to_string(),
    );
    let sow = [
        "seed",
        "--customers",
        &customers,
        "--tickets",
        &tickets,
        "--seed",
        &seed,
        "--json",
    ];
    stage.surroundings.ask(&sow).await
}

/// So many customers' numbers.
async fn numbers(stage: &Stage, count: u32) -> anyhow::Result<Vec<String>> {
    let config = config::given(stage.surroundings.settings(), Need::Database)?;
    let db = app::database(&config).await?;
    let mut tx = db.read().await?;
    let numbers = seed::numbers(&mut tx, i64::from(count)).await?;
    tx.rollback().await?;
    db.close().await;
    ensure!(
        u32::try_from(numbers.len()) == Ok(count),
        "there are fewer customers than visitors"
    );
    Ok(numbers)
}

/// What staff look for in their list, with its name in the report.
fn lists() -> [(&'static str, Wanted<'static>); 13] {
    let plain = Wanted {
        group: Group::All,
        priority: None,
        type_id: None,
        staff_id: None,
        customer_id: None,
        words: "",
        seen_by: None,
        after: None,
    };
    let group = |group| Wanted {
        group,
        ..plain.clone()
    };
    let words = |words, group| Wanted {
        words,
        group,
        ..plain.clone()
    };
    [
        ("all", plain.clone()),
        ("open", group(Group::Open)),
        ("overdue", group(Group::Overdue)),
        ("on hold", group(Group::Status(Status::OnHold))),
        ("cancelled", group(Group::Status(Status::Cancelled))),
        (
            "urgent",
            Wanted {
                priority: Some(Priority::Urgent),
                ..plain.clone()
            },
        ),
        (
            "of a type",
            Wanted {
                type_id: Some("medical"),
                ..plain.clone()
            },
        ),
        (
            "of a type with a priority it never had",
            Wanted {
                type_id: Some("repair"),
                priority: Some(Priority::Urgent),
                ..plain.clone()
            },
        ),
        ("words, a name", words("sari", Group::All)),
        ("words, both names", words("sari wulandari", Group::All)),
        ("words, found", words("modem", Group::All)),
        ("words, not found", words("qzxw", Group::All)),
        ("words among open", words("qzxw", Group::Open)),
    ]
}

/// What is looked for by name, with its name in the report.
const NAMES: [(&str, &str); 5] = [
    ("a name", "sari"),
    ("both names", "sari wulandari"),
    ("one letter", "s"),
    ("the end of a number", "5678"),
    ("nobody", "qzxw"),
];

/// The staff's lists by filters and words, as the database takes it beside the running desk: without HTTP and the page around it.
async fn staffs_lists(stage: &Stage, looks: u32) -> anyhow::Result<Taken> {
    let config = config::given(stage.surroundings.settings(), Need::Database)?;
    let desk = app::desk(&config).await?;
    let mut taken = Taken::new();
    let lists = lists();
    for _ in 0..looks.max(10) {
        for (name, wanted) in &lists {
            let mut tx = desk.db.read().await?;
            let began = stage.platforms.watch.at();
            listing::list(&mut tx, wanted, desk.clock.now()).await?;
            let took = stage.platforms.watch.at().saturating_sub(began);
            tx.rollback().await?;
            let name = format!("staff's tickets, {name} (database alone)");
            taken.entry(name).or_default().push(took);
        }
        for (name, words) in NAMES {
            let mut tx = desk.db.read().await?;
            let mut act = desk.act(&mut tx);
            let began = stage.platforms.watch.at();
            book::search(&mut act, words, None).await?;
            let found = stage.platforms.watch.at();
            talks::list(&mut act, Which::Named(words, None), None).await?;
            let listed = stage.platforms.watch.at();
            tx.rollback().await?;
            for (list, took) in [
                ("customers' book", found.saturating_sub(began)),
                ("conversations", listed.saturating_sub(found)),
            ] {
                let name = format!("{list}, {name} (database alone)");
                taken.entry(name).or_default().push(took);
            }
        }
    }
    desk.db.close().await;
    Ok(taken)
}

/// Whoever visits the portal, one customer after the other.
struct Visitor {
    cloud: Arc<Cloud>,
    watch: Watch,
    connection: Connection,
    taken: Taken,
}

impl Visitor {
    async fn visits(
        mut self,
        customers: Vec<(usize, String)>,
        looks: u32,
    ) -> anyhow::Result<Taken> {
        let mut tokens = Vec::new();
        for (n, number) in &customers {
            tokens.push(self.comes_in(*n, number).await?);
        }
        for _ in 0..looks {
            for token in &tokens {
                for (name, path) in LOOKED_AT {
                    let bearer = format!("Bearer {token}");
                    let headers = [("Authorization", bearer.as_str())];
                    let request = call("GET", &format!("{PORTAL}{path}"), &headers, None);
                    self.asks(name, &request).await?;
                }
            }
        }
        Ok(self.taken)
    }

    /// Asks for a code, reads it where it arrives, and shows it. The token.
    async fn comes_in(&mut self, n: usize, number: &str) -> anyhow::Result<String> {
        let address = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
        let headers = [("X-Forwarded-For", address.as_str())];
        let body = json!({ "phone": format!("+{number}") });
        let path = format!("{PORTAL}/request-otp");
        let request = call("POST", &path, &headers, Some(&body));
        let challenge = self.asks("login: asking for a code", &request).await?;
        let code = self.code(number).await?;
        let body = json!({ "challenge_id": challenge["challenge_id"], "code": code });
        let path = format!("{PORTAL}/verify-otp");
        let request = call("POST", &path, &headers, Some(&body));
        let entered = self.asks("login: showing the code", &request).await?;
        let token = entered["token"].as_str().context("no token came")?;
        Ok(token.to_owned())
    }

    async fn code(&self, number: &str) -> anyhow::Result<String> {
        let coming = async {
            loop {
                if let Some(code) = self.cloud.take_code(number) {
                    return code;
                }
                self.watch.pause(LOOK).await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, coming).await;
        came.context("a code does not arrive")
    }

    /// Asks, and notes how long the answer took.
    async fn asks(&mut self, what: &str, request: &[u8]) -> anyhow::Result<Value> {
        let began = self.watch.at();
        let status = self.connection.exchange(request).await?;
        let took = self.watch.at().saturating_sub(began);
        let body = self.connection.body();
        ensure!(
            status == 200,
            "{what}: {status} {}",
            String::from_utf8_lossy(body)
        );
        self.taken.entry(what.to_owned()).or_default().push(took);
        Ok(serde_json::from_slice(body)?)
    }
}
