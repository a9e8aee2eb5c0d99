//! What a refusal of the Cloud API means (Meta: support/error-codes). Built on `code` and `details`; titles, subcodes and the HTTP status
//! decide only where there is no code.

use std::time::Duration;

use sapa_core::outbox::{self, Reach, SendError};

use super::wire::Object;

/// How long a number rests that Meta holds back for spam (131048, 131064).
const SPAM_PAUSE: Duration = Duration::from_mins(5);
/// The longest reason that is stored.
const LONGEST: usize = 300;

/// An answer that is no success.
pub(super) struct Refusal<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header.
    pub after: Option<Duration>,
    /// The body; empty where it could not be read.
    pub body: &'a [u8],
}

/// An `error` object of the Graph API.
struct Error {
    code: i64,
    subcode: Option<i64>,
    transient: bool,
    words: String,
}

impl Error {
    fn read(body: &[u8]) -> Option<Self> {
        let body = std::str::from_utf8(body).ok()?;
        let error = Object::read(body)?.object("error")?;
        let whole = |key: &str| error.text(key)?.trim().parse::<i64>().ok();
        Some(Self {
            code: whole("code")?,
            subcode: whole("error_subcode"),
            transient: error.is_true("is_transient"),
            words: words(&error),
        })
    }
}

impl Refusal<'_> {
    /// Whether the platform speaks of an error in this answer, whatever its status.
    pub fn has_code(&self) -> bool {
        Error::read(self.body).is_some()
    }

    /// Whether what was asked for does not exist: Graph says so with code 100 and subcode 33, not with 404.
    pub fn is_unknown_object(&self) -> bool {
        let error = Error::read(self.body);
        self.status == 404
            || error.is_some_and(|error| (error.code, error.subcode) == (100, Some(33)))
    }

    /// What becomes of a message that was refused so, after `attempts` refusals before.
    pub fn meaning(&self, attempts: i64) -> SendError {
        match Error::read(self.body) {
            Some(error) => self.by_code(&error, attempts),
            None => self.by_status(),
        }
    }

    fn by_code(&self, error: &Error, attempts: i64) -> SendError {
        let code = error.code.to_string();
        let detail = error.words.clone();
        let again = |after, reach| SendError::Retry {
            after,
            reach,
            code: code.clone(),
            detail: detail.clone(),
        };
        let final_ = || SendError::Permanent {
            code: code.clone(),
            detail: detail.clone(),
        };
        match error.code {
            // Our own number's id is not known, or not to this token: nothing will go out.
            100 if error.subcode == Some(33) => SendError::AccountRefused { code, detail },
            0
            | 3
            | 10
            | 33
            | 190
            | 200..=299
            | 368
            | 131_005
            | 131_031
            | 131_037
            | 131_042
            | 131_045
            | 133_010
            | 134_011 => SendError::AccountRefused { code, detail },
            131_047 => SendError::WindowClosed,
            // Meta: "retry after 4^X seconds, X from 0"; other people are not concerned.
            131_056 => again(Some(outbox::pair_pause(attempts)), Reach::Recipient),
            131_048 | 131_064 => again(self.after.or(Some(SPAM_PAUSE)), Reach::Channel),
            2 | 4 | 80_007 | 130_429 | 131_016 | 131_057 | 133_004 | 133_016 => {
                again(self.after, Reach::Channel)
            }
            // "Unknown error": worth another try or two, not more.
            1 | 131_000 if attempts < 2 => again(self.after, Reach::Recipient),
            1 | 131_000 => final_(),
            code if is_final(code) => final_(),
            _ if self.status == 429 => again(self.after, Reach::Channel),
            _ if error.transient || self.status >= 500 => again(self.after, Reach::Recipient),
            _ => final_(),
        }
    }

    fn by_status(&self) -> SendError {
        let code = format!("http_{}", self.status);
        let detail = "the answer names no error".to_owned();
        let again = |reach| SendError::Retry {
            after: self.after,
            reach,
            code: code.clone(),
            detail: detail.clone(),
        };
        match self.status {
            // A success that does not say what the message is called, and a gateway that did not wait for the answer.
            200..=299 | 504 => SendError::Uncertain {
                detail: format!("{code}: {detail}"),
            },
            // Everybody's: the service is overloaded or away.
            429 | 503 => again(Reach::Channel),
            // Perhaps this message's only: one that always fails must not stop the others. That a 502 was carried out all the same is rare,
            // and an outage is full of them: words that are lost are worse than words that come twice (the same in `telegram::errors`).
            408 | 425 | 500..=599 => again(Reach::Recipient),
            // Neither a redirect nor a page is the Graph API: the address or the account is wrong.
            300..=399 | 401 | 403 | 404 | 405 | 407 => SendError::AccountRefused { code, detail },
            _ => SendError::Permanent { code, detail },
        }
    }
}

/// Codes that stay as they are however often a message is sent.
fn is_final(code: i64) -> bool {
    matches!(
        code,
        100 | 130_403
            | 130_472
            // The recipient's country is closed to this account. It is told of one recipient: the others must not wait for him.
            | 130_497
            | 131_008
            | 131_009
            | 131_021
            | 131_026
            | 131_049
            | 131_050
            | 131_051
            | 131_052
            | 131_053
            | 131_062
            | 131_063
            | 132_000..=132_999 | 135_000
    )
}

/// A request that got no answer. Before a connection stood nothing was sent; after that nobody knows.
pub(super) fn lost(error: &reqwest::Error) -> SendError {
    if error.is_connect() {
        return if certificate_is_refused(error) {
            unreached("the server's certificate is not accepted; is this machine's clock right?")
        } else {
            no_connection()
        };
    }
    if error.is_builder() {
        return SendError::Permanent {
            code: "request".to_owned(),
            detail: "the request could not be made".to_owned(),
        };
    }
    let detail = if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke before the answer"
    };
    SendError::Uncertain {
        detail: detail.to_owned(),
    }
}

/// Nothing goes out to anybody.
pub(super) fn no_connection() -> SendError {
    unreached("no connection")
}

fn unreached(detail: &str) -> SendError {
    SendError::Retry {
        after: None,
        reach: Reach::Channel,
        code: "network".to_owned(),
        detail: detail.to_owned(),
    }
}

/// An expired certificate, one that is not valid yet, one of nobody known: rustls says "invalid peer certificate".
fn certificate_is_refused(error: &reqwest::Error) -> bool {
    let mut causes =
        std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.any(|cause| cause.to_string().contains("certificate"))
}

/// What an error object says: its details, else its message or title; without anything that could be a phone number.
pub(super) fn words(error: &Object<'_>) -> String {
    let data = error
        .object("error_data")
        .and_then(|data| data.text("details"));
    // pywa meets `error_data` as a bare string.
    let words = data
        .or_else(|| error.text("error_data"))
        .or_else(|| error.text("message"))
        .or_else(|| error.text("title"));
    discreet(&words.unwrap_or_default())
}

/// Seven digits in a row could be somebody's number.
fn discreet(words: &str) -> String {
    let mut kept = String::new();
    let mut digits = String::new();
    for letter in words.chars().take(LONGEST).chain(['\n']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if digits.len() >= 7 {
            kept.push('…');
        } else {
            kept.push_str(&digits);
        }
        digits.clear();
        kept.push(if letter.is_control() { ' ' } else { letter });
    }
    kept.trim().to_owned()
}
