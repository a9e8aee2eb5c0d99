//! The SQL of the desk at a glance.

use super::Numbers;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    NUMBERS = "select
            (select count(*) from tickets where status not in ('resolved', 'closed', 'cancelled')) as open,
            (select count(*) from tickets where status = 'open' and staff_id is null) as waiting,
            (select count(*) from tickets where status not in ('resolved', 'closed', 'cancelled') and due_at < $1) as overdue,
            (select count(*) from tickets where opened_at >= $2) as opened_today,
            (select count(*) from ticket_events where kind = 'status' and to_value = 'resolved' and at >= $2
                and seq > (select coalesce(max(seq), 0) - 20000 from ticket_events)) as resolved_today,
            (select count(*) from conversations where state = 'open' and owner = 'queue' and ticket_id is null) as talks_waiting,
            (select min(since) from (
                select min(opened_at) as since from tickets where status = 'open' and staff_id is null
                union all
                select min(queued_at) as since from conversations where state = 'open' and owner = 'queue') waits) as oldest,
            (select count(*) from outbox where state = 'queued') as outgoing,
            (select count(*) from inbox where state = 'pending') as incoming";
}

pub(super) async fn numbers(tx: &mut Tx, now: Millis, midnight: Millis) -> db::Result<Numbers> {
    run!(tx, |c| sqlx::query_as(NUMBERS)
        .bind(now)
        .bind(midnight)
        .fetch_one(c)
        .await)
}
