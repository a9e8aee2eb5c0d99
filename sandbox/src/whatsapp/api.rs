//! The Cloud API's door: token, path, faults, log.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::errors::Refusal;
use super::templates::Template;
use super::{account, media, send};
use crate::body::{self, Fields, bearer};
use crate::faults::Fault;
use crate::hub::Hub;
use crate::locked;
use crate::platforms::credentials::{ACCESS_TOKEN, BUSINESS_ACCOUNT_ID, PHONE_NUMBER_ID};
use crate::server::{Lost, json as answer, raw};
use crate::wire::{Call, Platform};

/// Answers one request.
pub(crate) async fn handle(hub: Arc<Hub>, request: Request) -> Result<Response, Lost> {
    let verb = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let now_s = hub.clock.now_s();
    let alive = locked(&hub.whatsapp).account.token.is_alive(now_s);
    let known = bearer(request.headers()) == Some(ACCESS_TOKEN);
    let authorised = known && alive;
    let fields = body::read(request).await;
    if path == "/whatsapp_business/attachments/" {
        let (Ok(fields), true) = (&fields, authorised) else {
            return Ok(raw(401, "text/plain", "Unauthorized"));
        };
        return Ok(media::download(&hub, fields));
    }
    let method = method_name(&path);
    let mut call = Call {
        at_ms: hub.clock.now_ms(),
        method: method.clone(),
        path: format!("{verb} {path}"),
        body: fields.as_ref().map_or(Value::Null, Fields::logged),
        status: 0,
        answer: Value::Null,
    };
    let fault = hub.faults.strike(Platform::WhatsApp, &method);
    if let Some(fault) = &fault {
        hub.trouble(Platform::WhatsApp, &format!("{fault:?}"));
        if let Some(response) = instead(&hub, fault, &mut call).await {
            hub.call(Platform::WhatsApp, call);
            return response;
        }
    }
    let result = match fields {
        _ if known && !alive => Err(account::expired_token(now_s)),
        _ if !authorised => Err(Refusal::bad_token()),
        Err(why) => Err(Refusal::new(100, why)),
        Ok(fields) => route(&hub, &verb, &path, &fields),
    };
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(refusal) => {
            let why = format!("{} {}", refusal.code, refusal.details);
            hub.trouble(Platform::WhatsApp, &why);
            (refusal.http, refusal.answer(&hub.ids.hex("trace", 22)))
        }
    };
    call.answer = body.clone();
    let response = match fault {
        Some(Fault::LoseResponse) => Err(Lost),
        Some(Fault::InvalidJson) => Ok(raw(
            200,
            "application/json",
            "{\"messaging_product\":\"whatsapp\",",
        )),
        _ => Ok(answer(status, &body)),
    };
    call.status = response.as_ref().map_or(0, |r| r.status().as_u16());
    hub.call(Platform::WhatsApp, call);
    response
}

/// The answer of faults that keep the call from being carried out.
async fn instead(hub: &Hub, fault: &Fault, call: &mut Call) -> Option<Result<Response, Lost>> {
    let refusal = match fault {
        Fault::TooMany { code, .. } => {
            Refusal::new(code.unwrap_or(130_429), "Rate limit hit on request")
        }
        Fault::ServerError => Refusal {
            http: 500,
            ..Refusal::new(131_000, "Something went wrong")
        },
        Fault::Refuse { code, message } => Refusal::new(*code, message.clone()),
        Fault::BadGateway => {
            call.status = 502;
            return Some(Ok(raw(
                502,
                "text/html",
                "<html><body><h1>502 Bad Gateway</h1></body></html>",
            )));
        }
        Fault::Hang { ms } => {
            hub.clock.sleep(Duration::from_millis(*ms)).await;
            return Some(Err(Lost));
        }
        Fault::LoseResponse | Fault::InvalidJson => return None,
    };
    let body = refusal.answer(&hub.ids.hex("trace", 22));
    call.status = refusal.http;
    call.answer = body.clone();
    Some(Ok(answer(refusal.http, &body)))
}

/// The path's last word when it is one, else what the object is.
fn method_name(path: &str) -> String {
    match path.rsplit('/').next().unwrap_or_default() {
        PHONE_NUMBER_ID => "phone_number".to_owned(),
        last if last.chars().all(|c| c.is_ascii_digit()) => "object".to_owned(),
        last => last.to_owned(),
    }
}

fn route(hub: &Arc<Hub>, verb: &str, path: &str, fields: &Fields) -> Result<Value, Refusal> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let Some((version, rest)) = parts.split_first() else {
        return Err(Refusal::unknown_object(verb, ""));
    };
    let number = version
        .strip_prefix('v')
        .and_then(|v| v.parse::<f32>().ok());
    if number.is_none() {
        return Err(Refusal::new(
            100,
            format!("Unknown path components: /{path}"),
        ));
    }
    match (verb, rest) {
        ("POST", [id, "messages"]) if *id == PHONE_NUMBER_ID => send::message(hub, &fields.values),
        ("POST", [id, "media"]) if *id == PHONE_NUMBER_ID => media::upload(hub, fields),
        ("GET", ["debug_token"]) => account::debug_token(hub, fields),
        ("GET", [id]) if *id == PHONE_NUMBER_ID => account::phone_number(hub, fields),
        ("GET", [id, "subscribed_apps"]) if *id == BUSINESS_ACCOUNT_ID => {
            Ok(account::subscribed_apps(hub))
        }
        ("POST", [id, "subscribed_apps"]) if *id == BUSINESS_ACCOUNT_ID => account::subscribe(hub),
        ("DELETE", [id, "subscribed_apps"]) if *id == BUSINESS_ACCOUNT_ID => {
            Ok(account::unsubscribe(hub))
        }
        ("GET", [id, "message_templates"]) if *id == BUSINESS_ACCOUNT_ID => {
            Ok(templates(hub, fields))
        }
        ("POST", [id, "message_templates"]) if *id == BUSINESS_ACCOUNT_ID => {
            create_template(hub, fields)
        }
        ("GET", [id]) => {
            let file = media::known(hub, id).ok_or_else(|| Refusal::unknown_object(verb, id))?;
            let number = fields.values.get("phone_number_id").and_then(Value::as_str);
            media::describe(hub, id, &file, number)
        }
        ("DELETE", [id]) if hub.files.remove(id) => Ok(json!({"success": true})),
        (_, rest) => Err(Refusal::unknown_object(
            verb,
            rest.first().copied().unwrap_or_default(),
        )),
    }
}

fn templates(hub: &Hub, fields: &Fields) -> Value {
    let wanted = |key: &str, have: &str| {
        let asked = fields.values.get(key).and_then(Value::as_str);
        asked.is_none_or(|asked| asked.eq_ignore_ascii_case(have))
    };
    let state = locked(&hub.whatsapp);
    let found: Vec<Value> = state
        .templates
        .iter()
        .enumerate()
        .filter(|(_, t)| {
            wanted("name", &t.name)
                && wanted("language", &t.language)
                && wanted("status", &t.status)
        })
        .map(|(at, template)| template.described(at))
        .collect();
    let number = |key: &str| {
        let asked = fields.values.get(key)?;
        asked.as_u64().or_else(|| asked.as_str()?.parse().ok())
    };
    let size = usize::try_from(number("limit").unwrap_or(25))
        .unwrap_or(25)
        .max(1);
    let from = usize::try_from(number("after").unwrap_or(0)).unwrap_or(0);
    let page: Vec<Value> = found.iter().skip(from).take(size).cloned().collect();
    let mut answer = json!({"data": page, "paging": {"cursors": {"before": from.to_string(), "after": (from + page.len()).to_string()}}});
    if from + page.len() < found.len() {
        answer["paging"]["next"] = json!(format!("{}/next", hub.whatsapp_url));
    }
    answer
}

/// `POST /{waba}/message_templates`: checked as a definition, then pending until a test approves it.
fn create_template(hub: &Hub, fields: &Fields) -> Result<Value, Refusal> {
    let body = Value::Object(fields.values.clone());
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let mut template = Template {
        name: text("name"),
        language: text("language"),
        category: text("category"),
        status: "PENDING".to_owned(),
        ..Template::default()
    };
    for component in body["components"].as_array().into_iter().flatten() {
        template.take_component(component);
    }
    let category = template.category.clone();
    let mut state = locked(&hub.whatsapp);
    send::add_template(&mut state, template)?;
    let id = (1_000_000_000_000_000 + state.templates.len() - 1).to_string();
    Ok(json!({"id": id, "status": "PENDING", "category": category}))
}
