//! Why a caller is not known. A closed list without any text of the token; messages belong to the refusal.

use std::fmt;

use sekisho_policies::Unknown;

/// Why identification failed.
///
/// It carries no text of the request, so that it may be counted, logged and shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IdentityError {
    /// None of `Authorization`, `x-api-key`, `api-key` was sent.
    NoCredential,
    /// More than one credential was sent, be they equal or not.
    SeveralCredentials,
    /// A kind of credential that is not accepted: another scheme than `Bearer` and AWS's, or `x-goog-api-key`.
    UnsupportedCredential,
    /// The token is longer than [`super::TOKEN_BYTES_MAX`].
    TooLarge,
    /// Not three base64url parts of strict JSON.
    Malformed,
    /// The header asks for what no issuer here may ask: `crit`, or a key of its own (`jwk`, `jku`, `x5c`, `x5u`).
    Header,
    /// `typ` is missing or not among those the issuer may use.
    Type,
    /// `iss` is missing, is no string, or names nobody the policy knows.
    UnknownIssuer,
    /// The key is none that was issued to a service here, or it was revoked.
    ServiceKey,
    /// The issuer's keys could not be had, or not for too long.
    NoKeys,
    /// No key of the issuer answers to the header's `kid`.
    UnknownKey,
    /// `alg` is not the algorithm of the key.
    Algorithm,
    /// The signature does not verify.
    Signature,
    /// A claim is missing or has the wrong type; the name is one that this program or the policy knows.
    Claim,
    /// `aud` does not name this service.
    Audience,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` is still to come.
    NotYetValid,
    /// `exp` lies further from `iat` than the issuer may promise.
    LivesTooLong,
    /// The subject is not 1 to 128 bytes of the principal's grammar.
    Subject,
    /// The token is bound to a client certificate that this connection does not have, or in a way that cannot be checked.
    Binding,
    /// The client certificate of this connection is not valid at this moment.
    Certificate,
    /// The person, the token or its key is on the list of revocations.
    Revoked,
    /// The request is signed as for AWS, but its `Authorization`, or what is signed, can be read in no way or in two.
    SignatureForm,
    /// It is signed in the query, where it could be passed on.
    Presigned,
    /// It is signed for another service than Bedrock, or for another day than `x-amz-date` says.
    SignatureScope,
    /// A head that must be signed is not, or one that is signed is not there once.
    SignatureHeads,
    /// `x-amz-date` is more than five minutes off our clock.
    SignatureClock,
    /// It brings a session token, which no pair of ours has.
    SessionToken,
    /// Its body is not signed, or piece by piece.
    UnsignedBody,
    /// The signature is not the one of this request by this pair.
    SignatureMismatch,
    /// The proof is good, but the policy does not know whom it is about.
    Unknown(Unknown),
}

impl IdentityError {
    /// Every variant, so that a message for each can be asserted.
    pub const ALL: [IdentityError; 36] = [
        IdentityError::NoCredential,
        IdentityError::SeveralCredentials,
        IdentityError::UnsupportedCredential,
        IdentityError::TooLarge,
        IdentityError::Malformed,
        IdentityError::Header,
        IdentityError::Type,
        IdentityError::UnknownIssuer,
        IdentityError::ServiceKey,
        IdentityError::NoKeys,
        IdentityError::UnknownKey,
        IdentityError::Algorithm,
        IdentityError::Signature,
        IdentityError::Claim,
        IdentityError::Audience,
        IdentityError::Expired,
        IdentityError::NotYetValid,
        IdentityError::LivesTooLong,
        IdentityError::Subject,
        IdentityError::Binding,
        IdentityError::Certificate,
        IdentityError::Revoked,
        IdentityError::SignatureForm,
        IdentityError::Presigned,
        IdentityError::SignatureScope,
        IdentityError::SignatureHeads,
        IdentityError::SignatureClock,
        IdentityError::SessionToken,
        IdentityError::UnsignedBody,
        IdentityError::SignatureMismatch,
        IdentityError::Unknown(Unknown::NoGrant),
        IdentityError::Unknown(Unknown::Unbound),
        IdentityError::Unknown(Unknown::NoMinistry),
        IdentityError::Unknown(Unknown::SeveralMinistries),
        IdentityError::Unknown(Unknown::NotServed),
        IdentityError::Unknown(Unknown::ServiceAlone),
    ];

    /// The word for it in answers and records.
    pub const fn code(self) -> &'static str {
        match self {
            IdentityError::NoCredential => "no-credential",
            IdentityError::SeveralCredentials => "several-credentials",
            IdentityError::UnsupportedCredential => "unsupported-credential",
            IdentityError::TooLarge => "token-too-large",
            IdentityError::Malformed => "token-malformed",
            IdentityError::Header => "token-header",
            IdentityError::Type => "token-type",
            IdentityError::UnknownIssuer => "unknown-issuer",
            IdentityError::ServiceKey => "service-key",
            IdentityError::NoKeys => "issuer-keys",
            IdentityError::UnknownKey => "unknown-key",
            IdentityError::Algorithm => "token-algorithm",
            IdentityError::Signature => "token-signature",
            IdentityError::Claim => "token-claim",
            IdentityError::Audience => "token-audience",
            IdentityError::Expired => "token-expired",
            IdentityError::NotYetValid => "token-not-yet-valid",
            IdentityError::LivesTooLong => "token-lives-too-long",
            IdentityError::Subject => "token-subject",
            IdentityError::Binding => "token-binding",
            IdentityError::Certificate => "client-certificate",
            IdentityError::Revoked => "revoked",
            IdentityError::SignatureForm => "sigv4-form",
            IdentityError::Presigned => "sigv4-presigned",
            IdentityError::SignatureScope => "sigv4-scope",
            IdentityError::SignatureHeads => "sigv4-heads",
            IdentityError::SignatureClock => "sigv4-clock",
            IdentityError::SessionToken => "sigv4-session-token",
            IdentityError::UnsignedBody => "sigv4-unsigned-body",
            IdentityError::SignatureMismatch => "sigv4-signature",
            IdentityError::Unknown(unknown) => unknown.code(),
        }
    }

    /// Whether it is about a signature over the request rather than a token.
    pub const fn is_signature(self) -> bool {
        matches!(
            self,
            IdentityError::SignatureForm
                | IdentityError::Presigned
                | IdentityError::SignatureScope
                | IdentityError::SignatureHeads
                | IdentityError::SignatureClock
                | IdentityError::SessionToken
                | IdentityError::UnsignedBody
                | IdentityError::SignatureMismatch
        )
    }

    /// The HTTP status: 400 for several credentials, 503 while an issuer's keys are away, 403 for someone whose proof is
    /// good and whom the policy does not know, otherwise 401.
    pub const fn status(self) -> u16 {
        match self {
            IdentityError::SeveralCredentials => 400,
            IdentityError::NoKeys => 503,
            IdentityError::Unknown(Unknown::Unbound) => 401,
            IdentityError::Unknown(_) => 403,
            _ => 401,
        }
    }

    /// The value for `WWW-Authenticate`, which a 401 must carry (RFC 9110 §15.5.2; values from RFC 6750 §3).
    pub const fn challenge(self) -> Option<&'static str> {
        match self {
            IdentityError::Unknown(Unknown::Unbound) => Some("Bearer error=\"invalid_token\""),
            IdentityError::SeveralCredentials | IdentityError::NoKeys | IdentityError::Unknown(_) => None,
            IdentityError::NoCredential | IdentityError::UnsupportedCredential => Some("Bearer"),
            _ if self.is_signature() => Some("AWS4-HMAC-SHA256"),
            _ => Some("Bearer error=\"invalid_token\""),
        }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IdentityError::Unknown(unknown) => return unknown.fmt(f),
            IdentityError::NoCredential => "no credential was sent",
            IdentityError::SeveralCredentials => "more than one credential was sent",
            IdentityError::UnsupportedCredential => "this kind of credential is not accepted",
            IdentityError::TooLarge => "the token is too large",
            IdentityError::Malformed => "the token is not a well-formed JWT",
            IdentityError::Header => "the token's header asks for what is not accepted",
            IdentityError::Type => "the token's `typ` is not accepted from its issuer",
            IdentityError::UnknownIssuer => "the token's issuer is unknown",
            IdentityError::ServiceKey => "the key is none that is known here",
            IdentityError::NoKeys => "the keys of the token's issuer are not known at the moment",
            IdentityError::UnknownKey => "the token's key is unknown",
            IdentityError::Algorithm => "the token's `alg` is not that of its key",
            IdentityError::Signature => "the token's signature does not verify",
            IdentityError::Claim => "a claim of the token is missing or has the wrong type",
            IdentityError::Audience => "the token is for another service",
            IdentityError::Expired => "the token has expired",
            IdentityError::NotYetValid => "the token is not valid yet",
            IdentityError::LivesTooLong => "the token lives longer than its issuer may promise",
            IdentityError::Subject => "the token's subject is no valid principal",
            IdentityError::Binding => "the token is bound to something that this connection does not have",
            IdentityError::Revoked => "the person, the token or its key has been revoked",
            IdentityError::Certificate => "the client certificate is not valid now",
            IdentityError::SignatureForm => {
                "what is signed, or the signature's head, cannot be read in one way"
            }
            IdentityError::Presigned => "requests that are signed in their query are not accepted",
            IdentityError::SignatureScope => "the signature is for another service or day",
            IdentityError::SignatureHeads => {
                "a head that must be signed is not, or one that is signed is missing"
            }
            IdentityError::SignatureClock => "the time of the signature is too far from the clock here",
            IdentityError::SessionToken => "keys of this gate have no session token",
            IdentityError::UnsignedBody => "the body is not signed as a whole",
            IdentityError::SignatureMismatch => "the signature is not that of this request",
        })
    }
}

impl std::error::Error for IdentityError {}
