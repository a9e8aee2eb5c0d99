//! What Meta tells about the account itself: the webhook fields besides messages, and the answers to what we ask (see `watch`). Words of
//! Meta's become words of the desk; one that nobody knows yet is left out, and counted as unheard.

use sapa_core::{
    clock::Millis,
    connection::{News, Quality, Restriction, Review, Sending, Standing, Throughput, Token},
};

use super::wire::Object;

/// News of the account, and the number that they are about where they name one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The number, as people see it.
    pub number: Option<String>,
    /// What is told.
    pub news: Vec<News>,
}

/// Understands a change of a field that is not about messages. `None`: nothing that we know.
pub(super) fn told(field: &str, change: &Object<'_>) -> Option<Told> {
    let value = change.object("value")?;
    let news = match field {
        "account_update" => update(&value),
        "account_review_update" => reviewed(&value).map(News::Account),
        "account_alerts" => alert(&value),
        "phone_number_quality_update" => return Some(quality(&value)).filter(is_something),
        "phone_number_name_update" => name(&value),
        "business_capability_update" => capability(&value),
        "message_template_status_update" => template(&value, "event"),
        "template_category_update" => category(&value),
        "security" => value.text("event").map(News::Security),
        _ => None,
    };
    news.map(|news| Told {
        number: value.text("display_phone_number"),
        news: vec![news],
    })
}

fn is_something(told: &Told) -> bool {
    !told.news.is_empty()
}

/// Meta: `account_update` webhook reference.
fn update(value: &Object<'_>) -> Option<News> {
    let standing = match value.text("event")?.as_str() {
        "ACCOUNT_VIOLATION" => {
            Standing::Violation(within(value, "violation_info", "violation_type"))
        }
        "ACCOUNT_RESTRICTION" => Standing::Restricted(restriction(value)),
        "ACCOUNT_DELETED" => Standing::Deleted,
        "ACCOUNT_OFFBOARDED" | "PARTNER_REMOVED" => Standing::Offboarded,
        "ACCOUNT_RECONNECTED" => Standing::Fine,
        "DISABLED_UPDATE" => match within(value, "ban_info", "waba_ban_state").as_str() {
            "SCHEDULE_FOR_DISABLE" => Standing::ShutSoon,
            "DISABLE" => Standing::Shut,
            "REINSTATE" => Standing::Fine,
            _ => return None,
        },
        _ => return None,
    };
    Some(News::Account(standing))
}

fn within(value: &Object<'_>, object: &str, key: &str) -> String {
    let inner = value.object(object);
    inner.and_then(|inner| inner.text(key)).unwrap_or_default()
}

fn restriction(value: &Object<'_>) -> Restriction {
    let all = value.objects("restriction_info");
    let kinds = all
        .iter()
        .filter_map(|one| one.text("restriction_type"))
        .collect();
    let until = all
        .iter()
        .filter_map(|one| instant(&one.text("expiration")?))
        .max();
    Restriction { kinds, until }
}

/// A time as Meta writes it here: `2026-04-19T13:59:20+0000`, or Unix seconds.
fn instant(text: &str) -> Option<Millis> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1_000).map(Millis);
    }
    Millis::from_iso(text)
}

fn reviewed(value: &Object<'_>) -> Option<Standing> {
    Some(match value.text("decision")?.as_str() {
        "APPROVED" => Standing::Fine,
        "PENDING" | "DEFERRED" => Standing::InReview,
        "REJECTED" => Standing::Rejected,
        _ => return None,
    })
}

/// Meta: `account_alerts` webhook reference. Older ones have no `alert_info` around them.
fn alert(value: &Object<'_>) -> Option<News> {
    let info = value.object("alert_info");
    let info = info.as_ref().unwrap_or(value);
    if info.text("alert_status").as_deref() == Some("NONE") {
        return None;
    }
    Some(News::Alert {
        kind: info.text("alert_type")?,
        critical: info.text("alert_severity").as_deref() == Some("CRITICAL"),
    })
}

/// Meta: `phone_number_quality_update` webhook reference. `FLAGGED` and `UNFLAGGED` are of older versions: the quality is low, or is not
/// any more. A rise of the rate comes with a "limit" that is none.
fn quality(value: &Object<'_>) -> Told {
    let event = value.text("event").unwrap_or_default();
    let mut news = Vec::new();
    match event.as_str() {
        "THROUGHPUT_UPGRADE" => news.push(News::Throughput(Throughput::High)),
        "FLAGGED" => news.push(News::Quality(Quality::Red)),
        "UNFLAGGED" => news.push(News::Quality(Quality::Green)),
        _ => {}
    }
    let daily = value.text("max_daily_conversations_per_business");
    let older = || {
        value
            .text("current_limit")
            .filter(|_| event != "THROUGHPUT_UPGRADE")
    };
    news.extend(daily.or_else(older).and_then(|tier| limit(&tier)));
    Told {
        number: value.text("display_phone_number"),
        news,
    }
}

/// Meta: `business_capability_update` webhook reference; -1 is no limit.
fn capability(value: &Object<'_>) -> Option<News> {
    let keys = [
        "max_daily_conversations_per_business",
        "max_daily_conversation_per_phone",
    ];
    let tier = keys.into_iter().find_map(|key| value.text(key))?;
    limit(&tier)
}

/// `TIER_2K`, `TIER_UNLIMITED`, `2000`, `-1`. A number that never sent has none.
pub(super) fn limit(tier: &str) -> Option<News> {
    let tier = tier.strip_prefix("TIER_").unwrap_or(tier);
    let people = match tier {
        "NOT_SET" | "" => return None,
        "UNLIMITED" | "-1" => "unlimited".to_owned(),
        tier => match tier.strip_suffix('K') {
            Some(thousands) => format!("{}000", thousands.parse::<u32>().ok()?),
            None => tier.parse::<u32>().ok()?.to_string(),
        },
    };
    Some(News::Limit(people))
}

/// Meta: `phone_number_name_update` webhook reference.
fn name(value: &Object<'_>) -> Option<News> {
    let review = review(&value.text("decision")?)?;
    Some(News::Name(review, value.text("requested_verified_name")))
}

/// A decision of the webhook, or a `name_status`.
pub(super) fn review(word: &str) -> Option<Review> {
    Some(match word {
        "APPROVED" | "AVAILABLE_WITHOUT_REVIEW" => Review::Approved,
        "PENDING" | "DEFERRED" | "PENDING_REVIEW" => Review::Pending,
        "REJECTED" | "DECLINED" => Review::Rejected,
        _ => return None,
    })
}

/// A template and its state: of the webhook (`event`), or of the list (`status`).
pub(super) fn template(value: &Object<'_>, state: &str) -> Option<News> {
    let of = |long: &str, short: &str| value.text(long).or_else(|| value.text(short));
    Some(News::Template {
        name: of("message_template_name", "name")?,
        language: of("message_template_language", "language")?,
        status: value.text(state)?,
    })
}

/// Meta: `template_category_update` webhook reference. What is announced and not done yet names a `correct_category`.
fn category(value: &Object<'_>) -> Option<News> {
    let from = value
        .text("previous_category")
        .or_else(|| value.text("new_category"));
    let to = value
        .text("correct_category")
        .or_else(|| value.text("new_category"));
    Some(News::Category {
        name: value.text("message_template_name")?,
        from: from?,
        to: to?,
    })
}

/// What `GET /{phone-number-id}` says (Meta: phone number reference; health status).
pub(super) fn number(answer: &Object<'_>) -> Vec<News> {
    let mut news = Vec::new();
    news.extend(answer.text("display_phone_number").map(News::Phone));
    news.extend(answer.text("quality_rating").map(|rating| {
        News::Quality(match rating.as_str() {
            "GREEN" => Quality::Green,
            "YELLOW" => Quality::Yellow,
            "RED" => Quality::Red,
            _ => Quality::Unknown,
        })
    }));
    news.extend(answer.text("status").map(News::Number));
    let verified = answer.text("verified_name");
    let review = answer.text("name_status").and_then(|word| review(&word));
    news.extend(review.map(|review| News::Name(review, verified)));
    let tier = answer
        .text("whatsapp_business_manager_messaging_limit")
        .or_else(|| answer.text("messaging_limit_tier"));
    news.extend(tier.and_then(|tier| limit(&tier)));
    let level = answer.object("throughput").and_then(|t| t.text("level"));
    news.extend(level.map(|level| {
        News::Throughput(match level.as_str() {
            "HIGH" => Throughput::High,
            "STANDARD" => Throughput::Standard,
            _ => Throughput::Unknown,
        })
    }));
    news.extend(
        answer
            .object("health_status")
            .and_then(|health| sending(&health)),
    );
    news
}

fn sending(health: &Object<'_>) -> Option<News> {
    let sending = match health.text("can_send_message")?.as_str() {
        "AVAILABLE" => Sending::Available,
        "LIMITED" => Sending::Limited,
        "BLOCKED" => Sending::Blocked,
        _ => return None,
    };
    let entities = health.objects("entities");
    let mut errors = entities.iter().flat_map(|entity| entity.objects("errors"));
    let why = errors.find_map(|error| error.text("error_description"));
    Some(News::Sending(sending, why))
}

/// What `GET /debug_token` says of our token (Graph API: `debug_token`; 0 never ends), and whose app it belongs to.
pub(super) fn token(answer: &Object<'_>) -> Option<(News, Option<String>)> {
    let data = answer.object("data")?;
    let token = match (data.raw("is_valid")?.get(), data.text("expires_at")) {
        ("false", _) => Token::Dead,
        (_, Some(at)) if at != "0" => Token::Until(instant(&at)?),
        _ => Token::Lasting,
    };
    Some((News::Token(token), data.id("app_id")))
}

/// Whether an app is among the `subscribed_apps`; any at all where we do not know which is ours.
pub(super) fn is_subscribed(answer: &Object<'_>, app: Option<&str>) -> bool {
    let apps = answer.objects("data");
    let mut ids = apps
        .iter()
        .filter_map(|one| one.object("whatsapp_business_api_data")?.id("id"));
    match app {
        Some(app) => ids.any(|id| id == app),
        None => !apps.is_empty(),
    }
}
