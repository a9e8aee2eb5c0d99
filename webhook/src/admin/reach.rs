//! How a customer is reached, and where they are logged in to the portal: another number, sessions ended.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::post};
use sapa_core::{
    contacts,
    desk::Act,
    portal::{self, ChangeRefused},
    staff::Permission,
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Keys, Nothing, Posted, Visit},
    customer::{self, Back},
    shell::then,
    writing,
};
use crate::surface::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/customers/{key}/number", post(number))
        .route("/customers/{key}/sessions/end", post(end_all))
        .route("/customers/{key}/sessions/{session}/end", post(end))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    phone: String,
}

/// Another number.
async fn number(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Number { phone }): Posted<Visit, Number>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let by = who.visitor.actor();
    let changed = writing!(shared, |act| {
        known(act, &id).await?;
        match portal::correct_number(act, &by, &id, &phone).await {
            Ok(changed) => Ok(Ok(changed)),
            Err(ChangeRefused::Db(error)) => Err(error.into()),
            Err(ChangeRefused::NumberTaken) => Ok(Err(holder(act, &phone).await?)),
            Err(_) => Ok(Err(None)),
        }
    })?;
    let address = format!("/admin/customers/{id}");
    let holder = match changed {
        Ok(true) => return Ok(then(&address, "number")),
        Ok(false) => return Ok(then(&address, "changed")),
        Err(holder) => holder,
    };
    let key = match holder {
        Some(_) => "pages-customer-number-taken",
        None => "pages-customer-no-number",
    };
    let back = Back {
        phone,
        holder,
        field: Some("phone"),
        key,
        ..Back::default()
    };
    customer::page(&shared, &who, &id, Some(back), None).await
}

/// Nobody else is meant: a customer who was taken out is found no more.
async fn known(act: &mut Act<'_>, id: &str) -> Result<(), Refusal> {
    let customer = contacts::by_id(act.tx, id).await?;
    customer.map(drop).ok_or(Refusal::NotFound)
}

/// Who has this number.
async fn holder(act: &mut Act<'_>, phone: &str) -> Result<Option<String>, Refusal> {
    let region = act.desk.settings.default_region.clone();
    let Some(number) = contacts::parse_phone(phone, &region) else {
        return Ok(None);
    };
    let holder = contacts::by_number(act.tx, &number).await?;
    Ok(holder.map(|holder| holder.id))
}

/// Ends one of a customer's sessions.
async fn end(
    State(shared): State<Arc<Shared>>,
    Keys([id, session]): Keys<2>,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let by = who.visitor.actor();
    let ended = writing!(
        shared,
        |act| Ok(portal::end(act, &by, &id, &session).await?)
    )?;
    if ended {
        Ok(then(&format!("/admin/customers/{id}"), "ended"))
    } else {
        Err(Refusal::NotFound)
    }
}

/// Ends all of them.
async fn end_all(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::CustomersEdit)?;
    let by = who.visitor.actor();
    writing!(shared, |act| {
        known(act, &id).await?;
        Ok(portal::end_all(act, &by, &id).await?)
    })?;
    Ok(then(&format!("/admin/customers/{id}"), "all-ended"))
}
