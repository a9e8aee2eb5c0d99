//! What Meta tells about the account, as its reference writes it, older and crooked spellings, and what we ask for.

use sapa_core::{
    clock::Millis,
    connection::{News, Quality, Restriction, Review, Sending, Standing, Throughput, Token},
};
use serde_json::{Value, json};

use super::{body, read_one};
use crate::whatsapp::{Read, account, wire::Object};

fn told(field: &str, value: &Value) -> Option<(Option<String>, Vec<News>)> {
    match read_one(&body(field, value)) {
        Read::Account(told) => Some((told.number, told.news)),
        Read::Platform(kind) => {
            assert_eq!(kind, field);
            None
        }
        other => panic!("{other:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_webhooks_tell_is_understood() {
    let update = |event: &str, more: Value| {
        let mut value = json!({"event": event});
        value
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ("account_update", value)
    };
    let account = |standing| Some(vec![News::Account(standing)]);
    let ban = |state: &str| json!({"ban_info": {"waba_ban_state": state, "waba_ban_date": "October 9, 2026"}});
    let quality = |value: Value| ("phone_number_quality_update", value);
    let limit = |people: &str| News::Limit(people.into());
    let cases = [
        (
            update(
                "ACCOUNT_VIOLATION",
                json!({"violation_info": {"violation_type": "SCAM"}}),
            ),
            account(Standing::Violation("SCAM".into())),
        ),
        (
            update(
                "ACCOUNT_RESTRICTION",
                json!({"restriction_info": [
                    {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "2026-04-19T13:59:20+0000"},
                    {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": "1776607161"},
                ]}),
            ),
            account(Standing::Restricted(Restriction {
                kinds: vec![
                    "RESTRICTED_BIZ_INITIATED_MESSAGING".into(),
                    "RESTRICTED_ADD_PHONE_NUMBER_ACTION".into(),
                ],
                until: Some(Millis(1_776_607_161_000)),
            })),
        ),
        (
            update("DISABLED_UPDATE", ban("SCHEDULE_FOR_DISABLE")),
            account(Standing::ShutSoon),
        ),
        (
            update("DISABLED_UPDATE", ban("DISABLE")),
            account(Standing::Shut),
        ),
        (
            update("DISABLED_UPDATE", ban("REINSTATE")),
            account(Standing::Fine),
        ),
        (update("DISABLED_UPDATE", json!({})), None),
        (
            update("ACCOUNT_DELETED", json!({})),
            account(Standing::Deleted),
        ),
        (
            update("ACCOUNT_OFFBOARDED", json!({})),
            account(Standing::Offboarded),
        ),
        (
            update("AUTH_INTL_PRICE_ELIGIBILITY_UPDATE", json!({})),
            None,
        ),
        (
            ("account_review_update", json!({"decision": "REJECTED"})),
            account(Standing::Rejected),
        ),
        (
            ("account_review_update", json!({"decision": "APPROVED"})),
            account(Standing::Fine),
        ),
        (
            (
                "account_alerts",
                json!({"entity_type": "BUSINESS", "entity_id": "1", "alert_info": {
                "alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED",
                "alert_description": "…"}}),
            ),
            Some(vec![News::Alert {
                kind: "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED".into(),
                critical: true,
            }]),
        ),
        (
            (
                "account_alerts",
                json!({"alert_severity": "INFORMATIONAL", "alert_type": "OBA_APPROVED"}),
            ),
            Some(vec![News::Alert {
                kind: "OBA_APPROVED".into(),
                critical: false,
            }]),
        ),
        (
            (
                "account_alerts",
                json!({"alert_info": {"alert_status": "NONE", "alert_type": "OBA_APPROVED"}}),
            ),
            None,
        ),
        (
            quality(json!({"event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"})),
            Some(vec![News::Throughput(Throughput::High)]),
        ),
        (
            quality(json!({"event": "FLAGGED", "current_limit": "TIER_10K"})),
            Some(vec![News::Quality(Quality::Red), limit("10000")]),
        ),
        (
            quality(
                json!({"event": "UPGRADE", "old_limit": "TIER_2K", "current_limit": "TIER_10K", "max_daily_conversations_per_business": "TIER_100K"}),
            ),
            Some(vec![limit("100000")]),
        ),
        (
            quality(json!({"event": "ONBOARDING", "current_limit": "TIER_NOT_SET"})),
            None,
        ),
        (
            (
                "business_capability_update",
                json!({"max_daily_conversations_per_business": -1}),
            ),
            Some(vec![limit("unlimited")]),
        ),
        (
            (
                "business_capability_update",
                json!({"max_daily_conversation_per_phone": 250}),
            ),
            Some(vec![limit("250")]),
        ),
        (
            (
                "business_capability_update",
                json!({"max_phone_numbers_per_business": 25}),
            ),
            None,
        ),
        (
            (
                "phone_number_name_update",
                json!({"decision": "REJECTED", "requested_verified_name": "Sapa"}),
            ),
            Some(vec![News::Name(Review::Rejected, Some("Sapa".into()))]),
        ),
        (
            (
                "message_template_status_update",
                json!({"event": "PAUSED", "message_template_id": 1, "message_template_name": "kabar", "message_template_language": "id"}),
            ),
            Some(vec![News::Template {
                name: "kabar".into(),
                language: "id".into(),
                status: "PAUSED".into(),
            }]),
        ),
        (
            (
                "template_category_update",
                json!({"message_template_name": "kabar", "previous_category": "UTILITY", "new_category": "MARKETING"}),
            ),
            Some(vec![News::Category {
                name: "kabar".into(),
                from: "UTILITY".into(),
                to: "MARKETING".into(),
            }]),
        ),
        (
            ("security", json!({"event": "PIN_CHANGED"})),
            Some(vec![News::Security("PIN_CHANGED".into())]),
        ),
        (("security", json!(null)), None),
        (("flows", json!({"event": "FLOW_STATUS_CHANGE"})), None),
    ];
    for ((field, value), news) in cases {
        let heard = told(field, &value).map(|(_, news)| news);
        assert_eq!(heard, news, "{field} {value}");
    }
}

#[test]
fn news_about_a_number_name_it() {
    let value = json!({"event": "FLAGGED", "display_phone_number": "15550783881"});
    let (number, _) = told("phone_number_quality_update", &value).unwrap();
    assert_eq!(number.as_deref(), Some("15550783881"));
}

#[test]
fn what_we_ask_for_is_understood() {
    let number = json!({
        "display_phone_number": "+62 21 5550 7000", "verified_name": "Sapa", "name_status": "APPROVED", "quality_rating": "YELLOW",
        "status": "CONNECTED", "throughput": {"level": "HIGH"}, "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
        "health_status": {"can_send_message": "BLOCKED", "entities": [
            {"entity_type": "APP", "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_code": 141_006, "error_description": "No payment."}]},
        ]},
        "id": "1",
    })
    .to_string();
    let news = account::number(&Object::read(&number).unwrap());
    let wanted = [
        News::Phone("+62 21 5550 7000".into()),
        News::Quality(Quality::Yellow),
        News::Number("CONNECTED".into()),
        News::Name(Review::Approved, Some("Sapa".into())),
        News::Limit("unlimited".into()),
        News::Throughput(Throughput::High),
        News::Sending(Sending::Blocked, Some("No payment.".into())),
    ];
    assert_eq!(news, wanted);
    assert_eq!(account::number(&Object::read("{}").unwrap()), []);
    let token = |data: Value| {
        let answer = json!({ "data": data }).to_string();
        account::token(&Object::read(&answer).unwrap())
    };
    let lasting = json!({"is_valid": true, "expires_at": 0, "app_id": "7"});
    assert_eq!(
        token(lasting),
        Some((News::Token(Token::Lasting), Some("7".into())))
    );
    let ends = json!({"is_valid": true, "expires_at": 1_798_000_000});
    assert_eq!(
        token(ends),
        Some((News::Token(Token::Until(Millis(1_798_000_000_000))), None))
    );
    assert_eq!(
        token(json!({"is_valid": false})),
        Some((News::Token(Token::Dead), None))
    );
    assert_eq!(token(json!({})), None);
    let apps =
        json!({"data": [{"whatsapp_business_api_data": {"id": "7", "name": "Sapa"}}]}).to_string();
    let apps = Object::read(&apps).unwrap();
    assert!(account::is_subscribed(&apps, Some("7")) && account::is_subscribed(&apps, None));
    assert!(!account::is_subscribed(&apps, Some("8")));
    assert!(!account::is_subscribed(
        &Object::read(r#"{"data":[]}"#).unwrap(),
        None
    ));
}
