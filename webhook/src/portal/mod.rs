//! `/api/customer-portal`: customers who look after their own affairs. Each handler takes a request apart, makes one call into core, and
//! answers; what it takes and gives has types of its own here, so that nothing of the desk's is read or told by accident.
//!
//! Routes are registered together with their description: what is not described does not exist.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, header},
    middleware,
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::surface::Shared;

mod input;
mod invoices;
mod login;
mod overview;
mod profile;
mod refusal;
mod sessions;
mod tickets;

pub(crate) use refusal::{ProblemBody, Refusal};

/// Where the portal lives.
const BASE: &str = "/api/customer-portal";

/// Does a piece of work in a transaction of its own, and once more when another was in its way.
macro_rules! writing {
    ($shared:expr, |$act:ident| $body:expr) => {{
        let desk = &$shared.surface.desk;
        let mut tries = 0;
        loop {
            let mut tx = desk.db.write().await?;
            let done: Result<_, $crate::portal::Refusal> = async {
                let $act = &mut desk.act(&mut tx);
                $body
            }
            .await;
            let done = match done {
                Ok(value) => tx.commit().await.map(|()| value).map_err(Into::into),
                Err(refusal) => Err(refusal),
            };
            tries += 1;
            match done {
                Err(refusal) if refusal.again && tries < 5 => {}
                done => break done,
            }
        }
    }};
}
pub(crate) use writing;

/// The routes with their description.
pub(crate) fn routes() -> OpenApiRouter<Arc<Shared>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(login::request_otp))
        .routes(routes!(login::verify_otp))
        .routes(routes!(login::logout))
        .routes(routes!(profile::show, profile::change))
        .routes(routes!(profile::confirm))
        .routes(routes!(tickets::list, tickets::open))
        .routes(routes!(tickets::show))
        .routes(routes!(invoices::list))
        .routes(routes!(overview::stats))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
        .layer(middleware::map_response(private));
    OpenApiRouter::new().nest(BASE, routes)
}

/// What is told to one customer is kept by nobody on the way.
async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

/// The offset of the page after this one; `None` when this is the last.
fn next(offset: i64, shown: usize, total: i64) -> Option<i64> {
    let end = offset.saturating_add(i64::try_from(shown).unwrap_or(i64::MAX));
    (shown > 0 && end < total).then_some(end)
}
