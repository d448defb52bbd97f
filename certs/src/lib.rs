//! Certificates as values: development CA, issuing, loading, checking.
//!
//! Bytes in, bytes out: files and clocks belong to the callers. Deciding whether a peer's chain is good is the TLS
//! library's work; this crate makes certificates that strict verifiers take (RFC 5280; Python from 3.13 on sets
//! `VERIFY_X509_STRICT`) and says what stands in one.
//!
//! ```
//! use sekisho_certs::{Authority, CertError, Host, inspect};
//!
//! let now_s = 1_795_500_000;
//! let authority = Authority::development("this machine", now_s, 86_400)?;
//! let server = authority.issue_server(&[Host::parse("127.0.0.1")?], now_s, 86_400)?;
//! let about = inspect(server.certificate_pem.as_bytes())?;
//! assert!(about.is_development && !about.is_ca);
//! # Ok::<(), CertError>(())
//! ```

mod authority;
mod error;
mod host;
mod inspect;
mod moment;
mod pem;

#[cfg(test)]
mod tests;

pub use authority::{Authority, Issued};
pub use error::CertError;
pub use host::Host;
pub use inspect::{Certificate, inspect};
pub use pem::{bundle, private_key};

/// The organisation (`O`) in the subject of every development authority and of all that it issues.
///
/// `serve` refuses certificates that carry it: their keys lie in a build folder.
pub const DEVELOPMENT_MARK: &str = "Sekisho development";
