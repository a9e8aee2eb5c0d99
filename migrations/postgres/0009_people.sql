-- What was asked for about one person's data: to be told all of it, or to have it erased. Says nothing about the person; `files` are the
-- names of files that are still to be removed.
create table person_requests (
    id             text   not null primary key,
    kind           text   not null,
    customer_id    text   not null,
    actor          text   not null,
    actor_id       text,
    state          text   not null,
    files          text,
    asked_at       bigint not null,
    done_at        bigint
);
create index person_requests_open on person_requests (asked_at) where state <> 'done';
create index person_requests_done on person_requests (done_at);

alter table customers add column erased_at bigint;

-- Events that say nothing any more are kept only until the platforms repeat them no more.
create index inbox_erased on inbox (received_at) where lane = 'erased';
-- Whose a file is.
create index messages_of_media on messages (media_id) where media_id is not null;
-- What was done about one thing.
create index audit_by_subject on audit (subject);
