//! Doing what a dialogue about the customer's own data leads to: showing it, sending a code, taking one.

use sapa_core::{
    accounts, contacts, db,
    desk::Act,
    outbox::Prompt,
    portal::{self, ChatRefused, NewContact},
};

use super::{
    account::{self, Outcome, Place},
    dialogue::{At, State, View},
};

/// What the customer has.
pub async fn show(act: &mut Act<'_>, customer_id: &str, view: &View) -> db::Result<Prompt> {
    let identity = contacts::identity(act.tx, customer_id).await?;
    let number = identity.wa_id.as_deref().map(contacts::format_phone);
    let account = accounts::of(act.tx, customer_id).await?;
    let email = account.and_then(|account| account.email);
    Ok(account::shown(number.as_deref(), email.as_deref(), view))
}

/// Sends a code. Where the dialogue stands, what is said, and whether a code is to be sent.
pub async fn ask_code(
    act: &mut Act<'_>,
    customer_id: &str,
    wanted: &NewContact,
    (state, view): (State, &View),
) -> db::Result<(State, Prompt, bool)> {
    match portal::ask_in_chat(act, customer_id, wanted).await {
        Ok((challenge, read)) => {
            let place = Place::Code {
                challenge: challenge.id,
                wanted: read.clone(),
            };
            let state = state.go(At::Account { place });
            let (state, prompt) = account::told(state, &read, &Outcome::Sent, view);
            Ok((state, prompt, true))
        }
        Err(refused) => {
            let outcome = outcome(refused, view)?;
            let (state, prompt) = account::told(state, wanted, &outcome, view);
            Ok((state, prompt, false))
        }
    }
}

/// Takes a code. Of a new number the old one is told, and that is all that is said.
pub async fn try_code(
    act: &mut Act<'_>,
    customer_id: &str,
    (wanted, challenge, code): (&NewContact, &str, &str),
    (state, view): (State, &View),
) -> db::Result<(State, Option<Prompt>)> {
    let confirmed = portal::confirm_in_chat(act, customer_id, wanted, challenge, code).await;
    let outcome = match (confirmed, wanted) {
        (Ok(()), NewContact::Number(_)) => return Ok((state.home(), None)),
        (Ok(()), NewContact::Email(email)) => Outcome::EmailChanged(email.clone()),
        (Err(refused), _) => outcome(refused, view)?,
    };
    let (state, prompt) = account::told(state, wanted, &outcome, view);
    Ok((state, Some(prompt)))
}

fn outcome(refused: ChatRefused, view: &View) -> db::Result<Outcome> {
    Ok(match refused {
        ChatRefused::Unreadable => Outcome::Unreadable,
        ChatRefused::Same => Outcome::Same,
        ChatRefused::NoTemplate => Outcome::NeedsPerson,
        ChatRefused::TooSoon(wait) => Outcome::TooSoon(view.l().duration(wait)),
        ChatRefused::Rejected => Outcome::Wrong,
        ChatRefused::NumberTaken => Outcome::Taken,
        ChatRefused::Db(error) => return Err(error),
    })
}
