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
    shell::{Done, Shell, Wrong, html, then},
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
    position: String,
    wrong: Wrong,
    /// What is wrong with no single field.
    problem: Option<String>,
}

impl One {
    fn of(s: Shell, entry: Option<Entry>, form: Form, teams: Vec<Team>) -> Self {
        let usual = sapa_core::tickets::TicketType {
            id: String::new(),
            names: BTreeMap::new(),
            keywords: Vec::new(),
            team_id: None,
            own_minutes: [None; 4],
            position: 0,
        };
        let [low, normal, high, urgent] = [form.low, form.normal, form.high, form.urgent];
        let limits = Priority::ALL.into_iter().zip([low, normal, high, urgent]);
        let limit = |(priority, own): (Priority, String)| (priority, own, usual.minutes(priority));
        let name = |locale: Locale| {
            let name = match locale {
                Locale::Id => &form.name_id,
                Locale::En => &form.name_en,
            };
            (locale.code(), locale.native_name(), name.clone())
        };
        let address = entry.as_ref().map(|entry| &entry.kind.id);
        let chosen = |team: Team| {
            let is_its = form.team == team.id;
            (team, is_its)
        };
        Self {
            address: address.map_or_else(|| HOME.to_owned(), |id| format!("{HOME}/{id}")),
            names: Locale::ALL.into_iter().map(name).collect(),
            keywords: form.keywords,
            limits: limits.map(limit).collect(),
            teams: teams.into_iter().map(chosen).collect(),
            position: form.position,
            wrong: Wrong::default(),
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
    Ok(html(&One::of(
        s.titled(title),
        None,
        Form::of(draft),
        teams,
    )))
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
    let form = Form::of(draft_of(&entry));
    Ok(html(&One::of(s, Some(entry), form, teams)))
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

/// The field that is wrong, and the key of what to do about it.
type Fault = (&'static str, &'static str);

impl Form {
    fn of(draft: Draft) -> Self {
        let minutes = |own: Option<i64>| own.map(|own| own.to_string()).unwrap_or_default();
        let [low, normal, high, urgent] = draft.own_minutes.map(minutes);
        let mut names = draft.names;
        let mut name = |locale: Locale| names.remove(locale.code()).unwrap_or_default();
        Self {
            name_id: name(Locale::Id),
            name_en: name(Locale::En),
            keywords: draft.keywords.join(", "),
            team: draft.team_id.unwrap_or_default(),
            low,
            normal,
            high,
            urgent,
            position: draft.position.to_string(),
        }
    }

    fn read(&self) -> Result<Draft, Fault> {
        let minutes = |field: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            digits => digits
                .parse()
                .map(Some)
                .map_err(|_| (field, "pages-wrong-digits")),
        };
        if self.keywords.len() > LONGEST {
            return Err(("keywords", "pages-wrong-keywords"));
        }
        let position = self.position.trim().parse();
        let words = self.keywords.split([',', '\n']).map(str::to_owned);
        Ok(Draft {
            names: BTreeMap::from([
                ("id".to_owned(), self.name_id.clone()),
                ("en".to_owned(), self.name_en.clone()),
            ]),
            keywords: words.collect(),
            team_id: Some(self.team.clone()).filter(|team| !team.is_empty()),
            own_minutes: [
                minutes("low", &self.low)?,
                minutes("normal", &self.normal)?,
                minutes("high", &self.high)?,
                minutes("urgent", &self.urgent)?,
            ],
            position: position.map_err(|_| ("position", "pages-wrong-digits"))?,
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

/// The field, if it is about one, and the key of what to do.
fn fault(refused: &Refused) -> (Option<&'static str>, &'static str) {
    match refused {
        Refused::Name | Refused::Language => (Some("name_id"), "pages-type-no-name"),
        Refused::NameTaken => (Some("name_id"), "pages-type-name-taken"),
        Refused::Minutes => (None, "pages-type-no-minutes"),
        Refused::Keywords => (Some("keywords"), "pages-type-no-keywords"),
        Refused::Used => (None, "pages-type-used"),
        Refused::Team | Refused::Unknown | Refused::Db(_) => (None, "pages-refused-not-found"),
    }
}

/// The form again as it was typed, with what is wrong with it.
async fn again(
    shared: &Shared,
    who: &Visit,
    id: Option<&str>,
    form: Form,
    (field, key): (Option<&'static str>, &'static str),
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
    let words = s.t(key);
    let (wrong, problem) = match field {
        Some(field) => (Wrong::new(field, words), None),
        None => (Wrong::default(), Some(words)),
    };
    let page = One {
        wrong,
        problem,
        ..One::of(s, entry, form, teams)
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
    let draft = match form.read() {
        Ok(draft) => draft,
        Err((field, key)) => return again(&shared, &who, None, form, (Some(field), key)).await,
    };
    let added = writing!(shared, |act| refusable(
        catalogue::add_type(act, &by, &draft).await
    ))?;
    match added {
        Ok(_) => Ok(then(HOME, "changed")),
        Err(refused) => again(&shared, &who, None, form, fault(&refused)).await,
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
    let draft = match form.read() {
        Ok(draft) => draft,
        Err((field, key)) => {
            return again(&shared, &who, Some(&id), form, (Some(field), key)).await;
        }
    };
    let changed = writing!(shared, |act| refusable(
        catalogue::change_type(act, &by, &id, &draft).await
    ))?;
    match changed {
        Ok(()) => Ok(then(&format!("{HOME}/{id}"), "changed")),
        Err(refused) => again(&shared, &who, Some(&id), form, fault(&refused)).await,
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
            {
                let form = Form::of(draft_of(&entry));
                again(&shared, &who, Some(&id), form, fault(&refused)).await
            }
        }
    }
}
