//! Where customers are logged in. A session is a row; the token that a client shows carries its id, and is worth nothing without it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    accounts,
    clock::Millis,
    db::{self, FromRow, Tx},
    desk::{Act, Desk},
    otp,
    security::Label,
    staff,
    tickets::Actor,
};

/// How long a session lasts.
const LASTS: Duration = Duration::from_hours(7 * 24);
/// When it was last seen is kept to so much.
const SEEN: Duration = Duration::from_mins(5);
/// How long an address at which somebody was logged in is known as his.
const FAMILIAR: Duration = Duration::from_hours(30 * 24);
/// Who signs our tokens, and for whom.
const ISSUER: &str = "sapa";
const AUDIENCE: &str = "customer-portal";
/// As much of what a browser calls itself as is kept.
const AGENT: usize = 200;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub customer_id: String,
    /// Where it began.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used, to five minutes.
    pub seen_at: Millis,
    /// When it ends by itself.
    pub expires_at: Millis,
}

/// Somebody whose session was looked up: the one proof that a request is a customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The customer.
    pub customer_id: String,
    /// The session.
    pub session: Session,
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

pub(super) fn new(act: &Act<'_>, customer_id: &str, address: &str, agent: &str) -> Session {
    Session {
        id: act.id(),
        customer_id: customer_id.to_owned(),
        address: address.to_owned(),
        agent: agent.chars().take(AGENT).collect(),
        created_at: act.now,
        seen_at: act.now,
        expires_at: act.now.plus(LASTS),
    }
}

/// The token of a session.
pub(super) fn token(act: &Act<'_>, session: &Session) -> db::Result<String> {
    let seconds = |at: Millis| at.0.div_euclid(1_000);
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: session.customer_id.clone(),
        sid: session.id.clone(),
        iat: seconds(session.created_at),
        nbf: seconds(session.created_at),
        exp: seconds(session.expires_at),
    };
    let token = act.desk.keys.sign(Label::PortalToken, &claims);
    token.map_err(|error| db::Error::Encode(error.into()))
}

/// Who shows this token: `None` when it is not ours, not good any more, or its session ended, and also when the customer may not use the
/// portal any more.
pub async fn visitor(desk: &Desk, tx: &mut Tx, token: &str) -> db::Result<Option<Visitor>> {
    let keys = &desk.keys;
    let claims: Option<Claims> = keys.claims(Label::PortalToken, ISSUER, AUDIENCE, token);
    let now = desk.clock.now();
    let seconds = now.0.div_euclid(1_000);
    let Some(claims) = claims.filter(|c| c.nbf <= seconds && seconds < c.exp) else {
        return Ok(None);
    };
    let session = store::live(tx, &claims.sid, now).await?;
    let session = session.filter(|session| session.customer_id == claims.sub);
    Ok(session.map(|session| Visitor {
        customer_id: session.customer_id.clone(),
        session,
    }))
}

/// Whether it is time to remember that a session was seen.
pub fn touch(desk: &Desk, visitor: &Visitor) -> bool {
    desk.clock.now().since(visitor.session.seen_at) >= SEEN
}

impl Visitor {
    /// Remembers that the session was seen.
    pub async fn seen(&self, act: &mut Act<'_>) -> db::Result<()> {
        store::seen(act.tx, &self.session.id, act.now).await
    }
}

/// A page of a customer's sessions that go on, the newest first, and how many there are.
pub async fn sessions(
    tx: &mut Tx,
    customer_id: &str,
    now: Millis,
    (offset, limit): (i64, i64),
) -> db::Result<(Vec<Session>, i64)> {
    store::of_customer(tx, customer_id, now, (offset, limit)).await
}

/// Ends one of a customer's sessions. False: they have no such session.
pub async fn revoke(act: &mut Act<'_>, customer_id: &str, session_id: &str) -> db::Result<bool> {
    store::revoke(act.tx, customer_id, session_id, act.now).await
}

/// Staff end one of a customer's sessions. False: they have no such session.
pub async fn end(
    act: &mut Act<'_>,
    by: &Actor,
    customer_id: &str,
    session_id: &str,
) -> db::Result<bool> {
    let ended = revoke(act, customer_id, session_id).await?;
    if ended {
        let deed = "customer.session_ended";
        staff::audit(act, by, deed, customer_id, Some(session_id), None).await?;
    }
    Ok(ended)
}

/// Staff end every session of a customer.
pub async fn end_all(act: &mut Act<'_>, by: &Actor, customer_id: &str) -> db::Result<()> {
    accounts::end_sessions(act, customer_id).await?;
    let deed = "customer.sessions_ended";
    staff::audit(act, by, deed, customer_id, None, None).await
}

/// The visitor leaves.
pub async fn leave(act: &mut Act<'_>, visitor: &Visitor) -> db::Result<()> {
    revoke(act, &visitor.customer_id, &visitor.session.id)
        .await
        .map(drop)
}

/// Whether a customer was logged in from there of late; an IPv6 address changes each day, its network does not.
pub(super) async fn is_familiar(
    act: &mut Act<'_>,
    customer_id: &str,
    address: &str,
) -> db::Result<bool> {
    let since = act.now.minus(FAMILIAR);
    let known = store::addresses(act.tx, customer_id, since).await?;
    let here = otp::source(address);
    Ok(known.iter().any(|known| otp::source(known) == here))
}
