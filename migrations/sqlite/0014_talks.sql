-- Whoever staff talk with, the one who wrote last first.
create index conversations_by_word on conversations (coalesce(last_customer_at, opened_at), id) where state = 'open' and owner <> 'bot';
