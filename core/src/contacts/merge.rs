//! Two customers turn out to be one person: everything of the younger record moves to the older.

use super::{Customer, store};
use crate::{
    accounts,
    conversations::{self, Owner},
    db,
    desk::Act,
};

/// Makes one customer of two. The survivor's id; the other id is found no more.
pub(super) async fn merge(act: &mut Act<'_>, a: &Customer, b: &Customer) -> db::Result<String> {
    let (old, young) = if (a.created_at, &a.id) <= (b.created_at, &b.id) {
        (a, b)
    } else {
        (b, a)
    };
    // Locked in one order, then looked at again: on PostgreSQL somebody else may have merged the same two a moment ago.
    store::lock(act.tx, &old.id).await?;
    store::lock(act.tx, &young.id).await?;
    let (Some(old), Some(young)) = (
        store::by_id(act.tx, &old.id).await?,
        store::by_id(act.tx, &young.id).await?,
    ) else {
        return Ok(old.id.clone());
    };
    close_one(act, &old, &young).await?;
    store::move_everything(act.tx, &young.id, &old.id).await?;
    accounts::merge(act.tx, &young.id, &old.id).await?;
    let window = old.window_opened_at.max(young.window_opened_at);
    store::inherit(act.tx, &old.id, old.locale.or(young.locale), window).await?;
    store::retire(act.tx, &young.id, act.now).await?;
    Ok(old.id)
}

/// A person has one open conversation: the one that a human is or will be in stays, else the older.
async fn close_one(act: &mut Act<'_>, old: &Customer, young: &Customer) -> db::Result<()> {
    let (a, b) = (
        conversations::open_of(act.tx, &old.id).await?,
        conversations::open_of(act.tx, &young.id).await?,
    );
    let (Some(a), Some(b)) = (a, b) else {
        return Ok(());
    };
    let rank = |c: &conversations::Conversation| match c.owner {
        Owner::Agent => 0,
        Owner::Queue => 1,
        Owner::Bot => 2,
    };
    let superfluous = if (rank(&a), a.opened_at) <= (rank(&b), b.opened_at) {
        b
    } else {
        a
    };
    conversations::close(act, &superfluous).await.map(drop)
}
