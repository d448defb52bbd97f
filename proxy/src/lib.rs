//! A classification-enforcing TLS proxy between clients and model backends.
