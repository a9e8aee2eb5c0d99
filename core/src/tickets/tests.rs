//! Tests of tickets, on both databases.
