//! Escalations: somebody of the staff passes a ticket on to whoever runs the desk, and says why. The ticket is escalated while one is open,
//! and no longer: it ends when the ticket leaves that status, whoever sees to that and how. Until somebody takes over, the ticket stays
//! with whom it is.

use super::{
    Actor, Status, Ticket,
    changes::{self, Refusal, refresh_card},
};
use crate::{
    args,
    clock::Millis,
    contacts,
    db::{self, FromRow, Tx},
    desk::Act,
    outbox::{self, CardSubject, Class, Content, NewRow, Prompt},
    staff::{self, Permission, Staff, cards},
};

pub(crate) mod store;

/// The longest reason, in characters: it stands on a card beside the customer's own words.
pub const LONGEST: usize = 500;

/// An escalation that is open.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Escalation {
    /// Our id.
    pub id: String,
    /// Which ticket.
    pub ticket_id: String,
    /// Who asked for help.
    pub staff_id: String,
    /// The name of whoever asked.
    pub staff_name: String,
    /// Why, in his words.
    pub reason: String,
    /// Since when.
    pub opened_at: Millis,
}

/// Why a ticket is not escalated.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Nobody can help without knowing why.
    #[error("an escalation needs a reason")]
    NoReason,
    /// Longer than [`LONGEST`].
    #[error("the reason has {0} characters")]
    TooLong(usize),
    /// It is escalated already, or over.
    #[error("a ticket is not escalated from {0:?}")]
    NotAllowed(Status),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Passes a ticket on to everybody who takes escalations and can be reached in Telegram, but for who asks; each gets its card. Who they are:
/// nobody, when there is nobody. The customer hears nothing of it.
pub async fn escalate(
    act: &mut Act<'_>,
    by: &Staff,
    ticket: &Ticket,
    reason: &str,
) -> Result<Vec<Staff>, Unfit> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => return Err(Unfit::NoReason),
        long if long > LONGEST => return Err(Unfit::TooLong(long)),
        _ => {}
    }
    let actor = Actor::Staff(by.id.clone());
    let escalated = changes::step(act, ticket, Status::Escalated, &actor, Some(reason)).await;
    let ticket = escalated.map_err(|refusal| match refusal {
        Refusal::NotAllowed { from, .. } => Unfit::NotAllowed(from),
        Refusal::Db(error) => error.into(),
    })?;
    let (id, now) = (act.id(), act.now);
    store::raise(act.tx, &id, (&ticket.id, &by.id), reason, now).await?;
    let told = helpers(act.tx, &by.id).await?;
    for (_, chat) in &told {
        let subject = CardSubject::Ticket(ticket.id.clone());
        cards::post(act, chat, subject, &ticket.customer_id).await?;
    }
    Ok(told.into_iter().map(|(helper, _)| helper).collect())
}

/// The escalation of a ticket that is escalated.
pub async fn open_of(tx: &mut Tx, ticket: &Ticket) -> db::Result<Option<Escalation>> {
    match ticket.status {
        Status::Escalated => store::open_of(tx, &ticket.id).await,
        _ => Ok(None),
    }
}

/// A ticket was escalated and is not any more: who asked hears what became of it, and nobody else need help.
pub(super) async fn end(
    act: &mut Act<'_>,
    before: &Ticket,
    after: &Ticket,
    by: &Actor,
) -> db::Result<()> {
    let Some(ended) = open_of(act.tx, before).await? else {
        return Ok(());
    };
    store::end(act.tx, &ended.id, by, act.now).await?;
    if by.id() != Some(&ended.staff_id) {
        tell_who_asked(act, &ended.staff_id, before, after, by).await?;
    }
    let channel = act.desk.settings.telegram.clone();
    for (helper, chat) in helpers(act.tx, "").await? {
        let has_or_had = |ticket: &Ticket| ticket.staff_id.as_ref() == Some(&helper.id);
        if has_or_had(before) || has_or_had(after) {
            continue;
        }
        // Only where a card was shown: a redrawing would post one where there is none.
        let subject = CardSubject::Ticket(after.id.clone());
        let shown = outbox::store::card_post(act.tx, &channel, &chat, &subject, None).await?;
        if shown.is_some() {
            refresh_card(act, after, Some(&helper.id)).await?;
        }
    }
    Ok(())
}

/// Everybody who takes escalations and can be reached, with his chat.
async fn helpers(tx: &mut Tx, except: &str) -> db::Result<Vec<(Staff, String)>> {
    let all = staff::colleagues(tx).await?.into_iter();
    let helps = |one: &Staff| one.id != except && one.role.permits(Permission::Escalations);
    let reached = all.filter(helps).filter_map(|one| {
        let chat = one.telegram_chat_id.clone()?;
        Some((one, chat))
    });
    Ok(reached.collect())
}

async fn tell_who_asked(
    act: &mut Act<'_>,
    asked: &str,
    before: &Ticket,
    after: &Ticket,
    by: &Actor,
) -> db::Result<()> {
    let asked = staff::by_id(act.tx, asked).await?;
    let Some((asked, chat)) = asked.filter(|one| one.active).and_then(|one| {
        let chat = one.telegram_chat_id.clone()?;
        Some((one, chat))
    }) else {
        return Ok(());
    };
    let given = after.staff_id.as_deref();
    let given = given.filter(|_| after.staff_id != before.staff_id);
    let l = act.localizer(asked.locale);
    let who = match (given, by) {
        (Some(id), _) => staff::by_id(act.tx, id).await?,
        (None, Actor::Staff(id)) => staff::by_id(act.tx, id).await?,
        (None, Actor::Customer(_) | Actor::System) => None,
    };
    let customer = contacts::by_id(act.tx, &after.customer_id).await?;
    let key = match (given, &who) {
        (Some(_), _) => "desk-escalation-taken",
        (None, Some(_)) => "desk-escalation-ended",
        (None, None) => "desk-escalation-over",
    };
    let text = l.text(
        key,
        args![
            "number" => &after.number,
            "name" => customer.map(|customer| customer.name).unwrap_or_default(),
            "agent" => who.map(|who| who.name).unwrap_or_default(),
            "status" => l.label(after.status.key(), &[]),
        ],
    );
    let channel = act.desk.settings.telegram.clone();
    let content = Content::Prompt(Prompt::text(text));
    let mut row = NewRow::new(&channel, chat, Class::Notice, content);
    row.customer_id = Some(after.customer_id.clone());
    row.ticket_id = Some(after.id.clone());
    outbox::enqueue(act, row).await.map(drop)
}

#[cfg(test)]
mod tests;
