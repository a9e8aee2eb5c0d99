//! The load generator itself: small runs against the real binary, whose ledgers must balance.

use std::process::{Command, Stdio};

use serde_json::Value;

fn load(arguments: &[&str]) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_sapa"))
        .arg("load")
        .args(arguments)
        .arg("--json")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let told = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code(), told)
}

#[test]
fn everybody_who_was_acknowledged_is_greeted_once() {
    let (code, told) = load(&[
        "ingest",
        "--rate",
        "100",
        "--seconds",
        "1",
        "--connections",
        "4",
    ]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told["acknowledged"], 100, "{told}");
    assert_eq!(told["handled"], 100, "{told}");
    for nothing in ["refused", "broken", "unfinished", "lost", "duplicated"] {
        assert_eq!(told[nothing], 0, "{nothing}: {told}");
    }
    assert!(told["memory_kib"]["idle"].as_u64() > Some(0), "{told}");
}

#[test]
fn a_kill_loses_nothing() {
    let (code, told) = load(&[
        "crash",
        "--kills",
        "1",
        "--every",
        "2",
        "--rate",
        "20",
        "--agents",
        "2",
        "--customers",
        "8",
    ]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told["kills"], 1, "{told}");
    assert_eq!(
        told["acknowledged"], told["customer_to_agent"]["sent"],
        "{told}"
    );
    assert_eq!(told["handled"], told["acknowledged"], "{told}");
    assert!(told["handled"].as_u64() > Some(20), "{told}");
    for nothing in ["unacknowledged", "lost", "duplicated"] {
        assert_eq!(told[nothing], 0, "{nothing}: {told}");
    }
}

#[test]
fn slow_platforms_hold_up_nothing_but_themselves() {
    let (code, told) = load(&[
        "relay",
        "--rate",
        "20",
        "--seconds",
        "2",
        "--slow",
        "1500",
        "--agents",
        "2",
        "--customers",
        "8",
    ]);
    assert_eq!(code, Some(0), "{told}");
    let words = &told["customer_to_agent"];
    assert_eq!(words["acknowledged"], 40, "{told}");
    assert_eq!(words["delivered"], 40, "{told}");
    assert_eq!(told["agent_to_customer"]["delivered"], 20, "{told}");
    for nothing in ["lost", "duplicated", "uncertain"] {
        assert_eq!(words[nothing], 0, "{nothing}: {told}");
    }
    // The slowest word waited for its platform; an acknowledgement waits for none.
    assert!(words["ms"]["max"].as_f64() > Some(1_500.0), "{told}");
    assert!(told["ack_ms"]["max"].as_f64() < Some(1_500.0), "{told}");
}

#[test]
fn wrong_usage_is_explained() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sapa"))
            .arg("load")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    };
    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(
        run(&["ingest", "--connections", "0"]).status.code(),
        Some(2)
    );
    let full = run(&["relay", "--agents", "1", "--customers", "21"]);
    let why = String::from_utf8_lossy(&full.stderr);
    assert!(why.contains("1 agents have room for 20 tickets"), "{why}");
    assert_eq!(full.status.code(), Some(1));
}

#[test]
fn pages_are_looked_at() {
    let (code, told) = load(&[
        "pages",
        "--customers",
        "30",
        "--tickets",
        "200",
        "--visitors",
        "6",
        "--looks",
        "1",
        "--connections",
        "2",
    ]);
    assert_eq!(code, Some(0), "{told}");
    let pages = &told["pages"];
    for what in [
        "login: asking for a code",
        "login: showing the code",
        "tickets",
        "overview",
    ] {
        assert_eq!(pages[what]["count"], 6, "{what}: {told}");
    }
}
