//! The list of faults, one test for each: what was done and what was seen stands in `docs/reliability.md`.

mod machine;
mod upstream;
mod webhooks;
