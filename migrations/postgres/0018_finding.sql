-- By what words a customer is found: a JSON list of the beginnings of words (core/src/contacts/finding.rs makes it), null until it is made.
alter table customers add column terms text;
create index customers_without_terms on customers (id) where terms is null and deleted_at is null;
-- Bytes in their order, whatever the database's language: a prefix is a range.
create table customer_words (
    word           text collate "C" not null,
    customer_id    text   not null,
    met_at         bigint not null,
    primary key (word, customer_id) include (met_at)
);
-- The words follow the list, whoever writes it: nobody can forget them.
create function customer_words_follow() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        delete from customer_words where customer_id = old.id
            and word in (select value from json_array_elements_text(cast(old.terms as json)));
    end if;
    if tg_op <> 'DELETE' then
        insert into customer_words (word, customer_id, met_at)
            select value, new.id, new.created_at from json_array_elements_text(cast(new.terms as json)) order by value;
    end if;
    return null;
end $$;
create trigger customer_words_of_new after insert on customers for each row when (new.terms is not null)
    execute function customer_words_follow();
create trigger customer_words_of_changed after update of terms on customers for each row when (old.terms is distinct from new.terms)
    execute function customer_words_follow();
create trigger customer_words_of_gone after delete on customers for each row when (old.terms is not null)
    execute function customer_words_follow();
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
