//! Tests of sessions, on both databases.
