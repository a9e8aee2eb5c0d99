//! Where a person is in a dialogue. Knows nothing of the dialogues themselves: a state is whatever serde can write, with a version.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    clock::Millis,
    db::{self, Tx},
    desk::Act,
};

pub(crate) mod store;

/// A stored state, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded<S> {
    /// There is none.
    None,
    /// The state and when it was saved.
    State(S, Millis),
    /// There is one, but of another version or shape: the dialogue starts again with a kind word.
    Unreadable,
}

/// The dialogue state of `customer:<id>` or `staff:<id>`.
pub async fn load<S: DeserializeOwned>(
    tx: &mut Tx,
    person: &str,
    version: i64,
) -> db::Result<Loaded<S>> {
    Ok(match store::load(tx, person).await? {
        None => Loaded::None,
        Some((stored, state, at)) if stored == version => serde_json::from_str(&state)
            .map_or(Loaded::Unreadable, |state| Loaded::State(state, at)),
        Some(_) => Loaded::Unreadable,
    })
}

/// Remembers where a person is.
pub async fn save<S: Serialize>(
    act: &mut Act<'_>,
    person: &str,
    version: i64,
    state: &S,
) -> db::Result<()> {
    let state = serde_json::to_string(state).map_err(|e| db::Error::Encode(e.into()))?;
    store::save(act.tx, person, version, &state, act.now).await
}

/// The dialogue is over.
pub async fn clear(act: &mut Act<'_>, person: &str) -> db::Result<()> {
    store::clear(act.tx, person).await
}

#[cfg(test)]
mod tests;
