//! The types of tickets as admins look after them: added, renamed, given time limits and a team, switched off. One that was ever used is
//! never deleted: tickets and figures speak of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Actor, TicketType};
use crate::{
    db::{self, Tx},
    desk::Act,
    i18n::Locale,
    staff,
};

pub(crate) mod store;

/// The longest name: a row of a WhatsApp list (Meta: interactive list messages).
const NAME: usize = 24;
/// The longest word, and how many of them.
const KEYWORD: usize = 40;
const KEYWORDS: usize = 100;
/// The longest time limit: a year.
const MINUTES: i64 = 365 * 24 * 60;

/// A type in the list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The type.
    pub kind: TicketType,
    /// Customers may choose it.
    pub active: bool,
    /// There is a ticket of it.
    pub used: bool,
}

/// What a type is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its name per language code; at least one.
    pub names: BTreeMap<String, String>,
    /// Words that speak for it.
    pub keywords: Vec<String>,
    /// The team that sees to it.
    pub team_id: Option<String>,
    /// Its own time limits in minutes, from low to urgent.
    pub own_minutes: [Option<i64>; 4],
    /// Its place in lists.
    pub position: i64,
}

/// Why a type is not written down.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It has no name, or one that is too long.
    #[error("a type has a name of at most {NAME} letters")]
    Name,
    /// Another type is called so.
    #[error("another type has this name")]
    NameTaken,
    /// A language that nobody speaks here.
    #[error("there is no such language")]
    Language,
    /// A time limit that is none.
    #[error("a time limit is a minute at least and a year at most")]
    Minutes,
    /// Words that are too long, or too many.
    #[error("at most {KEYWORDS} words of {KEYWORD} letters")]
    Keywords,
    /// There is no such team.
    #[error("there is no such team")]
    Team,
    /// There is no such type.
    #[error("there is no such type")]
    Unknown,
    /// There are tickets of it: it can be switched off.
    #[error("there are tickets of this type")]
    Used,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Every type, also those that are switched off, in their order.
pub async fn all_types(tx: &mut Tx) -> db::Result<Vec<Entry>> {
    store::all(tx).await
}

/// Adds a type, to be chosen from now on. Its id.
pub async fn add_type(act: &mut Act<'_>, by: &Actor, draft: &Draft) -> Result<String, Refused> {
    let id = act.id();
    let draft = checked(act.tx, &id, draft).await?;
    store::insert(act.tx, &id, &draft).await?;
    audit(act, by, "type.added", &id, (None, Some(title(&draft)))).await?;
    Ok(id)
}

/// Changes what a type is. Tickets of it keep the times they were promised.
pub async fn change_type(
    act: &mut Act<'_>,
    by: &Actor,
    id: &str,
    draft: &Draft,
) -> Result<(), Refused> {
    let before = entry(act.tx, id).await?;
    let draft = checked(act.tx, id, draft).await?;
    store::update(act.tx, id, &draft).await?;
    let names = (Some(told(&before.kind)), Some(title(&draft)));
    audit(act, by, "type.changed", id, names).await?;
    Ok(())
}

/// Lets customers choose a type, or no longer.
pub async fn switch_type(
    act: &mut Act<'_>,
    by: &Actor,
    id: &str,
    active: bool,
) -> Result<(), Refused> {
    let before = entry(act.tx, id).await?;
    if before.active == active {
        return Ok(());
    }
    store::switch(act.tx, id, active).await?;
    let word = |active: bool| Some(if active { "on" } else { "off" }.to_owned());
    audit(
        act,
        by,
        "type.switched",
        id,
        (word(before.active), word(active)),
    )
    .await?;
    Ok(())
}

/// Takes away a type that was never used.
pub async fn remove_type(act: &mut Act<'_>, by: &Actor, id: &str) -> Result<(), Refused> {
    let before = entry(act.tx, id).await?;
    if before.used {
        return Err(Refused::Used);
    }
    store::delete(act.tx, id).await?;
    audit(
        act,
        by,
        "type.removed",
        id,
        (Some(told(&before.kind)), None),
    )
    .await?;
    Ok(())
}

async fn entry(tx: &mut Tx, id: &str) -> Result<Entry, Refused> {
    let all = store::all(tx).await?;
    let entry = all.into_iter().find(|entry| entry.kind.id == id);
    entry.ok_or(Refused::Unknown)
}

/// A draft as it is stored, if it may be.
async fn checked(tx: &mut Tx, id: &str, draft: &Draft) -> Result<Draft, Refused> {
    let mut names = BTreeMap::new();
    for (code, name) in &draft.names {
        let locale = Locale::ALL.into_iter().find(|l| l.code() == code);
        let locale = locale.ok_or(Refused::Language)?;
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.encode_utf16().count() > NAME || name.chars().any(char::is_control) {
            return Err(Refused::Name);
        }
        if !name.is_empty() {
            names.insert(locale.code().to_owned(), name);
        }
    }
    if names.is_empty() {
        return Err(Refused::Name);
    }
    let others = store::all(tx).await?;
    let mut others = others.iter().filter(|other| other.kind.id != id);
    let same = |other: &Entry| {
        let theirs = &other.kind.names;
        names.iter().any(|(code, name)| {
            let other = theirs.get(code).map(|name| name.to_lowercase());
            other == Some(name.to_lowercase())
        })
    };
    if others.any(same) {
        return Err(Refused::NameTaken);
    }
    let limits = draft.own_minutes.iter().flatten();
    if limits
        .clone()
        .any(|minutes| !(1..=MINUTES).contains(minutes))
    {
        return Err(Refused::Minutes);
    }
    if let Some(team) = &draft.team_id
        && !staff::store::teams(tx)
            .await?
            .iter()
            .any(|(id, _)| id == team)
    {
        return Err(Refused::Team);
    }
    Ok(Draft {
        names,
        keywords: keywords(&draft.keywords)?,
        ..draft.clone()
    })
}

/// As they are looked for: in small letters, once each.
fn keywords(typed: &[String]) -> Result<Vec<String>, Refused> {
    let words = typed
        .iter()
        .map(|word| {
            word.to_lowercase()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|word| !word.is_empty());
    let mut seen = BTreeSet::new();
    let words: Vec<String> = words.filter(|word| seen.insert(word.clone())).collect();
    if words.len() > KEYWORDS || words.iter().any(|word| word.chars().count() > KEYWORD) {
        return Err(Refused::Keywords);
    }
    Ok(words)
}

fn title(draft: &Draft) -> String {
    draft
        .names
        .values()
        .cloned()
        .collect::<Vec<_>>()
        .join(" / ")
}

fn told(kind: &TicketType) -> String {
    kind.names.values().cloned().collect::<Vec<_>>().join(" / ")
}

async fn audit(
    act: &mut Act<'_>,
    by: &Actor,
    action: &str,
    id: &str,
    (before, after): (Option<String>, Option<String>),
) -> db::Result<()> {
    let subject = format!("type:{id}");
    staff::audit(
        act,
        by,
        action,
        &subject,
        before.as_deref(),
        after.as_deref(),
    )
    .await
}

#[cfg(test)]
mod tests;
