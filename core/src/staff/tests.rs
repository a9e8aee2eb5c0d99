//! Tests of staff, on both databases.
