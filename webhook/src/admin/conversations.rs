//! The conversations: on the left who talks, in the middle what is said, on the right whose it is and what was before.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use sapa_core::{
    accounts::{self, Account},
    casework::{self, Case},
    contacts,
    desk::Act,
    staff::{Permission, Staff},
    tickets::listing::{self, Group, Row, Talk, Wanted},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Params, Visit},
    reading,
    shell::{Shell, html},
    thread::{self, Line},
    ticket,
};
use crate::surface::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/conversations", get(list))
        .route("/conversations/{key}", get(show))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    /// Only one's own, for who sees everybody's.
    mine: Option<String>,
    /// What was said before this message.
    before: Option<String>,
    done: Option<String>,
}

/// The conversation that is open.
struct Open {
    case: Case,
    phone: String,
    window: String,
    lines: Vec<Line>,
    his: bool,
    may_take: bool,
    nonce: String,
    /// What the business knows of the customer, for who may look into the book.
    account: Option<Account>,
    /// The customer's other tickets.
    others: Vec<Row>,
}

#[derive(Template)]
#[template(path = "conversations.html")]
struct Page {
    s: Shell,
    talks: Vec<Talk>,
    older: Option<String>,
    /// Not the newest of the thread is shown.
    is_past: bool,
    /// Whether only one's own are shown, for who could see everybody's.
    only_mine: Option<bool>,
    open: Option<Open>,
    /// Where forms lead back to.
    view: &'static str,
}

impl Page {
    /// Whether this one is open.
    fn is_open(&self, talk: &Talk) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.case.ticket.number == talk.number)
    }

    /// What the address needs to stay with one's own.
    fn mine(&self) -> &'static str {
        if self.only_mine == Some(true) {
            "?mine=1"
        } else {
            ""
        }
    }
}

/// Everybody who talks.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(asked): Params<Asked>,
) -> Result<Response, Refusal> {
    page(&shared, &visit, None, &asked).await
}

/// One of them.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(number): Key,
    Params(asked): Params<Asked>,
) -> Result<Response, Refusal> {
    page(&shared, &visit, Some(&number), &asked).await
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    number: Option<&str>,
    asked: &Asked,
) -> Result<Response, Refusal> {
    let sees_all = visit.may(Permission::TicketsReadAll);
    if !sees_all {
        visit.permit(Permission::TicketsWork)?;
    }
    let me = &visit.visitor.staff;
    let before = asked.before.as_deref();
    let mine = asked.mine.is_some() || !sees_all;
    let s = Shell::of(&shared.surface.desk, visit, "pages-conversations");
    let s = s.done(asked.done.as_deref());
    let sees_book = visit.may(Permission::CustomersFind);
    let (talks, found) = reading!(shared, |act| {
        let talks = listing::talks(act.tx, mine.then_some(me.id.as_str())).await?;
        let found = match number {
            Some(number) => Some(found(act, me, (number, before), (sees_all, sees_book)).await?),
            None => None,
        };
        Ok((talks, found))
    })?;
    let nonce = shared.surface.desk.ids.token();
    let open = found.map(|(case, account, others)| Open {
        phone: phone(&case),
        window: ticket::window(&s, &case),
        lines: thread::lines(&s, &case),
        his: casework::is_his(me, &case.ticket) && !case.ticket.status.is_done(),
        may_take: casework::may_take(me, &case.ticket),
        nonce,
        account,
        others,
        case,
    });
    let older = open
        .as_ref()
        .and_then(|open| open.case.thread.older.clone());
    let s = match &open {
        Some(open) => {
            let name = open.case.customer.as_ref().map(|one| one.name.clone());
            s.titled(name.unwrap_or_else(|| open.case.ticket.title.clone()))
        }
        None => s,
    };
    Ok(html(&Page {
        s,
        talks,
        older,
        is_past: before.is_some(),
        only_mine: sees_all.then_some(mine),
        open,
        view: "conversations",
    }))
}

fn phone(case: &Case) -> String {
    let phone = case.identity.wa_id.as_deref().map(contacts::format_phone);
    phone.unwrap_or_default()
}

/// A conversation that he may see, with what is known of the customer and what was before.
async fn found(
    act: &mut Act<'_>,
    me: &Staff,
    (number, before): (&str, Option<&str>),
    (sees_all, sees_book): (bool, bool),
) -> Result<(Case, Option<Account>, Vec<Row>), Refusal> {
    let case = casework::case(act, me, number, before).await?;
    let case = case.ok_or(Refusal::NotFound)?;
    let account = if sees_book {
        accounts::of(act.tx, &case.ticket.customer_id).await?
    } else {
        None
    };
    let wanted = Wanted {
        group: Group::All,
        priority: None,
        type_id: None,
        staff_id: None,
        customer_id: Some(&case.ticket.customer_id),
        words: "",
        seen_by: (!sees_all).then_some(me.id.as_str()),
        after: None,
    };
    let (mut others, _) = listing::list(act.tx, &wanted, act.now).await?;
    others.retain(|other| other.id != case.ticket.id);
    others.truncate(10);
    Ok((case, account, others))
}
