//! The stories that the desk must get right, as conversations.

mod skeleton;
