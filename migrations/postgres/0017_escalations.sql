-- Tickets that were passed on to whoever runs the desk: by whom, why, and who ended it. The ticket is escalated while one is open.
create table escalations (
    id             text   not null primary key,
    ticket_id      text   not null references tickets (id),
    staff_id       text   not null references staff (id),
    reason         text   not null,
    opened_at      bigint not null,
    ended_at       bigint,
    ended_actor    text,
    ended_actor_id text
);
create unique index escalations_open on escalations (ticket_id) where ended_at is null;
create index escalations_of_ticket on escalations (ticket_id, opened_at);
