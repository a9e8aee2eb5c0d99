//! Tests of messages, on both databases.
