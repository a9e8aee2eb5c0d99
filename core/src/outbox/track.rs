//! How one message is followed on its way out: through the log, by ids alone, and in the numbers that operators watch. Never a word of what
//! it says.

use tracing::Instrument as _;

use super::{Job, SendError, Sender, sender::Answer};
use crate::clock::Clock;

/// It is this sender's to send.
pub(super) fn claimed(job: &Job) {
    tracing::debug!(row = job.id, channel = %job.channel, ticket = job.ticket_id, message = job.message_id, "a message is claimed");
}

/// Sends it, within a span that names it, and notes how long the platform took.
pub(super) async fn sending(clock: &dyn Clock, sender: &dyn Sender, job: &Job) -> Answer {
    let span =
        tracing::info_span!("send", row = job.id, channel = %job.channel, ticket = job.ticket_id);
    async {
        let began = clock.mono();
        let answer = sender.send(job).await;
        let took = clock.mono().saturating_sub(began);
        metrics::histogram!("sapa_send_seconds", "channel" => job.channel.0.clone())
            .record(took.as_secs_f64());
        match &answer {
            Ok(posts) => tracing::debug!(posts = posts.len(), "a message was sent"),
            Err(error) => {
                let (class, code) = kind(error);
                tracing::debug!(class, code, "a message was not sent");
            }
        }
        answer
    }
    .instrument(span)
    .await
}

/// Counts a refusal, by what it means and by the platform's code.
pub(super) fn refused(job: &Job, error: &SendError) {
    let channel = job.channel.0.clone();
    match error {
        SendError::Uncertain { .. } => {
            metrics::counter!("sapa_outbox_uncertain_total", "channel" => channel).increment(1);
        }
        SendError::NotYet(_) | SendError::Moved(_) | SendError::Cancelled => {}
        refusal => {
            let (class, code) = kind(refusal);
            metrics::counter!("sapa_platform_refused_total", "channel" => channel, "class" => class, "code" => code.to_owned())
                .increment(1);
        }
    }
}

fn kind(error: &SendError) -> (&'static str, &str) {
    match error {
        SendError::Retry { code, .. } => ("temporary", code),
        SendError::Permanent { code, .. } => ("final", code),
        SendError::AccountRefused { code, .. } => ("account", code),
        SendError::WindowClosed => ("window", super::lost::WINDOW_CLOSED),
        SendError::Uncertain { .. } => ("uncertain", "no_answer"),
        SendError::NotYet(_) => ("waits", "not_yet"),
        SendError::Moved(_) => ("moved", "moved"),
        SendError::Cancelled => ("cancelled", "cancelled"),
    }
}
