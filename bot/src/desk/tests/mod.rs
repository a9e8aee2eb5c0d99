//! Tests of the staff's side: pure parts as tables, the rest as conversations on a database.

mod answers;
mod escalations;
mod house;
mod labels;
mod lists;
mod outgoing;
mod pictures;
mod seeing;
mod settings;
mod shifts;
mod status;
mod steps;
