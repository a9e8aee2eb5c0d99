//! What refusals mean, code by code.

use std::time::Duration;

use sapa_core::outbox::{Reach, SendError};

use crate::whatsapp::{
    errors::{Refusal, words},
    wire::Object,
};

fn meaning(status: u16, body: &str, attempts: i64) -> SendError {
    let refusal = Refusal {
        status,
        after: None,
        body: body.as_bytes(),
    };
    refusal.meaning(attempts)
}

fn sort(error: &SendError) -> &'static str {
    match error {
        SendError::Retry {
            reach: Reach::Channel,
            ..
        } => "retry all",
        SendError::Retry {
            reach: Reach::Recipient,
            ..
        } => "retry one",
        SendError::Permanent { .. } => "final",
        SendError::Uncertain { .. } => "uncertain",
        SendError::WindowClosed => "window",
        SendError::AccountRefused { .. } => "account",
        _ => "other",
    }
}

#[test]
fn every_code_has_its_class() {
    let classes: [(&str, &[i64]); 6] = [
        (
            "account",
            &[
                0, 3, 10, 33, 190, 200, 299, 368, 131_005, 131_031, 131_037, 131_042, 131_045,
                133_010, 134_011,
            ],
        ),
        (
            "retry all",
            &[
                2, 4, 80_007, 130_429, 131_016, 131_048, 131_057, 131_064, 133_004, 133_016,
            ],
        ),
        ("retry one", &[1, 131_000, 131_056]),
        ("window", &[131_047]),
        (
            "final",
            &[
                100, 130_403, 130_472, 130_497, 131_008, 131_009, 131_021, 131_026, 131_030,
                131_049, 131_050, 131_051, 131_052, 131_053, 131_062, 131_063, 132_000, 132_001,
                132_005, 132_007, 132_012, 132_015, 132_016, 132_018, 132_068, 132_069, 135_000,
            ],
        ),
        ("final", &[999_999, -1]),
    ];
    for (class, codes) in classes {
        for code in codes {
            let body = format!(r#"{{"error":{{"message":"(#{code}) x","code":{code}}}}}"#);
            assert_eq!(sort(&meaning(400, &body, 0)), class, "{code}");
        }
    }
}

#[test]
fn an_unknown_error_is_tried_again_twice() {
    for code in [1, 131_000] {
        let body = format!(r#"{{"error":{{"code":{code}}}}}"#);
        let sorts = [0, 1, 2].map(|attempts| sort(&meaning(500, &body, attempts)));
        assert_eq!(sorts, ["retry one", "retry one", "final"], "{code}");
    }
}

#[test]
fn the_pair_rate_grows_by_four() {
    let body = r#"{"error":{"code":"131056"}}"#;
    let pauses = [0, 1, 2, 3, 99].map(|attempts| match meaning(429, body, attempts) {
        SendError::Retry {
            after: Some(after), ..
        } => after.as_secs(),
        other => panic!("{other}"),
    });
    assert_eq!(pauses, [1, 4, 16, 64, 4_096]);
}

#[test]
fn without_a_code_the_status_decides() {
    let cases = [
        (200, "", "uncertain"),
        (200, "<html>ok</html>", "uncertain"),
        (200, r#"{"error":{"code":131026}}"#, "final"),
        (302, "", "account"),
        (400, "", "final"),
        (
            400,
            r#"{"error":{"code":100,"error_subcode":33}}"#,
            "account",
        ),
        (
            400,
            r#"{"error":{"code":424242,"is_transient":true}}"#,
            "retry one",
        ),
        (400, r#"{"error":"down"}"#, "final"),
        (401, "{}", "account"),
        (404, "<html>", "account"),
        (429, "", "retry all"),
        (429, r#"{"error":{"code":424242}}"#, "retry all"),
        (500, "", "retry one"),
        (500, r#"{"error":{"code":424242}}"#, "retry one"),
        (502, "<html>", "retry one"),
        (503, "", "retry all"),
        (504, "", "uncertain"),
    ];
    for (status, body, class) in cases {
        assert_eq!(sort(&meaning(status, body, 0)), class, "{status} {body}");
    }
}

#[test]
fn the_platforms_own_pause_is_obeyed() {
    for body in [
        "",
        r#"{"error":{"code":130429}}"#,
        r#"{"error":{"code":131048}}"#,
    ] {
        let refusal = Refusal {
            status: 429,
            after: Some(Duration::from_secs(7)),
            body: body.as_bytes(),
        };
        let SendError::Retry { after, .. } = refusal.meaning(0) else {
            panic!("{body}");
        };
        assert_eq!(after, Some(Duration::from_secs(7)));
    }
}

#[test]
fn reasons_hold_no_numbers_of_people() {
    let cases = [
        (
            r#"{"error_data":{"details":"to +6281234567890 failed"},"message":"m"}"#,
            "to +… failed",
        ),
        (r#"{"error_data":"131 bare","message":"m"}"#, "131 bare"),
        (
            r#"{"message":"line\nbreak (#131026)"}"#,
            "line break (#131026)",
        ),
        (r#"{"title":"t","error_data":{}}"#, "t"),
        ("{}", ""),
    ];
    for (error, expected) in cases {
        assert_eq!(words(&Object::read(error).unwrap()), expected);
    }
}
