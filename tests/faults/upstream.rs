//! U1 to U9: the platforms refuse, stall, lie or are away. Nothing is lost, nobody waits for another's trouble.
