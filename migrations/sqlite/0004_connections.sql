-- What is known of a channel's health: one row is one thing that can be well or not (a token, the quality of a number, a template).
create table connections (
    channel        text   not null,
    subject        text   not null,
    level          text   not null,
    value          text   not null,
    detail         text,
    until_at       bigint,
    since          bigint not null,
    seen_at        bigint not null,
    primary key (channel, subject)
);
