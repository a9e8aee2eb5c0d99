//! The desk against the platforms in miniature, over real HTTP, on both databases; and the repository against its own rules.

mod commands;
mod faults;
mod load;
mod stories;
mod tidy;
mod world;
