//! One ticket: what was said and what happened, an answer to the customer, and what else is done with it.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use sapa_core::{
    answers,
    casework::{self, Case},
    clock::Millis,
    contacts::{self, Told},
    desk::Act,
    staff::{self, Staff},
    tickets::{self, Priority, Refusal as Unfit, Status, Ticket},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Params, Posted, Visit},
    conversations, reading,
    shell::{Shell, Wrong, html, then},
    thread::{self, Line},
    words::{Answer, CONVERSATIONS, Typed, View, became, remark, window, words},
    writing,
};
use crate::surface::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/tickets/{key}", get(show))
        .route("/tickets/{key}/thread", get(part))
        .route("/tickets/{key}/answer", post(answer))
        .route("/tickets/{key}/note", post(note))
        .route("/tickets/{key}/take", post(take))
        .route("/tickets/{key}/give", post(give))
        .route("/tickets/{key}/status", post(status))
        .route("/tickets/{key}/priority", post(priority))
}

#[derive(Template)]
#[template(path = "ticket.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each shows or hides a part of the page by itself"
)]
struct Page {
    s: Shell,
    case: Case,
    kind: String,
    phone: String,
    /// What is to be known of WhatsApp's window.
    window: String,
    late: bool,
    lines: Vec<Line>,
    /// Where the page before this one ends.
    older: Option<String>,
    /// Not the newest of the thread is shown.
    is_past: bool,
    /// It is his: he answers.
    his: bool,
    may_take: bool,
    /// Somebody asks for help with it, and he may take it over.
    helps: bool,
    may_change: bool,
    takers: Vec<Staff>,
    /// Where it may go from here, and how it may end: that is asked once.
    next: Vec<Status>,
    ends: Vec<Status>,
    priorities: [Priority; 4],
    nonce: String,
    /// Where forms lead back to.
    view: &'static str,
    /// What answers go below.
    home: String,
    typed: Typed,
    wrong: Wrong,
}

impl Page {
    fn agent_name(&self) -> Option<String> {
        self.case.agent.as_ref().map(|agent| agent.name.clone())
    }

    /// Whether what was refused was to go on, and not to end.
    fn is_next(&self) -> bool {
        let wanted = |next: &Status| next.as_str() == self.typed.status;
        self.next.iter().any(wanted)
    }

    /// What is said of an end: that it is to be thought about, what it means, and yes.
    fn of_end(&self, end: &str, what: &str) -> String {
        self.s.t(&format!("pages-ticket-{end}-{what}"))
    }

    /// Whether somebody can be asked to help with it.
    fn may_escalate(&self) -> bool {
        self.may_change && tickets::allowed(self.case.ticket.status, Status::Escalated)
    }
}

#[derive(Template)]
#[template(path = "thread.html")]
pub(super) struct Part {
    pub(super) s: Shell,
    pub(super) lines: Vec<Line>,
    pub(super) older: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    done: Option<String>,
    /// What was said before this message.
    before: Option<String>,
}

/// The whole page.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(number): Key,
    Params(asked): Params<Asked>,
) -> Result<Response, Refusal> {
    let before = asked.before.as_deref();
    let mut page = page(&shared, &visit, &number, before, Typed::default()).await?;
    page.s = page.s.done(asked.done.as_deref());
    Ok(html(&page))
}

/// The page again, with the words that were refused.
pub(super) async fn again(
    shared: &Shared,
    visit: &Visit,
    number: &str,
    typed: Typed,
) -> Result<Response, Refusal> {
    let page = page(shared, visit, number, None, typed).await?;
    if page.may_change {
        Ok(page.typed.on(&page))
    } else {
        Err(Refusal::Forbidden)
    }
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    number: &str,
    before: Option<&str>,
    typed: Typed,
) -> Result<Page, Refusal> {
    let me = &visit.visitor.staff;
    let (case, takers) = reading!(shared, |act| {
        let case = casework::case(act, me, number, before).await?;
        let case = case.ok_or(Refusal::NotFound)?;
        let takers = casework::takers(act, &case.ticket).await?;
        Ok((case, takers))
    })?;
    let desk = &shared.surface.desk;
    let s = Shell::of(desk, visit, "pages-tickets").titled(&case.ticket.title);
    let ticket = &case.ticket;
    let nobody = ticket.staff_id.is_none();
    let can_go = |to: &Status| {
        tickets::allowed(ticket.status, *to)
            && !matches!(to, Status::Assigned | Status::Escalated)
            && !(nobody && *to == Status::Open)
    };
    let (ends, mut next): (Vec<_>, Vec<_>) = Status::ALL
        .into_iter()
        .filter(can_go)
        .partition(|to| matches!(to, Status::Closed | Status::Cancelled));
    // Onwards first: what is chosen already gives nothing back.
    next.sort_by_key(|to| *to == Status::Open);
    let may_change = casework::may_change(me, ticket);
    let may_take = casework::may_take(me, ticket);
    let helps = case.escalation.is_some() && may_take && may_change;
    let kind = case
        .kind
        .as_ref()
        .map(|kind| kind.name(s.l.locale()).to_owned());
    Ok(Page {
        wrong: typed.wrong(&s),
        typed,
        kind: kind.unwrap_or_default(),
        phone: case
            .identity
            .wa_id
            .as_deref()
            .map(contacts::format_phone)
            .unwrap_or_default(),
        window: window(&s, case.customer.as_ref()),
        late: is_late(ticket, s.now),
        lines: thread::lines(&s, &case),
        older: case.thread.older.clone(),
        is_past: before.is_some(),
        his: casework::is_his(me, ticket) && !ticket.status.is_done(),
        may_take: may_take && !helps,
        helps,
        may_change,
        takers,
        next,
        ends,
        priorities: Priority::ALL,
        nonce: desk.ids.token(),
        view: "",
        home: format!("/admin/tickets/{}", case.ticket.number),
        case,
        s,
    })
}

fn is_late(ticket: &Ticket, now: Millis) -> bool {
    !ticket.status.is_done() && ticket.due_at < now
}

/// The thread alone, for a page that shows it already.
async fn part(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(number): Key,
) -> Result<Response, Refusal> {
    let me = &visit.visitor.staff;
    let case = reading!(shared, |act| {
        Ok(casework::case(act, me, &number, None).await?)
    })?;
    let case = case.ok_or(Refusal::NotFound)?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-tickets");
    let lines = thread::lines(&s, &case);
    let older = case.thread.older;
    Ok(html(&Part { s, lines, older }))
}

/// The ticket, if he may see it, and what it takes to change it is there.
pub(super) async fn changed(
    act: &mut Act<'_>,
    me: &Staff,
    number: &str,
) -> Result<Ticket, Refusal> {
    let ticket = seen(act, me, number).await?;
    if casework::may_change(me, &ticket) {
        Ok(ticket)
    } else {
        Err(Refusal::Forbidden)
    }
}

pub(super) async fn seen(act: &mut Act<'_>, me: &Staff, number: &str) -> Result<Ticket, Refusal> {
    let ticket = tickets::by_number(act.tx, number).await?;
    let ticket = ticket.filter(|ticket| casework::may_see(me, ticket));
    ticket.ok_or(Refusal::NotFound)
}

/// Answers the customer, by the same way as an answer in the chat.
async fn answer(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, form): Posted<Visit, Answer>,
) -> Result<Response, Refusal> {
    let text = match words(&form.text) {
        Ok(text) => text,
        Err(key) => {
            let typed = form.refused(key);
            return match form.view.as_str() {
                CONVERSATIONS => conversations::again(&shared, &who, &number, typed).await,
                _ => again(&shared, &who, &number, typed).await,
            };
        }
    };
    let me = &who.visitor.staff;
    if form.nonce.len() > 40 {
        return Err(Refusal::BadForm);
    }
    let told = writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        let whom = (ticket.customer_id.as_str(), Some(ticket.id.as_str()));
        Ok(answers::from_page(act, me, whom, &text, &form.nonce).await?)
    });
    Ok(match told {
        Ok(told) => back_to(&form.view, &number, became(told.as_ref())),
        // A colleague took it while he wrote, say.
        Err(refusal) => refusal.keeping(&text),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

/// Writes something down that the customer does not see.
async fn note(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, Note { text }): Posted<Visit, Note>,
) -> Result<Response, Refusal> {
    let kept = match words(&text) {
        Ok(kept) => kept,
        Err(key) => {
            let typed = Typed {
                note: text,
                fault: Some(("note", key)),
                ..Typed::default()
            };
            return again(&shared, &who, &number, typed).await;
        }
    };
    let me = &who.visitor.staff;
    let by = who.visitor.actor();
    let noted = writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        Ok(tickets::note(act, &ticket, &by, &kept).await?)
    });
    Ok(match noted {
        Ok(()) => back(&number, "noted"),
        Err(refusal) => refusal.keeping(&kept),
    })
}

/// Takes a ticket that nobody has, or, for who runs the desk, a colleague's.
async fn take(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, View { view }): Posted<Visit, View>,
) -> Result<Response, Refusal> {
    let me = &who.visitor.staff;
    let his = writing!(shared, |act| {
        let ticket = seen(act, me, &number).await?;
        if !casework::may_take(me, &ticket) {
            return Err(Refusal::Forbidden);
        }
        let after = casework::give(act, me, &ticket, me).await?;
        Ok(casework::is_his(me, &after))
    })?;
    Ok(back_to(
        &view,
        &number,
        if his { "taken" } else { "too-late" },
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Give {
    to: String,
}

/// Gives it to a colleague.
async fn give(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, Give { to }): Posted<Visit, Give>,
) -> Result<Response, Refusal> {
    who.permit(staff::Permission::TicketsTransfer)?;
    let me = &who.visitor.staff;
    let his = writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        let to = staff::by_id(act.tx, &to).await?;
        let to = to.ok_or(Refusal::BadForm)?;
        let after = casework::give(act, me, &ticket, &to).await?;
        Ok(casework::is_his(&to, &after))
    })?;
    if !his {
        return Ok(back(&number, "too-late"));
    }
    // It may not be his to see any more.
    Ok(then("/admin/tickets", "given"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    status: String,
    #[serde(default)]
    note: String,
    tell: Option<String>,
}

/// Another status; the customer hears of it unless that is not wanted.
async fn status(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, form): Posted<Visit, Step>,
) -> Result<Response, Refusal> {
    let to = Status::parse(&form.status).filter(|to| *to != Status::Escalated);
    let to = to.ok_or(Refusal::BadForm)?;
    let note = match remark(&form.note) {
        Ok(note) => note,
        Err(key) => {
            let typed = Typed {
                reason: form.note,
                status: form.status,
                silent: form.tell.is_none(),
                fault: Some(("reason", key)),
                ..Typed::default()
            };
            return again(&shared, &who, &number, typed).await;
        }
    };
    let note = Some(note.as_str()).filter(|note| !note.is_empty());
    let (me, tell) = (&who.visitor.staff, form.tell.is_some());
    let done = writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        match casework::set_status(act, me, &ticket, to, note, tell).await {
            Ok(Some(Told::NotSent)) => Ok("untold"),
            Ok(_) => Ok("changed"),
            Err(Unfit::NotAllowed { .. }) => Ok("too-late"),
            Err(Unfit::Db(error)) => Err(error.into()),
        }
    })?;
    Ok(back(&number, done))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Urgency {
    priority: String,
}

/// More or less urgent.
async fn priority(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, form): Posted<Visit, Urgency>,
) -> Result<Response, Refusal> {
    let to = Priority::parse(&form.priority).ok_or(Refusal::BadForm)?;
    let (me, by) = (&who.visitor.staff, who.visitor.actor());
    writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        Ok(tickets::set_priority(act, &ticket, to, &by).await?)
    })?;
    Ok(back(&number, "changed"))
}

impl From<answers::Refused> for Refusal {
    fn from(refused: answers::Refused) -> Self {
        match refused {
            answers::Refused::Gone => Self::NotFound,
            answers::Refused::NotHis => Self::Forbidden,
            answers::Refused::Db(error) => error.into(),
        }
    }
}

/// To the page that the form stood on.
fn back_to(view: &str, number: &str, done: &str) -> Response {
    match view {
        CONVERSATIONS => then(&format!("/admin/conversations/{number}"), done),
        _ => back(number, done),
    }
}

pub(super) fn back(number: &str, done: &str) -> Response {
    then(&format!("/admin/tickets/{number}"), done)
}
