//! Tests of routing, on both databases.
