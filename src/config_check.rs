//! `sapa config check`: every setting with its source, every mistake with its fix.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use serde_json::json;

use crate::{
    config::{self, Need, Report},
    output::{Output, table},
};

/// Shows the settings as `serve` would take them. 0 when it would start with them, else 1.
pub fn run(file: Option<&Path>, out: Output) -> ExitCode {
    let Report {
        shown,
        warnings,
        config,
    } = config::read(file, Need::Serve);
    let rows: Vec<_> = shown
        .iter()
        .map(|s| {
            vec![
                s.key.to_owned(),
                s.value.clone().unwrap_or_else(|| "-".into()),
                s.source.clone(),
            ]
        })
        .collect();
    let mut words = table(&["KEY", "VALUE", "SOURCE"], &rows);
    for warning in &warnings {
        let _ = write!(words, "\n\nwarning: {warning}");
    }
    let mistakes = config.err();
    let _ = match &mistakes {
        None => write!(
            words,
            "

The settings are fine."
        ),
        Some(mistakes) => write!(
            words,
            "

{mistakes}"
        ),
    };
    let told: Vec<_> = mistakes
        .iter()
        .flat_map(|mistakes| &mistakes.0)
        .map(|m| json!({"key": m.key, "source": m.source, "problem": m.problem, "fix": m.fix}))
        .collect();
    let object = json!({"ok": mistakes.is_none(), "settings": shown, "warnings": warnings, "mistakes": told});
    out.result(&object, &words);
    if mistakes.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
