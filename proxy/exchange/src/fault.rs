//! Why an exchange ends early, by whose fault it is. Closed lists without a word of any request or answer.

use sekisho_policies::Unknown;

use crate::json::{JsonError, JsonFault};

/// The client's request cannot be read in one way only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadRequest {
    /// The target is not an origin-form path of plain characters.
    Target,
    /// No such path.
    UnknownPath,
    /// No path takes this method.
    Method,
    /// The path takes another method.
    WrongMethod {
        /// The one it takes.
        allow: &'static str,
    },
    /// The request is for a name that is not served here.
    Misdirected,
    /// A head that may occur once occurs twice, or holds what its grammar forbids.
    Head,
    /// A head asks for what does not go on, so that leaving it out would answer something else.
    SteeringHead,
    /// The body is larger than this.
    BodyTooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body broke off or carried trailers.
    BodyBroken,
    /// The body is compressed.
    ContentEncoding,
    /// The body is not announced as `application/json` in UTF-8.
    ContentType,
    /// The body is not strict JSON.
    Json(JsonError),
    /// A field that the proxy itself must read is missing or of another type.
    Field(&'static str),
    /// JSON inside strings inside JSON, beyond the bound.
    Nesting,
    /// Two declarations of a level that differ.
    LevelsDiffer,
    /// A level that the scale does not have.
    LevelUnknown,
    /// The service has signed its context for another body.
    ContextDigest,
    /// Nothing is under way that this caller could fetch by that address.
    NothingPending,
    /// The label of a conversation cannot be taken.
    Conversation(ConversationFault),
}

/// Why the label of a conversation cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConversationFault {
    /// It occurs twice, or is no label of ours as it was sealed.
    Unreadable,
    /// It was sealed with a key that is not known, or no longer.
    Key,
    /// It is too old.
    Expired,
    /// The policy has no such label, or no longer.
    Label,
    /// It is that of another ministry's conversation.
    Ministry,
}

/// The backend's fault, or the way's to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upstream {
    /// No connection.
    Unreachable,
    /// Its certificate is not what the policy trusts.
    Tls,
    /// Nothing came for this long.
    Silent {
        /// How long was waited, in milliseconds.
        after_ms: u64,
    },
    /// The answer is larger than this.
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// The answer is not `application/json`.
    WrongType,
    /// The answer is compressed although none of that was asked for.
    Encoded,
    /// The answer broke off.
    Broken,
    /// The answer is not strict JSON, or not of the dialect's shape.
    Unreadable(Option<JsonFault>),
    /// It reported a failure of its own in mid-stream.
    Reported,
    /// It answered with a status that says nothing to the client.
    Status(u16),
}

/// Our own fault, or our limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// More exchanges or bytes than the limits allow.
    Overload,
    /// The person has as many exchanges under way as one may have.
    Crowded,
    /// The process is about to end.
    Draining,
    /// The log cannot take records: the gate is closed.
    LogDead,
    /// There is no key to seal with what must come back.
    NoSeal,
    /// The list of revocations is older than it may be.
    Stale,
    /// The keys of the token's issuer could not be had, or not for too long.
    Keys,
    /// There are no keys that count to sign what goes to the backend.
    Credential,
    /// The permit's time ran out before it was used.
    Expired,
    /// A defect; the exchange ended, nothing passed.
    Internal,
}

/// Nobody the policy knows: such a refusal has no record of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stranger {
    /// No credential was sent.
    NoCredential,
    /// More than one was sent.
    SeveralCredentials,
    /// The credential was not accepted; the word is identity's, as `token-expired`.
    Credential(&'static str),
    /// The signature over the request was not accepted; the word is identity's, as `sigv4-signature`.
    Signature(&'static str),
    /// The request was signed at a time that is too far from our clock; SDKs set theirs by the answer's `Date`.
    Clock,
    /// The proof is good, but the policy does not know whom it is about.
    Unknown(Unknown),
}
