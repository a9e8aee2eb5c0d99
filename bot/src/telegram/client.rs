//! Calls to the Bot API, and nothing about what they are for.
//!
//! The payloads are teloxide's, the sending is ours. teloxide sleeps ten seconds inside a call that met a 5xx; it calls everything that
//! it cannot parse `InvalidJson`, also a message that *was* sent but has a newer shape; its errors drop Telegram's code and print the URL
//! with the token in it; and it spells methods `SendMessage`, which the live server takes and stricter ones do not. Here a call is one
//! POST of the serialised payload, an answer is read only as far as it is needed, and an error never carries an address.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use teloxide::requests::Payload;

use super::{
    Account,
    errors::{CallError, Refusal, classify},
};

/// To reach the server.
const CONNECT: Duration = Duration::from_secs(5);
/// Servers close idle connections after a minute or so; a request into one that is just being closed would be lost.
const IDLE: Duration = Duration::from_secs(30);
/// For an ordinary call as a whole, however slowly its bytes drip.
const CALL: Duration = Duration::from_secs(30);
/// For a call that carries files.
const UPLOAD: Duration = Duration::from_mins(2);
/// The largest answer of an ordinary call that is read.
const ANSWER: usize = 1024 * 1024;

/// Why an answer was not read to its end.
const ENDLESS: &str = "the answer is longer than is read";

/// The way to the Bot API. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// `<api>/bot<token>/` and `<api>/file/bot<token>/`.
    addresses: Arc<(SecretString, SecretString)>,
    bot_id: Arc<str>,
    /// The token has been accepted once.
    accepted: Arc<AtomicBool>,
}

/// A file on its way to Telegram, streamed from disk.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Where it lies.
    pub path: PathBuf,
    /// What people see as its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
}

/// An answer of the Bot API.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(default)]
    ok: bool,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
}

impl Client {
    /// The way to the Bot API for this account. Redirects are not followed.
    pub fn new(account: &Account) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let bot_id = account.bot_id()?.into();
        let api = account.api_url.as_str().trim_end_matches('/');
        let token = account.token.expose_secret();
        let calls = SecretString::from(format!("{api}/bot{token}/"));
        let files = SecretString::from(format!("{api}/file/bot{token}/"));
        Ok(Self {
            http,
            addresses: Arc::new((calls, files)),
            bot_id,
            accepted: Arc::default(),
        })
    }

    /// The bot's id.
    pub fn bot_id(&self) -> &str {
        &self.bot_id
    }

    /// Makes a call without files.
    pub async fn call<P>(&self, payload: &P) -> Result<Value, CallError>
    where
        P: Payload + Serialize + Sync,
    {
        self.call_named(&documented(P::NAME), &parameters(payload)?)
            .await
    }

    /// Makes a call by its documented name.
    pub(super) async fn call_named(
        &self,
        method: &str,
        parameters: &Map<String, Value>,
    ) -> Result<Value, CallError> {
        let body = self.post(method, parameters, CALL, ANSWER).await;
        self.judged(body.and_then(|body| parse(&body)))
    }

    /// Makes a call and gives the raw `result` of the answer.
    pub(super) async fn call_raw(
        &self,
        method: &str,
        parameters: &Map<String, Value>,
        patience: Duration,
        most: usize,
    ) -> Result<Box<RawValue>, CallError> {
        let body = self.post(method, parameters, patience, most).await;
        self.judged(body.and_then(|body| raw(&body)))
    }

    /// Makes a call with files, each under the name that the parameters or the method give it.
    pub(super) async fn call_with_files(
        &self,
        method: &str,
        parameters: &Map<String, Value>,
        files: &[(String, Upload)],
    ) -> Result<Value, CallError> {
        let mut form = Form::new();
        for (name, value) in parameters {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            form = form.text(name.clone(), text);
        }
        for (name, upload) in files {
            form = form.part(name.clone(), part(upload).await?);
        }
        let request = self.http.post(self.address(method)).multipart(form);
        let body = exchange(request, UPLOAD, ANSWER).await;
        self.judged(body.and_then(|body| parse(&body)))
    }

    /// Telegram answers 404 to a token that is none, and to a method that it does not know. A token that was accepted before is one.
    fn judged<T>(&self, answer: Result<T, CallError>) -> Result<T, CallError> {
        match answer {
            Ok(result) => {
                self.accepted.store(true, Relaxed);
                Ok(result)
            }
            Err(CallError::Account { code, detail })
                if code == "404" && self.accepted.load(Relaxed) =>
            {
                Err(CallError::Refused { code, detail })
            }
            Err(error) => Err(error),
        }
    }

    async fn post(
        &self,
        method: &str,
        parameters: &Map<String, Value>,
        patience: Duration,
        most: usize,
    ) -> Result<Vec<u8>, CallError> {
        let request = self.http.post(self.address(method)).json(parameters);
        exchange(request, patience, most).await
    }

    fn address(&self, method: &str) -> String {
        format!("{}{method}", self.addresses.0.expose_secret())
    }

    /// Fetches a file that `getFile` has named.
    pub(super) async fn download(&self, path: &str, most: usize) -> Result<Vec<u8>, CallError> {
        let address = format!("{}{path}", self.addresses.1.expose_secret());
        let request = self.http.get(address);
        match exchange(request, UPLOAD, most).await {
            Err(CallError::Lost(why)) if why == ENDLESS => Err(CallError::TooLarge),
            other => other,
        }
    }
}

/// `SendMessage` as the documentation spells it: `sendMessage`.
fn documented(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A payload's fields, without those that are not set.
pub(super) fn parameters(payload: &impl Serialize) -> Result<Map<String, Value>, CallError> {
    let value = serde_json::to_value(payload).map_err(|error| unwritable(&error))?;
    let Value::Object(mut fields) = value else {
        return Ok(Map::new());
    };
    fields.retain(|_, value| !value.is_null());
    Ok(fields)
}

pub(super) fn unwritable(error: &dyn std::fmt::Display) -> CallError {
    CallError::Refused {
        code: "request".into(),
        detail: error.to_string(),
    }
}

async fn part(upload: &Upload) -> Result<Part, CallError> {
    let file = tokio::fs::File::open(&upload.path)
        .await
        .map_err(|error| unwritable(&error))?;
    let size = file
        .metadata()
        .await
        .map_err(|error| unwritable(&error))?
        .len();
    Part::stream_with_length(file, size)
        .file_name(upload.name.clone())
        .mime_str(&upload.mime)
        .map_err(|error| unwritable(&error.without_url()))
}

/// Sends a request and reads its answer, both within `patience`. An answer that is not a success is a refusal.
async fn exchange(
    request: reqwest::RequestBuilder,
    patience: Duration,
    most: usize,
) -> Result<Vec<u8>, CallError> {
    let mut response = request.timeout(patience).send().await.map_err(unsent)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| CallError::Lost(told(error)))?
    {
        if body.len() + chunk.len() > most {
            return Err(if status.is_success() {
                CallError::Lost(ENDLESS.into())
            } else {
                classify(status.as_u16(), None)
            });
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return Ok(body);
    }
    Err(classify(
        status.as_u16(),
        serde_json::from_slice::<Refusal>(&body).ok(),
    ))
}

fn unsent(error: reqwest::Error) -> CallError {
    if error.is_connect() {
        CallError::NotSent(told(error))
    } else if error.is_builder() {
        unwritable(&error.without_url())
    } else {
        CallError::Lost(told(error))
    }
}

/// An error and its causes, without the address: the token is part of it.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

/// The `result` of a successful answer. Anything else under a 200 leaves open what was done.
fn raw(body: &[u8]) -> Result<Box<RawValue>, CallError> {
    let answer: Answer<'_> = serde_json::from_slice(body)
        .map_err(|_| CallError::Lost("the answer is not the Bot API's".into()))?;
    match answer.result {
        Some(result) if answer.ok => Ok(result.to_owned()),
        Some(_) | None if answer.ok => Err(CallError::Lost("the answer has no result".into())),
        _ => Err(classify(200, serde_json::from_slice(body).ok())),
    }
}

fn parse(body: &[u8]) -> Result<Value, CallError> {
    let result = raw(body)?;
    serde_json::from_str(result.get())
        .map_err(|_| CallError::Lost("the answer is not the Bot API's".into()))
}
