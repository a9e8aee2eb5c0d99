//! `/admin`: the staff's pages. Each handler takes a request apart, makes one call into core, and answers with a page; everything works
//! without scripts except what is live. Templates are in `webhook/templates`, words in `locales/*/pages.ftl`.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::surface::Shared;

mod access;
mod assets;
mod audit;
mod back;
mod conversations;
mod customer;
mod customers;
mod door;
mod escalation;
mod files;
mod home;
mod invitation;
mod kinds;
mod login;
mod moment;
mod person;
mod reach;
mod refusal;
mod sessions;
mod settings;
mod shell;
mod staff;
mod thread;
mod ticket;
mod tickets;
mod witness;
mod words;

use refusal::Refusal;

/// Does a piece of work in a transaction of its own, and once more when another was in its way.
macro_rules! writing {
    ($shared:expr, |$act:ident| $body:expr) => {
        async {
            let desk = &$shared.surface.desk;
            let mut tries = 0;
            loop {
                let mut tx = desk.db.write().await?;
                let done: Result<_, $crate::admin::Refusal> = async {
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
                    Err($crate::admin::Refusal::Again) if tries < 5 => {}
                    done => {
                        // What was put into the outbox goes out now.
                        desk.bell.ring_outbox();
                        break done;
                    }
                }
            }
        }
        .await
    };
}

/// Looks at the desk without changing it.
macro_rules! reading {
    ($shared:expr, |$act:ident| $body:expr) => {{
        let desk = &$shared.surface.desk;
        let mut tx = desk.db.read().await?;
        let seen: Result<_, $crate::admin::Refusal> = async {
            let $act = &mut desk.act(&mut tx);
            $body
        }
        .await;
        tx.rollback().await?;
        seen
    }};
}

pub(crate) use {reading, writing};

/// The pages' routes.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let dress = middleware::from_fn_with_state(Arc::clone(shared), refusal::dress);
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/numbers", get(home::numbers))
        .route("/live", get(home::live))
        .route("/login", get(login::ask_name).post(login::name))
        .route("/login/{key}", get(login::ask_code).post(login::code))
        .route("/logout", post(login::leave))
        .route("/language", post(login::speak))
        .route("/sessions", get(sessions::list))
        .route("/sessions/password", post(sessions::set_password))
        .route("/sessions/{key}/end", post(sessions::end))
        .route("/files/{key}", get(files::show))
        .route("/tickets", get(tickets::list))
        .merge(conversations::routes())
        .merge(ticket::routes())
        .merge(escalation::routes())
        .merge(customers::routes())
        .merge(customer::routes())
        .merge(reach::routes())
        .merge(person::routes())
        .merge(kinds::routes())
        .merge(settings::routes())
        .merge(staff::routes())
        .route("/audit", get(audit::list))
        .merge(door::routes())
        .route("/assets/{name}", get(assets::file))
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::Method)
        .layer(dress);
    Router::new().nest("/admin", pages)
}
