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

struct Facts {
    message: Message,
    state: State,
    /// The line that shows it already.
    line: Option<String>,
    l: Localizer,
}

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
        let facts = self
            .tick_facts(job, message_id)
            .await
            .map_err(|e| broken(&e))?;
        let facts = facts.ok_or(SendError::Cancelled)?;
        let (emoji, key) = look(facts.state).ok_or(SendError::Cancelled)?;
        let shown = match ticks {
            Ticks::Off => return Err(SendError::Cancelled),
            Ticks::Reaction => self.react(&facts.message, emoji).await,
            Ticks::Line => self.line(job, &facts, key).await,
        };
        shown.map_err(|error| match error {
            SendError::Permanent { .. } | SendError::Uncertain { .. } => SendError::Cancelled,
            other => other,
        })
    }

    async fn tick_facts(&self, job: &Job, message_id: &str) -> db::Result<Option<Facts>> {
        let mut tx = self.desk.db.read().await?;
        let message = messages::by_id(&mut tx, message_id).await?;
        let delivery = messages::delivery(&mut tx, message_id).await?;
        let lines = outbox::store::posts_of_message(&mut tx, message_id, &job.channel).await?;
        let l = self.speaks_to(&mut tx, &job.recipient).await?;
        tx.rollback().await?;
        Ok(message
            .filter(|message| message.author == Author::Agent)
            .zip(delivery)
            .map(|(message, delivery)| Facts {
                message,
                state: delivery.state,
                line: lines.into_iter().next_back().map(|post| post.external_id),
                l,
            }))
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

    async fn line(&self, job: &Job, facts: &Facts, key: &str) -> Result<Vec<Post>, SendError> {
        let prompt = Prompt::text(facts.l.text(key, &[]));
        if let Some(line) = &facts.line
            && self.edit(job, line, &prompt).await? == Edit::Done
        {
            return Ok(Vec::new());
        }
        let parts = words(&prompt.text);
        self.deliver(job, &parts, Some(&facts.message.external_id), &[])
            .await
    }
}
