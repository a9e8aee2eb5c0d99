//! A ticket is passed on to whoever runs the desk, with a reason, and somebody of them takes it over.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::post};
use sapa_core::{
    casework,
    tickets::escalations::{self, Unfit},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Nothing, Posted, Visit},
    ticket::{again, back, changed, seen},
    words::{Typed, plain_lines},
    writing,
};
use crate::surface::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/tickets/{key}/escalate", post(escalate))
        .route("/tickets/{key}/take-over", post(take_over))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    reason: String,
}

/// Asks for help, and says why.
async fn escalate(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, Why { reason }): Posted<Visit, Why>,
) -> Result<Response, Refusal> {
    let reason = plain_lines(&reason);
    let me = &who.visitor.staff;
    let done = writing!(shared, |act| {
        let ticket = changed(act, me, &number).await?;
        match escalations::escalate(act, me, &ticket, &reason).await {
            Err(Unfit::Db(error)) => Err(error.into()),
            done => Ok(done),
        }
    })?;
    let key = match done {
        Ok(told) if told.is_empty() => return Ok(back(&number, "escalated-nobody")),
        Ok(_) => return Ok(back(&number, "escalated")),
        Err(Unfit::NotAllowed(_)) => return Ok(back(&number, "too-late")),
        Err(Unfit::NoReason) => "pages-escalate-no-reason",
        Err(Unfit::TooLong(_)) => "pages-escalate-long",
        Err(Unfit::Db(error)) => return Err(error.into()),
    };
    let typed = Typed {
        why: reason,
        fault: Some(("why", key)),
        ..Typed::default()
    };
    again(&shared, &who, &number, typed).await
}

/// Helps: the escalated ticket is his, if nobody was quicker.
async fn take_over(
    State(shared): State<Arc<Shared>>,
    Key(number): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    let me = &who.visitor.staff;
    let his = writing!(shared, |act| {
        let ticket = seen(act, me, &number).await?;
        // A colleague's, or nobody's: whoever runs the desk may have either.
        if !casework::may_change(me, &ticket) {
            return Err(Refusal::Forbidden);
        }
        let after = casework::take_over(act, me, &ticket.id).await?;
        Ok(after.is_some_and(|after| casework::is_his(me, &after)))
    })?;
    Ok(back(&number, if his { "taken" } else { "too-late" }))
}
