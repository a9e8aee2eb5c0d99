//! Sends rows of the outbox to customers.

use async_trait::async_trait;
use sapa_core::{
    contacts, db,
    desk::Desk,
    inbox::Channel,
    outbox::{self, Job, Post, Reach, SendError, Sender},
};

use super::{
    attach::attach,
    client::{Accepted, Client},
    plan::{Plan, PlannedFile, Saying, plan},
    render::{self, Address, File, Part},
};

/// What the agent is told when the beginning of his message went out and the rest never will (`delivery-reason-partial`).
const PARTIAL: &str = "partial";

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

    /// Sends one part; `last` tells whether it is the last of its row, `quotes` what it quotes.
    ///
    /// Statuses hand back the row's id (Meta: `biz_opaque_callback_data`), and a status with it makes the whole row sent or delivered.
    /// So only the last part carries it: what is said of an earlier part tells nothing about the rest.
    async fn part(
        &self,
        plan: &Plan,
        part: &Part,
        job: &Job,
        quotes: Option<&str>,
        last: bool,
    ) -> Result<Accepted, SendError> {
        let row = last.then_some(job.id.as_str());
        let message = render::message(&plan.to, part, row, quotes);
        match self.client.send(&message, job.attempts).await {
            // The quoted message is gone, or too old to be quoted: the answer is wanted all the same.
            Err(SendError::Permanent { code, .. })
                if quotes.is_some() && matches!(code.as_str(), "100" | "131009") =>
            {
                let message = render::message(&plan.to, part, row, None);
                self.client.send(&message, job.attempts).await
            }
            sent => sent,
        }
    }

    /// Remembers the number under which the platform knows somebody, when it is not the one that was written to. What is missed is told again.
    async fn learn(&self, to: &Address, job: &Job, wa_id: Option<String>) {
        let (Address::Number(number), Some(wa_id)) = (to, wa_id) else {
            return;
        };
        if *number == wa_id || wa_id.is_empty() || !wa_id.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        let learned = async {
            let mut tx = self.desk.db.read().await?;
            let known = contacts::knows_number(&mut tx, &wa_id).await?;
            tx.rollback().await?;
            if known {
                return Ok(());
            }
            let mut tx = self.desk.db.write().await?;
            let mut act = self.desk.act(&mut tx);
            contacts::also_known_as(&mut act, &job.recipient, &wa_id).await?;
            drop(act);
            tx.commit().await
        };
        let learned: db::Result<()> = learned.await;
        if let Err(error) = learned {
            tracing::warn!(%error, "a customer's other number could not be kept");
        }
    }

    /// A refusal after other parts went out. What may still succeed goes on from here later; what cannot is told as what it is: half out.
    fn interrupted(&self, job: &Job, error: SendError) -> SendError {
        let tries = self.desk.river.send_retries.len();
        let used_up = usize::try_from(job.attempts).is_ok_and(|tried| tried >= tries);
        let (code, detail) = match error {
            SendError::Permanent { code, detail } => (code, detail),
            SendError::Retry {
                reach: Reach::Recipient,
                code,
                detail,
                ..
            } if used_up => (code, detail),
            other => return other,
        };
        SendError::Permanent {
            code: PARTIAL.to_owned(),
            detail: format!("a part of it went out, the rest did not: {code}: {detail}"),
        }
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
        let mut posts = job.begun.clone();
        for (place, part) in parts.iter().enumerate().skip(posts.len()) {
            let quotes = plan.quotes.as_deref().filter(|_| place == 0);
            let last = place + 1 == parts.len();
            match self.part(&plan, part, job, quotes, last).await {
                Ok(accepted) => {
                    self.learn(&plan.to, job, accepted.wa_id).await;
                    posts.push(Post {
                        chat: String::new(),
                        external_id: accepted.id,
                    });
                }
                Err(error) if posts.is_empty() => return Err(error),
                Err(error) => {
                    let error = self.interrupted(job, error);
                    if posts.len() > job.begun.len() {
                        outbox::interrupted(&self.desk, job, &posts).await;
                    }
                    return Err(error);
                }
            }
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
