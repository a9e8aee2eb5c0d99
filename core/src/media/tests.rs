//! Tests of media, on both databases.
