//! Somebody who runs the desk has to help with a ticket: the agent says why, and one of those who are told takes over.

use sapa_core::{
    args, casework, db,
    i18n::Locale,
    inbox::Broken,
    messages::Kind,
    outbox::Prompt,
    tickets::{
        Status, Ticket, allowed,
        escalations::{self, LONGEST, Unfit},
    },
};

use super::{
    buttons::{self, Press},
    presses::{self, Found},
    state::{Asked, Kept},
    talk::Talk,
};
use crate::flows::spelling::normal;

/// Why? Only those who help read the answer.
pub async fn ask(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        return Ok(());
    };
    if !allowed(ticket.status, Status::Escalated) {
        return presses::stale(talk, &ticket).await;
    }
    let ticket_id = ticket.id.clone();
    talk.asked(Some(Asked::Escalation { ticket_id })).await?;
    let name = presses::name(talk, &ticket.customer_id).await?;
    let text = talk.text(
        "desk-escalate-ask",
        args!["number" => &ticket.number, "name" => name, "most" => most()],
    );
    let choices = buttons::choices(&talk.l, &[Press::EscalateNot(ticket.id)]);
    talk.ask(Prompt::choose(text, choices), "escalate").await?;
    Ok(())
}

/// It is not wanted after all.
pub async fn not(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    forget(talk, id).await?;
    let text = talk.text("desk-dropped", &[]);
    talk.settle(text).await?;
    Ok(())
}

/// What he wrote when he was asked why. What is no reason is explained, and the question stands.
pub async fn reason(talk: &mut Talk<'_, '_>, id: &str, kept: &Kept) -> Result<(), Broken> {
    if is_never_mind(talk, &kept.body) {
        return not(talk, id).await;
    }
    let words = if kept.kind == Kind::Text {
        kept.body.as_str()
    } else {
        ""
    };
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        forget(talk, id).await?;
        talk.tell("desk-escalate-not-yours", &[]).await?;
        return Ok(());
    };
    let me = talk.me.clone();
    match escalations::escalate(talk.act, &me, &ticket, words).await {
        Ok(told) => {
            forget(talk, id).await?;
            let names: Vec<_> = told.into_iter().map(|one| one.name).collect();
            escalated(talk, &ticket, &names).await
        }
        Err(Unfit::NoReason) => {
            talk.tell("desk-escalate-words", &[]).await?;
            Ok(())
        }
        Err(Unfit::TooLong(long)) => {
            let long = i64::try_from(long).unwrap_or(i64::MAX);
            let args = args!["count" => long, "most" => most()];
            talk.tell("desk-escalate-long", args).await?;
            Ok(())
        }
        Err(Unfit::NotAllowed(status)) => {
            forget(talk, id).await?;
            let status = talk.l.label(status.key(), &[]);
            talk.tell("desk-escalate-stale", args!["status" => status])
                .await?;
            Ok(())
        }
        Err(Unfit::Db(error)) => Err(error.into()),
    }
}

async fn escalated(
    talk: &mut Talk<'_, '_>,
    ticket: &Ticket,
    told: &[String],
) -> Result<(), Broken> {
    let name = presses::name(talk, &ticket.customer_id).await?;
    let key = if told.is_empty() {
        "desk-escalated-nobody"
    } else {
        "desk-escalated"
    };
    let args = args!["number" => &ticket.number, "name" => name, "admins" => told.join(", ")];
    talk.tell(key, args).await?;
    Ok(())
}

/// The escalated ticket is his, if nobody was quicker.
pub async fn take_over(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let me = talk.me.clone();
    let Some(ticket) = casework::take_over(talk.act, &me, id).await? else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    if !casework::is_his(&me, &ticket) {
        return Ok(presses::not_yours(talk, &Found::Ticket(ticket)).await?);
    }
    let name = presses::name(talk, &ticket.customer_id).await?;
    // Its own card comes below; this one would go on offering what is done.
    let args = args!["number" => &ticket.number, "name" => name];
    let text = talk.text("desk-escalation-yours", args);
    talk.settle(text).await?;
    Ok(())
}

/// The question is not open any more.
async fn forget(talk: &mut Talk<'_, '_>, id: &str) -> db::Result<()> {
    let asked = talk.state().await?.asked;
    match asked {
        Some(Asked::Escalation { ticket_id }) if ticket_id == id => talk.asked(None).await,
        _ => Ok(()),
    }
}

/// Whether he wrote, in any language, what the button says.
fn is_never_mind(talk: &Talk<'_, '_>, text: &str) -> bool {
    let text = normal(text);
    let says = |word: &String| normal(word) == text;
    Locale::ALL.into_iter().any(|locale| {
        talk.act
            .localizer(locale)
            .words("words-cancel")
            .iter()
            .any(says)
    })
}

fn most() -> i64 {
    i64::try_from(LONGEST).unwrap_or(i64::MAX)
}
