//! The paths of Amazon Bedrock Runtime (API version 2023-09-30): which operation, and the name of a model or guardrail in
//! it, percent-encoded as SDKs do.

use super::native::Family;
use super::path::Named;
use super::{Dialect, Endpoint};
use crate::fault::BadRequest;

/// Longest name, in bytes: what the API allows.
const NAME_BYTES_MAX: usize = 2048;

/// What a path asks for; `None` if it is none of Bedrock's.
///
/// # Errors
/// `Target` if a name cannot be decoded to one that there could be, `UnknownPath` for another operation.
pub(super) fn read(path: &str) -> Result<Option<(Endpoint, Named)>, BadRequest> {
    if let Some(rest) = path.strip_prefix("/model/") {
        let (name, operation) = rest.split_once('/').ok_or(BadRequest::UnknownPath)?;
        let (dialect, stream) = operation_of(operation).ok_or(BadRequest::UnknownPath)?;
        let named = Named { model: Some(decoded(name)?), version: None, stream: Some(stream), sealed: None };
        return Ok(Some((Endpoint::Ask(dialect), named)));
    }
    let Some(rest) = path.strip_prefix("/guardrail/") else { return Ok(None) };
    let parts: Vec<&str> = rest.split('/').collect();
    let [name, "version", version, "apply"] = parts.as_slice() else { return Err(BadRequest::UnknownPath) };
    if !is_version(version) {
        return Err(BadRequest::UnknownPath);
    }
    let version = Some((*version).to_owned());
    let named = Named { model: Some(decoded(name)?), version, stream: Some(false), sealed: None };
    Ok(Some((Endpoint::Ask(Dialect::Guardrail), named)))
}

/// Heads by which an SDK asks for more than the body says (InvokeModel), each with what changes nothing. They do not go on, and
/// leaving out what somebody asked for, a guardrail perhaps, without a word would be a weaker answer than they expect.
const STEERING: [(&str, &[&str]); 6] = [
    ("x-amzn-bedrock-guardrailidentifier", &[]),
    ("x-amzn-bedrock-guardrailversion", &[]),
    ("x-amzn-bedrock-trace", &["DISABLED"]),
    ("x-amzn-bedrock-performanceconfig-latency", &["standard"]),
    ("x-amzn-bedrock-service-tier", &["default"]),
    ("x-amzn-bedrock-request-metadata", &[]),
];

/// Whether a head asks for what the gate does not pass on.
pub(super) fn steers(name: &str, value: &str) -> bool {
    STEERING.iter().any(|(known, harmless)| *known == name && !harmless.contains(&value))
}

/// Whether a path is one of Bedrock's, or would be if it were right.
pub(super) fn is_below(path: &str) -> bool {
    ["/model/", "/guardrail/"].iter().any(|prefix| path.starts_with(prefix))
}

fn operation_of(name: &str) -> Option<(Dialect, bool)> {
    Some(match name {
        "converse" => (Dialect::Converse, false),
        "converse-stream" => (Dialect::Converse, true),
        "invoke" => (Dialect::Invoke(Family::Other), false),
        "invoke-with-response-stream" => (Dialect::Invoke(Family::Other), true),
        "count-tokens" => (Dialect::CountTokens, false),
        _ => return None,
    })
}

fn is_version(text: &str) -> bool {
    let number = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    number || text == "DRAFT"
}

/// The name, decoded once (RFC 3986 §2.1). What ids and ARNs are made of is all that may come out.
fn decoded(name: &str) -> Result<String, BadRequest> {
    if name.is_empty() {
        return Err(BadRequest::UnknownPath);
    }
    let mut pieces = name.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or(BadRequest::Target)?;
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or(BadRequest::Target)?;
        decoded.push(char::from(byte));
        decoded.push_str(rest);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:/".contains(&b);
    let fits = decoded.len() <= NAME_BYTES_MAX && decoded.bytes().all(allowed);
    if fits { Ok(decoded) } else { Err(BadRequest::Target) }
}

/// Where a model is asked.
pub(super) fn model_path(model: &str, operation: &str) -> String {
    format!("/model/{}/{operation}", encoded(model))
}

/// Where a guardrail is asked.
pub(super) fn guardrail_path(guardrail: &str, version: &str) -> String {
    format!("/guardrail/{}/version/{version}/apply", encoded(guardrail))
}

/// A name as it stands in a path: everything but unreserved characters is encoded.
fn encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
