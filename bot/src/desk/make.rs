//! A conversation becomes a ticket: its type, its urgency, and it is there. The buttons carry everything, so nothing is lost on the way.

use sapa_core::{
    args,
    conversations::Conversation,
    db,
    inbox::Broken,
    messages::{self, Author, Message},
    outbox::Prompt,
    routing,
    tickets::{self, Actor, NewTicket, Priority, TicketType},
};

use super::{
    buttons::{LABEL, Press, fitting},
    cards::cut,
    presses, resolving,
    talk::Talk,
    transfer,
};

/// As much of a conversation as goes into a ticket.
const MESSAGES: i64 = 50;
/// The longest description.
const DESCRIPTION: usize = 4_000;

/// Which type? The one that the words suggest comes first.
pub async fn ask_type(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let Some(one) = presses::my_talk(talk, id).await? else {
        return Ok(());
    };
    let types = tickets::types(talk.act.tx).await?;
    let words = description(&said(talk, &one).await?);
    let guessed = tickets::guess(&types, &words).map(|kind| kind.id.clone());
    let locale = talk.me.locale;
    let mut ordered: Vec<&TicketType> = types.iter().collect();
    ordered.sort_by_key(|kind| Some(&kind.id) != guessed.as_ref());
    let mut choices: Vec<_> = ordered
        .iter()
        .map(|kind| {
            let press = Press::MakeType(one.id.clone(), kind.id.clone());
            if Some(&kind.id) == guessed.as_ref() {
                press.named(&format!("★ {}", fitting(kind.name(locale), LABEL - 2)))
            } else {
                press.named(kind.name(locale))
            }
        })
        .collect();
    choices.push(Press::Never.choice(&talk.l));
    let name = presses::name(talk, &one.customer_id).await?;
    let text = talk.text("desk-make-type", args!["name" => name]);
    talk.ask(Prompt::choose(text, choices), "make").await?;
    Ok(())
}

/// How urgent? Staff may say urgent too.
pub async fn ask_priority(talk: &mut Talk<'_, '_>, id: &str, kind: &str) -> Result<(), Broken> {
    let Some(one) = presses::my_talk(talk, id).await? else {
        return Ok(());
    };
    let Some(kind) = tickets::type_by_id(talk.act.tx, kind).await? else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    let mut choices: Vec<_> = Priority::ALL
        .into_iter()
        .rev()
        .map(|priority| {
            let press = Press::MakePriority(one.id.clone(), kind.id.clone(), priority);
            press.choice(&talk.l)
        })
        .collect();
    choices.push(Press::Never.choice(&talk.l));
    let text = talk.text(
        "desk-make-priority",
        args!["type" => kind.name(talk.me.locale)],
    );
    talk.replace(Prompt::choose(text, choices)).await?;
    Ok(())
}

/// The ticket is made, and is his.
pub async fn make(
    talk: &mut Talk<'_, '_>,
    id: &str,
    kind: &str,
    priority: Priority,
) -> Result<(), Broken> {
    routing::lock(talk.act).await?;
    let Some(one) = presses::my_talk(talk, id).await? else {
        return Ok(());
    };
    let Some(kind) = tickets::type_by_id(talk.act.tx, kind).await? else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    let said = said(talk, &one).await?;
    let description = description(&said);
    let title = match tickets::title_of(&description) {
        title if title.is_empty() => kind.name(talk.act.desk.settings.locale).to_owned(),
        title => title,
    };
    let new = NewTicket {
        customer_id: one.customer_id.clone(),
        conversation_id: Some(one.id.clone()),
        type_id: kind.id.clone(),
        priority,
        title,
        description,
        message_ids: said.into_iter().map(|message| message.id).collect(),
    };
    let by = Actor::Staff(talk.me.id.clone());
    let ticket = tickets::open_by(talk.act, new, &by).await?;
    let ticket = transfer::take_ticket(talk, &ticket).await?;
    resolving::redraw_talk(talk, &one.id, &one.customer_id).await?;
    let now = talk.act.now;
    let due = talk.l.when(ticket.due_at, now);
    let text = talk.text("desk-made", args!["number" => &ticket.number, "due" => due]);
    talk.settle(text).await?;
    Ok(())
}

/// What the customer said to a person: the messages that reached an agent, not the taps on the way there.
async fn said(talk: &mut Talk<'_, '_>, one: &Conversation) -> db::Result<Vec<Message>> {
    let mut said = Vec::new();
    for message in messages::of_conversation(talk.act.tx, &one.id, MESSAGES).await? {
        let theirs = message.author == Author::Customer
            && message.ticket_id.is_none()
            && message.revoked_at.is_none();
        if theirs
            && messages::delivery(talk.act.tx, &message.id)
                .await?
                .is_some()
        {
            said.push(message);
        }
    }
    Ok(said)
}

fn description(said: &[Message]) -> String {
    let words: Vec<&str> = said
        .iter()
        .map(|message| message.body.trim())
        .filter(|words| !words.is_empty())
        .collect();
    cut(&words.join("\n"), DESCRIPTION)
}
