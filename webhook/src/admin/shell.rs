//! What every page has around it: the navigation, the language, the words.

use std::{fmt, time::Duration};

use askama::{Template, filters::HtmlSafe};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use sapa_core::{
    accounts::AccountStatus,
    clock::Millis,
    desk::Desk,
    i18n::{Locale, Localizer, Value},
    staff::Permission,
    tickets::{Priority, Status},
};

use super::{
    access::{Inside, Stranger, Visit},
    assets,
    moment::Moment,
};

/// A place in the navigation: address, key of its name, who sees it.
type Place = (&'static str, &'static str, Option<Permission>);

const PLACES: [Place; 9] = [
    ("/admin", "pages-home", None),
    ("/admin/conversations", "pages-conversations", None),
    ("/admin/tickets", "pages-tickets", None),
    (
        "/admin/customers",
        "pages-customers",
        Some(Permission::CustomersFind),
    ),
    ("/admin/staff", "pages-staff", Some(Permission::StaffInvite)),
    (
        "/admin/types",
        "pages-types",
        Some(Permission::SettingsEdit),
    ),
    (
        "/admin/settings",
        "pages-settings",
        Some(Permission::SettingsEdit),
    ),
    ("/admin/audit", "pages-audit", Some(Permission::AuditRead)),
    ("/admin/sessions", "pages-sessions", None),
];

/// From here on "so long ago" says less than the date.
const FAR: Duration = Duration::from_hours(7 * 24);

/// Until then something has just been.
const MOMENT: Duration = Duration::from_mins(1);

/// What a page says about what was just done; it travels in the address of the page after a form.
const DONE: [&str; 20] = [
    "took-talk",
    "ended",
    "all-ended",
    "number",
    "changed",
    "removed",
    "added",
    "sent",
    "parked",
    "not-sent",
    "noted",
    "taken",
    "given",
    "too-late",
    "escalated",
    "escalated-nobody",
    "untold",
    "erasing",
    "password-set",
    "password-cleared",
];

/// What was done before a page was asked for.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    done: Option<String>,
}

impl Done {
    pub(super) fn get(&self) -> Option<&str> {
        self.done.as_deref()
    }
}

/// What every page has around it.
pub(super) struct Shell {
    pub(super) l: Localizer,
    pub(super) desk: String,
    pub(super) title: String,
    pub(super) now: Millis,
    pub(super) token: String,
    /// Who is logged in.
    pub(super) name: Option<String>,
    /// Address, icon, name, whether it is the present one.
    pub(super) places: Vec<(&'static str, &'static str, String, bool)>,
    /// What was just done.
    pub(super) done: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over what they go through by reference"
)]
impl Shell {
    /// Around a page for somebody who is not logged in, or where nobody knows.
    pub(super) fn bare(desk: &Desk, l: Localizer, title: &str) -> Self {
        Self {
            desk: desk.set_up().name.clone(),
            title: l.label(title, &[]),
            now: desk.clock.now(),
            token: String::new(),
            name: None,
            places: Vec::new(),
            done: None,
            l,
        }
    }

    pub(super) fn stranger(desk: &Desk, stranger: &Stranger, title: &str) -> Self {
        Self {
            token: stranger.token.clone(),
            ..Self::bare(desk, stranger.l.clone(), title)
        }
    }

    pub(super) fn inside(desk: &Desk, inside: &Inside, title: &str) -> Self {
        Self {
            token: inside.token.clone(),
            ..Self::bare(desk, inside.l.clone(), title)
        }
    }

    /// Around a page below `place`, which is the key of its name in the navigation.
    pub(super) fn of(desk: &Desk, visit: &Visit, place: &str) -> Self {
        let l = &visit.l;
        let seen = PLACES
            .iter()
            .filter(|(.., who)| who.is_none_or(|permission| visit.may(permission)));
        Self {
            token: visit.token.clone(),
            name: Some(visit.visitor.staff.name.clone()),
            places: seen
                .map(|(address, key, _)| {
                    let icon = key.trim_start_matches("pages-");
                    (*address, icon, l.label(key, &[]), *key == place)
                })
                .collect(),
            ..Self::bare(desk, l.clone(), place)
        }
    }

    /// With a title of its own.
    pub(super) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With what was just done.
    pub(super) fn done(mut self, done: Option<&str>) -> Self {
        let known = done.filter(|done| DONE.contains(done));
        self.done = known.map(|done| self.l.label(&format!("pages-done-{done}"), &[]));
        self
    }

    /// A text.
    pub(super) fn t(&self, key: &str) -> String {
        self.l.label(key, &[])
    }

    /// A text with one value in it.
    pub(super) fn with(&self, key: &str, name: &str, value: impl Into<Value>) -> String {
        self.l.label(key, &[(name, value.into())])
    }

    /// A text with a count in it.
    pub(super) fn count(&self, key: &str, count: &i64) -> String {
        self.with(key, "count", *count)
    }

    /// How many of a list are shown, for whoever does not see it change.
    pub(super) fn shown(&self, rows: usize, more: bool) -> String {
        let key = if more {
            "pages-shown-more"
        } else {
            "pages-shown"
        };
        self.count(key, &i64::try_from(rows).unwrap_or(i64::MAX))
    }

    pub(super) fn lang(&self) -> &'static str {
        self.l.locale().code()
    }

    /// The other languages: code and own name.
    pub(super) fn languages(&self) -> Vec<(&'static str, &'static str)> {
        let others = Locale::ALL
            .into_iter()
            .filter(|one| *one != self.l.locale());
        others.map(|one| (one.code(), one.native_name())).collect()
    }

    /// An instant as people say it.
    pub(super) fn when(&self, at: &Millis) -> String {
        self.l.when(*at, self.now)
    }

    /// An instant on a page: how far away it is, and the exact time for whoever points at it. What is farther than a week is told exactly.
    pub(super) fn moment(&self, at: &Millis) -> Moment {
        let (past, ahead) = (self.now.since(*at), at.since(self.now));
        let words = if past.max(ahead) >= FAR {
            self.when(at)
        } else if *at > self.now {
            self.with("pages-in", "long", self.l.duration(ahead))
        } else if past < MOMENT {
            self.t("pages-just-now")
        } else {
            self.with("pages-ago", "long", self.l.duration(past))
        };
        Moment::new(*at, words, self.l.exact(*at))
    }

    #[expect(
        clippy::unused_self,
        reason = "templates can only ask what they are given"
    )]
    pub(super) fn version(&self) -> &'static str {
        assets::version()
    }

    pub(super) fn status(&self, status: &Status) -> String {
        self.t(status.key())
    }

    /// Whether he may look into the customers' book.
    pub(super) fn sees_customers(&self) -> bool {
        self.places
            .iter()
            .any(|(address, ..)| *address == "/admin/customers")
    }

    pub(super) fn account_status(&self, status: &AccountStatus) -> String {
        self.t(match status {
            AccountStatus::Active => "pages-account-active",
            AccountStatus::Suspended => "pages-account-suspended",
            AccountStatus::Terminated => "pages-account-terminated",
        })
    }

    pub(super) fn priority(&self, priority: &Priority) -> String {
        self.t(priority.key())
    }
}

/// What is wrong with a form that comes back: the field, and what to do about it.
#[derive(Default)]
pub(super) struct Wrong(Option<(&'static str, String)>);

impl Wrong {
    pub(super) fn new(field: &'static str, words: String) -> Self {
        Self(Some((field, words)))
    }

    /// What to do about this field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        let wrong = self.0.as_ref().filter(|(wrong, _)| *wrong == field);
        wrong.map(|(_, words)| words.as_str())
    }

    /// What marks the field for whoever does not see the words beside it.
    pub(super) fn mark(&self, field: &str) -> Marked {
        Marked(self.of(field).map(|_| field.to_owned()))
    }
}

/// The attributes of a field that is wrong.
pub(super) struct Marked(Option<String>);

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(field) => write!(
                f,
                " aria-invalid=\"true\" aria-describedby=\"wrong-{field}\" autofocus"
            ),
            None => Ok(()),
        }
    }
}

// Names of fields are ours.
impl HtmlSafe for Marked {}

/// A page.
pub(super) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// To the page that comes after a form.
pub(super) fn then(address: &str, done: &str) -> Response {
    if done.is_empty() {
        return Redirect::to(address).into_response();
    }
    Redirect::to(&format!("{address}?done={done}")).into_response()
}
