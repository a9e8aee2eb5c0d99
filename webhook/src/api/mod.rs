//! The description of what scripts may ask of us: made from the routes themselves, as JSON for tools and as a page for people.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use utoipa::openapi::{
    ComponentsBuilder, Info, OpenApi,
    security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{portal, surface::Shared};

mod page;

/// Everything that is described, with its description.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    let (router, description) = described();
    let json: Arc<str> = written(&description).into();
    let page: Arc<str> = page::render(&description).into();
    router
        .route(
            "/api/openapi.json",
            get(async move || answer("application/json", &json)),
        )
        .route(
            "/api/docs",
            get(async move || answer("text/html; charset=utf-8", &page)),
        )
        .route(
            "/api/docs.css",
            get(async || answer("text/css; charset=utf-8", page::STYLE)),
        )
}

/// The routes and what is said of them.
pub(crate) fn described() -> (Router<Arc<Shared>>, OpenApi) {
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    let components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::Http(bearer))
        .build();
    let mut info = Info::new("Sapa", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "What customers look after by themselves. Times are RFC 3339 in UTC, amounts are whole minor units with an ISO 4217 currency, \
         and what is refused is `application/problem+json` with a `type` that stays the same."
            .to_owned(),
    );
    let mut description = OpenApi::new(info, utoipa::openapi::Paths::new());
    description.components = Some(components);
    OpenApiRouter::with_openapi(description)
        .merge(portal::routes())
        .split_for_parts()
}

/// As it is served, and as it stands in `docs/openapi.json`.
pub(crate) fn written(description: &OpenApi) -> String {
    let mut json = description
        .to_pretty_json()
        .expect("the description holds nothing but texts");
    json.push('\n');
    json
}

fn answer(kind: &'static str, body: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, body.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_in_is_what_is_served() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let (_, description) = described();
        let now = written(&description);
        if std::env::var_os("SAPA_UPDATE_OPENAPI").is_some() {
            std::fs::write(path, &now).expect("it is written");
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            checked_in == now,
            "docs/openapi.json is not what the routes say: run this test with SAPA_UPDATE_OPENAPI=1 and look at the difference"
        );
    }

    #[test]
    fn what_every_body_may_be_answered_with_is_described() {
        let (_, description) = described();
        let described = serde_json::to_value(&description).expect("JSON");
        let mut bodies = 0;
        for (path, methods) in described["paths"].as_object().expect("paths") {
            for told in methods.as_object().expect("methods").values() {
                if told["requestBody"].is_null() {
                    continue;
                }
                bodies += 1;
                for status in ["400", "408", "413", "415", "422", "503"] {
                    assert!(told["responses"][status].is_object(), "{path}: {status}");
                }
            }
        }
        assert_eq!(bodies, 5);
    }

    #[test]
    fn the_page_tells_of_every_route_and_loads_nothing_from_elsewhere() {
        let (_, description) = described();
        let page = page::render(&description);
        for path in description.paths.paths.keys() {
            assert!(page.contains(path.as_str()), "{path}");
        }
        for loaded in ["<script", "http://", "https://", "style=", "onclick"] {
            assert!(!page.contains(loaded), "{loaded}");
        }
    }
}
