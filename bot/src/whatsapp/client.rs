//! The Cloud API over HTTP: bounded in time and size, no redirects, and neither an address nor the token in any error or log.

use std::{sync::Arc, time::Duration};

use reqwest::{Response, Url, header, multipart, redirect};
use sapa_core::{
    inbox::{Channel, Ephemeral},
    outbox::SendError,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{
    Account,
    answer::{Answer, read},
    errors,
};

/// How long things may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// A call, from its first byte to the last of its answer.
    pub call: Duration,
    /// The same for a file.
    pub file: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            call: Duration::from_secs(20),
            file: Duration::from_secs(90),
        }
    }
}

/// A message that the platform took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    /// What it is called.
    pub id: String,
    /// The number that it goes to as WhatsApp writes it: it may differ from the one that was given (Meta: send-messages; Brazil, Mexico).
    pub wa_id: Option<String>,
}

/// The account cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("whatsapp.{setting}: {why}")]
pub struct Misconfigured {
    setting: &'static str,
    why: &'static str,
}

/// The calls of one account. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    /// `{api_url}/{version}`.
    base: Url,
    token: SecretString,
    phone_number_id: String,
    channel: Channel,
    media_hosts: Vec<String>,
    patience: Patience,
}

/// Does what an event's handling left to do and what may be lost.
pub async fn perform(client: &Client, effect: &Ephemeral) {
    let Ephemeral::MarkRead {
        external_id,
        typing,
    } = effect
    else {
        return;
    };
    if !external_id.starts_with("wamid.") {
        // An event that came without a message id has a key of ours.
        return;
    }
    if let Err(error) = client.mark_read(external_id, *typing).await {
        metrics::counter!("sapa_whatsapp_ephemeral_failed_total").increment(1);
        tracing::debug!(%error, "a courtesy was not done");
    }
}

impl Client {
    /// The calls of this account.
    ///
    /// # Errors
    /// When an address or a token is none.
    pub fn new(account: &Account) -> Result<Self, Misconfigured> {
        Self::patient(account, Patience::default())
    }

    pub(super) fn patient(account: &Account, patience: Patience) -> Result<Self, Misconfigured> {
        let wrong = |setting, why| Misconfigured { setting, why };
        let mut base = account.api_url.clone();
        let web = matches!(base.scheme(), "http" | "https") && base.has_host();
        let segments = base.path_segments_mut().ok().filter(|_| web);
        let mut segments = segments.ok_or_else(|| wrong("api_url", "not an address of the web"))?;
        segments.pop_if_empty().push(&account.api_version);
        drop(segments);
        if header::HeaderValue::from_str(account.access_token.expose_secret()).is_err() {
            return Err(wrong("access_token", "holds characters that no token has"));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(patience.connect)
            .timeout(patience.call)
            .redirect(redirect::Policy::none())
            // Meta's media hosts turn away clients without a name.
            .user_agent(concat!("sapa/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| wrong("api_url", "no HTTP client could be made"))?;
        Ok(Self(Arc::new(Inner {
            http,
            base,
            token: account.access_token.clone(),
            phone_number_id: account.phone_number_id.clone(),
            channel: Channel::whatsapp(&account.phone_number_id),
            media_hosts: account.media_hosts.clone(),
            patience,
        })))
    }

    /// The account.
    pub fn channel(&self) -> &Channel {
        &self.0.channel
    }

    /// Sends a message; what the platform calls it. `attempts` refusals came before.
    pub(super) async fn send(&self, message: &Value, attempts: i64) -> Result<Accepted, SendError> {
        let answer = self.call("messages", message).await?;
        if !answer.status.is_success() || answer.refusal().has_code() {
            return Err(answer.refusal().meaning(attempts));
        }
        let body = answer.object();
        let first = |list: &str, key: &str| body.as_ref()?.objects(list).first()?.id(key);
        match first("messages", "id") {
            Some(id) => Ok(Accepted {
                id,
                wa_id: first("contacts", "wa_id"),
            }),
            None => Err(SendError::Uncertain {
                detail: "the answer does not say what the message is called".to_owned(),
            }),
        }
    }

    /// Shows a person that the message was seen, and with `typing` that an answer is being written (for 25 s at most).
    ///
    /// # Errors
    /// When the platform cannot be asked or refuses.
    pub async fn mark_read(&self, external_id: &str, typing: bool) -> Result<(), SendError> {
        let mut body = json!({
            "messaging_product": "whatsapp", "status": "read", "message_id": external_id,
        });
        if typing {
            body["typing_indicator"] = json!({ "type": "text" });
        }
        let answer = self.call("messages", &body).await?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(answer.refusal().meaning(0))
        }
    }

    async fn call(&self, edge: &str, body: &Value) -> Result<Answer, SendError> {
        let request = self
            .0
            .http
            .post(self.address(&[&self.0.phone_number_id, edge]));
        let request = request.bearer_auth(self.0.token.expose_secret()).json(body);
        let response = request.send().await.map_err(|e| errors::lost(&e))?;
        Ok(read(response).await)
    }

    /// Hands a file over; the platform's id of it, valid for 30 days. Nobody sees it yet: whatever goes wrong may be done again.
    pub(super) async fn upload(
        &self,
        bytes: Vec<u8>,
        mime: &str,
        filename: &str,
    ) -> Result<String, SendError> {
        let refused = |detail: &str| SendError::Permanent {
            code: "media".to_owned(),
            detail: detail.to_owned(),
        };
        let file = multipart::Part::bytes(bytes).file_name(filename.to_owned());
        let file = file
            .mime_str(mime)
            .map_err(|_| refused("the file's type is none"))?;
        let form = multipart::Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime.to_owned())
            .part("file", file);
        let request = self
            .0
            .http
            .post(self.address(&[&self.0.phone_number_id, "media"]));
        let request = request
            .bearer_auth(self.0.token.expose_secret())
            .timeout(self.0.patience.file);
        let response = request
            .multipart(form)
            .send()
            .await
            .map_err(|_| errors::no_connection())?;
        let answer = read(response).await;
        if answer.status.is_success()
            && let Some(id) = answer.object().and_then(|body| body.id("id"))
        {
            return Ok(id);
        }
        Err(match answer.refusal().meaning(0) {
            SendError::Permanent { code, detail } => refused(&format!("{code}: {detail}")),
            SendError::Uncertain { .. } => errors::no_connection(),
            other => other,
        })
    }

    /// Asks for what stands at a path below the version.
    pub(super) async fn look(&self, id: &str) -> Result<Answer, reqwest::Error> {
        let mut address = self.address(&[id]);
        address
            .query_pairs_mut()
            .append_pair("phone_number_id", &self.0.phone_number_id);
        let request = self.0.http.get(address);
        let response = request
            .bearer_auth(self.0.token.expose_secret())
            .send()
            .await?;
        Ok(read(response).await)
    }

    /// Asks for what stands at a path below the version. `None`: no answer came.
    pub(super) async fn ask(&self, path: &[&str], query: &[(&str, &str)]) -> Option<Answer> {
        let mut address = self.address(path);
        for (name, value) in query {
            address.query_pairs_mut().append_pair(name, value);
        }
        self.exchange(self.0.http.get(address)).await
    }

    /// Asks for facts of our own number: the plain ones, or these.
    pub(super) async fn about_number(&self, fields: Option<&str>) -> Option<Answer> {
        let fields: Vec<_> = fields
            .map(|fields| ("fields", fields))
            .into_iter()
            .collect();
        self.ask(&[&self.0.phone_number_id], &fields).await
    }

    /// Asks what our token is worth. A token may be looked at with itself (Graph API: `debug_token`, "must be from the same app").
    pub(super) async fn about_token(&self) -> Option<Answer> {
        let token = self.0.token.expose_secret();
        self.ask(&["debug_token"], &[("input_token", token)]).await
    }

    /// Has something done that needs no words. `None`: no answer came.
    pub(super) async fn command(&self, path: &[&str]) -> Option<Answer> {
        self.exchange(self.0.http.post(self.address(path))).await
    }

    async fn exchange(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        let request = request.bearer_auth(self.0.token.expose_secret());
        match request.send().await {
            Ok(response) => Some(read(response).await),
            Err(error) => {
                // Without its address: the token may stand in it.
                let error = error.without_url();
                tracing::debug!(%error, "WhatsApp does not say how we are connected");
                None
            }
        }
    }

    /// Opens a file's address, if it lies on one of the hosts that may see the token; else `None`.
    pub(super) async fn open(&self, address: Url) -> Option<Result<Response, reqwest::Error>> {
        let host = address.host_str()?;
        let host = address
            .port()
            .map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let known = self
            .0
            .media_hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&host));
        // Never in the clear, unless the API itself is (on this machine, in tests).
        let covered = address.scheme() == "https" || address.scheme() == self.0.base.scheme();
        let bare = address.username().is_empty() && address.password().is_none();
        if !(known && covered && bare) {
            return None;
        }
        let request = self.0.http.get(address).timeout(self.0.patience.file);
        Some(
            request
                .bearer_auth(self.0.token.expose_secret())
                .send()
                .await,
        )
    }

    fn address(&self, path: &[&str]) -> Url {
        let mut address = self.0.base.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.extend(path);
        }
        address
    }
}
