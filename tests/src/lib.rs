//! End to end: the binary from outside, the architecture from inside.
