//! The stories that the desk must get right, as conversations.

mod account;
mod agents;
mod connection;
mod customers;
mod faults;
pub mod ingress;
mod pages;
mod people;
mod portal;
mod routing;
mod seeing;
mod settings;
mod skeleton;
