//! How far an agent's message has come, shown on the message itself: as a reaction, or as a line below it that is edited in place.
//! A tick may be dropped; it never makes trouble of its own.

use sapa_core::{
    db,
    desk::Ticks,
    i18n::Localizer,
    messages::{self, Author, Message},
    outbox::{self, Job, Post, Prompt, SendError, State},
};
use teloxide::{
    payloads::{SetMessageReaction, setters::*},
    types::{ChatId, MessageId, ReactionType},
};

use super::{
    errors::CallError,
    sender::{Edit, TelegramSender, broken, words},
};

/// What a state looks like: one of the reactions that bots may set (Bot API: `ReactionTypeEmoji`), and a line's key.
fn look(state: State) -> Option<(&'static str, &'static str)> {
    match state {
        State::Sent => Some(("🕊", "tick-sent")),
        State::Delivered => Some(("👌", "tick-delivered")),
        State::Read => Some(("👀", "tick-read")),
        _ => None,
    }
}

impl TelegramSender {
    /// Shows how far a message has come.
    pub(super) async fn tick(&self, job: &Job, message_id: &str) -> Result<Vec<Post>, SendError> {
        let ticks = self.desk.settings.ticks;
        let facts = self.tick_facts(message_id).await.map_err(|e| broken(&e))?;
        let (message, state) = facts.ok_or(SendError::Cancelled)?;
        let (emoji, key) = look(state).ok_or(SendError::Cancelled)?;
        let shown = match ticks {
            Ticks::Off => return Err(SendError::Cancelled),
            Ticks::Reaction => self.react(&message, emoji).await,
            Ticks::Line => self.line(job, &message, key).await,
        };
        shown.map_err(|error| match error {
            SendError::Permanent { .. } | SendError::Uncertain { .. } => SendError::Cancelled,
            other => other,
        })
    }

    /// An agent's answer, and how far it has come.
    async fn tick_facts(&self, message_id: &str) -> db::Result<Option<(Message, State)>> {
        let mut tx = self.desk.db.glance().await?;
        let message = messages::by_id(&mut tx, message_id).await?;
        let Some(message) = message.filter(|message| message.author == Author::Agent) else {
            return Ok(None);
        };
        let delivery = messages::delivery(&mut tx, message_id).await?;
        Ok(delivery.map(|delivery| (message, delivery.state)))
    }

    async fn react(&self, message: &Message, emoji: &str) -> Result<Vec<Post>, SendError> {
        let (Ok(chat), Ok(id)) = (message.chat.parse(), message.external_id.parse()) else {
            return Err(SendError::Cancelled);
        };
        let reaction =
            SetMessageReaction::new(ChatId(chat), MessageId(id)).reaction([ReactionType::Emoji {
                emoji: emoji.to_owned(),
            }]);
        match self.client.call(&reaction).await {
            Ok(_) | Err(CallError::Unchanged) => Ok(Vec::new()),
            Err(error) => Err(error.harmless_twice().into()),
        }
    }

    /// Says it below the answer: in the line that says so already, else in a new one.
    async fn line(&self, job: &Job, message: &Message, key: &str) -> Result<Vec<Post>, SendError> {
        let (line, l) = self
            .line_facts(job, message)
            .await
            .map_err(|e| broken(&e))?;
        let prompt = Prompt::text(l.text(key, &[]));
        if let Some(line) = &line
            && self.edit(job, line, &prompt).await? == Edit::Done
        {
            return Ok(Vec::new());
        }
        let parts = words(&prompt.text);
        self.deliver(job, &parts, Some(&message.external_id), &[])
            .await
    }

    /// The line that shows it already, and the reader's language.
    async fn line_facts(
        &self,
        job: &Job,
        message: &Message,
    ) -> db::Result<(Option<String>, Localizer)> {
        let mut tx = self.desk.db.glance().await?;
        let lines = outbox::store::posts_of_message(&mut tx, &message.id, &job.channel).await?;
        let l = self.speaks_to(&mut tx, &job.recipient).await?;
        Ok((
            lines.into_iter().next_back().map(|post| post.external_id),
            l,
        ))
    }
}
