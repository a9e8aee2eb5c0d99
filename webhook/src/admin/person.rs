//! One customer's data: taken out as a file, or erased for good after a page that says what goes.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use sapa_core::{
    contacts,
    people::{self, Extent, Person, Refused},
    staff::Permission,
};

use super::{
    Refusal,
    access::{Key, Nothing, Posted, Visit},
    reading,
    shell::{Shell, html, then},
    writing,
};
use crate::surface::Shared;

/// Files beyond this are told of without what is in them; the command line tells everything.
const MOST: u64 = 64 * 1024 * 1024;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/customers/{key}/data", post(data))
        .route("/customers/{key}/erase", get(ask).post(erase))
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown | Refused::Erased(_) => Self::NotFound,
            Refused::Db(error) => error.into(),
        }
    }
}

/// Everything about a customer, as a file.
async fn data(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::PeopleData)?;
    let by = who.visitor.actor();
    let settings = shared.surface.desk.set_up();
    // Written down first, and told without keeping anybody from writing: there may be years of it.
    writing!(shared, |act| {
        let person = people::by_id(act.tx, &id).await?;
        person
            .filter(|person| person.erased_at.is_none())
            .ok_or(Refusal::NotFound)?;
        Ok(people::audit_export(act, &by, &id).await?)
    })?;
    let told = reading!(shared, |act| {
        Ok(people::tell(act.tx, &settings, &id, act.now).await?)
    })?;
    let mut told = told.ok_or(Refusal::NotFound)?;
    told.keep_below(MOST);
    let written = tokio::task::spawn_blocking(move || {
        let mut document = Vec::new();
        told.write(&mut document).map(|()| document)
    });
    let document = written.await.ok().and_then(Result::ok);
    let document = document.ok_or(Refusal::Unavailable)?;
    let name = format!("attachment; filename=\"data-{id}.json\"");
    let name = HeaderValue::from_str(&name).map_err(|_| Refusal::NotFound)?;
    let kind = HeaderValue::from_static("application/json");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, document).into_response())
}

#[derive(Template)]
#[template(path = "erase.html")]
struct Page {
    s: Shell,
    person: Person,
    phone: String,
    extent: Extent,
}

/// What would go.
async fn ask(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
) -> Result<Response, Refusal> {
    visit.permit(Permission::PeopleData)?;
    let (person, identity, extent) = reading!(shared, |act| {
        let person = people::by_id(act.tx, &id).await?;
        let person = person.filter(|person| person.erased_at.is_none());
        let person = person.ok_or(Refusal::NotFound)?;
        let identity = contacts::identity(act.tx, &id).await?;
        Ok((person, identity, people::extent(act.tx, &id).await?))
    })?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-customers");
    let title = s.with("pages-erase-title", "name", person.name.as_str());
    let phone = identity.wa_id.as_deref().map(contacts::format_phone);
    Ok(html(&Page {
        s: s.titled(title),
        phone: phone.unwrap_or_default(),
        person,
        extent,
    }))
}

/// He has seen what goes, and wants it.
async fn erase(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::PeopleData)?;
    let by = who.visitor.actor();
    writing!(shared, |act| Ok(people::ask_erasure(act, &by, &id).await?))?;
    shared.surface.desk.bell.ring_people();
    Ok(then("/admin/customers", "erasing"))
}
