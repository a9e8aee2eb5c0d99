//! W1 to W12: what may come in at the doors, and how often. What was answered 200 is stored once; what is not ours is refused early.
