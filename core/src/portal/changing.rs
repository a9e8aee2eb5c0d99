//! What customers change about themselves. A new number counts only after a code that came to it.

use std::time::Duration;

use super::{sessions, store};
use crate::{
    accounts::{self, Changes},
    args, contacts, db,
    desk::Act,
    otp::{self, Challenge, NotVerified, Purpose, Refused, Request, Target},
    outbox::{self, Class, Content, NewRow, Prompt, Secret},
    staff,
    tickets::Actor,
};

/// How long the old number is worth telling.
const TELL_OLD: Duration = Duration::from_hours(24);

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Everything is as it was wanted.
    Done,
    /// Everything but the number, which waits for this challenge.
    Confirm(Challenge),
}

/// Why something is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefused {
    /// A code can go to another number only by a template, and none is configured.
    #[error("codes cannot be sent to other numbers here")]
    NoTemplate,
    /// What was given is no phone number.
    #[error("this is no phone number")]
    NotANumber,
    /// Codes are asked for too soon or too often.
    #[error("another code may be asked for in {} s", .0.as_secs())]
    TooSoon(Duration),
    /// The code is wrong, or not good any more.
    #[error("the code is not right, or not any more")]
    Rejected,
    /// Another customer has this number.
    #[error("another customer has this number")]
    NumberTaken,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<Refused> for ChangeRefused {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooSoon(wait) => Self::TooSoon(wait),
            Refused::Db(error) => Self::Db(error),
        }
    }
}

impl From<NotVerified> for ChangeRefused {
    fn from(refused: NotVerified) -> Self {
        match refused {
            NotVerified::Rejected => Self::Rejected,
            NotVerified::Db(error) => Self::Db(error),
        }
    }
}

/// Changes a profile. For a number that is not the customer's yet a code goes to that number, whosever it is: the answer tells nothing.
pub async fn change_profile(
    act: &mut Act<'_>,
    session: &sessions::Session,
    changes: &Changes,
    phone: Option<&str>,
    (address, agent): (&str, &str),
) -> Result<Changed, ChangeRefused> {
    let customer_id = &session.customer_id;
    let region = act.desk.settings.default_region.clone();
    let number = phone
        .map(|phone| contacts::parse_phone(phone, &region).ok_or(ChangeRefused::NotANumber))
        .transpose()?;
    let now = contacts::identity(act.tx, customer_id).await?.wa_id;
    let number = number.filter(|number| Some(number) != now.as_ref());
    if number.is_some() && act.desk.settings.otp_template.is_none() {
        return Err(ChangeRefused::NoTemplate);
    }
    let before = accounts::of(act.tx, customer_id).await?;
    accounts::change(act, customer_id, changes).await?;
    let email = before.and_then(|account| account.email).unwrap_or_default();
    if changes.email.as_ref().is_some_and(|new| *new != email) {
        let by = Actor::Customer(customer_id.clone());
        staff::audit(act, &by, "customer.email", customer_id, None, None).await?;
    }
    let Some(number) = number else {
        return Ok(Changed::Done);
    };
    let asked = Request {
        purpose: Purpose::ChangePhone,
        handle: &number,
        subject: Some(customer_id),
        target: Target::Number(number.clone()),
        detail: Some(&number),
        address,
        agent,
        familiar: false,
    };
    Ok(Changed::Confirm(otp::request(act, &asked).await?))
}

/// The customer shows the code that came to the new number: it is theirs from now on. Every other session ends, and the old number is
/// told where that is possible. Commit also when the code is refused.
pub async fn confirm_number(
    act: &mut Act<'_>,
    session: &sessions::Session,
    challenge: &str,
    code: &str,
) -> Result<(), ChangeRefused> {
    let verified = otp::verify(act, Purpose::ChangePhone, challenge, code).await?;
    let customer_id = &session.customer_id;
    let Some(number) = verified.detail.filter(|_| verified.subject == *customer_id) else {
        return Err(ChangeRefused::Rejected);
    };
    let by = Actor::Customer(customer_id.clone());
    take_number(act, &by, customer_id, number).await?;
    store::revoke_others(act.tx, customer_id, &session.id, act.now).await?;
    Ok(())
}

/// Staff write another number down for a customer who cannot show a code any more: their phone was lost, or somebody typed it wrong. Every
/// session of theirs ends, for whoever has the old number may have begun it. False: they have this number already.
pub async fn correct_number(
    act: &mut Act<'_>,
    by: &Actor,
    customer_id: &str,
    phone: &str,
) -> Result<bool, ChangeRefused> {
    let region = act.desk.settings.default_region.clone();
    let number = contacts::parse_phone(phone, &region).ok_or(ChangeRefused::NotANumber)?;
    let now = contacts::identity(act.tx, customer_id).await?.wa_id;
    if now.as_ref() == Some(&number) {
        return Ok(false);
    }
    take_number(act, by, customer_id, number).await?;
    accounts::end_sessions(act, customer_id).await?;
    Ok(true)
}

/// The number is the customer's from now on, and the old one is told where that is possible. Codes that are still open went to the old one:
/// they end.
pub(super) async fn take_number(
    act: &mut Act<'_>,
    by: &Actor,
    customer_id: &str,
    number: String,
) -> Result<(), ChangeRefused> {
    let old = contacts::identity(act.tx, customer_id).await?.wa_id;
    // Before anything else is written: of two who are given one number at the same instant the second waits here, and keeps the one he has.
    if !contacts::claim_number(act, customer_id, &number).await? {
        let holder = contacts::by_number(act.tx, &number).await?;
        if holder.is_none_or(|holder| holder.id != *customer_id) {
            return Err(ChangeRefused::NumberTaken);
        }
    }
    tell_old_number(act, customer_id, old).await?;
    contacts::settle_on_number(act, customer_id, number).await?;
    otp::kill_open(act, customer_id).await?;
    staff::audit(act, by, "customer.number", customer_id, None, None).await?;
    Ok(())
}

/// A word to the number that the account had, while WhatsApp still lets us write there.
async fn tell_old_number(
    act: &mut Act<'_>,
    customer_id: &str,
    old: Option<String>,
) -> db::Result<()> {
    let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    let open = contacts::window_closes(&customer).is_some_and(|closes| act.now < closes);
    let Some(old) = old.filter(|_| open) else {
        return Ok(());
    };
    let l = contacts::words(act, &customer).await?;
    let text = l.text(
        "portal-number-changed",
        args!["desk" => &act.desk.settings.name],
    );
    let secret = Secret {
        content: Content::Prompt(Prompt::text(text)),
        number: Some(old),
    };
    let content = secret.seal(&act.desk, customer_id, act.now.plus(TELL_OLD))?;
    let channel = act.desk.settings.whatsapp.clone();
    let row = NewRow::new(&channel, customer_id, Class::Notice, content);
    outbox::enqueue(act, row).await.map(drop)
}
