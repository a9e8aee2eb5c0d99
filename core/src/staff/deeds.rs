//! What is written down of who did what: every word that the audit log knows, and nothing twice.

use std::time::Duration;

use super::{Availability, Role, store};
use crate::{db, desk::Act, tickets::Actor};

/// Everything that is written down. Each has words in every language: [`deed_key`].
pub const DEEDS: [&str; 38] = [
    "customer.added",
    "customer.changed",
    "customer.email",
    "customer.number",
    "customer.removed",
    "customer.session_ended",
    "customer.sessions_ended",
    "door.link",
    "door.opened",
    "door.refused",
    "event.retried",
    "login",
    "login.refused",
    "login.too_many",
    "otp.disowned",
    "page.refused",
    "password.cleared",
    "password.refused",
    "password.set",
    "person.erased",
    "person.erasure_asked",
    "person.exported",
    "session.all_ended",
    "session.ended",
    "setting.changed",
    "staff.availability",
    "staff.capacity",
    "staff.invited",
    "staff.linked",
    "staff.locale",
    "staff.removed",
    "staff.role",
    "staff.team",
    "team.made",
    "type.added",
    "type.changed",
    "type.removed",
    "type.switched",
];

/// The Fluent key of what was done. `None`: it was written down by a version that we do not know.
pub fn deed_key(action: &str) -> Option<String> {
    let known = DEEDS.contains(&action);
    known.then(|| format!("pages-did-{}", action.replace(['.', '_'], "-")))
}

/// The Fluent key of a value as it is written down: roles and availability have words, the rest stands for itself.
pub fn value_key(kept: &str) -> Option<&'static str> {
    let role = Role::ALL.iter().find(|role| role.as_str() == kept);
    let here = [
        Availability::Online,
        Availability::Away,
        Availability::Offline,
    ];
    let here = here.iter().find(|one| one.as_str() == kept);
    role.map(|role| role.key()).or(here.map(|one| one.key()))
}

/// Writes a refusal down, unless the same was written down within `quiet`: who tries again and again fills nothing but that one line.
/// Whether it was written.
pub async fn audit_once(
    act: &mut Act<'_>,
    by: &Actor,
    (action, subject): (&str, &str),
    after: Option<&str>,
    quiet: Duration,
) -> db::Result<bool> {
    let since = act.now.minus(quiet);
    if store::was_audited(act.tx, action, subject, after, since).await? {
        return Ok(false);
    }
    super::audit(act, by, action, subject, None, after).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::Locale,
        testing::{
            both,
            people::{acting, reading},
        },
    };

    #[tokio::test]
    async fn every_deed_has_words_in_every_language() {
        for (desk, ..) in both().await {
            for locale in Locale::ALL {
                let l = desk.localizer(locale);
                for deed in DEEDS {
                    let key = deed_key(deed).unwrap();
                    assert_ne!(l.label(&key, &[]), key, "{}", locale.code());
                }
            }
        }
        assert_eq!(deed_key("nobody.knows"), None);
    }

    #[tokio::test]
    async fn who_is_refused_again_and_again_is_written_down_once_in_a_while() {
        let quiet = Duration::from_mins(10);
        for (desk, clock, _fresh) in both().await {
            let refused = async |what: &str| {
                acting!(desk, |act| {
                    let about = ("page.refused", "budi");
                    audit_once(act, &Actor::System, about, Some(what), quiet)
                        .await
                        .unwrap()
                })
            };
            assert!(refused("/admin/staff").await);
            assert!(!refused("/admin/staff").await);
            assert!(refused("/admin/audit").await, "something else");
            clock.advance(quiet);
            assert!(refused("/admin/staff").await, "later");
            let trail = reading!(desk, |tx| super::super::trail(tx, None, 9).await.unwrap());
            assert_eq!(trail.len(), 3);
        }
    }
}
