//! The commands as scripts and operators use them: the real binary, its exit codes, its JSON.

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use sapa_core::clock::{Clock as _, SystemClock};
use sapa_sandbox::{Options, Platforms, credentials};
use serde_json::Value;
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

/// The binary in a folder, without settings of whoever runs the tests.
fn sapa(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sapa"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SAPA_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).args(arguments);
    command
}

/// A folder with settings that are good but for the addresses.
fn desk(telegram: &str, whatsapp: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = format!(
        "[telegram]\ntoken = '{}'\napi_url = '{telegram}'\n[whatsapp]\napi_url = '{whatsapp}'\naccess_token = '{}'\nphone_number_id = '{}'\napp_secret = '{}'\nverify_token = '{}'\n[http]\nlisten = '127.0.0.1:0'\nmetrics_listen = '127.0.0.1:0'\n",
        credentials::BOT_TOKEN,
        credentials::ACCESS_TOKEN,
        credentials::PHONE_NUMBER_ID,
        credentials::APP_SECRET,
        credentials::VERIFY_TOKEN,
    );
    std::fs::write(folder.path().join("sapa.toml"), settings).expect("a file");
    folder
}

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn run(mut command: Command) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn config_check_tells_every_mistake_and_ends_with_1() {
    let folder = desk(NOWHERE, NOWHERE);
    let good = run(sapa(folder.path(), &["config", "check", "--json"]));
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let told = json(&good);
    assert_eq!(told["ok"], true);
    let words = String::from_utf8_lossy(&good.stdout);
    assert!(
        !words.contains(credentials::APP_SECRET),
        "secrets are masked"
    );

    let mut command = sapa(folder.path(), &["config", "check"]);
    command
        .env("SAPA_DESK__TIME_ZON", "x")
        .env("SAPA_RIVER__LEASE", "30");
    let bad = run(command);
    assert_eq!(bad.status.code(), Some(1), "{bad:?}");
    let words = String::from_utf8_lossy(&bad.stdout);
    for wanted in [
        "did you mean SAPA_DESK__TIME_ZONE?",
        "river.lease",
        "(from SAPA_RIVER__LEASE)",
        "2 mistakes",
    ] {
        assert!(words.contains(wanted), "{wanted} is missing in:\n{words}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for arguments in [
        &["staff", "invite"][..],
        &["nonsense"],
        &["staff", "invite", "--name", "x", "--role", "boss"],
    ] {
        assert_eq!(
            run(sapa(folder.path(), arguments)).status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    for arguments in [
        &["--help"][..],
        &["sandbox", "--help"],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["config", "check", "--help"],
        &["staff", "invite", "--help"],
    ] {
        assert_eq!(
            run(sapa(folder.path(), arguments)).status.code(),
            Some(0),
            "{arguments:?}"
        );
    }
}

#[test]
fn serve_refuses_to_start_without_the_app_secret() {
    let folder = desk(NOWHERE, NOWHERE);
    let path = folder.path().join("sapa.toml");
    let settings = std::fs::read_to_string(&path).expect("the settings");
    let without: Vec<_> = settings
        .lines()
        .filter(|line| !line.starts_with("app_secret"))
        .collect();
    std::fs::write(&path, without.join("\n")).expect("a file");
    let refused = run(sapa(folder.path(), &["serve"]));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let why = complaint(&refused);
    assert!(why.contains("whatsapp.app_secret: is missing"), "{why}");
    assert!(!folder.path().join("sapa.db").exists(), "nothing was begun");
}

#[test]
fn an_invitation_without_telegram_has_no_link() {
    let folder = desk(NOWHERE, NOWHERE);
    let arguments = [
        "staff", "invite", "--name", "Budi", "--role", "agent", "--json",
    ];
    let invited = run(sapa(folder.path(), &arguments));
    assert_eq!(invited.status.code(), Some(0), "{invited:?}");
    let told = json(&invited);
    assert_eq!(told["role"], "agent");
    assert_eq!(told["link"], Value::Null);
    assert_eq!(told["token"].as_str().map(str::len), Some(26));
    let expires = told["expires_at"].as_str().expect("a time");
    chrono::DateTime::parse_from_rfc3339(expires).expect("RFC 3339");

    let refused = run(sapa(
        folder.path(),
        &[&arguments[..], &["--team", "Billing"]].concat(),
    ));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let told = json(&refused);
    assert!(told["error"]["teams"].is_array(), "{told}");
    assert!(complaint(&refused).contains("there is no team \"Billing\""));
}

/// A running `serve`; ended hard when a test fails.
struct Serving(Child);

impl Serving {
    fn start(folder: &Path) -> (Self, Value) {
        let mut command = sapa(folder, &["serve", "--json"]);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.expect("the binary runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line)
            .expect("a line");
        (Self(child), serde_json::from_str(&line).expect("JSON"))
    }

    fn terminate(&mut self) -> Option<i32> {
        let clock = SystemClock::new();
        let killed = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status();
        assert!(killed.expect("kill runs").success());
        let ended = self.0.wait().expect("it ends");
        assert!(clock.mono() < Duration::from_secs(10), "{:?}", clock.mono());
        ended.code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Ended already, in a test that went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn serve_opens_owns_its_database_and_leaves_when_it_is_told() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let platforms = runtime
        .block_on(Platforms::start(Options::default()))
        .expect("the platforms start");
    let folder = desk(platforms.telegram_url(), platforms.whatsapp_url());
    let (mut serving, told) = Serving::start(folder.path());
    let ask = |address: &Value, path: &str| {
        let url = format!("http://{}{path}", address.as_str().expect("an address"));
        runtime.block_on(async {
            let answer = reqwest::get(url).await.expect("an answer");
            (
                answer.status().as_u16(),
                answer.text().await.expect("a body"),
            )
        })
    };
    let (status, body) = ask(&told["listen"], "/readyz");
    assert_eq!(status, 200, "{body}");
    assert_eq!(ask(&told["listen"], "/metrics").0, 404);
    assert!(
        ask(&told["metrics"], "/metrics")
            .1
            .contains("sapa_inbox_pending")
    );
    let webhook = format!(
        "http://{}/webhooks/whatsapp",
        told["listen"].as_str().expect("an address")
    );
    runtime
        .block_on(platforms.whatsapp().connect_webhook(&webhook))
        .expect("the webhook is verified");

    beside_a_running_desk(folder.path());
    assert_eq!(serving.terminate(), Some(0));
    let migrated = run(sapa(folder.path(), &["migrate", "--json"]));
    assert_eq!(json(&migrated)["status"], "up to date", "{migrated:?}");
}

fn beside_a_running_desk(folder: &Path) {
    let second = run(sapa(folder, &["serve"]));
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    assert!(complaint(&second).contains("another desk"), "{second:?}");

    let invited = run(sapa(
        folder,
        &[
            "staff",
            "invite",
            "--name",
            "Citra",
            "--role",
            "super_admin",
            "--json",
        ],
    ));
    assert_eq!(invited.status.code(), Some(0), "{invited:?}");
    let invite = json(&invited);
    let link = format!(
        "https://t.me/{}?start={}",
        credentials::BOT_USERNAME,
        invite["token"].as_str().expect("a token")
    );
    assert_eq!(invite["link"], link);

    traces_and_dead_events(folder);
    one_persons_data(folder);
}

/// Somebody's data, taken out and erased while the desk runs.
fn one_persons_data(folder: &Path) {
    let sown = run(sapa(
        folder,
        &["seed", "--customers", "2", "--tickets", "6", "--json"],
    ));
    assert_eq!(sown.status.code(), Some(0), "{sown:?}");
    let who = "PLG-1-0000000";
    let told = run(sapa(folder, &["export-person", who, "her.json", "--json"]));
    assert_eq!(told.status.code(), Some(0), "{told:?}");
    let written = std::fs::read(folder.join("her.json")).expect("the file");
    let person: Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(person["customer"]["account_number"], who);
    let again = run(sapa(folder, &["export-person", who, "her.json"]));
    assert_eq!(again.status.code(), Some(1), "nothing is overwritten");

    let would = run(sapa(folder, &["erase", who, "--dry-run", "--json"]));
    assert_eq!(json(&would)["erased"], false, "{would:?}");
    let erased = run(sapa(folder, &["erase", who, "--json"]));
    assert_eq!(erased.status.code(), Some(0), "{erased:?}");
    let erased = json(&erased);
    assert_eq!(erased["erased"], true);
    assert_eq!(erased["goes"]["invoices"], 2);
    let id = erased["customer_id"].as_str().expect("an id").to_owned();
    for (typed, why) in [(who, "no customer"), (&*id, "erased already")] {
        let refused = run(sapa(folder, &["erase", typed]));
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(complaint(&refused).contains(why), "{refused:?}");
    }
}

fn traces_and_dead_events(folder: &Path) {
    let dead = run(sapa(folder, &["dead", "list", "--json"]));
    assert_eq!(
        json(&dead)["items"].as_array().map(Vec::len),
        Some(0),
        "{dead:?}"
    );
    let retried = run(sapa(folder, &["dead", "retry", "1"]));
    assert_eq!(retried.status.code(), Some(1), "{retried:?}");
    assert!(
        complaint(&retried).contains("sapa dead list"),
        "{retried:?}"
    );
    for (typed, told) in [
        ("TKT-7K3M9QXA", "there is no ticket"),
        ("internet", "no ticket number"),
    ] {
        let traced = run(sapa(folder, &["trace", typed]));
        assert_eq!(traced.status.code(), Some(1), "{traced:?}");
        assert!(complaint(&traced).contains(told), "{traced:?}");
    }
}

#[test]
fn a_retry_at_the_command_line_is_in_the_audit() {
    let folder = desk(NOWHERE, NOWHERE);
    let migrated = run(sapa(folder.path(), &["migrate"]));
    assert_eq!(migrated.status.code(), Some(0), "{migrated:?}");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = SqliteConnectOptions::new().filename(folder.path().join("sapa.db"));
    let dies = "insert into inbox (channel, external_id, stream, lane, payload, received_at, state, attempts)
        values ('telegram:1', 'x', 'lane', 'telegram:1|x', x'7b7d', 1, 'dead', 5) returning seq";
    let seq: i64 = runtime.block_on(async {
        let mut connection = options.connect().await.expect("the file opens");
        let seq = sqlx::query_scalar(dies).fetch_one(&mut connection).await;
        connection.close().await.expect("it closes");
        seq.expect("an event")
    });
    for code in [0, 1] {
        let retried = run(sapa(folder.path(), &["dead", "retry", &seq.to_string()]));
        assert_eq!(retried.status.code(), Some(code), "{retried:?}");
    }
    let noted: Vec<String> = runtime.block_on(async {
        let mut connection = options.connect().await.expect("the file opens");
        let noted = "select actor || ' ' || action || ' ' || subject || ' ' || before_value || ' ' || after_value from audit";
        let noted = sqlx::query_scalar(noted).fetch_all(&mut connection).await;
        noted.expect("the audit")
    });
    assert_eq!(
        noted,
        [format!("system event.retried inbox:{seq} dead pending")]
    );
}
