//! The same changes, asked for in the chat: whoever holds the phone shows a code first. The code for a new number goes to that number, the
//! one for an e-mail address to the number that the account has.

use std::time::Duration;

use super::changing::{ChangeRefused, take_number};
use crate::{
    accounts::{self, Changes},
    contacts, db,
    desk::Act,
    otp::{self, Challenge, Purpose, Refused, Request, Target},
    staff,
    tickets::Actor,
};

/// What is to be changed, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewContact {
    /// The WhatsApp number.
    Number(String),
    /// The e-mail address.
    Email(String),
}

/// Why it is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChatRefused {
    /// What was typed is no phone number, or no e-mail address.
    #[error("this cannot be read")]
    Unreadable,
    /// They have it already.
    #[error("it is so already")]
    Same,
    /// A code can go to another number only by a template, and none is configured.
    #[error("codes cannot be sent to other numbers here")]
    NoTemplate,
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

impl From<Refused> for ChatRefused {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooSoon(wait) => Self::TooSoon(wait),
            Refused::Db(error) => Self::Db(error),
        }
    }
}

impl From<ChangeRefused> for ChatRefused {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::NoTemplate => Self::NoTemplate,
            ChangeRefused::NotANumber => Self::Unreadable,
            ChangeRefused::TooSoon(wait) => Self::TooSoon(wait),
            ChangeRefused::Rejected => Self::Rejected,
            ChangeRefused::NumberTaken => Self::NumberTaken,
            ChangeRefused::Db(error) => Self::Db(error),
        }
    }
}

/// Sends a code for what the customer wants, and says what was read: the number in digits, the address. Ring
/// [`crate::desk::Bell::ring_codes`] after the commit.
pub async fn ask_in_chat(
    act: &mut Act<'_>,
    customer_id: &str,
    wanted: &NewContact,
) -> Result<(Challenge, NewContact), ChatRefused> {
    let now = contacts::identity(act.tx, customer_id).await?.wa_id;
    let (read, target, purpose) = match wanted {
        NewContact::Number(typed) => {
            let region = &act.desk.settings.default_region;
            let number = contacts::parse_phone(typed, region).ok_or(ChatRefused::Unreadable)?;
            if now.as_ref() == Some(&number) {
                return Err(ChatRefused::Same);
            }
            if act.desk.settings.otp_template.is_none() {
                return Err(ChatRefused::NoTemplate);
            }
            let target = Target::Number(number.clone());
            (NewContact::Number(number), target, Purpose::ChangePhone)
        }
        NewContact::Email(typed) => {
            let email = typed.trim();
            if !accounts::is_email(email) {
                return Err(ChatRefused::Unreadable);
            }
            let account = accounts::of(act.tx, customer_id).await?;
            if account.is_some_and(|account| account.email.as_deref() == Some(email)) {
                return Err(ChatRefused::Same);
            }
            let read = NewContact::Email(email.to_owned());
            (read, Target::Customer, Purpose::ChangeEmail)
        }
    };
    let (NewContact::Number(detail) | NewContact::Email(detail)) = &read;
    let handle = match &read {
        NewContact::Number(number) => number,
        // The code goes to the number that they have, whatever address they type.
        NewContact::Email(_) => now.as_deref().unwrap_or(customer_id),
    };
    let asked = Request {
        purpose,
        handle,
        subject: Some(customer_id),
        target,
        detail: Some(detail),
        // A chat has no internet address: what is counted by it is the person's own.
        address: customer_id,
        agent: "",
        familiar: true,
    };
    let challenge = otp::request(act, &asked).await?;
    Ok((challenge, read))
}

/// The customer shows the code: it is so from now on. **Commit also when it is refused**: a wrong try counts only then.
pub async fn confirm_in_chat(
    act: &mut Act<'_>,
    customer_id: &str,
    wanted: &NewContact,
    challenge: &str,
    code: &str,
) -> Result<(), ChatRefused> {
    let purpose = match wanted {
        NewContact::Number(_) => Purpose::ChangePhone,
        NewContact::Email(_) => Purpose::ChangeEmail,
    };
    let verified = otp::verify(act, purpose, challenge, code).await;
    let verified = verified.map_err(ChangeRefused::from)?;
    let Some(detail) = verified.detail.filter(|_| verified.subject == customer_id) else {
        return Err(ChatRefused::Rejected);
    };
    let by = Actor::Customer(customer_id.to_owned());
    match wanted {
        NewContact::Number(_) => {
            take_number(act, &by, customer_id, detail).await?;
            // Whoever changed it may not be who is logged in anywhere.
            accounts::end_sessions(act, customer_id).await?;
        }
        NewContact::Email(_) => {
            let changes = Changes {
                email: Some(detail),
                ..Changes::default()
            };
            accounts::change(act, customer_id, &changes).await?;
            staff::audit(act, &by, "customer.email", customer_id, None, None).await?;
        }
    }
    Ok(())
}
