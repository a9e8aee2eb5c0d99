-- What a customer has with the business, besides a name and a number.
alter table customers add column account_number text;
alter table customers add column full_name text;
alter table customers add column package text;
alter table customers add column bandwidth text;
alter table customers add column monthly_price bigint;
alter table customers add column currency text;
alter table customers add column account_status text;
alter table customers add column email text;
alter table customers add column address text;
alter table customers add column city text;
alter table customers add column province text;
alter table customers add column notify_tickets boolean not null default true;
alter table customers add column notify_invoices boolean not null default true;
alter table customers add column notify_offers boolean not null default true;
alter table customers add column portal_enabled boolean not null default true;
create unique index customers_by_account_number on customers (account_number) where account_number is not null;

-- What a customer has to pay. Whether it is overdue is seen from the time, not stored.
create table invoices (
    id             text   not null primary key,
    number         text   not null unique,
    customer_id    text   not null references customers (id),
    amount         bigint not null,
    currency       text   not null,
    status         text   not null,
    issued_at      bigint not null,
    due_at         bigint not null,
    paid_at        bigint,
    created_at     bigint not null
);
create index invoices_of_customer on invoices (customer_id, issued_at);

-- One-time codes, as keyed hashes; asked for by anybody, also for numbers that are nobody's. What was asked for (a number, a user name)
-- is a keyed hash too. `sealed` holds what is to be sent until it is in the outbox, `detail` what a right code brings about.
create table otp_challenges (
    id             text   not null primary key,
    purpose        text   not null,
    handle         text   not null,
    subject        text,
    source         text   not null,
    address        text   not null,
    agent          text   not null,
    code_hash      text   not null,
    sealed         text,
    detail         text,
    tries          bigint not null,
    created_at     bigint not null,
    expires_at     bigint not null,
    used_at        bigint,
    killed_at      bigint,
    disowned_at    bigint
);
create index otp_challenges_by_handle on otp_challenges (handle, created_at);
create index otp_challenges_by_source on otp_challenges (source, created_at);
create index otp_challenges_by_subject on otp_challenges (subject, created_at) where subject is not null;
create index otp_challenges_by_age on otp_challenges (created_at);
create index otp_challenges_unsent on otp_challenges (created_at) where sealed is not null;

-- Where customers are logged in. A token carries the row's id; without the row it is worth nothing.
create table portal_sessions (
    id             text   not null primary key,
    customer_id    text   not null references customers (id),
    address        text   not null,
    agent          text   not null,
    created_at     bigint not null,
    seen_at        bigint not null,
    expires_at     bigint not null,
    revoked_at     bigint
);
create index portal_sessions_of_customer on portal_sessions (customer_id, created_at);
create index portal_sessions_by_age on portal_sessions (expires_at);

-- Rows that hold a secret are few, and are looked through for what may be forgotten.
create index outbox_sealed on outbox (created_at) where kind = 'sealed';
