//! The desk against the platforms in miniature.
