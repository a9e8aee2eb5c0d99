//! Starts Sapa.
fn main() {}
