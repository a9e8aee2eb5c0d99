-- The river in: one row is one element of a webhook or one update, as bytes.
create table inbox (
    seq            integer not null primary key autoincrement,
    channel        text   not null,
    external_id    text   not null,
    stream         text   not null,
    lane           text   not null,
    payload        blob   not null,
    received_at    bigint not null,
    state          text   not null,
    attempts       bigint not null,
    handled_at     bigint,
    error          text,
    unique (channel, external_id)
);
create index inbox_open on inbox (stream, lane, seq) where state = 'pending';
create index inbox_orphans on inbox (channel, lane) where state = 'orphan';
create index inbox_dead on inbox (seq) where state = 'dead';
create index inbox_aged on inbox (received_at);

-- The river out: one row is one thing to say to one recipient, channel-neutral until it is sent.
create table outbox (
    seq            integer not null primary key autoincrement,
    id             text   not null unique,
    channel        text   not null,
    recipient      text   not null,
    class          bigint not null,
    kind           text   not null,
    supersede_key  text,
    content        text   not null,
    customer_id    text,
    ticket_id      text,
    message_id     text,
    state          text   not null,
    due_at         bigint not null,
    attempts       bigint not null,
    owner          text,
    epoch          bigint not null,
    claimed_at     bigint,
    flagged        boolean not null,
    created_at     bigint not null,
    sent_at        bigint,
    delivered_at   bigint,
    read_at        bigint,
    failed_at      bigint,
    error_code     text,
    error          text
);
create index outbox_waiting on outbox (channel, class, seq) where state = 'queued';
create index outbox_in_flight on outbox (channel) where state in ('claimed', 'uncertain');
create index outbox_parked on outbox (recipient, seq) where state = 'parked';
create index outbox_superseding on outbox (supersede_key) where supersede_key is not null;
create index outbox_of_message on outbox (message_id) where message_id is not null;
create index outbox_of_customer on outbox (customer_id) where customer_id is not null;
create index outbox_relays on outbox (recipient, seq) where kind = 'relay';
create index outbox_of_ticket on outbox (ticket_id) where ticket_id is not null;
create index outbox_aged on outbox (created_at);

-- What became of an outbox row on the platform: the message ids it got there. Replies and statuses find their way back by it.
create table outbox_posts (
    channel        text   not null,
    chat           text   not null,
    external_id    text   not null,
    outbox_id      text   not null references outbox (id) on delete cascade,
    posted_at      bigint not null,
    primary key (channel, chat, external_id)
);
create index outbox_posts_of_row on outbox_posts (outbox_id);

-- Who may do a job that only one process may do: a sender, the Telegram poller.
create table leases (
    name           text   not null primary key,
    owner          text   not null,
    epoch          bigint not null,
    expires_at     bigint not null
);

-- Small facts that outlive a run: the bot's user name, the polling offset.
create table meta (
    key            text   not null primary key,
    value          text   not null
);

create table customers (
    id               text   not null primary key,
    name             text   not null,
    locale           text,
    window_opened_at bigint,
    created_at       bigint not null,
    deleted_at       bigint
);

-- How a platform names a person: a wa_id (digits) or a business-scoped user id, verbatim.
create table contact_identities (
    kind           text   not null,
    value          text   not null,
    customer_id    text   not null references customers (id),
    created_at     bigint not null,
    primary key (kind, value)
);
create index contact_identities_of_customer on contact_identities (customer_id);

create table teams (
    id             text   not null primary key,
    name           text   not null unique,
    created_at     bigint not null
);

create table staff (
    id               text    not null primary key,
    name             text    not null,
    role             text    not null,
    telegram_id      text    unique,
    telegram_chat_id text,
    locale           text    not null,
    availability     text    not null,
    capacity         bigint  not null,
    active           boolean not null,
    last_assigned    bigint  not null,
    focus_customer_id text,
    focus_until      bigint,
    created_at       bigint  not null
);

create table team_members (
    team_id        text   not null references teams (id),
    staff_id       text   not null references staff (id),
    primary key (team_id, staff_id)
);

create table staff_invites (
    id             text   not null primary key,
    staff_id       text   not null references staff (id),
    token_hash     text   not null unique,
    expires_at     bigint not null,
    used_at        bigint,
    created_at     bigint not null
);

-- The one row that every assignment locks: its counter is the order of round robin.
create table rota (
    id             bigint not null primary key,
    counter        bigint not null
);
insert into rota (id, counter) values (1, 0);

create table ticket_types (
    id             text    not null primary key,
    names          text    not null,
    keywords       text    not null,
    team_id        text    references teams (id),
    low_minutes    bigint,
    normal_minutes bigint,
    high_minutes   bigint,
    urgent_minutes bigint,
    position       bigint  not null,
    active         boolean not null
);

create table tickets (
    id             text   not null primary key,
    number         text   not null unique,
    customer_id    text   not null references customers (id),
    type_id        text   not null references ticket_types (id),
    priority       text   not null,
    status         text   not null,
    title          text   not null,
    description    text   not null,
    team_id        text   references teams (id),
    staff_id       text   references staff (id),
    opened_at      bigint not null,
    due_at         bigint not null,
    assigned_at    bigint,
    resolved_at    bigint,
    closed_at      bigint,
    updated_at     bigint not null
);
create index tickets_of_customer on tickets (customer_id, opened_at);
create index tickets_of_staff on tickets (staff_id, status);
create index tickets_waiting on tickets (opened_at) where status = 'open' and staff_id is null;

create table ticket_events (
    seq            integer not null primary key autoincrement,
    ticket_id      text   not null references tickets (id),
    at             bigint not null,
    kind           text   not null,
    actor          text   not null,
    actor_id       text,
    from_value     text,
    to_value       text,
    note           text
);
create index ticket_events_of_ticket on ticket_events (ticket_id, seq);

create table conversations (
    id             text   not null primary key,
    customer_id    text   not null references customers (id),
    channel        text   not null,
    state          text   not null,
    owner          text   not null,
    staff_id       text   references staff (id),
    ticket_id      text   references tickets (id),
    opened_at      bigint not null,
    queued_at      bigint,
    closed_at      bigint,
    last_customer_at bigint,
    last_staff_at  bigint
);
create unique index conversations_one_open on conversations (customer_id) where state = 'open';
create index conversations_of_staff on conversations (staff_id) where state = 'open';
create index conversations_waiting on conversations (queued_at) where state = 'open' and owner = 'queue';

-- Files that a platform holds and we want: fetched by a durable job, stored under names that we choose.
create table media (
    id             text   not null primary key,
    channel        text   not null,
    platform_id    text   not null,
    kind           text   not null,
    filename       text,
    mime           text,
    size           bigint,
    sha256         text,
    state          text   not null,
    error          text,
    attempts       bigint not null,
    next_due       bigint not null,
    created_at     bigint not null,
    stored_at      bigint,
    unique (channel, platform_id)
);
create index media_wanted on media (next_due) where state = 'wanted';

-- What a customer and an agent wrote to each other.
create table messages (
    id             text   not null primary key,
    conversation_id text  not null references conversations (id),
    customer_id    text   not null references customers (id),
    ticket_id      text   references tickets (id),
    author         text   not null,
    staff_id       text   references staff (id),
    kind           text   not null,
    body           text   not null,
    details        text,
    media_id       text   references media (id),
    channel        text   not null,
    chat           text   not null,
    external_id    text   not null,
    quotes         text,
    written_at     bigint not null,
    created_at     bigint not null,
    edited_at      bigint,
    revoked_at     bigint,
    unique (channel, chat, external_id)
);
create index messages_of_conversation on messages (conversation_id, created_at);
create index messages_of_ticket on messages (ticket_id, created_at) where ticket_id is not null;
create index messages_of_customer on messages (customer_id, created_at);

-- Where a person is in a dialogue: a versioned state, so that a restart or an upgrade loses nobody half-way.
create table sessions (
    person         text   not null primary key,
    version        bigint not null,
    state          text   not null,
    updated_at     bigint not null
);

create table audit (
    id             text   not null primary key,
    at             bigint not null,
    actor          text   not null,
    actor_id       text,
    action         text   not null,
    subject        text   not null,
    before_value   text,
    after_value    text
);
create index audit_by_time on audit (at);
