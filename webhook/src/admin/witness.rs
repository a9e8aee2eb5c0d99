//! Who was refused is written down: whoever opens what is not for his role, whoever asks for codes too often. Once in a while for each.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, Method};
use sapa_core::{
    logins::{self, Visitor},
    staff,
    tickets::Actor,
};

use super::{Refusal, access::Cookie, reading, writing};
use crate::surface::Shared;

/// The same is not written down again for so long.
const QUIET: Duration = Duration::from_mins(10);

/// Somebody of the staff was refused what his role may not: the route, not the address, whose ids say too much.
pub(super) async fn forbidden(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    (method, route): (&Method, &str),
) -> Result<(), Refusal> {
    let Some(visitor) = visitor(shared, headers).await? else {
        return Ok(());
    };
    let what = format!("{method} {route}");
    let about = ("page.refused", visitor.staff.id.as_str());
    once(shared, &visitor.actor(), about, Some(&what)).await
}

/// Who is logged in, if anybody is.
pub(super) async fn visitor(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
) -> Result<Option<Visitor>, Refusal> {
    let Some(token) = Cookie::Session.read(&shared.surface.desk, headers) else {
        return Ok(None);
    };
    reading!(shared, |act| {
        let desk = act.desk.clone();
        Ok(logins::visitor(&desk, act.tx, &token).await?)
    })
}

/// Somebody at this address asked for codes too often. Which name was asked for stays unsaid: people type passwords there too.
pub(super) async fn too_many(shared: &Arc<Shared>, address: &str) -> Result<(), Refusal> {
    once(shared, &Actor::System, ("login.too_many", address), None).await
}

/// Somebody at this address came with a link that opens no door.
pub(super) async fn no_door(shared: &Arc<Shared>, address: &str) -> Result<(), Refusal> {
    once(shared, &Actor::System, ("door.refused", address), None).await
}

async fn once(
    shared: &Arc<Shared>,
    by: &Actor,
    about: (&str, &str),
    what: Option<&str>,
) -> Result<(), Refusal> {
    writing!(shared, |act| {
        staff::audit_once(act, by, about, what, QUIET).await?;
        Ok(())
    })
}
