//! Tests of conversations, on both databases.
