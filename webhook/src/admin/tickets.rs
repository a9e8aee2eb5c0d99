//! The list of tickets: filters that live in the address, a search, pages.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use sapa_core::{
    clock::Millis,
    staff::{self, Member, Permission},
    tickets::{
        self, Priority, TicketType,
        listing::{self, Group, Row, Wanted},
    },
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Params, Visit},
    reading,
    shell::{Shell, html},
};
use crate::surface::Shared;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filters {
    q: String,
    group: String,
    priority: String,
    r#type: String,
    agent: String,
    after: String,
    done: String,
}

impl Filters {
    /// The address of the page after this one.
    fn next(&self, last: &Row) -> Option<String> {
        let after = format!("{}-{}", last.opened_at.0, last.id);
        let all = [
            ("q", &self.q),
            ("group", &self.group),
            ("priority", &self.priority),
            ("type", &self.r#type),
            ("agent", &self.agent),
            ("after", &after),
        ];
        let given: Vec<_> = all.iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(given).ok()
    }
}

/// A place in a list: when, and the id among those of the same instant.
pub(super) fn place(written: &str) -> Result<Option<(Millis, &str)>, Refusal> {
    if written.is_empty() {
        return Ok(None);
    }
    let (at, id) = written.split_once('-').ok_or(Refusal::BadAddress)?;
    let at = at.parse().map_err(|_| Refusal::BadAddress)?;
    Ok(Some((Millis(at), id)))
}

/// A value of a select: as it stands in the address, as people read it, whether it is chosen.
type Choice = (String, String, bool);

/// What the filters offer.
struct Choices {
    groups: Vec<Choice>,
    priorities: Vec<Choice>,
    types: Vec<Choice>,
    /// Empty for whoever sees only his own.
    agents: Vec<Choice>,
}

impl Choices {
    fn of(s: &Shell, wanted: &Wanted<'_>, types: &[TicketType], members: Vec<Member>) -> Self {
        let statuses = tickets::Status::ALL.map(Group::Status);
        let groups = Group::ALL.into_iter().chain(statuses);
        let groups =
            groups.map(|one| (one.as_str().to_owned(), named(s, one), one == wanted.group));
        let priorities = Priority::ALL.into_iter().rev().map(|one| {
            let chosen = wanted.priority == Some(one);
            (one.as_str().to_owned(), s.t(one.key()), chosen)
        });
        let types = types.iter().map(|one| {
            let chosen = wanted.type_id == Some(&one.id);
            (one.id.clone(), one.name(s.l.locale()).to_owned(), chosen)
        });
        let works = members
            .into_iter()
            .filter(|one| one.role.permits(Permission::TicketsWork));
        let agents = works.map(|one| {
            let chosen = wanted.staff_id == Some(&one.id);
            (one.id, one.name, chosen)
        });
        Self {
            groups: groups.collect(),
            priorities: priorities.collect(),
            types: types.collect(),
            agents: agents.collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct Page {
    s: Shell,
    q: String,
    choices: Choices,
    filtered: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// The list.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(filters): Params<Filters>,
) -> Result<Response, Refusal> {
    let sees_all = visit.may(Permission::TicketsReadAll);
    if !sees_all {
        visit.permit(Permission::TicketsWork)?;
    }
    let me = visit.visitor.staff.id.clone();
    let group = match filters.group.as_str() {
        "" => Group::Open,
        written => Group::parse(written).ok_or(Refusal::BadAddress)?,
    };
    let priority = match filters.priority.as_str() {
        "" => None,
        written => Some(Priority::parse(written).ok_or(Refusal::BadAddress)?),
    };
    let given = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
    let (type_id, agent) = (given(&filters.r#type), given(&filters.agent));
    let wanted = Wanted {
        group,
        priority,
        type_id: type_id.as_deref(),
        staff_id: agent.as_deref(),
        customer_id: None,
        words: &filters.q,
        seen_by: (!sees_all).then_some(me.as_str()),
        after: place(&filters.after)?,
    };
    let (found, types, members) = reading!(shared, |act| {
        let found = listing::list(act.tx, &wanted, act.now).await?;
        Ok((
            found,
            tickets::types(act.tx).await?,
            staff::members(act.tx).await?,
        ))
    })?;
    let (rows, more) = found;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-tickets").done(Some(&filters.done));
    let filtered = !filters.q.is_empty()
        || group != Group::Open
        || priority.is_some()
        || type_id.is_some()
        || agent.is_some();
    let choices = Choices::of(
        &s,
        &wanted,
        &types,
        if sees_all { members } else { Vec::new() },
    );
    Ok(html(&Page {
        next: rows
            .last()
            .filter(|_| more)
            .and_then(|last| filters.next(last)),
        filtered,
        q: filters.q,
        choices,
        rows,
        s,
    }))
}

fn named(s: &Shell, group: Group) -> String {
    match group {
        Group::All => s.t("pages-group-all"),
        Group::Open => s.t("pages-group-active"),
        Group::Waiting => s.t("pages-group-waiting"),
        Group::Overdue => s.t("pages-group-overdue"),
        Group::Done => s.t("pages-group-done"),
        Group::Status(status) => s.t(status.key()),
    }
}
