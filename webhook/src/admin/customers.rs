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
    shell::{Done, Shell, Wrong, html, then},
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
            let wrong = Wrong::new("phone", problem(&s, &refused));
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

#[derive(Template)]
#[template(path = "customer.html")]
struct Person {
    s: Shell,
    id: String,
    /// What stands in the form: as it is known, or as it was typed.
    form: Form,
    phone: String,
    tickets: Vec<Row>,
    may_edit: bool,
    /// He may take all data of the customer out, and erase them.
    may_erase: bool,
    wrong: Wrong,
    /// What is wrong with no field.
    problem: Option<String>,
    statuses: [AccountStatus; 3],
}

/// Why a customer's page comes back.
struct Back {
    /// What was typed.
    form: Option<Form>,
    /// The field that is wrong, and the key of what to do; no field: something else was refused.
    field: Option<&'static str>,
    key: &'static str,
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    id: &str,
    refused: Option<Back>,
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
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (mut wrong, mut problem, mut typed) = (Wrong::default(), None, None);
    if let Some(back) = refused {
        match back.field {
            Some(field) => wrong = Wrong::new(field, s.t(back.key)),
            None => problem = Some(s.t(back.key)),
        }
        typed = back.form;
    }
    let phone = identity.wa_id.as_deref().map(contacts::format_phone);
    let page = Person {
        phone: phone.unwrap_or_default(),
        tickets,
        may_edit: visit.may(Permission::CustomersEdit),
        may_erase: visit.may(Permission::PeopleData),
        wrong,
        problem,
        statuses: [
            AccountStatus::Active,
            AccountStatus::Suspended,
            AccountStatus::Terminated,
        ],
        form: typed.unwrap_or_else(|| Form::of(&account)),
        id: account.id,
        s,
    };
    Ok((status, html(&page)).into_response())
}

fn problem(s: &Shell, refused: &Refused) -> String {
    s.t(problem_key(refused))
}

fn problem_key(refused: &Refused) -> &'static str {
    match refused {
        Refused::NotANumber => "pages-customer-no-number",
        Refused::NumberTaken(_) => "pages-customer-number-taken",
        Refused::AccountTaken => "pages-customer-account-taken",
        Refused::HasTickets => "pages-customer-has-tickets",
        Refused::Unknown | Refused::Db(_) => "pages-refused-not-found",
    }
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

#[derive(Clone, Deserialize)]
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

/// The field that is wrong, and the key of what to do about it.
type Fault = (&'static str, &'static str);

impl Form {
    /// As it is known.
    fn of(account: &Account) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let price = account.monthly_price.map(|price| price.to_string());
        let status = account.account_status.map(AccountStatus::as_str);
        Self {
            name: account.name.clone(),
            account_number: text(&account.account_number),
            full_name: text(&account.full_name),
            package: text(&account.package),
            bandwidth: text(&account.bandwidth),
            monthly_price: price.unwrap_or_default(),
            account_status: status.unwrap_or_default().to_owned(),
            email: text(&account.email),
            address: text(&account.address),
            city: text(&account.city),
            province: text(&account.province),
            portal: account.portal_enabled.then(|| "on".to_owned()),
        }
    }

    /// The first field that cannot be so.
    fn wrong(&self) -> Option<Fault> {
        let texts = [
            ("account_number", &self.account_number),
            ("full_name", &self.full_name),
            ("package", &self.package),
            ("bandwidth", &self.bandwidth),
            ("email", &self.email),
            ("address", &self.address),
            ("city", &self.city),
            ("province", &self.province),
        ];
        let long = |text: &str| text.trim().chars().count() > LONGEST;
        let email = self.email.trim();
        if super::invitation::name(&self.name).is_none() {
            Some(("name", "pages-wrong-name"))
        } else if let Err(fault) = self.price() {
            Some(fault)
        } else if let Some((field, _)) = texts.into_iter().find(|(_, text)| long(text)) {
            Some((field, "pages-wrong-long"))
        } else if !email.is_empty() && !accounts::is_email(email) {
            Some(("email", "pages-wrong-email"))
        } else {
            None
        }
    }

    fn price(&self) -> Result<Option<i64>, Fault> {
        let digits = self.monthly_price.trim();
        if digits.is_empty() {
            return Ok(None);
        }
        let price = digits.parse().ok().filter(|price| *price >= 0);
        price
            .map(Some)
            .ok_or(("monthly_price", "pages-wrong-price"))
    }

    /// What is written into the book.
    fn read(&self, currency: &str) -> Option<Details> {
        let kept = |text: &str| Some(text.trim().to_owned());
        let given = |text: &str| kept(text).filter(|text| !text.is_empty());
        let price = self.price().ok()?;
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
                email: kept(&self.email),
                address: kept(&self.address),
                city: kept(&self.city),
                province: kept(&self.province),
                ..Changes::default()
            },
            contract: Contract {
                account_number: given(&self.account_number),
                full_name: given(&self.full_name),
                package: given(&self.package),
                bandwidth: given(&self.bandwidth),
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
    let back = |field, key, form| Back {
        form: Some(form),
        field,
        key,
    };
    if let Some((field, key)) = form.wrong() {
        let back = back(Some(field), key, form);
        return page(&shared, &who, &id, Some(back), None).await;
    }
    let currency = shared.surface.desk.settings.currency.clone();
    let details = form.read(&currency).ok_or(Refusal::BadForm)?;
    let by = who.visitor.actor();
    let changed = writing!(shared, |act| refusable(
        book::change(act, &by, &id, &details).await
    ))?;
    let Some(refused) = changed else {
        return Ok(then(&format!("/admin/customers/{id}"), "changed"));
    };
    let field = matches!(refused, Refused::AccountTaken).then_some("account_number");
    let back = back(field, problem_key(&refused), form);
    page(&shared, &who, &id, Some(back), None).await
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
    let Some(refused) = removed else {
        return Ok(then("/admin/customers", "removed"));
    };
    let back = Back {
        form: None,
        field: None,
        key: problem_key(&refused),
    };
    page(&shared, &who, &id, Some(back), None).await
}

/// What a person did wrong is told on the page; what broke ends the transaction.
fn refusable(done: Result<(), Refused>) -> Result<Option<Refused>, Refusal> {
    match done {
        Ok(()) => Ok(None),
        Err(Refused::Db(error)) => Err(error.into()),
        Err(refused) => Ok(Some(refused)),
    }
}
