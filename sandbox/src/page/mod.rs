//! The two-pane page's server: static files and the JSON API under `/sandbox/`. Knows the platforms'
//! handles only; what the desk has to do with it comes through [`Hooks`].

mod actions;
mod feed;
mod views;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::platforms::Platforms;
use crate::server::{header, raw};

/// A file of the page, built in.
macro_rules! page_files {
    ($($name:literal $kind:literal),* $(,)?) => {
        &[$(($name, $kind, include_str!(concat!("../../page/", $name)))),*]
    };
}

const FILES: &[(&str, &str, &str)] = page_files![
    "index.html" "text/html; charset=utf-8",
    "app.css" "text/css; charset=utf-8",
    "app.js" "text/javascript; charset=utf-8",
    "api.js" "text/javascript; charset=utf-8",
    "bubbles.js" "text/javascript; charset=utf-8",
    "clock.js" "text/javascript; charset=utf-8",
    "composer.js" "text/javascript; charset=utf-8",
    "dom.js" "text/javascript; charset=utf-8",
    "follow.js" "text/javascript; charset=utf-8",
    "faults.js" "text/javascript; charset=utf-8",
    "pane.js" "text/javascript; charset=utf-8",
    "rich.js" "text/javascript; charset=utf-8",
    "samples.js" "text/javascript; charset=utf-8",
    "sheet.js" "text/javascript; charset=utf-8",
    "wire.js" "text/javascript; charset=utf-8",
    "words.js" "text/javascript; charset=utf-8",
];

/// What the page needs from the desk.
pub struct Hooks {
    /// The desk's name, shown above the customer's chat.
    pub desk_name: String,
    /// The desk's time zone (`Asia/Jakarta`): the page writes its times in it.
    pub time_zone: String,
    /// Called after the sandbox's clock was moved forward, so that the desk's can follow.
    pub advanced: Box<dyn Fn(Duration) + Send + Sync>,
}

impl Hooks {
    /// Hooks for a desk that shares the sandbox's clock or has none.
    pub fn named(desk_name: &str, time_zone: &str) -> Self {
        Self {
            desk_name: desk_name.to_owned(),
            time_zone: time_zone.to_owned(),
            advanced: Box::new(|_| {}),
        }
    }
}

pub(crate) struct Page {
    pub platforms: Arc<Platforms>,
    pub hooks: Hooks,
}

/// Serves the page until the platforms shut down.
pub async fn serve(
    listener: TcpListener,
    platforms: Arc<Platforms>,
    hooks: Hooks,
) -> io::Result<()> {
    let stop = platforms.hub().stop.clone();
    let served = axum::serve(listener, router(platforms, hooks)).into_future();
    // Event streams never end by themselves, so this does not wait for them.
    tokio::select! {
        result = served => result,
        () = stop.cancelled() => Ok(()),
    }
}

/// The page's routes.
pub fn router(platforms: Arc<Platforms>, hooks: Hooks) -> Router {
    let page = Arc::new(Page { platforms, hooks });
    Router::new()
        .route("/sandbox/state", get(views::state))
        .route("/sandbox/events", get(feed::events))
        .route("/sandbox/media/{id}", get(views::media))
        .route("/sandbox/customers", post(actions::new_customer))
        .route(
            "/sandbox/customers/{id}/messages",
            get(views::customer_messages),
        )
        .route("/sandbox/customers/{id}/text", post(actions::customer_text))
        .route("/sandbox/customers/{id}/tap", post(actions::customer_tap))
        .route(
            "/sandbox/customers/{id}/location",
            post(actions::customer_location),
        )
        .route(
            "/sandbox/customers/{id}/media",
            post(actions::customer_media),
        )
        .route("/sandbox/customers/{id}/read", post(actions::customer_read))
        .route(
            "/sandbox/customers/{id}/close-window",
            post(actions::close_window),
        )
        .route("/sandbox/agents/{id}/messages", get(views::agent_messages))
        .route("/sandbox/agents/{id}/text", post(actions::agent_text))
        .route("/sandbox/agents/{id}/press", post(actions::agent_press))
        .route("/sandbox/agents/{id}/edit", post(actions::agent_edit))
        .route("/sandbox/agents/{id}/media", post(actions::agent_media))
        .route("/sandbox/agents/{id}/read", post(actions::agent_read))
        .route("/sandbox/clock", post(actions::clock))
        .route("/sandbox/faults", post(actions::fault))
        .route("/sandbox/faults/clear", post(actions::clear_faults))
        .fallback(get(file))
        .layer(DefaultBodyLimit::max(110 * 1024 * 1024))
        .layer(middleware::from_fn(local_only))
        .with_state(page)
}

/// The sandbox is for the person at this machine: another site must not be able to drive it from their browser.
async fn local_only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = header(headers, "host");
    let origin = header(headers, "origin");
    let foreign = !origin.is_empty() && !loopback(origin.split("://").nth(1).unwrap_or_default());
    if !loopback(host) || (request.method() != Method::GET && foreign) {
        return raw(
            403,
            "text/plain",
            "the sandbox answers on this machine only",
        );
    }
    next.run(request).await
}

fn loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host == "::1" || host.starts_with("127.")
}

async fn file(uri: Uri) -> Response {
    let name = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => {
            let mut response = raw(200, kind, *text);
            let fresh = axum::http::HeaderValue::from_static("no-cache");
            response.headers_mut().insert("cache-control", fresh);
            response
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What the page's handlers work with.
pub(crate) type Shared = State<Arc<Page>>;
/// The person named in the path.
pub(crate) type Id = Path<String>;
