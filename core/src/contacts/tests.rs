//! Tests of contacts, on both databases.
