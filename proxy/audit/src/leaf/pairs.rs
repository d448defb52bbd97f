//! Which leaf opens an exchange and which ends it, told from their bytes: what recovery needs to end what a crash left.

use crate::{ExchangeId, Principal, Term};

/// What a leaf says about the course of an exchange.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfinished {
    /// A decision: the exchange is under way.
    Opens {
        /// Which.
        exchange: ExchangeId,
        /// Who asked.
        principal: Principal,
        /// Where from.
        source: std::net::IpAddr,
        /// The dialect spoken.
        dialect: Term,
    },
    /// A completion: it is over.
    Ends(ExchangeId),
}

/// Reads a leaf of this crate; `None` for notices and for anything else.
pub fn unfinished(leaf: &[u8]) -> Option<Unfinished> {
    let text = std::str::from_utf8(leaf).ok()?;
    let exchange = exchange_id(string(text, "{\"correlation_uid\":\"")?)?;
    if text.contains("\"activity_name\":\"completion\"") {
        return Some(Unfinished::Ends(exchange));
    }
    let word = |prefix| Some(Term::loaded(string(text, prefix)?));
    let issuer = word("\"actor\":{\"user\":{\"domain\":\"")?;
    let principal = Principal::new(issuer, string(text, "\",\"uid\":\"")?)?;
    let source = string(text, "\"src_endpoint\":{\"ip\":\"")?.parse().ok()?;
    let dialect = word("\"api\":{\"operation\":\"")?;
    Some(Unfinished::Opens { exchange, principal, source, dialect })
}

/// The string behind the first `prefix`, up to its closing quote. Ours have no escapes in these places.
fn string<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(prefix)?;
    rest.split('"').next()
}

fn exchange_id(hex: &str) -> Option<ExchangeId> {
    let value = u128::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 32)?;
    Some(ExchangeId(value.to_be_bytes()))
}
