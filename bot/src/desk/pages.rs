//! The way from the chat to the pages: a link and a code, and for super admins the link to their door.

use sapa_core::{
    args,
    inbox::{Broken, Ephemeral},
    logins,
    otp::Refused,
    outbox::{self, Class, Content, NewRow, Prompt, Secret},
};

use super::talk::Talk;

/// `/login`: a link to the pages; the code for it comes as every code does.
pub async fn login(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let (me, chat) = (talk.me.clone(), talk.from.account.chat.clone());
    match logins::link_in_chat(talk.act, &me, &chat).await {
        Ok(()) => talk.afterwards(Ephemeral::SendCodes),
        Err(Refused::TooSoon(wait)) => {
            let wait = talk.l.duration(wait);
            talk.tell("desk-login-too-soon", args!["wait" => wait])
                .await?;
        }
        Err(Refused::Db(error)) => return Err(error.into()),
    }
    Ok(())
}

/// `/superadmin`: a link that opens once. It is nobody else's to read on its way.
pub async fn door(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let me = talk.me.clone();
    let link = logins::link_to_door(talk.act, Some(&me)).await?;
    let text = talk.text("desk-door-link", args!["link" => link.url]);
    let chat = talk.from.account.chat.clone();
    let secret = Secret::new(Content::Prompt(Prompt::text(text)));
    let content = secret.seal(&talk.act.desk, &chat, link.expires_at)?;
    let channel = talk.act.desk.settings.telegram.clone();
    let row = NewRow::new(&channel, &chat, Class::Conversation, content);
    outbox::enqueue(talk.act, row).await?;
    Ok(())
}
