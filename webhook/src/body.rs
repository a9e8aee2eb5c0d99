//! Reads a request's body: no more bytes and no more time than the limits allow, for one request and for all together.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Limits, problem::Problem};

/// How long a body that is too large is read and thrown away after the answer was given. Closing at once would reset
/// the connection while the client still writes, and the client would see the reset instead of the answer.
const LINGER: Duration = Duration::from_secs(5);

/// So much of every body is not counted: an event or two always come in, whoever fills the memory beside them.
const FREE: usize = 16 * 1024;

/// The bytes of bodies that are held at once, proved or not: what is counted is there, not what was announced.
#[derive(Clone)]
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    /// Room for so many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    fn take(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        if bytes == 0 {
            return Ok(None);
        }
        let bytes = u32::try_from(bytes).map_err(|_| Problem::TOO_LARGE)?;
        let taken = Arc::clone(&self.0).try_acquire_many_owned(bytes);
        taken.map(Some).map_err(|_| Problem::FULL)
    }
}

/// A body, and its part of the budget until nobody needs it any more.
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _part: Option<OwnedSemaphorePermit>,
}

/// The whole body, or why it is refused.
pub(crate) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limits: &Limits,
    budget: &Budget,
) -> Result<Held, Problem> {
    let announced = announced(headers);
    if announced.is_some_and(|bytes| bytes > limits.body_bytes as u64) {
        // Who asks first ("Expect: 100-continue") has sent nothing yet, and will not.
        if !headers.contains_key(header::EXPECT) {
            throw_away(body);
        }
        return Err(Problem::TOO_LARGE);
    }
    let reading = collect(&mut body, limits.body_bytes, budget);
    let read = tokio::time::timeout(limits.body_time, reading).await;
    let read = read.unwrap_or(Err(Problem::TOO_SLOW));
    // Compared, not matched: a pattern's constant is worked out before the optimising compiler may look at it.
    let unread = [Problem::TOO_LARGE, Problem::FULL];
    if read.as_ref().is_err_and(|problem| unread.contains(problem)) {
        throw_away(body);
    }
    read
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

async fn collect(body: &mut Body, most: usize, budget: &Budget) -> Result<Held, Problem> {
    let mut part: Option<OwnedSemaphorePermit> = None;
    // A body that came in one piece, as most do, is not copied.
    let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Problem::BROKEN_BODY)?.into_data() else {
            continue;
        };
        let length = first.len() + rest.len() + data.len();
        if length > most {
            return Err(Problem::TOO_LARGE);
        }
        let counted = part.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if let Some(more) = budget.take(length.saturating_sub(FREE + counted))? {
            match &mut part {
                Some(part) => part.merge(more),
                None => part = Some(more),
            }
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    let bytes = if rest.is_empty() {
        first
    } else {
        rest.freeze()
    };
    Ok(Held { bytes, _part: part })
}

fn throw_away(mut body: Body) {
    tokio::spawn(tokio::time::timeout(LINGER, async move {
        while let Some(Ok(_)) = body.frame().await {}
    }));
}
