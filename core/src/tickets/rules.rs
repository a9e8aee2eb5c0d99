//! Which status may follow which: the one table, which everything else asks.

use super::Status::{
    self, Assigned, Cancelled, Closed, Escalated, InProgress, OnHold, Open, Resolved,
};

/// Whether a ticket may go from one status to the other.
pub fn allowed(from: Status, to: Status) -> bool {
    let next: &[Status] = match from {
        Open => &[Assigned, Escalated, Closed, Cancelled],
        Assigned => &[
            Open, InProgress, OnHold, Escalated, Resolved, Closed, Cancelled,
        ],
        InProgress => &[
            Open, Assigned, OnHold, Escalated, Resolved, Closed, Cancelled,
        ],
        OnHold => &[
            Open, Assigned, InProgress, Escalated, Resolved, Closed, Cancelled,
        ],
        Escalated => &[
            Open, Assigned, InProgress, OnHold, Resolved, Closed, Cancelled,
        ],
        Resolved => &[Open, Closed],
        Closed => &[Open],
        Cancelled => &[],
    };
    next.contains(&to)
}
