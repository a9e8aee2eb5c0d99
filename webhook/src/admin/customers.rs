//! The customers' book: search, write down, change, take out.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use sapa_core::{
    accounts::{self, Account, AccountStatus, Changes, Contract},
    contacts::{
        self,
        book::{self, Details, Entry, Refused},
    },
    staff::Permission,
    tickets::listing::{self, Group, Row, Wanted},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Nothing, Params, Posted, Visit},
    reading,
    shell::{Done, Shell, html, then},
    tickets::place,
    writing,
};
use crate::surface::Shared;

/// The longest value of a field.
const LONGEST: usize = 200;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/customers", get(list).post(add))
        .route("/customers/new", get(blank))
        .route("/customers/{key}", get(show).post(change))
        .route("/customers/{key}/remove", post(remove))
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
    problem: Option<String>,
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
        problem: None,
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
    let named = super::invitation::name(&name).ok_or(Refusal::BadForm)?;
    let added = writing!(shared, |act| {
        match book::add(act, &by, &named, &phone).await {
            Ok(id) => Ok(Ok(id)),
            Err(Refused::Db(error)) => Err(error.into()),
            Err(refused) => Ok(Err(refused)),
        }
    })?;
    let refused = match added {
        Ok(id) => return Ok(then(&format!("/admin/customers/{id}"), "added")),
        Err(refused) => refused,
    };
    let s = Shell::of(&shared.surface.desk, &who, "pages-customers");
    let problem = Some(problem(&s, &refused));
    let holder = match refused {
        Refused::NumberTaken(holder) => Some(holder),
        _ => None,
    };
    let page = Blank {
        s,
        name,
        phone,
        problem,
        holder,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Person {
    s: Shell,
    account: Account,
    phone: String,
    tickets: Vec<Row>,
    may_edit: bool,
    /// He may take all data of the customer out, and erase them.
    may_erase: bool,
    problem: Option<String>,
    statuses: [AccountStatus; 3],
}

impl Person {
    /// The price as it is typed.
    fn price(&self) -> String {
        self.account
            .monthly_price
            .map(|price| price.to_string())
            .unwrap_or_default()
    }
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    id: &str,
    refused: Option<&Refused>,
    done: Option<&str>,
) -> Result<Response, Refusal> {
    let sees_all = visit.may(Permission::TicketsReadAll);
    let me = &visit.visitor.staff.id;
    let wanted = Wanted {
        group: Group::All,
        priority: None,
        type_id: None,
        staff_id: None,
        customer_id: Some(id),
        words: "",
        seen_by: (!sees_all).then_some(me.as_str()),
        after: None,
    };
    let (account, identity, tickets) = reading!(shared, |act| {
        let account = accounts::of(act.tx, id).await?.ok_or(Refusal::NotFound)?;
        let identity = contacts::identity(act.tx, id).await?;
        let (tickets, _) = listing::list(act.tx, &wanted, act.now).await?;
        Ok((account, identity, tickets))
    })?;
    let s = Shell::of(&shared.surface.desk, visit, "pages-customers");
    let s = s.titled(&account.name).done(done);
    let page = Person {
        phone: identity
            .wa_id
            .as_deref()
            .map(contacts::format_phone)
            .unwrap_or_default(),
        tickets,
        may_edit: visit.may(Permission::CustomersEdit),
        may_erase: visit.may(Permission::PeopleData),
        problem: refused.map(|refused| problem(&s, refused)),
        statuses: [
            AccountStatus::Active,
            AccountStatus::Suspended,
            AccountStatus::Terminated,
        ],
        account,
        s,
    };
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, html(&page)).into_response())
}

fn problem(s: &Shell, refused: &Refused) -> String {
    s.t(match refused {
        Refused::NotANumber => "pages-customer-no-number",
        Refused::NumberTaken(_) => "pages-customer-number-taken",
        Refused::AccountTaken => "pages-customer-account-taken",
        Refused::HasTickets => "pages-customer-has-tickets",
        Refused::Unknown | Refused::Db(_) => "pages-refused-not-found",
    })
}

/// One of them.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::CustomersFind)?;
    page(&shared, &visit, &id, None, done.get()).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    account_number: String,
    full_name: String,
    package: String,
    bandwidth: String,
    monthly_price: String,
    account_status: String,
    email: String,
    address: String,
    city: String,
    province: String,
    portal: Option<String>,
}

impl Form {
    fn read(self, currency: &str) -> Option<Details> {
        let kept = |text: String| (text.chars().count() <= LONGEST).then(|| text.trim().to_owned());
        let given =
            |text: String| kept(text).map(|text| Some(text).filter(|text| !text.is_empty()));
        let price: Option<i64> = match self.monthly_price.trim() {
            "" => None,
            digits => Some(digits.parse().ok().filter(|price| *price >= 0)?),
        };
        let account_status = match self.account_status.as_str() {
            "" => None,
            "active" => Some(AccountStatus::Active),
            "suspended" => Some(AccountStatus::Suspended),
            "terminated" => Some(AccountStatus::Terminated),
            _ => return None,
        };
        Some(Details {
            name: super::invitation::name(&self.name)?,
            changes: Changes {
                email: Some(kept(self.email)?),
                address: Some(kept(self.address)?),
                city: Some(kept(self.city)?),
                province: Some(kept(self.province)?),
                ..Changes::default()
            },
            contract: Contract {
                account_number: given(self.account_number)?,
                full_name: given(self.full_name)?,
                package: given(self.package)?,
                bandwidth: given(self.bandwidth)?,
                currency: price.map(|_| currency.to_owned()),
                monthly_price: price,
                account_status,
            },
            portal_enabled: self.portal.is_some(),
        })
    }
}

/// Changes what is known of one.
async fn change(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, form): Posted<Visit, Form>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let currency = shared.surface.desk.settings.currency.clone();
    let details = form.read(&currency).ok_or(Refusal::BadForm)?;
    let by = who.visitor.actor();
    let changed = writing!(shared, |act| refusable(
        book::change(act, &by, &id, &details).await
    ))?;
    after(
        &shared,
        &who,
        &id,
        changed,
        &format!("/admin/customers/{id}"),
        "changed",
    )
    .await
}

/// Takes one out of the book.
async fn remove(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let by = who.visitor.actor();
    let removed = writing!(shared, |act| refusable(book::remove(act, &by, &id).await))?;
    after(&shared, &who, &id, removed, "/admin/customers", "removed").await
}

/// What a person did wrong is told on the page; what broke ends the transaction.
fn refusable(done: Result<(), Refused>) -> Result<Option<Refused>, Refusal> {
    match done {
        Ok(()) => Ok(None),
        Err(Refused::Db(error)) => Err(error.into()),
        Err(refused) => Ok(Some(refused)),
    }
}

async fn after(
    shared: &Shared,
    who: &Visit,
    id: &str,
    refused: Option<Refused>,
    address: &str,
    done: &str,
) -> Result<Response, Refusal> {
    match refused {
        None => Ok(then(address, done)),
        Some(refused) => page(shared, who, id, Some(&refused), None).await,
    }
}
