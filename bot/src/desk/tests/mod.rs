//! Tests of the staff's side.
