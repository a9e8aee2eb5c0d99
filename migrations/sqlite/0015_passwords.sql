-- The password that somebody of the staff has set besides the codes, as Argon2id leaves it; none is needed.
alter table staff add column password_hash text;
