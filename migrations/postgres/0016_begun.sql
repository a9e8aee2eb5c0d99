-- The parts of a message that went out before it was interrupted (JSON): it goes on where it stopped, after a restart too.
alter table outbox add column begun text;
