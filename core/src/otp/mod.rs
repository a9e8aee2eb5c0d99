//! One-time codes: asking for one, and showing that one got it. For customers and for staff alike.
//!
//! Whoever asks gets a challenge, whether the number or name is anybody's or not: the same answer, after the same work. What is sent, if
//! anything is, is decided afterwards by [`delivery`]. A code has six digits, is good for ten minutes and once, and is stored as a keyed
//! hash. Five wrong tries end that challenge and no other, so that a stranger locks nobody out (OWASP ASVS 5.0, 6.5 and 6.6).

use std::time::Duration;

use crate::{
    clock::Millis,
    db::{self, Type},
    desk::Act,
    security::Label,
};

mod ages;
pub mod delivery;
mod limits;
pub(crate) mod store;

pub(crate) use limits::free_at;
pub use limits::source;

pub use ages::Ages;
pub use delivery::{Target, browser};

/// How long a code is good.
pub const GOOD_FOR: Duration = Duration::from_mins(10);
/// How the address of a request begins that was made in the chat. An address on the network never does.
pub const IN_CHAT: &str = "Telegram (";
/// So many wrong tries end a challenge.
const TRIES: i64 = 5;

/// What a code lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Purpose {
    /// A customer comes into the portal.
    PortalLogin,
    /// A customer has another number from now on.
    ChangePhone,
    /// A customer has another e-mail address from now on.
    ChangeEmail,
    /// Somebody of the staff comes to the pages.
    StaffLogin,
}

impl Purpose {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PortalLogin => "portal_login",
            Self::ChangePhone => "change_phone",
            Self::ChangeEmail => "change_email",
            Self::StaffLogin => "staff_login",
        }
    }
}

/// Who asks for a code, and what for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What for.
    pub purpose: Purpose,
    /// Where the code would go: a number in digits, a user name in small letters. Counted, and stored as a keyed hash.
    pub handle: &'a str,
    /// Whose it is: a customer's or a member of staff's id, `None` when it is nobody's. Then nothing is sent.
    pub subject: Option<&'a str>,
    /// Where the code goes.
    pub target: Target,
    /// What a right code brings about, told by [`verify`]: the new number, for instance.
    pub detail: Option<&'a str>,
    /// The asker's internet address.
    pub address: &'a str,
    /// What the asker's browser calls itself.
    pub agent: &'a str,
    /// The subject was logged in from this address before: strangers elsewhere do not use up what he may ask for. A number that is not his
    /// yet gets no more codes for it.
    pub familiar: bool,
}

/// Something to answer with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its id; worth nothing without the code.
    pub id: String,
    /// Until when.
    pub expires_at: Millis,
}

/// Why there is no challenge.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Too soon after the last one, or too many of late: the same for numbers that are nobody's.
    #[error("another code may be asked for in {} s", .0.as_secs())]
    TooSoon(Duration),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Whom a right code was sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// A customer's or a member of staff's id, by the purpose.
    pub subject: String,
    /// As in [`Request`].
    pub detail: Option<String>,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// The code is wrong, or the challenge is unknown, used, too old, or had too many wrong tries: nobody is told which.
    #[error("the code is not right, or not any more")]
    Rejected,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Asks for a code. It is sent after the commit, by [`delivery`]; ring [`crate::desk::Bell::ring_codes`] then.
pub async fn request(act: &mut Act<'_>, asked: &Request<'_>) -> Result<Challenge, Refused> {
    let handle = handle(act, asked);
    let source = source(asked.address);
    if let Some(wait) = limits::wait(act, &handle, &source, asked).await? {
        return Err(Refused::TooSoon(wait));
    }
    let challenge = Challenge {
        id: act.id(),
        expires_at: act.now.plus(GOOD_FOR),
    };
    let code = format!("{:06}", act.desk.ids.below(1_000_000));
    let (keys, ids) = (&act.desk.keys, &act.desk.ids);
    let sealed = delivery::Parcel {
        code: &code,
        target: &asked.target,
    };
    let sealed = serde_json::to_vec(&sealed).map_err(|e| db::Error::Encode(e.into()))?;
    let seal = |plain: &[u8]| keys.seal(Label::OutboxSecret, ids, &challenge.id, plain);
    let new = store::New {
        id: &challenge.id,
        purpose: asked.purpose,
        handle: &handle,
        subject: asked.subject,
        source: &source,
        address: asked.address,
        agent: asked.agent,
        code_hash: &keys.mac(Label::OtpCode, &tied(&challenge.id, &code)),
        sealed: &seal(&sealed),
        detail: asked.detail.map(|detail| seal(detail.as_bytes())),
        created_at: act.now,
        expires_at: challenge.expires_at,
    };
    store::insert(act.tx, &new).await?;
    let mono = act.desk.clock.mono();
    act.desk.ages.begin(&challenge.id, mono);
    Ok(challenge)
}

/// How long to wait before this may be asked for; `None`: not at all. Nothing is counted yet.
pub async fn wait(act: &mut Act<'_>, asked: &Request<'_>) -> db::Result<Option<Duration>> {
    let (handle, source) = (handle(act, asked), source(asked.address));
    limits::wait(act, &handle, &source, asked).await
}

fn handle(act: &Act<'_>, asked: &Request<'_>) -> String {
    // Whatever a code is for: one number gets so many and no more.
    let kind = match asked.target {
        Target::Staff => "staff",
        Target::Customer | Target::Number(_) => "number",
    };
    let handle = format!("{kind}:{}", asked.handle);
    act.desk.keys.mac(Label::OtpHandle, handle.as_bytes())
}

/// Takes a code. **Commit also when it is refused**: a wrong try counts only then. Of two right answers at once one is taken.
pub async fn verify(
    act: &mut Act<'_>,
    purpose: Purpose,
    challenge: &str,
    code: &str,
) -> Result<Verified, NotVerified> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    // Counted before it is looked at: whoever comes at the same moment waits here (PostgreSQL), or behind us (SQLite).
    let tried = store::count_try(act.tx, challenge, purpose, TRIES, act.now).await?;
    let fresh = act.desk.ages.is_fresh(challenge, act.desk.clock.mono());
    // An unknown challenge is compared like any other.
    let hash = tried.as_ref().map_or("", |tried| &tried.code_hash);
    let keys = &act.desk.keys;
    let right = keys.verify(Label::OtpCode, &tied(challenge, &code), hash);
    let tried = tried.filter(|_| right && fresh);
    let Some((subject, detail)) = tried.and_then(|t| t.subject.map(|s| (s, t.detail))) else {
        return Err(NotVerified::Rejected);
    };
    let detail = detail.and_then(|sealed| keys.open(Label::OutboxSecret, challenge, &sealed));
    let detail = detail.and_then(|plain| String::from_utf8(plain).ok());
    if !store::use_up(act.tx, challenge, act.now).await? {
        return Err(NotVerified::Rejected);
    }
    Ok(Verified { subject, detail })
}

/// Somebody got a code that he did not ask for: the challenge ends, and whoever asked from there gets no more for his account for an
/// hour. Whether the code had been used already; `None`: there is no such challenge of his.
pub async fn disown(act: &mut Act<'_>, challenge: &str, subject: &str) -> db::Result<Option<bool>> {
    store::disown(act.tx, challenge, subject, act.now).await
}

/// Ends every challenge of somebody that is open: what went to a number that is theirs no longer opens nothing any more.
pub async fn kill_open(act: &mut Act<'_>, subject: &str) -> db::Result<()> {
    store::kill_open(act.tx, subject, act.now).await
}

/// How many codes still have to be sent.
pub async fn unsent(tx: &mut db::Tx) -> db::Result<i64> {
    store::unsent(tx).await
}

/// A code is right for its challenge only.
fn tied(challenge: &str, code: &str) -> Vec<u8> {
    format!("{challenge}:{code}").into_bytes()
}

#[cfg(test)]
mod tests;
