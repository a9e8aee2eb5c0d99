//! The entry point of production and tests.
