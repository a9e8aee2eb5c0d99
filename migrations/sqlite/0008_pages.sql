-- The name that somebody of the staff comes to the pages with.
alter table staff add column user_name text;
create unique index staff_by_user_name on staff (user_name) where user_name is not null;

-- Where staff are logged in. `kind` is `pages` or `door` (the super-admin door). The cookie holds a secret of which this is the keyed hash.
create table staff_sessions (
    id             text   not null primary key,
    kind           text   not null,
    token_hash     text   not null unique,
    staff_id       text   references staff (id),
    address        text   not null,
    agent          text   not null,
    created_at     bigint not null,
    seen_at        bigint not null,
    expires_at     bigint not null,
    revoked_at     bigint
);
create index staff_sessions_of_staff on staff_sessions (staff_id, created_at);
create index staff_sessions_by_age on staff_sessions (expires_at);

-- Links to the super-admin door: each opens once. Without `staff_id` it was made at the command line.
create table door_links (
    id             text   not null primary key,
    token_hash     text   not null unique,
    staff_id       text   references staff (id),
    created_at     bigint not null,
    expires_at     bigint not null,
    used_at        bigint
);

-- What the pages list, in their order.
create index tickets_by_age on tickets (opened_at, id);
create index tickets_overdue on tickets (due_at) where status not in ('resolved', 'closed', 'cancelled');
create index customers_by_age on customers (created_at, id) where deleted_at is null;
