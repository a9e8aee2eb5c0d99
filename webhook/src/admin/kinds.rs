//! The types of tickets: added, renamed, given time limits, words and a team, switched off. One that was used is never deleted.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use sapa_core::{
    i18n::Locale,
    staff::{self, Permission, Team},
    tickets::{
        Priority,
        catalogue::{self, Draft, Entry, Refused},
    },
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Nothing, Params, Posted, Visit},
    reading,
    shell::{Done, Shell, html, then},
    writing,
};
use crate::surface::Shared;

const HOME: &str = "/admin/types";
/// The longest value of a field; what fits is the domain's to say.
const LONGEST: usize = 5_000;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/types", get(list).post(add))
        .route("/types/new", get(blank))
        .route("/types/{key}", get(show).post(change))
        .route("/types/{key}/switch", post(switch))
        .route("/types/{key}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "kinds.html")]
struct Page {
    s: Shell,
    /// The type, and its name in the reader's language.
    kinds: Vec<(Entry, String)>,
}

/// All of them, also those that are switched off.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::SettingsEdit)?;
    let kinds = reading!(shared, |act| Ok(catalogue::all_types(act.tx).await?))?;
    let locale = visit.l.locale();
    let named = |entry: Entry| {
        let name = entry.kind.name(locale).to_owned();
        (entry, name)
    };
    Ok(html(&Page {
        s: Shell::of(&shared.surface.desk, &visit, "pages-types").done(done.get()),
        kinds: kinds.into_iter().map(named).collect(),
    }))
}

#[derive(Template)]
#[template(path = "kind.html")]
struct One {
    s: Shell,
    /// Where the form goes.
    address: String,
    /// The type as it is; none for a new one.
    entry: Option<Entry>,
    /// Language code, its name, the type's name in it.
    names: Vec<(&'static str, &'static str, String)>,
    keywords: String,
    /// Priority, its limit in minutes, what holds without one.
    limits: Vec<(Priority, String, i64)>,
    /// Team, whether it is the type's.
    teams: Vec<(Team, bool)>,
    position: i64,
    problem: Option<String>,
}

impl One {
    fn of(s: Shell, entry: Option<Entry>, draft: &Draft, teams: Vec<Team>) -> Self {
        let usual = sapa_core::tickets::TicketType {
            id: String::new(),
            names: BTreeMap::new(),
            keywords: Vec::new(),
            team_id: None,
            own_minutes: [None; 4],
            position: 0,
        };
        let name = |locale: Locale| {
            let name = draft.names.get(locale.code()).cloned();
            (
                locale.code(),
                locale.native_name(),
                name.unwrap_or_default(),
            )
        };
        let limit = |(priority, own): (Priority, Option<i64>)| {
            let own = own.map(|minutes| minutes.to_string());
            (priority, own.unwrap_or_default(), usual.minutes(priority))
        };
        let limits = Priority::ALL.into_iter().zip(draft.own_minutes);
        let address = entry.as_ref().map(|entry| &entry.kind.id);
        Self {
            address: address.map_or_else(|| HOME.to_owned(), |id| format!("{HOME}/{id}")),
            names: Locale::ALL.into_iter().map(name).collect(),
            keywords: draft.keywords.join(", "),
            limits: limits.map(limit).collect(),
            teams: teams
                .into_iter()
                .map(|team| {
                    let is_its = draft.team_id.as_ref() == Some(&team.id);
                    (team, is_its)
                })
                .collect(),
            position: draft.position,
            problem: None,
            entry,
            s,
        }
    }
}

fn draft_of(entry: &Entry) -> Draft {
    let kind = entry.kind.clone();
    Draft {
        names: kind.names,
        keywords: kind.keywords,
        team_id: kind.team_id,
        own_minutes: kind.own_minutes,
        position: kind.position,
    }
}

/// An empty form.
async fn blank(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Refusal> {
    visit.permit(Permission::SettingsEdit)?;
    let (kinds, teams) = reading!(shared, |act| {
        let kinds = catalogue::all_types(act.tx).await?;
        Ok((kinds, staff::all_teams(act.tx).await?))
    })?;
    let draft = Draft {
        position: kinds.iter().map(|one| one.kind.position).max().unwrap_or(0) + 1,
        ..Draft::default()
    };
    let s = Shell::of(&shared.surface.desk, &visit, "pages-types");
    let title = s.t("pages-type-new");
    Ok(html(&One::of(s.titled(title), None, &draft, teams)))
}

async fn known(shared: &Shared, id: &str) -> Result<(Entry, Vec<Team>), Refusal> {
    let (kinds, teams) = reading!(shared, |act| {
        let kinds = catalogue::all_types(act.tx).await?;
        Ok((kinds, staff::all_teams(act.tx).await?))
    })?;
    let entry = kinds.into_iter().find(|entry| entry.kind.id == id);
    Ok((entry.ok_or(Refusal::NotFound)?, teams))
}

/// One of them.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::SettingsEdit)?;
    let (entry, teams) = known(&shared, &id).await?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-types").done(done.get());
    let s = s.titled(entry.kind.name(visit.l.locale()));
    let draft = draft_of(&entry);
    Ok(html(&One::of(s, Some(entry), &draft, teams)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name_id: String,
    name_en: String,
    keywords: String,
    team: String,
    low: String,
    normal: String,
    high: String,
    urgent: String,
    position: String,
}

impl Form {
    fn read(&self) -> Option<Draft> {
        let minutes = |text: &str| match text.trim() {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        };
        if self.keywords.len() > LONGEST {
            return None;
        }
        let words = self.keywords.split([',', '\n']).map(str::to_owned);
        Some(Draft {
            names: BTreeMap::from([
                ("id".to_owned(), self.name_id.clone()),
                ("en".to_owned(), self.name_en.clone()),
            ]),
            keywords: words.collect(),
            team_id: Some(self.team.clone()).filter(|team| !team.is_empty()),
            own_minutes: [
                minutes(&self.low)?,
                minutes(&self.normal)?,
                minutes(&self.high)?,
                minutes(&self.urgent)?,
            ],
            position: self.position.trim().parse().ok()?,
        })
    }
}

/// What a person did wrong is told on the page; what broke ends the transaction.
fn refusable<T>(done: Result<T, Refused>) -> Result<Result<T, Refused>, Refusal> {
    match done {
        Err(Refused::Db(error)) => Err(error.into()),
        Err(Refused::Unknown) => Err(Refusal::NotFound),
        done => Ok(done),
    }
}

fn problem(s: &Shell, refused: &Refused) -> String {
    s.t(match refused {
        Refused::Name | Refused::Language => "pages-type-no-name",
        Refused::NameTaken => "pages-type-name-taken",
        Refused::Minutes => "pages-type-no-minutes",
        Refused::Keywords => "pages-type-no-keywords",
        Refused::Used => "pages-type-used",
        Refused::Team | Refused::Unknown | Refused::Db(_) => "pages-refused-not-found",
    })
}

/// The form again, with what is wrong with it.
async fn again(
    shared: &Shared,
    who: &Visit,
    id: Option<&str>,
    draft: &Draft,
    refused: &Refused,
) -> Result<Response, Refusal> {
    let (entry, teams) = match id {
        Some(id) => {
            let (entry, teams) = known(shared, id).await?;
            (Some(entry), teams)
        }
        None => (
            None,
            reading!(shared, |act| Ok(staff::all_teams(act.tx).await?))?,
        ),
    };
    let s = Shell::of(&shared.surface.desk, who, "pages-types");
    let wrong = problem(&s, refused);
    let page = One {
        problem: Some(wrong),
        ..One::of(s, entry, draft, teams)
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

/// Adds one.
async fn add(
    State(shared): State<Arc<Shared>>,
    Posted(who, form): Posted<Visit, Form>,
) -> Result<Response, Refusal> {
    who.permit(Permission::SettingsEdit)?;
    let by = who.visitor.actor();
    let draft = form.read().ok_or(Refusal::BadForm)?;
    let added = writing!(shared, |act| refusable(
        catalogue::add_type(act, &by, &draft).await
    ))?;
    match added {
        Ok(_) => Ok(then(HOME, "changed")),
        Err(refused) => again(&shared, &who, None, &draft, &refused).await,
    }
}

/// Changes one.
async fn change(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, form): Posted<Visit, Form>,
) -> Result<Response, Refusal> {
    who.permit(Permission::SettingsEdit)?;
    let by = who.visitor.actor();
    let draft = form.read().ok_or(Refusal::BadForm)?;
    let changed = writing!(shared, |act| refusable(
        catalogue::change_type(act, &by, &id, &draft).await
    ))?;
    match changed {
        Ok(()) => Ok(then(&format!("{HOME}/{id}"), "changed")),
        Err(refused) => again(&shared, &who, Some(&id), &draft, &refused).await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    active: bool,
}

/// Lets customers choose one, or no longer.
async fn switch(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, to): Posted<Visit, Switch>,
) -> Result<Response, Refusal> {
    who.permit(Permission::SettingsEdit)?;
    let by = who.visitor.actor();
    let switched = writing!(shared, |act| refusable(
        catalogue::switch_type(act, &by, &id, to.active).await
    ))?;
    match switched {
        Ok(()) => Ok(then(&format!("{HOME}/{id}"), "changed")),
        Err(_) => Err(Refusal::NotFound),
    }
}

/// Takes away one that was never used.
async fn remove(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::SettingsEdit)?;
    let by = who.visitor.actor();
    let removed = writing!(shared, |act| refusable(
        catalogue::remove_type(act, &by, &id).await
    ))?;
    match removed {
        Ok(()) => Ok(then(HOME, "removed")),
        Err(refused) => {
            let (entry, _) = known(&shared, &id).await?;
            again(&shared, &who, Some(&id), &draft_of(&entry), &refused).await
        }
    }
}
