//! The public listener's routes, and what their handlers share.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, response::IntoResponse as _, routing::get};
use sapa_core::{
    desk::Desk,
    inbox::{Channel, Door, Ingest},
};

use tokio_util::sync::CancellationToken;

use crate::{
    Limits, Proxies, admin, api, body::Budget, health, ingress, problem::Problem, tries::Tries,
};

/// What the public listener serves.
#[derive(Clone)]
pub struct Surface {
    /// The desk whose health is told.
    pub desk: Desk,
    /// The way into the inbox.
    pub ingest: Ingest,
    /// Where WhatsApp's events come in.
    pub whatsapp: Arc<dyn Door>,
    /// Where Telegram's updates come in; `None` when they are polled.
    pub telegram: Option<Arc<dyn Door>>,
    /// Whose forwarded addresses are believed.
    pub proxies: Proxies,
    /// What a client may ask of us.
    pub limits: Limits,
    /// When what never ends by itself ends: pages that listen for news.
    pub stop: CancellationToken,
}

/// The surface and what its handlers remember.
pub(crate) struct Shared {
    pub(crate) surface: Surface,
    pub(crate) budget: Budget,
    /// How often codes were tried, by address.
    tries: Tries,
    /// When the inbox last could not take an event, on the monotonic clock; `None` once it could again.
    busy_since: Mutex<Option<std::time::Duration>>,
}

impl Shared {
    pub(crate) fn whatsapp(&self) -> &Channel {
        &self.surface.desk.settings.whatsapp
    }

    pub(crate) fn telegram(&self) -> &Channel {
        &self.surface.desk.settings.telegram
    }

    /// Counts that somebody at this address tries a code; how long to wait when there were too many.
    pub(crate) fn count_try(&self, address: &str) -> Result<(), std::time::Duration> {
        self.tries.take(address, self.surface.desk.clock.mono())
    }

    /// The inbox took, or did not take, an event.
    pub(crate) fn remember(&self, taken: bool) {
        let now = self.surface.desk.clock.mono();
        *self
            .busy_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = (!taken).then_some(now);
    }

    /// When the inbox last refused, if it has not taken anything since.
    pub(crate) fn busy_since(&self) -> Option<std::time::Duration> {
        *self
            .busy_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The public listener's routes. Telegram's address exists in webhook mode only.
pub fn router(surface: Surface) -> Router {
    let by_webhook = surface.telegram.is_some();
    let shared = Arc::new(Shared {
        budget: Budget::of(surface.limits.bodies_bytes),
        tries: Tries::default(),
        surface,
        busy_since: Mutex::default(),
    });
    let mut router = Router::new()
        .route(
            "/webhooks/whatsapp",
            get(ingress::challenge).post(ingress::whatsapp),
        )
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(api::routes())
        .merge(admin::routes(&shared));
    if by_webhook {
        router = router.route("/webhooks/telegram", axum::routing::post(ingress::telegram));
    }
    router
        .fallback(async || Problem::NOT_FOUND.into_response())
        .method_not_allowed_fallback(async || Problem::METHOD.into_response())
        .with_state(shared)
}
