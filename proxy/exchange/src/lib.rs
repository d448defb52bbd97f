//! The life of one exchange, without a socket.
