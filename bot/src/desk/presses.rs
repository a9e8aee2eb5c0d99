//! Presses: each is checked again against who pressed and how things stand now, and each is answered. What is no longer possible is
//! answered with the present state.

use sapa_core::{
    args, contacts,
    conversations::{self, Conversation, Owner},
    db,
    inbox::{Broken, Ephemeral},
    logins,
    messages::{self, Author},
    otp,
    outbox::{CardSubject, Prompt},
    staff::{self, Permission, cards},
    tickets::{self, Actor, Ticket},
};

use super::{
    FOCUS, availability,
    buttons::{Press, Subject},
    commands, corrections, dead, escalating, history, make, people, replies, resolving,
    state::Asked,
    statuses,
    talk::Talk,
    transfer, whom, work,
};

/// What a press was about, as it is now.
pub enum Found {
    /// A ticket.
    Ticket(Ticket),
    /// A conversation without one.
    Talk(Conversation),
}

impl Found {
    /// Whose it is.
    pub fn customer_id(&self) -> &str {
        match self {
            Self::Ticket(ticket) => &ticket.customer_id,
            Self::Talk(one) => &one.customer_id,
        }
    }

    /// The agent who has it.
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::Ticket(ticket) => ticket.staff_id.as_deref(),
            Self::Talk(one) => one.staff_id.as_deref(),
        }
    }
}

/// Does what a press asks for.
pub async fn press(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let Some(press) = Press::parse(id) else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    if needs_work(&press) && !talk.may(Permission::TicketsWork) {
        talk.toast("desk-toast-not-permitted", &[]);
        return Ok(());
    }
    match press {
        Press::Reply(about) => reply(talk, &about).await,
        Press::Work(ticket) => statuses::work(talk, &ticket).await,
        Press::Hold(ticket) => statuses::ask_reason(talk, &ticket).await,
        Press::HoldPlain(ticket) => statuses::hold(talk, &ticket, None).await,
        Press::Done(ticket) => resolving::resolve(talk, &ticket).await,
        Press::Close(how, ticket) => resolving::close(talk, how, &ticket).await,
        Press::Reopen(ticket) => statuses::reopen(talk, &ticket).await,
        Press::Escalate(ticket) => escalating::ask(talk, &ticket).await,
        Press::EscalateNot(ticket) => escalating::not(talk, &ticket).await,
        Press::TakeOver(ticket) => escalating::take_over(talk, &ticket).await,
        Press::Take(about) => transfer::take(talk, &about).await,
        Press::Move(about, page) => transfer::ask(talk, &about, page).await,
        Press::Give(about, to) => transfer::give(talk, &about, &to).await,
        Press::History(about) => show(talk, &about, true).await,
        Press::Card(about) => show(talk, &about, false).await,
        Press::Make(one) => make::ask_type(talk, &one).await,
        Press::MakeType(one, kind) => make::ask_priority(talk, &one, &kind).await,
        Press::MakePriority(one, kind, priority) => make::make(talk, &one, &kind, priority).await,
        Press::End(one) => resolving::end(talk, &one).await,
        Press::To(customer) => whom::chosen(talk, &customer).await,
        Press::Claim(customer) => whom::claimed(talk, &customer).await,
        Press::Drop => drop_kept(talk).await,
        Press::Never => never_mind(talk).await,
        Press::Template(customer) => replies::template(talk, &customer).await,
        Press::Leave => {
            let text = talk.text("desk-left", &[]);
            talk.settle(text).await?;
            Ok(())
        }
        Press::Late(row) => replies::late(talk, &row, true).await,
        Press::KeepBack(row) => replies::late(talk, &row, false).await,
        Press::Correct(message) => corrections::send(talk, &message).await,
        Press::Keep => availability::keep(talk).await,
        Press::HandOver => availability::hand_over(talk).await,
        Press::Speak(locale) => commands::speak(talk, locale).await,
        Press::Online => availability::online(talk).await,
        Press::Next => work::next(talk).await,
        Press::NotMe(challenge) => not_me(talk, &challenge).await,
        Press::Erase(customer) => people::erase(talk, &customer).await,
        Press::DeadRetry(seq) => dead::retry(talk, seq).await,
        Press::DeadAll(before) => dead::retry_all(talk, before).await,
        Press::DeadOlder(before) => dead::older(talk, before).await,
    }
}

/// He did not ask for the code: it ends, and so does asking for more from there. Whoever came in by it is out again.
async fn not_me(talk: &mut Talk<'_, '_>, challenge: &str) -> Result<(), Broken> {
    let me = talk.me.id.clone();
    let Some(used) = otp::disown(talk.act, challenge, &me).await? else {
        talk.toast("desk-toast-stale", &[]);
        return Ok(());
    };
    let by = Actor::Staff(me.clone());
    staff::audit(talk.act, &by, "otp.disowned", challenge, None, None).await?;
    let key = if used {
        logins::revoke_all(talk.act, &by, &me).await?;
        "otp-disowned-used"
    } else {
        "otp-disowned"
    };
    let text = talk.text(key, &[]);
    talk.settle(text).await?;
    Ok(())
}

/// All but reading, one's own language, and what has a permission of its own.
fn needs_work(press: &Press) -> bool {
    !matches!(
        press,
        Press::History(_)
            | Press::Card(_)
            | Press::Move(..)
            | Press::Give(..)
            | Press::Speak(_)
            | Press::Drop
            | Press::Never
            | Press::Leave
            | Press::NotMe(_)
            | Press::Erase(_)
            | Press::DeadRetry(_)
            | Press::DeadAll(_)
            | Press::DeadOlder(_)
    )
}

/// What a press is about, as it is now; says so when it is not there any more. A conversation that became a ticket is that ticket.
pub async fn find(talk: &mut Talk<'_, '_>, about: &Subject) -> db::Result<Option<Found>> {
    let found = match about {
        Subject::Ticket(id) => tickets::by_id(talk.act.tx, id).await?.map(Found::Ticket),
        Subject::Talk(id) => match conversations::by_id(talk.act.tx, id).await? {
            Some(one) => match &one.ticket_id {
                Some(id) => tickets::by_id(talk.act.tx, id).await?.map(Found::Ticket),
                None => Some(Found::Talk(one)),
            },
            None => None,
        },
    };
    if found.is_none() {
        talk.toast("desk-toast-stale", &[]);
    }
    Ok(found)
}

/// Whether it is his, or he runs the desk and may do this to others' work; says how things stand when not.
pub async fn may_change(
    talk: &mut Talk<'_, '_>,
    found: &Found,
    permission: Permission,
) -> db::Result<bool> {
    let mine = found.holder() == Some(talk.me.id.as_str());
    if talk.may(permission) && (mine || talk.may(Permission::TicketsReadAll)) {
        return Ok(true);
    }
    not_yours(talk, found).await?;
    Ok(false)
}

/// His ticket, as it is now; says how things stand when it is not his.
pub async fn my_ticket(talk: &mut Talk<'_, '_>, id: &str) -> db::Result<Option<Ticket>> {
    let about = Subject::Ticket(id.to_owned());
    match find(talk, &about).await? {
        Some(Found::Ticket(ticket)) if ticket.staff_id.as_ref() == Some(&talk.me.id) => {
            Ok(Some(ticket))
        }
        Some(found) => {
            not_yours(talk, &found).await?;
            Ok(None)
        }
        None => Ok(None),
    }
}

/// His conversation without a ticket, as it is now.
pub async fn my_talk(talk: &mut Talk<'_, '_>, id: &str) -> db::Result<Option<Conversation>> {
    match find(talk, &Subject::Talk(id.to_owned())).await? {
        Some(Found::Talk(one)) if one.staff_id.as_ref() == Some(&talk.me.id) => Ok(Some(one)),
        Some(Found::Ticket(ticket)) if ticket.staff_id.as_ref() == Some(&talk.me.id) => {
            talk.toast(
                "desk-toast-became-ticket",
                args!["number" => &ticket.number],
            );
            Ok(None)
        }
        Some(found) => {
            not_yours(talk, &found).await?;
            Ok(None)
        }
        None => Ok(None),
    }
}

/// Says how things stand with what is not his, and redraws its card.
pub async fn not_yours(talk: &mut Talk<'_, '_>, found: &Found) -> db::Result<()> {
    let holder = match found.holder() {
        Some(id) if id != talk.me.id => staff::by_id(talk.act.tx, id).await?,
        _ => None,
    };
    match (holder, found) {
        (Some(holder), _) => talk.toast("desk-toast-others", args!["agent" => holder.name]),
        (None, Found::Ticket(ticket)) => {
            let status = talk.l.label(ticket.status.key(), &[]);
            talk.toast("desk-toast-status", args!["status" => status]);
        }
        (None, Found::Talk(one)) if one.owner == Owner::Queue => {
            talk.toast("desk-toast-waiting", &[]);
        }
        (None, Found::Talk(_)) => talk.toast("desk-toast-over", &[]),
    }
    redraw(talk, found).await
}

/// The button no longer fits: says how the ticket stands, and redraws its card.
pub async fn stale(talk: &mut Talk<'_, '_>, ticket: &Ticket) -> Result<(), Broken> {
    let status = talk.l.label(ticket.status.key(), &[]);
    talk.toast("desk-toast-status", args!["status" => status]);
    redraw(talk, &Found::Ticket(ticket.clone())).await?;
    Ok(())
}

/// Redraws a card in his chat.
pub async fn redraw(talk: &mut Talk<'_, '_>, found: &Found) -> db::Result<()> {
    let subject = match found {
        Found::Ticket(ticket) => CardSubject::Ticket(ticket.id.clone()),
        Found::Talk(one) => CardSubject::Conversation(one.id.clone()),
    };
    let chat = &talk.from.account.chat;
    cards::redraw(talk.act, chat, subject, found.customer_id()).await
}

/// A customer's name.
pub async fn name(talk: &mut Talk<'_, '_>, customer_id: &str) -> db::Result<String> {
    let customer = contacts::by_id(talk.act.tx, customer_id).await?;
    Ok(customer.map(|customer| customer.name).unwrap_or_default())
}

/// What he writes in the next minutes goes to this customer, and he is told so.
async fn reply(talk: &mut Talk<'_, '_>, about: &Subject) -> Result<(), Broken> {
    let Some(found) = find(talk, about).await? else {
        return Ok(());
    };
    if found.holder() != Some(talk.me.id.as_str()) {
        not_yours(talk, &found).await?;
        return Ok(());
    }
    let ticket_id = match &found {
        Found::Ticket(ticket) if ticket.status.is_done() => return stale(talk, ticket).await,
        Found::Ticket(ticket) => Some(ticket.id.clone()),
        Found::Talk(_) => None,
    };
    // From here on his words are for the customer, not an answer to an earlier question of ours.
    talk.asked(None).await?;
    let customer_id = found.customer_id().to_owned();
    focus(talk, &customer_id).await?;
    let name = name(talk, &customer_id).await?;
    talk.toast("desk-toast-focus", args!["name" => &name]);
    let text = talk.text("desk-focus", args!["name" => name]);
    talk.say_about(Prompt::text(text), &customer_id, ticket_id.as_deref())
        .await?;
    show_typing(talk, &customer_id).await?;
    Ok(())
}

/// What he writes without a reply goes there for a while.
pub async fn focus(talk: &mut Talk<'_, '_>, customer_id: &str) -> db::Result<()> {
    let me = talk.me.clone();
    let until = talk.act.now.plus(FOCUS);
    staff::focus(talk.act, &me, Some(customer_id), until).await
}

/// The customer sees that their last message was read and that an answer is being written.
async fn show_typing(talk: &mut Talk<'_, '_>, customer_id: &str) -> db::Result<()> {
    let Some(open) = conversations::open_of(talk.act.tx, customer_id).await? else {
        return Ok(());
    };
    let said = messages::of_conversation(talk.act.tx, &open.id, 10).await?;
    let theirs = said.into_iter().rev().find(|message| {
        message.author == Author::Customer && message.channel == talk.act.desk.settings.whatsapp
    });
    if let Some(last) = theirs {
        talk.afterwards(Ephemeral::MarkRead {
            external_id: last.external_id,
            typing: true,
        });
    }
    Ok(())
}

/// History or card, for who may read it.
async fn show(talk: &mut Talk<'_, '_>, about: &Subject, all: bool) -> Result<(), Broken> {
    let Some(found) = find(talk, about).await? else {
        return Ok(());
    };
    let mine = found.holder() == Some(talk.me.id.as_str());
    if !mine && !talk.may(Permission::TicketsReadAll) {
        not_yours(talk, &found).await?;
        return Ok(());
    }
    if !all {
        let about = match &found {
            Found::Ticket(ticket) => Subject::Ticket(ticket.id.clone()),
            Found::Talk(one) => Subject::Talk(one.id.clone()),
        };
        work::card(talk, &about, found.customer_id()).await?;
        return Ok(());
    }
    match &found {
        Found::Ticket(ticket) => history::of_ticket(talk, ticket).await?,
        Found::Talk(one) => {
            let name = name(talk, &one.customer_id).await?;
            history::of_talk(talk, &one.id, (&one.customer_id, &name)).await?;
        }
    }
    Ok(())
}

/// What was kept goes to nobody.
async fn drop_kept(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let kept = talk.state().await?.kept();
    talk.keep(None).await?;
    let key = if kept > 0 {
        "desk-dropped-kept"
    } else {
        "desk-dropped"
    };
    let text = talk.text(key, &[]);
    talk.settle(text).await?;
    Ok(())
}

/// What was asked is not wanted any more.
async fn never_mind(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let asked = talk.state().await?.asked;
    talk.asked(None).await?;
    let key = match asked {
        Some(Asked::ClosingWords { .. }) => "desk-closed-silent",
        _ => "desk-dropped",
    };
    let text = talk.text(key, &[]);
    talk.settle(text).await?;
    Ok(())
}
