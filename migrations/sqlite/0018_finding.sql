-- By what words a customer is found: a JSON list of the beginnings of words (core/src/contacts/finding.rs makes it), null until it is made.
alter table customers add column terms text;
create index customers_without_terms on customers (id) where terms is null and deleted_at is null;
create table customer_words (
    word           text   not null,
    customer_id    text   not null,
    met_at         bigint not null,
    primary key (word, customer_id)
) without rowid;
-- The words follow the list, whoever writes it: nobody can forget them.
create trigger customer_words_of_new after insert on customers when new.terms is not null begin
    insert into customer_words (word, customer_id, met_at) select value, new.id, new.created_at from json_each(new.terms);
end;
create trigger customer_words_of_changed after update of terms on customers when old.terms is not new.terms begin
    delete from customer_words where customer_id = old.id and word in (select value from json_each(old.terms));
    insert into customer_words (word, customer_id, met_at) select value, new.id, new.created_at from json_each(new.terms);
end;
create trigger customer_words_of_gone after delete on customers when old.terms is not null begin
    delete from customer_words where customer_id = old.id and word in (select value from json_each(old.terms));
end;
-- A number is found by its last four digits and what stands before them.
create index contact_identities_by_end on contact_identities (substr(value, length(value) - 3), value, customer_id) where kind = 'wa_id';

-- Lists of tickets by more than one thing: each walk is along one of these, in the order of age, and what else is asked for stands in it.
drop index tickets_of_customer;
create index tickets_of_customer on tickets (customer_id, opened_at, id, status);
drop index tickets_of_staff;
drop index tickets_of_staff_by_age;
create index tickets_of_staff on tickets (staff_id, status, opened_at, id, priority, type_id) where staff_id is not null;
drop index tickets_by_status;
create index tickets_by_status on tickets (status, opened_at, id, priority, type_id);
drop index tickets_of_type;
create index tickets_of_type on tickets (type_id, priority, opened_at, id);
