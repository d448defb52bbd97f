//! Certificates as values: development CA, issuing, loading, checking.
