//! From a customer to an agent: messages, and the lines about what became of them.

use sapa_core::{
    args,
    contacts::Customer,
    db,
    desk::Act,
    markup::Markup,
    messages::{self, Author, Message},
    outbox::{self, Class, Content, NewRow, Prompt},
    staff::{self, Staff},
};

/// Hands a message to the agent of a ticket.
pub async fn to_agent(
    act: &mut Act<'_>,
    message: &Message,
    ticket_id: &str,
    agent: &Staff,
) -> db::Result<()> {
    let message = Message {
        ticket_id: Some(ticket_id.to_owned()),
        ..message.clone()
    };
    messages::relay_to_staff(act, &message, agent).await
}

/// A line of ours in an agent's chat; a reply to it answers the customer.
pub async fn note(
    act: &mut Act<'_>,
    agent: &Staff,
    customer_id: &str,
    ticket_id: Option<&str>,
    text: Markup,
    reply_to: Option<String>,
) -> db::Result<()> {
    let Some(chat) = &agent.telegram_chat_id else {
        return Ok(());
    };
    let channel = act.desk.settings.telegram.clone();
    let prompt = Prompt {
        reply_to,
        ..Prompt::text(text)
    };
    let mut row = NewRow::new(&channel, chat, Class::Conversation, Content::Prompt(prompt));
    row.customer_id = Some(customer_id.to_owned());
    row.ticket_id = ticket_id.map(str::to_owned);
    outbox::enqueue(act, row).await.map(drop)
}

/// The customer changed the words of an earlier message. Whoever was given the old ones is told the new.
pub async fn edited(
    act: &mut Act<'_>,
    customer: &Customer,
    original: &str,
    text: &str,
) -> db::Result<()> {
    let Some(message) = of_customer(act, customer, original).await? else {
        return Ok(());
    };
    messages::edited(act, &message, text).await?;
    for (agent, reply_to) in readers(act, &message).await? {
        let line = act.localizer(agent.locale).text(
            "agent-note-edited",
            args!["name" => &customer.name, "text" => text],
        );
        note(
            act,
            &agent,
            &customer.id,
            message.ticket_id.as_deref(),
            line,
            Some(reply_to),
        )
        .await?;
    }
    Ok(())
}

/// The customer took an earlier message back.
pub async fn revoked(act: &mut Act<'_>, customer: &Customer, original: &str) -> db::Result<()> {
    let Some(message) = of_customer(act, customer, original).await? else {
        return Ok(());
    };
    messages::revoked(act, &message).await?;
    for (agent, reply_to) in readers(act, &message).await? {
        let line = act
            .localizer(agent.locale)
            .text("agent-note-revoked", args!["name" => &customer.name]);
        note(
            act,
            &agent,
            &customer.id,
            message.ticket_id.as_deref(),
            line,
            Some(reply_to),
        )
        .await?;
    }
    Ok(())
}

/// The customer reacted to a message. An agent is told when it was his.
pub async fn reacted(
    act: &mut Act<'_>,
    customer: &Customer,
    to: &str,
    emoji: Option<&str>,
) -> db::Result<()> {
    let channel = act.desk.settings.whatsapp.clone();
    let target = outbox::store::post_target(act.tx, &channel, "", to).await?;
    let Some(message_id) = target.and_then(|post| post.message_id) else {
        return Ok(());
    };
    let Some(message) = messages::by_id(act.tx, &message_id).await? else {
        return Ok(());
    };
    let mine = message.customer_id == customer.id && message.author == Author::Agent;
    let Some(staff_id) = message.staff_id.as_ref().filter(|_| mine) else {
        return Ok(());
    };
    let Some(agent) = staff::by_id(act.tx, staff_id)
        .await?
        .filter(|agent| agent.active)
    else {
        return Ok(());
    };
    let l = act.localizer(agent.locale);
    let line = match emoji {
        Some(emoji) => l.text(
            "agent-note-reaction",
            args!["name" => &customer.name, "emoji" => emoji],
        ),
        None => l.text("agent-note-reaction-gone", args!["name" => &customer.name]),
    };
    let here = agent.telegram_chat_id.as_ref() == Some(&message.chat);
    let reply_to = here.then(|| message.external_id.clone());
    note(
        act,
        &agent,
        &customer.id,
        message.ticket_id.as_deref(),
        line,
        reply_to,
    )
    .await
}

async fn of_customer(
    act: &mut Act<'_>,
    customer: &Customer,
    external_id: &str,
) -> db::Result<Option<Message>> {
    let channel = act.desk.settings.whatsapp.clone();
    let message = messages::find(act.tx, &channel, "", external_id).await?;
    Ok(message
        .filter(|message| message.customer_id == customer.id && message.author == Author::Customer))
}

/// The agents who were given a message, with what their platform calls it.
async fn readers(act: &mut Act<'_>, message: &Message) -> db::Result<Vec<(Staff, String)>> {
    let channel = act.desk.settings.telegram.clone();
    let posts = outbox::store::posts_of_message(act.tx, &message.id, &channel).await?;
    let mut readers: Vec<(Staff, String)> = Vec::new();
    if posts.is_empty() {
        return Ok(readers);
    }
    let colleagues = staff::colleagues(act.tx).await?;
    for post in posts {
        let reader = colleagues
            .iter()
            .find(|staff| staff.telegram_chat_id.as_ref() == Some(&post.chat));
        if let Some(reader) =
            reader.filter(|reader| readers.iter().all(|(known, _)| known.id != reader.id))
        {
            readers.push((reader.clone(), post.external_id));
        }
    }
    Ok(readers)
}
