//! What an agent wrote more than a day before the customer wrote again: it may be out of date by now, so its author is asked first.

use super::WINDOW;
use crate::{
    args,
    clock::Millis,
    db,
    desk::Act,
    messages::{self, Message},
    outbox::{self, Choice, Class, Content, NewRow, Prompt, State},
    sessions::{self, Loaded},
    staff::{self, Staff},
};

/// The verb of the button that sends it after all; the outbox row's id follows.
pub const SEND: &str = "late";
/// The verb of the button that does not.
pub const KEEP_BACK: &str = "unsent";

/// So much of the message stands in the question.
const QUOTED: usize = 120;

/// What became of a late answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It goes out.
    Goes,
    /// It does not.
    KeptBack,
    /// It was decided already, or is not his.
    Decided,
}

/// The customer wrote: whoever wrote something before `before` that still waits is asked about it, once a day.
pub(super) async fn ask(act: &mut Act<'_>, customer_id: &str, before: Millis) -> db::Result<()> {
    for row in outbox::store::parked_before(act.tx, customer_id, before).await? {
        let Some((message, author)) = author(act, row.message_id.as_deref()).await? else {
            continue;
        };
        let mark = format!("late:{}", row.id);
        if let Loaded::State(_, at) = sessions::load::<bool>(act.tx, &mark, 1).await?
            && act.now.since(at) < WINDOW
        {
            continue;
        }
        sessions::save(act, &mark, 1, &true).await?;
        question(act, &row.id, &message, &author).await?;
    }
    Ok(())
}

/// Its author has decided.
pub async fn decide(act: &mut Act<'_>, row_id: &str, by: &Staff, send: bool) -> db::Result<Late> {
    let row = outbox::store::row(act.tx, row_id).await?;
    let Some(row) = row.filter(|row| row.state == State::Parked) else {
        return Ok(Late::Decided);
    };
    let author = author(act, row.message_id.as_deref()).await?;
    if author.is_none_or(|(_, author)| author.id != by.id) {
        return Ok(Late::Decided);
    }
    sessions::clear(act, &format!("late:{row_id}")).await?;
    let (done, late) = if send {
        let released = outbox::store::release_row(act.tx, row_id, act.now).await?;
        (released, Late::Goes)
    } else {
        let cancelled = outbox::store::cancel_row(act.tx, row_id).await?;
        (cancelled, Late::KeptBack)
    };
    Ok(if done { late } else { Late::Decided })
}

/// The message that a row carries, with who wrote it, if he can be asked.
async fn author(
    act: &mut Act<'_>,
    message_id: Option<&str>,
) -> db::Result<Option<(Message, Staff)>> {
    let Some(message_id) = message_id else {
        return Ok(None);
    };
    let Some(message) = messages::by_id(act.tx, message_id).await? else {
        return Ok(None);
    };
    let author = match &message.staff_id {
        Some(id) => staff::by_id(act.tx, id).await?,
        None => None,
    };
    let author = author.filter(|author| author.active && author.telegram_chat_id.is_some());
    Ok(author.map(|author| (message, author)))
}

async fn question(
    act: &mut Act<'_>,
    row_id: &str,
    message: &Message,
    author: &Staff,
) -> db::Result<()> {
    let Some(chat) = &author.telegram_chat_id else {
        return Ok(());
    };
    let name = super::by_id(act.tx, &message.customer_id)
        .await?
        .map(|customer| customer.name)
        .unwrap_or_default();
    let l = act.localizer(author.locale);
    let since = l.when(message.written_at, act.now);
    let mut text = l.text("desk-late", args!["name" => name, "since" => since]);
    if !message.body.trim().is_empty() {
        let words: String = message.body.trim().chars().take(QUOTED).collect();
        text = text.line(&l.text("desk-late-words", args!["words" => words]));
    }
    let choices = vec![
        Choice::new(
            format!("{SEND}:{row_id}"),
            l.label("desk-button-late", args![]),
        ),
        Choice::new(
            format!("{KEEP_BACK}:{row_id}"),
            l.label("desk-button-drop", args![]),
        ),
    ];
    let prompt = Prompt {
        reply_to: (message.chat == *chat).then(|| message.external_id.clone()),
        ..Prompt::choose(text, choices)
    };
    let channel = act.desk.settings.telegram.clone();
    let mut to = NewRow::new(&channel, chat, Class::Conversation, Content::Prompt(prompt));
    to.customer_id = Some(message.customer_id.clone());
    to.ticket_id.clone_from(&message.ticket_id);
    outbox::enqueue(act, to).await.map(drop)
}
