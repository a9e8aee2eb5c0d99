-- Ways to find the tickets of a list in the order of age. What is active is few among very many that are over.
create index tickets_active on tickets (opened_at, id) where status not in ('resolved', 'closed', 'cancelled');
create index tickets_by_status on tickets (status, opened_at, id);
create index tickets_by_priority on tickets (priority, opened_at, id);
create index tickets_of_staff_by_age on tickets (staff_id, opened_at, id) where staff_id is not null;
