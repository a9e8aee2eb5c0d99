//! Every number that the desk tells, with what it means. Each begins at zero when the metrics begin: what never happened is told as such,
//! and a rate over its first time is right. `docs/observability.md` explains them; a test compares the two.

use metrics::{
    Label,
    Unit::{Count, Seconds},
};
use sapa_core::desk::Desk;

/// What tells the series of a counter apart.
#[derive(Clone, Copy)]
enum By {
    /// The channel, and these with their first values.
    Channel(&'static [(&'static str, &'static str)]),
    /// Nothing, or these with their first values.
    Alone(&'static [(&'static str, &'static str)]),
}

const CHANNEL: By = By::Channel(&[]);
const ALONE: By = By::Alone(&[]);

const COUNTERS: &[(&str, By, &str)] = &[
    (
        "sapa_inbox_accepted_total",
        CHANNEL,
        "Events that are durable and acknowledged",
    ),
    (
        "sapa_inbox_repeated_total",
        ALONE,
        "Events that a platform sent again; they were known",
    ),
    (
        "sapa_inbox_quarantined_total",
        CHANNEL,
        "Events that are kept and not handled: unreadable ones, and those of other accounts",
    ),
    (
        "sapa_inbox_handled_total",
        CHANNEL,
        "Events that were handled",
    ),
    (
        "sapa_inbox_retried_total",
        CHANNEL,
        "Failed attempts to handle an event, each with another to come",
    ),
    (
        "sapa_inbox_died_total",
        CHANNEL,
        "Events that were given up",
    ),
    (
        "sapa_inbox_unheard_total",
        By::Channel(&[("kind", "another account")]),
        "Events that need no answer, by kind",
    ),
    (
        "sapa_retention_deleted_total",
        By::Alone(&[("table", "inbox")]),
        "Rows that aged out",
    ),
    (
        "sapa_webhook_refused_total",
        By::Channel(&[("reason", "proof")]),
        "Requests that were not taken: without proof of their origin, or because the inbox could not take more",
    ),
    (
        "sapa_webhook_refused_total",
        By::Channel(&[("reason", "busy")]),
        "Requests that were not taken: without proof of their origin, or because the inbox could not take more",
    ),
    (
        "sapa_outbox_sent_total",
        CHANNEL,
        "Messages that a platform has taken",
    ),
    (
        "sapa_outbox_failed_total",
        CHANNEL,
        "Messages that were given up",
    ),
    (
        "sapa_outbox_uncertain_total",
        CHANNEL,
        "Messages of which it was unknown whether they went out",
    ),
    (
        "sapa_platform_refused_total",
        By::Channel(&[("class", "temporary"), ("code", "network")]),
        "Refusals by a platform, by what they mean and by its code",
    ),
    (
        "sapa_telegram_poll_conflicts_total",
        CHANNEL,
        "Polls that another poller of the same bot has broken",
    ),
    (
        "sapa_courtesies_left_out_total",
        ALONE,
        "Read marks and answers to presses that were left out because too many were under way",
    ),
    (
        "sapa_telegram_ephemeral_failed_total",
        By::Alone(&[("method", "answerCallbackQuery")]),
        "Courtesies to staff that failed",
    ),
    (
        "sapa_whatsapp_ephemeral_failed_total",
        ALONE,
        "Courtesies to customers that failed",
    ),
];

const GAUGES: [(&str, &str); 11] = [
    ("sapa_inbox_pending", "Events that wait to be handled"),
    (
        "sapa_inbox_oldest_seconds",
        "How long the oldest event that waits has waited",
    ),
    ("sapa_inbox_dead", "Events that were given up and lie dead"),
    (
        "sapa_inbox_orphans",
        "Delivery statuses whose message is not known",
    ),
    ("sapa_outbox_pending", "Messages that wait to be sent"),
    (
        "sapa_outbox_oldest_seconds",
        "How long the oldest message that could go has waited",
    ),
    (
        "sapa_outbox_in_flight",
        "Messages on their way to a platform",
    ),
    (
        "sapa_outbox_uncertain",
        "Messages of which it is unknown whether they went out",
    ),
    (
        "sapa_outbox_parked",
        "Messages that wait for a customer to write again",
    ),
    (
        "sapa_channel_trouble",
        "How the platform treats this process: 0 well, 1 it does not answer, 2 it refuses the account",
    ),
    ("sapa_build_info", "The version that runs; always 1"),
];

/// From a webhook's last byte to its commit.
pub(crate) const ACK: &str = "sapa_ack_seconds";

/// Durations, with the bounds of their buckets.
pub(super) const HISTOGRAMS: [(&str, &[f64], &str); 4] = [
    (
        ACK,
        &[
            0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
        ],
        "From a webhook's last byte to its commit",
    ),
    (
        "sapa_handle_seconds",
        &[
            0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0,
        ],
        "From an event being stored to its being handled",
    ),
    (
        "sapa_relay_seconds",
        &[
            0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
        ],
        "From a message being handled to its being sent across",
    ),
    (
        "sapa_send_seconds",
        &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
        "How long a platform takes to answer a send",
    ),
];

/// Says what each number means.
pub(super) fn describe() {
    for (name, _, meaning) in COUNTERS {
        metrics::describe_counter!(*name, Count, *meaning);
    }
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(name, meaning);
    }
    for (name, _, meaning) in HISTOGRAMS {
        metrics::describe_histogram!(name, Seconds, meaning);
    }
}

/// Lets every counter of a desk begin at zero.
pub(super) fn begin(desk: &Desk) {
    let channels = [&desk.settings.whatsapp, &desk.settings.telegram];
    for (name, by, _) in COUNTERS {
        match by {
            By::Channel(more) => {
                for channel in channels {
                    let channel = Label::new("channel", channel.0.clone());
                    let labels = labels(more).chain([channel]).collect::<Vec<_>>();
                    metrics::counter!(*name, labels).increment(0);
                }
            }
            By::Alone(labelled) => {
                let labels = labels(labelled).collect::<Vec<_>>();
                metrics::counter!(*name, labels).increment(0);
            }
        }
    }
    metrics::gauge!("sapa_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
}

fn labels(all: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = Label> {
    all.iter()
        .map(|(name, value)| Label::from_static_parts(name, value))
}
