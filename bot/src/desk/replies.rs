//! An agent's words on their way to a customer: whose they are, whether he may send them, and what became of them.

use std::time::Duration;

use sapa_core::{
    answers::{Recipient, Standing, Words},
    args,
    contacts::{
        self, Customer, Refs, Told,
        late::{self, Late},
    },
    db,
    inbox::{Broken, TooEarly},
    messages,
    outbox::{self, Class, Content, Prompt, Template},
    sessions::{self, Loaded},
    staff::Permission,
};

use super::{
    buttons::{self, Closing, Press},
    escalating, resolving,
    state::{Asked, Kept},
    statuses,
    talk::Talk,
    whom,
};

/// A customer is asked to write again at most so often.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// What a message answers.
enum Target {
    Customer(String, Option<String>),
    HoldReason(String),
    Escalation(String),
    ClosingWords(String),
    /// Something that nobody knows any more: it has aged out, or never was about anybody.
    Forgotten,
    Nothing,
}

/// The customer as they are now; says so when they are not to be found any more.
pub async fn recipient(
    talk: &mut Talk<'_, '_>,
    customer_id: &str,
    ticket_id: Option<&str>,
) -> db::Result<Option<Recipient>> {
    let found = Recipient::of(talk.act, &talk.me, customer_id, ticket_id).await?;
    if found.is_none() {
        talk.tell("desk-customer-gone", &[]).await?;
    }
    Ok(found)
}

/// He wrote or sent something that is no command.
pub async fn hear(talk: &mut Talk<'_, '_>, kept: Kept) -> Result<(), Broken> {
    if !talk.may(Permission::TicketsWork) {
        talk.tell("desk-viewer", &[]).await?;
        return Ok(());
    }
    match target(talk).await? {
        Target::Customer(customer_id, ticket_id) => {
            return send(talk, &customer_id, ticket_id.as_deref(), vec![kept]).await;
        }
        Target::HoldReason(ticket_id) => return hold_reason(talk, &ticket_id, &kept).await,
        Target::Escalation(ticket_id) => return escalating::reason(talk, &ticket_id, &kept).await,
        Target::ClosingWords(ticket_id) => {
            return resolving::closing_words(talk, &ticket_id, &kept).await;
        }
        // It may be the name of a message that went out a moment ago: the desk hears names only from the answer to its call.
        Target::Forgotten if is_under_way(talk).await? => return Err(TooEarly.into()),
        Target::Forgotten => {
            // Perhaps about another customer than the one chosen last: never a guess.
            talk.tell("desk-reply-forgotten", &[]).await?;
            let waiting = talk.state().await?.waiting;
            return whom::ask(talk, waiting, kept).await;
        }
        Target::Nothing => {}
    }
    let state = talk.state().await?;
    match &state.asked {
        Some(Asked::HoldReason { ticket_id }) => return hold_reason(talk, ticket_id, &kept).await,
        Some(Asked::Escalation { ticket_id }) => {
            return escalating::reason(talk, ticket_id, &kept).await;
        }
        Some(Asked::ClosingWords { ticket_id }) => {
            return resolving::closing_words(talk, ticket_id, &kept).await;
        }
        None => {}
    }
    if let Some(customer_id) = focused(talk) {
        return send(talk, &customer_id, None, vec![kept]).await;
    }
    whom::ask(talk, state.waiting, kept).await
}

/// The customer that his words without a reply go to.
fn focused(talk: &Talk<'_, '_>) -> Option<String> {
    let lasts = talk
        .me
        .focus_until
        .is_some_and(|until| until > talk.act.now);
    talk.me.focus_customer_id.clone().filter(|_| lasts)
}

async fn hold_reason(talk: &mut Talk<'_, '_>, ticket_id: &str, kept: &Kept) -> Result<(), Broken> {
    let reason = kept.body.trim();
    if reason.is_empty() {
        talk.tell("desk-hold-words", &[]).await?;
        return Ok(());
    }
    statuses::hold(talk, ticket_id, Some(reason)).await
}

/// What the message answers: one of ours about a customer, one of his own, or a question of ours.
async fn target(talk: &mut Talk<'_, '_>) -> db::Result<Target> {
    let Some(answered) = &talk.from.replies_to else {
        return Ok(Target::Nothing);
    };
    let channel = talk.act.desk.settings.telegram.clone();
    let chat = &talk.from.account.chat;
    let post = outbox::store::post_target(talk.act.tx, &channel, chat, answered).await?;
    if let Some(post) = post {
        if let Some(customer_id) = post.customer_id {
            return Ok(Target::Customer(customer_id, post.ticket_id));
        }
        if let Content::Prompt(prompt) = &post.content {
            return Ok(question(prompt));
        }
        return Ok(Target::Nothing);
    }
    let own = messages::find(talk.act.tx, &channel, chat, answered).await?;
    Ok(own.map_or(Target::Forgotten, |message| {
        Target::Customer(message.customer_id, message.ticket_id)
    }))
}

/// Whether something that he may be answering is on its way to him.
async fn is_under_way(talk: &mut Talk<'_, '_>) -> db::Result<bool> {
    let channel = talk.act.desk.settings.telegram.clone();
    let (chat, heard) = (&talk.from.account.chat, talk.from.received_at);
    outbox::store::is_under_way(talk.act.tx, &channel, chat, heard).await
}

/// Which question of ours that was, by its buttons: an answer to it works even when it is not the last one asked.
fn question(prompt: &Prompt) -> Target {
    let presses = prompt
        .choices
        .iter()
        .filter_map(|choice| Press::parse(&choice.id));
    for press in presses {
        match press {
            Press::HoldPlain(ticket) => return Target::HoldReason(ticket),
            Press::EscalateNot(ticket) => return Target::Escalation(ticket),
            Press::Close(Closing::Own, ticket) => return Target::ClosingWords(ticket),
            _ => {}
        }
    }
    Target::Nothing
}

/// Sends to a customer what is his to send; asks before he takes anybody over.
pub async fn send(
    talk: &mut Talk<'_, '_>,
    customer_id: &str,
    ticket_id: Option<&str>,
    kept: Vec<Kept>,
) -> Result<(), Broken> {
    let Some(recipient) = recipient(talk, customer_id, ticket_id).await? else {
        return Ok(());
    };
    match recipient.standing(talk.act, &talk.me).await? {
        Standing::Mine => {
            for one in &kept {
                deliver(talk, &recipient, one).await?;
            }
            Ok(())
        }
        standing => whom::ask_to_take_over(talk, &recipient, &standing, kept).await,
    }
}

/// Stores a message and hands it to the customer. Nothing is said when it simply goes: the tick on it tells.
pub async fn deliver(
    talk: &mut Talk<'_, '_>,
    recipient: &Recipient,
    kept: &Kept,
) -> Result<(), Broken> {
    let ticket_id = recipient.ticket.as_ref().map(|ticket| ticket.id.clone());
    let words = Words {
        kind: kept.kind,
        body: kept.body.clone(),
        details: kept.details.clone(),
        media_id: kept.media_id.clone(),
        chat: talk.from.account.chat.clone(),
        external_id: kept.external_id.clone(),
        quotes: kept.quotes.clone(),
        at: kept.at,
    };
    let Some(told) = recipient.get(talk.act, &talk.me, words).await? else {
        return Ok(());
    };
    let name = recipient.customer.name.clone();
    match told {
        Told::Queued(_) | Told::Templated(_) => {}
        Told::Parked(_) => {
            let prompt = parked(talk, &recipient.customer, &kept.external_id);
            let about = (recipient.customer.id.as_str(), ticket_id.as_deref());
            talk.ask_about(prompt, "parked", about).await?;
        }
        Told::NotSent => talk.tell("desk-not-sent", args!["name" => name]).await?,
    }
    Ok(())
}

/// The window is closed: what that means, and what can be done about it.
fn parked(talk: &Talk<'_, '_>, customer: &Customer, answered: &str) -> Prompt {
    let now = talk.act.now;
    let mut text = match contacts::window_closes(customer) {
        Some(closed) => talk.text(
            "desk-parked",
            args!["name" => &customer.name, "since" => talk.l.when(closed, now)],
        ),
        None => talk.text("desk-parked-never", args!["name" => &customer.name]),
    };
    let mut choices = Vec::new();
    if talk.act.desk.settings.reopen_template.is_some() {
        text = text.line(&talk.text("desk-parked-template", &[]));
        let presses = [Press::Template(customer.id.clone()), Press::Leave];
        choices = buttons::choices(&talk.l, &presses);
    }
    Prompt {
        reply_to: Some(answered.to_owned()),
        ..Prompt::choose(text, choices)
    }
}

/// Sends the template that asks a customer to write again.
pub async fn template(talk: &mut Talk<'_, '_>, customer_id: &str) -> Result<(), Broken> {
    let Some(recipient) = recipient(talk, customer_id, None).await? else {
        return Ok(());
    };
    let name = recipient.customer.name.clone();
    if let Standing::Others(holder) = recipient.standing(talk.act, &talk.me).await? {
        talk.toast("desk-toast-others", args!["agent" => holder.name]);
        return Ok(());
    }
    let now = talk.act.now;
    if contacts::window_closes(&recipient.customer).is_some_and(|closes| closes > now) {
        let text = talk.text("desk-window-open-again", args!["name" => name]);
        talk.settle(text).await?;
        return Ok(());
    }
    let Some((template, language)) = talk.act.desk.settings.reopen_template.clone() else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    let mark = format!("reopen:{customer_id}");
    if let Loaded::State(_, at) = sessions::load::<bool>(talk.act.tx, &mark, 1).await?
        && now.since(at) < ASK_AGAIN
    {
        talk.toast("desk-toast-template-already", args!["name" => name]);
        return Ok(());
    }
    sessions::save(talk.act, &mark, 1, &true).await?;
    let content = Content::Template(Template {
        name: template,
        language,
        parameters: vec![name.clone()],
        code: None,
    });
    let refs = Refs {
        ticket_id: recipient.ticket.map(|ticket| ticket.id),
        message_id: None,
    };
    contacts::tell(
        talk.act,
        &recipient.customer,
        Class::Conversation,
        content,
        refs,
    )
    .await?;
    let text = talk.text("desk-template-sent", args!["name" => name]);
    talk.settle(text).await?;
    Ok(())
}

/// An answer that waited for more than a day: it goes after all, or does not.
pub async fn late(talk: &mut Talk<'_, '_>, row: &str, send: bool) -> Result<(), Broken> {
    let me = talk.me.clone();
    let key = match late::decide(talk.act, row, &me, send).await? {
        Late::Goes => "desk-late-goes",
        Late::KeptBack => "desk-late-kept-back",
        Late::Decided => "desk-late-decided",
    };
    let text = talk.text(key, &[]);
    talk.settle(text).await?;
    Ok(())
}
