//! How the Cloud API names people: by number, by business-scoped user id, by both, and in more than one place.

use super::wire::Object;
use crate::inbound::Customer;

/// Whom an element is from, by itself and by the contact beside it. Sources disagree on what a person without a number looks like:
/// `from` and `wa_id` are omitted, or hold the user id. Both are taken.
pub(super) fn who(element: &Object<'_>, contact: Option<&Object<'_>>) -> Customer {
    let mut customer = Customer::default();
    let own = ["from", "wa_id", "from_user_id", "user_id"].map(|key| element.id(key));
    let beside = ["wa_id", "user_id"].map(|key| contact.and_then(|contact| contact.id(key)));
    for name in own.into_iter().chain(beside).flatten() {
        let (number, user_id) = sorted(name);
        customer.wa_id = customer.wa_id.or(number);
        customer.user_id = customer.user_id.or(user_id);
    }
    customer.profile_name = contact.and_then(|contact| {
        let profile = contact.object("profile")?;
        let name = profile.text("name").or_else(|| profile.text("username"))?;
        Some(name.trim().to_owned())
    });
    customer
}

/// Everybody's name in lanes: the number where there is one.
pub(super) fn lane(customer: &Customer) -> Option<&str> {
    customer.wa_id.as_deref().or(customer.user_id.as_deref())
}

/// A name is a number or a user id (`CC.` and up to 128 letters and digits).
pub(super) fn sorted(name: String) -> (Option<String>, Option<String>) {
    let digits = name.strip_prefix('+').unwrap_or(&name);
    let number = (5..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if number {
        return (Some(digits.to_owned()), None);
    }
    let user_id = name.len() <= 160
        && name.bytes().any(|b| b.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    (None, user_id.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_in_many_ways() {
        let contact =
            r#"{"profile":{"name":" Sari ","username":"sari"},"wa_id":"628","user_id":"ID.1"}"#;
        let both = (Some("6281234567890"), Some("ID.1349"));
        let cases = [
            (r#"{"from":"6281234567890"}"#, "{}", (both.0, None)),
            (
                r#"{"from":"6281234567890","from_user_id":"ID.1349"}"#,
                "{}",
                both,
            ),
            (
                r#"{"from":"6281234567890"}"#,
                r#"{"user_id":"ID.1349"}"#,
                both,
            ),
            (
                r#"{"from":"ID.1349"}"#,
                r#"{"wa_id":"ID.1349"}"#,
                (None, both.1),
            ),
            (
                r#"{"from":"ID.1349"}"#,
                r#"{"wa_id":"6281234567890"}"#,
                both,
            ),
            (
                "{}",
                r#"{"wa_id":"6281234567890","user_id":"ID.1349"}"#,
                both,
            ),
            ("{}", r#"{"user_id":"ID.1349"}"#, (None, both.1)),
            (r#"{"from":6281234567890}"#, "{}", (both.0, None)),
            (r#"{"from":"+6281234567890"}"#, "{}", (both.0, None)),
            (r#"{"from":null}"#, r#"{"wa_id":{}}"#, (None, None)),
            (r#"{"from":"<b>"}"#, "{}", (None, None)),
        ];
        for (element, contact, expected) in cases {
            let (element, contact) = (Object::read(element).unwrap(), Object::read(contact));
            let customer = who(&element, contact.as_ref());
            assert_eq!(
                (customer.wa_id.as_deref(), customer.user_id.as_deref()),
                expected
            );
        }
        let (element, contact) = (Object::read("{}").unwrap(), Object::read(contact));
        assert_eq!(
            who(&element, contact.as_ref()).profile_name.as_deref(),
            Some("Sari")
        );
    }
}
