//! Reads a request's body: no more bytes and no more time than the limits allow.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

use crate::{Limits, problem::Problem};

/// How long a body that is too large is read and thrown away after the answer was given. Closing at once would reset
/// the connection while the client still writes, and the client would see the reset instead of the answer.
const LINGER: Duration = Duration::from_secs(5);

/// The whole body, or why it is refused.
pub(crate) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limits: &Limits,
) -> Result<Bytes, Problem> {
    let announced = announced(headers);
    if announced.is_some_and(|bytes| bytes > limits.body_bytes as u64) {
        // Who asks first ("Expect: 100-continue") has sent nothing yet, and will not.
        if !headers.contains_key(header::EXPECT) {
            throw_away(body);
        }
        return Err(Problem::TOO_LARGE);
    }
    let reading = collect(&mut body, limits.body_bytes);
    let read = tokio::time::timeout(limits.body_time, reading).await;
    let read = read.unwrap_or(Err(Problem::TOO_SLOW));
    if read == Err(Problem::TOO_LARGE) {
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

async fn collect(body: &mut Body, most: usize) -> Result<Bytes, Problem> {
    // A body that came in one piece, as most do, is not copied.
    let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Problem::BROKEN_BODY)?.into_data() else {
            continue;
        };
        if first.len() + rest.len() + data.len() > most {
            return Err(Problem::TOO_LARGE);
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
    Ok(if rest.is_empty() {
        first
    } else {
        rest.freeze()
    })
}

fn throw_away(mut body: Body) {
    tokio::spawn(tokio::time::timeout(LINGER, async move {
        while let Some(Ok(_)) = body.frame().await {}
    }));
}
