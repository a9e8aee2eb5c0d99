//! `/staff` and `/audit`: who works here and is there, and what was written down last. The pages tell more.

use sapa_core::{
    args,
    i18n::Localizer,
    inbox::Broken,
    markup::Markup,
    outbox::Prompt,
    staff::{self, Availability, Line, Member},
};

use super::{cards::cut, talk::Talk};

/// As many people as one message names.
const PEOPLE: usize = 40;
/// As many lines of the audit log.
const LINES: i64 = 15;
/// So much of a value fits a line of a phone.
const VALUE: usize = 40;

/// Everybody: role, whether he is there, how much he has.
pub async fn staff(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let members = staff::members(talk.act.tx).await?;
    let online = members
        .iter()
        .filter(|one| one.availability == Availability::Online);
    let (count, online) = (members.len().to_string(), online.count().to_string());
    let mut text = talk.text(
        "desk-staff-head",
        args!["count" => count, "online" => online],
    );
    for one in members.iter().take(PEOPLE) {
        text = text.line(&person(&talk.l, one));
    }
    if members.len() > PEOPLE {
        let more = (members.len() - PEOPLE).to_string();
        text = text.line(&talk.text("desk-staff-more", args!["count" => more]));
    }
    talk.say(Prompt::text(text)).await?;
    Ok(())
}

fn person(l: &Localizer, one: &Member) -> Markup {
    let (name, role) = (&one.name, l.label(one.role.key(), &[]));
    if !one.linked {
        return l.text("desk-staff-invited", args!["name" => name, "role" => role]);
    }
    let here = l.label(one.availability.key(), &[]);
    let load = format!("{}/{}", one.load, one.capacity);
    l.text(
        "desk-staff-line",
        args!["name" => name, "role" => role, "availability" => here, "load" => load],
    )
}

/// What was written down last, the newest first.
pub async fn audit(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let lines = staff::trail(talk.act.tx, None, LINES).await?;
    let mut text = talk.text("desk-audit-head", &[]);
    for line in &lines {
        let when = talk.l.when(line.at, talk.act.now);
        let system = || talk.l.label("pages-system", &[]);
        let who = line.actor_name.clone().unwrap_or_else(system);
        let what = deed(&talk.l, line);
        let values = args!["when" => when, "who" => who, "what" => what];
        text = text.line(&talk.text("desk-audit-line", values));
    }
    talk.say(Prompt::text(text)).await?;
    Ok(())
}

/// What was done, to whom, from what to what.
fn deed(l: &Localizer, line: &Line) -> String {
    let key = staff::deed_key(&line.action);
    let mut deed = key.map_or_else(|| line.action.clone(), |key| l.label(&key, &[]));
    if let Some(name) = line
        .subject_name
        .as_ref()
        .filter(|name| Some(*name) != line.actor_name.as_ref())
    {
        deed = format!("{deed}: {name}");
    }
    let value = |kept: &String| match staff::value_key(kept) {
        Some(key) => l.label(key, &[]),
        None => cut(kept, VALUE),
    };
    let (before, after) = (&line.before_value, &line.after_value);
    match (before.as_ref().map(value), after.as_ref().map(value)) {
        (Some(before), Some(after)) => format!("{deed} ({before} → {after})"),
        (Some(one), None) | (None, Some(one)) => format!("{deed} ({one})"),
        (None, None) => deed,
    }
}
