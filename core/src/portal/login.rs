//! Coming in: a number, a code that comes to it by WhatsApp, a session.

use super::{
    sessions::{self, Session},
    store,
};
use crate::{
    accounts::{self, Account},
    contacts,
    desk::Act,
    otp::{self, Challenge, NotVerified, Purpose, Refused, Request, Target},
};

/// What was typed is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no phone number")]
pub struct NotANumber;

/// Somebody who came in.
pub struct Entered {
    /// What the client shows from now on.
    pub token: String,
    /// The session behind it.
    pub session: Session,
    /// Who it is.
    pub account: Account,
}

/// Asks for a code for a number in any form that people write it. The same answer, after the same work, whether it is a customer's or not.
///
/// # Errors
/// Too soon, too often, or no number; the outer one is the caller's to tell apart.
pub async fn request_code(
    act: &mut Act<'_>,
    phone: &str,
    address: &str,
    agent: &str,
) -> Result<Result<Challenge, NotANumber>, Refused> {
    let region = act.desk.settings.default_region.clone();
    let Some(wa_id) = contacts::parse_phone(phone, &region) else {
        return Ok(Err(NotANumber));
    };
    let customer = contacts::by_number(act.tx, &wa_id).await?;
    let id = customer.map(|customer| customer.id).unwrap_or_default();
    let account = accounts::of(act.tx, &id).await?;
    let familiar = sessions::is_familiar(act, &id, address).await?;
    let account = account.filter(|account| account.portal_enabled);
    let asked = Request {
        purpose: Purpose::PortalLogin,
        handle: &wa_id,
        subject: account.as_ref().map(|account| account.id.as_str()),
        target: Target::Customer,
        detail: None,
        address,
        agent,
        familiar,
    };
    otp::request(act, &asked).await.map(Ok)
}

/// Takes a code and begins a session. Commit also when it is refused: a wrong try counts only then.
pub async fn enter(
    act: &mut Act<'_>,
    challenge: &str,
    code: &str,
    address: &str,
    agent: &str,
) -> Result<Entered, NotVerified> {
    let verified = otp::verify(act, Purpose::PortalLogin, challenge, code).await?;
    let account = accounts::of(act.tx, &verified.subject).await?;
    let account = account.filter(|account| account.portal_enabled);
    let account = account.ok_or(NotVerified::Rejected)?;
    let session = sessions::new(act, &account.id, address, agent);
    store::insert(act.tx, &session).await?;
    let token = sessions::token(act, &session)?;
    Ok(Entered {
        token,
        session,
        account,
    })
}
