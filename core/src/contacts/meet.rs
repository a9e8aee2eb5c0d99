//! Recognising people: by number, by user id, or by both, however the platform names them today.
//!
//! Each round looks, does at most one thing, and looks again, so that a person who writes on two connections at once (PostgreSQL) is
//! still one customer: whoever loses the insert finds the winner in the next round.

use super::{
    Customer, Identity, Met, merge, phone,
    store::{self, Key},
};
use crate::{db, desk::Act};

/// Finding, creating, attaching, merging: nobody needs more rounds than this unless others keep changing the same person.
const ROUNDS: usize = 8;

/// The customer behind an identity: found by either key, made when both are unknown, merged when each belongs to somebody else.
/// A known number with a *different* known user id is a new person: the number was recycled.
pub async fn meet(
    act: &mut Act<'_>,
    identity: &Identity,
    profile_name: Option<&str>,
) -> db::Result<Met> {
    let name = profile_name.map(str::trim).filter(|name| !name.is_empty());
    let (mut made, mut recycled) = (None, None);
    for _ in 0..ROUNDS {
        let by_number = store::by_key(act.tx, Key::WaId, identity.wa_id.as_deref()).await?;
        let by_user = store::by_key(act.tx, Key::UserId, identity.user_id.as_deref()).await?;
        let customer = match (by_number, by_user) {
            (None, None) => {
                made = Some(create(act, identity, name).await?);
                continue;
            }
            (Some(a), Some(b)) if a.id != b.id => {
                if has_other_user(act, &a, identity).await? {
                    take_number(act, &b, identity).await?;
                    recycled = Some(a.id);
                } else {
                    merge::merge(act, &a, &b).await?;
                }
                continue;
            }
            (Some(known), None) if identity.user_id.is_some() => {
                if has_other_user(act, &known, identity).await? {
                    made = Some(create_on_number(act, identity, name).await?);
                    recycled = Some(known.id);
                } else {
                    attach(act, &known, Key::UserId, identity.user_id.as_deref()).await?;
                }
                continue;
            }
            (None, Some(known)) if identity.wa_id.is_some() => {
                replace_number(act, &known, identity).await?;
                continue;
            }
            (Some(known), _) | (None, Some(known)) => known,
        };
        let customer = named(act, customer, identity, name).await?;
        let is_new = made.as_ref() == Some(&customer.id);
        return Ok(Met {
            customer,
            is_new,
            recycled,
        });
    }
    Err(db::Error::Protocol(
        "a contact without any identity, or one that changes faster than it can be read".into(),
    ))
}

/// The platform says that this customer has another number or user id from now on. The id of the customer they are afterwards: another
/// one when the new identity was a customer of its own and the two became one.
pub async fn change_identity(
    act: &mut Act<'_>,
    customer_id: &str,
    identity: &Identity,
) -> db::Result<String> {
    let mut current = customer_id.to_owned();
    for (key, value) in [
        (Key::WaId, &identity.wa_id),
        (Key::UserId, &identity.user_id),
    ] {
        let (Some(value), Some(customer)) = (value, store::by_id(act.tx, &current).await?) else {
            continue;
        };
        match store::by_key(act.tx, key, Some(value)).await? {
            Some(other) if other.id != customer.id => {
                if key == Key::WaId && has_other_user(act, &other, identity).await? {
                    store::move_identity(act.tx, key, value, &customer.id, act.now).await?;
                } else {
                    current = merge::merge(act, &customer, &other).await?;
                }
            }
            Some(_) => {}
            None => attach(act, &customer, key, Some(value)).await?,
        }
        store::drop_others(act.tx, &current, key, value).await?;
    }
    Ok(current)
}

/// The customer proved by a code that this number is theirs. The user id that they had goes with the old number: WhatsApp makes another one
/// for a new number (360dialog, ycloud: business-scoped user ids), and whoever has the old phone now is not this customer. What was written
/// from there opens nothing here.
pub async fn settle_on_number(
    act: &mut Act<'_>,
    customer_id: &str,
    wa_id: String,
) -> db::Result<()> {
    let new = Identity {
        wa_id: Some(wa_id),
        user_id: None,
    };
    let customer_id = change_identity(act, customer_id, &new).await?;
    store::drop_all(act.tx, &customer_id, Key::UserId).await?;
    store::close_window(act.tx, &customer_id).await
}

async fn create(act: &mut Act<'_>, identity: &Identity, name: Option<&str>) -> db::Result<String> {
    let id = insert(act, identity, name).await?;
    // The number first, always: two connections that insert the same two keys in one order cannot lock each other out. Who finds his
    // first key taken was not first: he takes himself back, and the next round finds the other one.
    let mut first = true;
    for (key, value) in [
        (Key::WaId, &identity.wa_id),
        (Key::UserId, &identity.user_id),
    ] {
        let Some(value) = value else { continue };
        if !store::claim_identity(act.tx, key, value, &id, act.now).await? && first {
            store::unmake(act.tx, &id).await?;
            return Ok(id);
        }
        first = false;
    }
    if first {
        store::unmake(act.tx, &id).await?;
    }
    Ok(id)
}

async fn create_on_number(
    act: &mut Act<'_>,
    identity: &Identity,
    name: Option<&str>,
) -> db::Result<String> {
    let id = insert(act, identity, name).await?;
    if let Some(wa_id) = &identity.wa_id {
        store::move_identity(act.tx, Key::WaId, wa_id, &id, act.now).await?;
    }
    if let Some(user_id) = &identity.user_id {
        store::claim_identity(act.tx, Key::UserId, user_id, &id, act.now).await?;
    }
    Ok(id)
}

async fn insert(act: &mut Act<'_>, identity: &Identity, name: Option<&str>) -> db::Result<String> {
    let id = act.id();
    let name = name.map_or_else(|| stand_in(identity), str::to_owned);
    store::insert(act.tx, &id, &name, act.now).await?;
    Ok(id)
}

async fn attach(
    act: &mut Act<'_>,
    customer: &Customer,
    key: Key,
    value: Option<&str>,
) -> db::Result<()> {
    if let Some(value) = value {
        store::claim_identity(act.tx, key, value, &customer.id, act.now).await?;
    }
    Ok(())
}

/// A known user writes from a number that nobody has: it replaces the one he had.
async fn replace_number(
    act: &mut Act<'_>,
    customer: &Customer,
    identity: &Identity,
) -> db::Result<()> {
    attach(act, customer, Key::WaId, identity.wa_id.as_deref()).await?;
    match &identity.wa_id {
        Some(wa_id) => store::drop_others(act.tx, &customer.id, Key::WaId, wa_id).await,
        None => Ok(()),
    }
}

/// A known user writes from a number that was somebody else's.
async fn take_number(
    act: &mut Act<'_>,
    customer: &Customer,
    identity: &Identity,
) -> db::Result<()> {
    let Some(wa_id) = &identity.wa_id else {
        return Ok(());
    };
    store::move_identity(act.tx, Key::WaId, wa_id, &customer.id, act.now).await?;
    store::drop_others(act.tx, &customer.id, Key::WaId, wa_id).await
}

async fn has_other_user(
    act: &mut Act<'_>,
    customer: &Customer,
    identity: &Identity,
) -> db::Result<bool> {
    let known = store::identity(act.tx, &customer.id).await?.user_id;
    Ok(matches!((known, &identity.user_id), (Some(known), Some(now)) if known != *now))
}

/// Whoever was shown by number gets the name that he tells now.
async fn named(
    act: &mut Act<'_>,
    mut customer: Customer,
    identity: &Identity,
    name: Option<&str>,
) -> db::Result<Customer> {
    let Some(name) = name else {
        return Ok(customer);
    };
    let bare = Identity {
        wa_id: identity.wa_id.clone(),
        user_id: None,
    };
    let nameless = [
        stand_in(identity),
        stand_in(&bare),
        identity.user_id.clone().unwrap_or_default(),
    ]
    .contains(&customer.name);
    if nameless && customer.name != name {
        store::rename(act.tx, &customer.id, name).await?;
        name.clone_into(&mut customer.name);
    }
    Ok(customer)
}

fn stand_in(identity: &Identity) -> String {
    match identity {
        Identity {
            wa_id: Some(wa_id), ..
        } => phone::format_phone(wa_id),
        Identity {
            user_id: Some(user_id),
            ..
        } => user_id.clone(),
        _ => String::new(),
    }
}
