//! Sends rows of the outbox to customers.

use std::time::Duration;

use async_trait::async_trait;
use sapa_core::{
    desk::Desk,
    inbox::Channel,
    outbox::{Job, Post, SendError, Sender},
};

use super::{
    attach::attach,
    client::Client,
    plan::{Plan, PlannedFile, Saying, plan},
    render::{self, File, Part},
};

/// How often a later part of a message is tried again before the rest is given up as uncertain: what went out cannot be called back,
/// and must not be said twice.
const TRIES: u32 = 3;
/// The longest pause before such a try.
const PAUSE: Duration = Duration::from_secs(8);

/// The customers' side of the river out.
pub struct WhatsAppSender {
    desk: Desk,
    client: Client,
}

impl WhatsAppSender {
    /// Sends what this desk says with the calls of this account.
    pub fn new(desk: Desk, client: Client) -> Self {
        Self { desk, client }
    }

    async fn render(&self, plan: &Plan) -> Result<Vec<Part>, SendError> {
        let attached = match &plan.file {
            PlannedFile::Stored(media) => {
                Some(attach(&self.client, &self.desk.settings, media).await?)
            }
            PlannedFile::None | PlannedFile::Missing => None,
        };
        let file = match (&attached, &plan.file) {
            (Some(attached), _) => File::Ready(attached),
            (None, PlannedFile::Missing) => File::Missing,
            (None, _) => File::None,
        };
        Ok(match &plan.saying {
            Saying::Prompt(prompt) => render::prompt(prompt, file, &plan.phrases),
            Saying::Verbatim(text) => render::verbatim(text, file, &plan.phrases),
            Saying::Template(template) => vec![render::template(template)],
            Saying::Location {
                latitude,
                longitude,
                name,
            } => {
                vec![render::location(*latitude, *longitude, name.as_deref())]
            }
        })
    }

    /// The first part decides what becomes of the row; only it quotes.
    async fn first(&self, plan: &Plan, part: &Part, job: &Job) -> Result<String, SendError> {
        let message = render::message(&plan.to, part, &job.id, plan.quotes.as_deref());
        match self.client.send(&message, job.attempts).await {
            // The quoted message is gone, or too old to be quoted: the answer is wanted all the same.
            Err(SendError::Permanent { code, .. })
                if plan.quotes.is_some() && matches!(code.as_str(), "100" | "131009") =>
            {
                let message = render::message(&plan.to, part, &job.id, None);
                self.client.send(&message, job.attempts).await
            }
            sent => sent,
        }
    }

    /// A part after others went out.
    async fn later(&self, plan: &Plan, part: &Part, job: &Job) -> Result<String, SendError> {
        let message = render::message(&plan.to, part, &job.id, None);
        let mut tries = 0;
        loop {
            let error = match self.client.send(&message, i64::from(tries)).await {
                Ok(id) => return Ok(id),
                Err(error) => error,
            };
            tries += 1;
            let SendError::Retry { after, .. } = &error else {
                return Err(half_out(&error));
            };
            if tries >= TRIES {
                return Err(half_out(&error));
            }
            let pause = after.unwrap_or(Duration::from_secs(1) * tries);
            self.desk.clock.sleep(pause.min(PAUSE)).await;
        }
    }
}

fn half_out(error: &SendError) -> SendError {
    SendError::Uncertain {
        detail: format!("a part of it went out, the rest did not: {error}"),
    }
}

#[async_trait]
impl Sender for WhatsAppSender {
    fn channel(&self) -> &Channel {
        self.client.channel()
    }

    async fn send(&self, job: &Job) -> Result<Vec<Post>, SendError> {
        let plan = plan(&self.desk, job).await?;
        let parts = self.render(&plan).await?;
        let mut posts = Vec::with_capacity(parts.len());
        for part in &parts {
            let external_id = if posts.is_empty() {
                self.first(&plan, part, job).await?
            } else {
                self.later(&plan, part, job).await?
            };
            posts.push(Post {
                chat: String::new(),
                external_id,
            });
        }
        if posts.is_empty() {
            return Err(SendError::Permanent {
                code: "empty".to_owned(),
                detail: "there is nothing to say".to_owned(),
            });
        }
        Ok(posts)
    }
}
