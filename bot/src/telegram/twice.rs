//! The second copy of what may have gone out already. Telegram has no key by which it would know a message again, so a lost answer is met
//! by sending once more; whoever reads the copy is told that it may be one.

use std::borrow::Cow;

use sapa_core::{
    db,
    i18n::Localizer,
    markup::Markup,
    outbox::{Job, Prompt, SendError},
};

use super::{
    render::{CAPTION, TEXT, bubbles},
    sender::{TelegramSender, broken},
};

impl TelegramSender {
    /// A prompt as it is sent now. An edit in place is the same however often it is made, and needs no word.
    pub(super) async fn perhaps_again<'p>(
        &self,
        job: &Job,
        prompt: &'p Prompt,
    ) -> Result<Cow<'p, Prompt>, SendError> {
        if !job.flagged || prompt.replaces.is_some() {
            return Ok(Cow::Borrowed(prompt));
        }
        let l = async {
            let mut tx = self.desk.db.read().await?;
            let l = self.speaks_to(&mut tx, &job.recipient).await?;
            tx.rollback().await?;
            Ok(l)
        };
        let l = l.await.map_err(|error: db::Error| broken(&error))?;
        let text = marked(job, &l, prompt.text.clone(), prompt.media_id.is_some());
        Ok(Cow::Owned(Prompt {
            text,
            ..prompt.clone()
        }))
    }
}

/// The words with a line below them, when this may be their second copy and the line fits: it never makes another message of them.
pub(super) fn marked(job: &Job, l: &Localizer, text: Markup, under_a_file: bool) -> Markup {
    if !job.flagged {
        return text;
    }
    let limit = if under_a_file { CAPTION } else { TEXT };
    let with = text.clone().line(&l.text("relay-twice", &[]));
    if bubbles(&with, limit).len() > bubbles(&text, limit).len().max(1) {
        return text;
    }
    with
}
