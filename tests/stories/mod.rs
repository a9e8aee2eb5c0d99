//! The stories that the desk must get right, as conversations.

mod agents;
mod customers;
mod faults;
mod ingress;
mod routing;
mod skeleton;
