//! Words that an agent changed after he sent them: WhatsApp cannot change what a customer has, so he is told, and may send a correction.

use sapa_core::{
    answers::Standing,
    args, contacts,
    inbox::Broken,
    messages::{self, Author, Kind},
    outbox::{Prompt, State as RowState},
    sessions::{self, Loaded},
};

use super::{
    buttons::{self, Press},
    commands, replies,
    state::Kept,
    talk::Talk,
};

/// He changed an earlier message of his.
pub async fn edited(talk: &mut Talk<'_, '_>, original: &str, text: &str) -> Result<(), Broken> {
    if edited_kept(talk, original, text).await? {
        return Ok(());
    }
    let channel = talk.act.desk.settings.telegram.clone();
    let chat = &talk.from.account.chat;
    let message = messages::find(talk.act.tx, &channel, chat, original).await?;
    let Some(message) = message.filter(|m| m.author == Author::Agent) else {
        if let Some((name, rest)) = commands::parse(text) {
            return commands::obey(talk, &name, &rest).await;
        }
        talk.tell("desk-edit-unknown", &[]).await?;
        return Ok(());
    };
    // Telegram tells of changes that nobody can see, too (Bot API: `edited_message`).
    if message.body == text {
        return Ok(());
    }
    let customer = sapa_core::contacts::by_id(talk.act.tx, &message.customer_id).await?;
    let name = customer.map(|customer| customer.name).unwrap_or_default();
    let delivery = messages::delivery(talk.act.tx, &message.id).await?;
    match delivery.map(|delivery| delivery.state) {
        Some(RowState::Queued | RowState::Parked) => {
            messages::edited(talk.act, &message, text).await?;
            talk.tell("desk-edit-in-time", args!["name" => name])
                .await?;
        }
        None | Some(RowState::Failed | RowState::Cancelled) => {
            talk.tell("desk-edit-not-sent", args!["name" => name])
                .await?;
        }
        Some(_) => {
            let key = correction(&message.id);
            sessions::save(talk.act, &key, 1, &text.to_owned()).await?;
            let words = talk.text("desk-edit-late", args!["name" => name]);
            let presses = [Press::Correct(message.id.clone()), Press::Leave];
            let prompt = Prompt {
                reply_to: Some(original.to_owned()),
                ..Prompt::choose(words, buttons::choices(&talk.l, &presses))
            };
            talk.ask(prompt, &key).await?;
        }
    }
    Ok(())
}

/// Whether the message was still kept here; then the new words simply replace the old.
async fn edited_kept(talk: &mut Talk<'_, '_>, original: &str, text: &str) -> Result<bool, Broken> {
    let Some(mut waiting) = talk.state().await?.waiting else {
        return Ok(false);
    };
    let kept = waiting
        .kept
        .iter_mut()
        .find(|kept| kept.external_id == original);
    let Some(kept) = kept else {
        return Ok(false);
    };
    text.clone_into(&mut kept.body);
    talk.keep(Some(waiting)).await?;
    talk.tell("desk-edit-kept", &[]).await?;
    Ok(true)
}

/// Sends the new words as a message of their own, marked as a correction, in the customer's language.
pub async fn send(talk: &mut Talk<'_, '_>, message_id: &str) -> Result<(), Broken> {
    let key = correction(message_id);
    let stored = sessions::load::<String>(talk.act.tx, &key, 1).await?;
    let message = messages::by_id(talk.act.tx, message_id).await?;
    let (Loaded::State(text, _), Some(message)) = (stored, message) else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    if message.staff_id.as_ref() != Some(&talk.me.id) {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    }
    let ticket_id = message.ticket_id.as_deref();
    let Some(recipient) = replies::recipient(talk, &message.customer_id, ticket_id).await? else {
        return Ok(());
    };
    let name = recipient.customer.name.clone();
    if let Standing::Others(holder) = recipient.standing(talk.act, &talk.me).await? {
        let text = talk.text("desk-others", args!["name" => name, "agent" => holder.name]);
        talk.settle(text).await?;
        return Ok(());
    }
    sessions::clear(talk.act, &key).await?;
    let l = contacts::words(talk.act, &recipient.customer).await?;
    let kept = Kept {
        // The pressed question is a message of this chat that nothing else is known by: ticks find their place on it.
        external_id: talk.from.external_id.clone(),
        at: talk.act.now,
        kind: Kind::Text,
        body: l.label("desk-customer-correction", args!["text" => text]),
        details: None,
        media_id: None,
        quotes: Some(message.external_id),
        album: None,
    };
    replies::deliver(talk, &recipient, &kept).await?;
    let text = talk.text("desk-correction-sent", args!["name" => name]);
    talk.settle(text).await?;
    Ok(())
}

fn correction(message_id: &str) -> String {
    format!("correction:{message_id}")
}
