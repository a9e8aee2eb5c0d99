-- What was changed while the desk ran, over what its file of settings says.
create table settings (
    key            text   not null primary key,
    value          text   not null,
    changed_at     bigint not null
);

-- Whether a type is used, and its tickets.
create index tickets_of_type on tickets (type_id, opened_at);
