//! The customers' book: search, and write somebody down.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use sapa_core::{
    contacts::{
        self,
        book::{self, Entry, Refused},
    },
    staff::Permission,
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Params, Posted, Visit},
    customer::problem_key,
    reading,
    shell::{Shell, Wrong, html, then},
    tickets::place,
    writing,
};
use crate::surface::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/customers", get(list).post(add))
        .route("/customers/new", get(blank))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Search {
    q: String,
    after: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "customers.html")]
struct Page {
    s: Shell,
    q: String,
    rows: Vec<(Entry, String)>,
    next: Option<String>,
    may_edit: bool,
}

/// The book, a page at a time.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(search): Params<Search>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::CustomersFind)?;
    let after = place(&search.after)?;
    let (rows, more) = reading!(shared, |act| Ok(book::search(act, &search.q, after).await?))?;
    let next = rows.last().filter(|_| more).and_then(|last| {
        let after = format!("{}-{}", last.created_at.0, last.id);
        serde_urlencoded::to_string([("q", &search.q), ("after", &after)]).ok()
    });
    let s = Shell::of(&shared.surface.desk, &visit, "pages-customers");
    let phone = |row: Entry| {
        let phone = row.wa_id.as_deref().map(contacts::format_phone);
        (row, phone.unwrap_or_default())
    };
    Ok(html(&Page {
        s: s.done(search.done.as_deref()),
        rows: rows.into_iter().map(phone).collect(),
        next,
        may_edit: visit.may(Permission::CustomersEdit),
        q: search.q,
    }))
}

#[derive(Template)]
#[template(path = "customer_new.html")]
struct Blank {
    s: Shell,
    name: String,
    phone: String,
    wrong: Wrong,
    /// Who has the number already.
    holder: Option<String>,
}

/// An empty page of the book.
async fn blank(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Refusal> {
    visit.permit(Permission::CustomersEdit)?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-customers");
    Ok(html(&Blank {
        s,
        name: String::new(),
        phone: String::new(),
        wrong: Wrong::default(),
        holder: None,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    phone: String,
}

/// Writes somebody down.
async fn add(
    State(shared): State<Arc<Shared>>,
    Posted(who, New { name, phone }): Posted<Visit, New>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let by = who.visitor.actor();
    let added = match super::invitation::name(&name) {
        None => None,
        Some(named) => Some(writing!(shared, |act| {
            match book::add(act, &by, &named, &phone).await {
                Ok(id) => Ok(Ok(id)),
                Err(Refused::Db(error)) => Err(error.into()),
                Err(refused) => Ok(Err(refused)),
            }
        })?),
    };
    let s = Shell::of(&shared.surface.desk, &who, "pages-customers");
    let (wrong, holder) = match added {
        Some(Ok(id)) => return Ok(then(&format!("/admin/customers/{id}"), "added")),
        None => (Wrong::new("name", s.t("pages-wrong-name")), None),
        Some(Err(refused)) => {
            let wrong = Wrong::new("phone", s.t(problem_key(&refused)));
            let holder = match refused {
                Refused::NumberTaken(holder) => Some(holder),
                _ => None,
            };
            (wrong, holder)
        }
    };
    let page = Blank {
        s,
        name,
        phone,
        wrong,
        holder,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}
