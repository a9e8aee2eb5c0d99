//! One customer of the book: what is known of them, changed and taken out.

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
        book::{self, Details, Refused},
    },
    i18n::Locale,
    otp::browser,
    portal::{self, Session},
    staff::Permission,
    tickets::listing::{self, Group, Row, Wanted},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Nothing, Params, Posted, Visit},
    reading,
    shell::{Done, Shell, Wrong, html, then},
    writing,
};
use crate::surface::Shared;

/// The longest value of a field.
const LONGEST: usize = 200;
/// As many sessions as are shown; more are ended together.
const SESSIONS: i64 = 50;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/customers/{key}", get(show).post(change))
        .route("/customers/{key}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Person {
    s: Shell,
    id: String,
    /// What stands in the form: as it is known, or as it was typed.
    form: Form,
    phone: String,
    /// Another number as it was typed, and who has it already.
    new_phone: String,
    holder: Option<String>,
    /// Where they are logged in to the portal: the session, its browser; and how many more there are.
    sessions: Vec<(Session, String)>,
    more_sessions: i64,
    tickets: Vec<Row>,
    may_edit: bool,
    /// He may take all data of the customer out, and erase them.
    may_erase: bool,
    wrong: Wrong,
    /// What is wrong with no field.
    problem: Option<String>,
    statuses: [AccountStatus; 3],
    locales: [Locale; Locale::ALL.len()],
    /// They have chosen a language; while they have not, their number tells.
    has_language: bool,
}

/// Why a customer's page comes back.
#[derive(Default)]
pub(super) struct Back {
    /// What was typed.
    pub(super) form: Option<Form>,
    /// The number that was typed, and who has it already.
    pub(super) phone: String,
    pub(super) holder: Option<String>,
    /// The field that is wrong, and the key of what to do; no field: something else was refused.
    pub(super) field: Option<&'static str>,
    pub(super) key: &'static str,
}

impl Back {
    /// The sentence by the field, or the one above them all.
    fn told(&self, s: &Shell) -> (Wrong, Option<String>) {
        match (self.field, self.key) {
            (_, "") => (Wrong::default(), None),
            (Some(field), key) => (Wrong::new(field, s.t(key)), None),
            (None, key) => (Wrong::default(), Some(s.t(key))),
        }
    }
}

/// Sessions with their browsers, as people call them.
fn named(s: &Shell, sessions: Vec<Session>) -> Vec<(Session, String)> {
    let named = |session: Session| {
        let browser = browser(&session.agent).unwrap_or_else(|| s.t("otp-unknown-browser"));
        (session, browser)
    };
    sessions.into_iter().map(named).collect()
}

pub(super) async fn page(
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
    let (account, identity, (sessions, total), tickets) = reading!(shared, |act| {
        let account = accounts::of(act.tx, id).await?.ok_or(Refusal::NotFound)?;
        let identity = contacts::identity(act.tx, id).await?;
        let sessions = portal::sessions(act.tx, id, act.now, (0, SESSIONS)).await?;
        let (tickets, _) = listing::list(act.tx, &wanted, act.now).await?;
        Ok((account, identity, sessions, tickets))
    })?;
    let s = Shell::of(&shared.surface.desk, visit, "pages-customers");
    let s = s.titled(&account.name).done(done);
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let back = refused.unwrap_or_default();
    let (wrong, problem) = back.told(&s);
    let more_sessions = total - i64::try_from(sessions.len()).unwrap_or(total);
    let phone = identity.wa_id.as_deref().map(contacts::format_phone);
    let page = Person {
        phone: phone.unwrap_or_default(),
        new_phone: back.phone,
        holder: back.holder,
        sessions: named(&s, sessions),
        more_sessions,
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
        locales: Locale::ALL,
        has_language: account.locale.is_some(),
        form: back.form.unwrap_or_else(|| Form::of(&account)),
        id: account.id,
        s,
    };
    Ok((status, html(&page)).into_response())
}

pub(super) fn problem_key(refused: &Refused) -> &'static str {
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
pub(super) struct Form {
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
    /// Empty: they have chosen none, and their number tells.
    locale: String,
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
            locale: account.locale.map_or("", Locale::code).to_owned(),
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
        let locale = match self.locale.as_str() {
            "" => None,
            code => Some(Locale::parse(code)?),
        };
        Some(Details {
            name: super::invitation::name(&self.name)?,
            changes: Changes {
                email: kept(&self.email),
                address: kept(&self.address),
                city: kept(&self.city),
                province: kept(&self.province),
                locale,
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
        ..Back::default()
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
        key: problem_key(&refused),
        ..Back::default()
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
