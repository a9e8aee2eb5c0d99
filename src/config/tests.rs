//! Settings as people give them.

use std::{ffi::OsString, fmt::Write as _, path::Path};

use super::*;

fn report(file: &str, variables: &[(&str, &str)], need: Need) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("sapa.toml");
    std::fs::write(&path, file).expect("a file");
    let variables = variables
        .iter()
        .map(|(k, v)| (OsString::from(k), OsString::from(v)));
    understand(gather(Some(&path), variables), need)
}

fn mistakes(report: Report) -> Vec<String> {
    let mistakes = report
        .config
        .map_or_else(|mistakes| mistakes.0, |_| Vec::new());
    mistakes
        .iter()
        .map(|m| format!("{} {} -> {}", m.key, m.problem, m.fix))
        .collect()
}

#[test]
fn the_example_file_is_good_as_it_stands() {
    let report = report(include_str!("../../sapa.example.toml"), &[], Need::Serve);
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    report.config.expect("no mistake");
}

#[test]
fn the_defaults_that_are_shown_are_the_ones_that_hold() {
    let mut file = String::new();
    for key in keys::KEYS {
        let told = ["a terminal", "beside the", "the host of"];
        if key.default.is_empty() || told.iter().any(|words| key.default.contains(words)) {
            continue;
        }
        let _ = writeln!(file, "{} = '{}'", key.name, key.default);
    }
    let [spelt, silent] = [file.as_str(), ""].map(|file| {
        let report = report(file, &[], Need::Database);
        format!("{:?}", report.config.expect("no mistake"))
    });
    let given = |config: String| config.replace("metrics_wanted: true", "metrics_wanted: false");
    assert_eq!(given(spelt), silent);
}

const WHOLE: &str = r#"
[telegram]
token = "7:abc"
[whatsapp]
access_token = "EAA"
phone_number_id = 106540352242922
app_secret = "s3cret-of-the-app"
verify_token = "v"
"#;

#[test]
fn four_secrets_and_two_ids_are_enough() {
    let report = report(WHOLE, &[], Need::Serve);
    let config = report.config.expect("no mistake");
    assert_eq!(config.database.file.as_deref(), Some(Path::new("sapa.db")));
    assert_eq!(config.media.dir, Path::new("media"));
    assert_eq!(config.telegram.bot_id.as_deref(), Some("7"));
    assert_eq!(
        config.whatsapp.phone_number_id.as_deref(),
        Some("106540352242922")
    );
    assert_eq!(
        config.whatsapp.media_hosts,
        ["graph.facebook.com", "lookaside.fbsbx.com"]
    );
    assert_eq!(
        config.telegram.rates,
        sapa_core::outbox::limits::Rates::telegram()
    );
    assert_eq!(
        config.whatsapp.rates,
        sapa_core::outbox::limits::Rates::whatsapp()
    );
    assert_eq!(
        config.river.send_retries,
        sapa_core::desk::River::default().send_retries
    );
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
}

#[test]
fn the_environment_goes_over_the_file() {
    let variables = [
        ("SAPA_WHATSAPP__TEMPLATES__OTP", "otp:id"),
        ("SAPA_DESK__NAME", "Warung"),
        ("SAPA_RIVER__SEND_RETRIES", "1s, 2m"),
        ("SAPA_DATABASE__URL", "sqlite:///var/lib/sapa/desk.db"),
        ("SAPA_HTTP__PUBLIC_URL", ""),
        ("SAPA_TEST_POSTGRES", "not a setting"),
        ("PATH", "x"),
    ];
    let file = format!("{WHOLE}[desk]\nname = 'From the file'\n");
    let report = report(&file, &variables, Need::Serve);
    let shown = |key: &str| {
        report
            .shown
            .iter()
            .find(|shown| shown.key == key)
            .cloned()
            .expect("every key is shown")
    };
    assert_eq!(shown("desk.name").source, "SAPA_DESK__NAME");
    assert!(shown("telegram.token").source.ends_with("sapa.toml"));
    assert_eq!(shown("http.public_url").source, "default");
    let config = report.config.expect("no mistake");
    assert_eq!(config.desk.name, "Warung");
    assert_eq!(
        config.whatsapp.template_otp,
        Some(("otp".into(), "id".into()))
    );
    assert_eq!(config.river.send_retries.len(), 2);
    assert_eq!(
        config.media.dir,
        Path::new("/var/lib/sapa/media"),
        "beside the database"
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_fix() {
    let file = "
[http]
listen = 'everywhere'
[telegram]
token = 'oops'
mode = 'webhook'
webhook_secret = 'with spaces'
[whatsapp]
api_url = 'http://10.0.0.1/v23.0'
acess_token = 'x'
[river]
lease = 30
[desk]
time_zone = 'Asia/Jakartaa'
[colour]
door = 'red'
";
    let told = mistakes(report(
        file,
        &[("SAPA_WHATSAPP__APP_SECRE", "x")],
        Need::Serve,
    ))
    .join("\n");
    for wanted in [
        "http.listen is not an address",
        "telegram.token is not a bot's token",
        "telegram.webhook_secret has characters",
        "http.public_url is missing, and telegram.mode is webhook",
        "whatsapp.api_url is not https",
        "whatsapp.acess_token there is no such setting -> did you mean whatsapp.access_token?",
        "whatsapp.app_secre there is no such setting -> did you mean SAPA_WHATSAPP__APP_SECRET?",
        "whatsapp.app_secret is missing",
        "whatsapp.verify_token is missing",
        "river.lease is not a duration",
        "desk.time_zone \"Asia/Jakartaa\" is no time zone -> write it as Asia/Jakarta",
        "colour.door there is no such setting -> remove it",
    ] {
        assert!(told.contains(wanted), "\"{wanted}\" is missing in:\n{told}");
    }
}

#[test]
fn addresses_carry_neither_version_nor_token() {
    let file = WHOLE
        .replace("[whatsapp]", "api_url = 'https://api.telegram.org/bot7:abc'\n[whatsapp]\napi_url = 'https://graph.facebook.com/v23.0'");
    let told = mistakes(report(&file, &[], Need::Serve));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("leave out /bot"), "{told:?}");
    assert!(told[1].contains("whatsapp.api_version"), "{told:?}");
}

#[test]
fn loopback_is_accepted_with_a_warning() {
    let file = WHOLE.replace(
        "[whatsapp]",
        "[whatsapp]\napi_url = 'http://127.0.0.1:9000'",
    );
    let report = report(&file, &[], Need::Serve);
    assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
    let config = report.config.expect("no mistake");
    assert_eq!(
        config.whatsapp.media_hosts,
        ["127.0.0.1:9000", "lookaside.fbsbx.com"]
    );
}

#[test]
fn postgres_wants_a_key_of_ours() {
    let postgres = "[database]\nurl = 'postgres://sapa:hush@db/sapa'\n";
    let told = mistakes(report(&format!("{postgres}{WHOLE}"), &[], Need::Serve));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("security.secret_key is missing"),
        "{told:?}"
    );
    let short = format!("{postgres}{WHOLE}[security]\nsecret_key = 'short'\n");
    let told = mistakes(report(&short, &[], Need::Serve));
    assert!(told.len() == 1 && told[0].contains("too short"), "{told:?}");
    assert!(
        mistakes(report(postgres, &[], Need::Database)).is_empty(),
        "to migrate no key is needed"
    );
}

#[test]
fn secrets_are_never_shown() {
    let file = format!("[database]\nurl = 'postgres://sapa:hush@db/sapa'\n{WHOLE}");
    let report = report(
        &file,
        &[(
            "SAPA_SECURITY__SECRET_KEY",
            "0123456789abcdef0123456789abcdef",
        )],
        Need::Serve,
    );
    let shown = serde_json::to_string(&report.shown).expect("JSON");
    let debugged = format!("{:?}", report.config);
    for secret in ["hush", "7:abc", "EAA", "s3cret", "0123456789abcdef"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!debugged.contains(secret), "{secret} in {debugged}");
    }
    assert!(
        shown.contains("postgres://sapa:********@db/sapa"),
        "{shown}"
    );
    let broken = understand(
        gather(
            Some(Path::new("/nonexistent/sapa.toml")),
            std::iter::empty(),
        ),
        Need::Database,
    );
    assert!(mistakes(broken)[0].contains("cannot be read"));
}

#[test]
fn a_file_that_is_not_toml_is_told_by_line_and_not_quoted() {
    let told = mistakes(report(
        "[telegram]\ntoken = 7:secret-token\n",
        &[],
        Need::Database,
    ));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("line 2 is not TOML"), "{told:?}");
    assert!(!told[0].contains("secret-token"), "{told:?}");
}
