//! SQL of traces.

use super::Life;
use crate::db::{self, Tx, run, statements};

statements! {
    OF_TICKET = "select m.id as message_id, m.author, m.staff_id, m.kind, m.written_at, i.seq as inbox_seq, i.received_at as stored_at, m.created_at as handled_at,
            o.id as outbox_id, o.recipient, o.due_at, o.created_at as queued_at, o.state, o.sent_at, o.delivered_at, o.read_at, o.failed_at, o.attempts, o.flagged, o.error_code
        from (select * from messages where ticket_id = $1 order by created_at desc, id desc limit $2) as m
            left join inbox i on i.channel = m.channel and i.external_id = m.external_id and m.author = 'customer'
            left join outbox o on o.message_id = m.id and o.kind = 'relay'
        order by m.created_at, m.id, o.seq";
}

pub(super) async fn of_ticket(tx: &mut Tx, ticket_id: &str, most: i64) -> db::Result<Vec<Life>> {
    run!(tx, |c| sqlx::query_as(OF_TICKET)
        .bind(ticket_id)
        .bind(most)
        .fetch_all(c)
        .await)
}
