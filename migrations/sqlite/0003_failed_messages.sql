-- Messages that failed are few among the many that did not: they are counted without a walk over all of them.
create index outbox_failed on outbox (failed_at) where state = 'failed';
