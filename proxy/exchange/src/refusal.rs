//! The one door for refusals: whatever ends an exchange early becomes one of these, and an answer in the dialect's
//! error shape. Built from closed types, so that no word of a request or an answer can get into it.

use sekisho_audit::{ExchangeId, Term};
use sekisho_policies::{Denial, PolicyRule, Reason};

use crate::fault::{BadRequest, ConversationFault, Fault, Stranger, Upstream};
use crate::json::quote;
use crate::messages::{self, Said};
use crate::reply::Reply;
use crate::sigv4;
use crate::snapshot::Snapshot;
use crate::wire::ErrorForm;

/// Why an exchange does not go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The request cannot be read in one way only.
    Bad(BadRequest),
    /// Policy says no to the request.
    Denied(Box<Denied>),
    /// Something must be taken out of the request that cannot be taken out where it stands.
    Stuck(Found),
    /// Policy says no to the answer.
    Cut(Box<Denied>),
    /// Something must be taken out of the answer that cannot be taken out where it stands.
    CutStuck(Found),
    /// The backend failed.
    Upstream(Upstream),
    /// We failed.
    Fault(Fault),
    /// Nobody the policy knows.
    Stranger(Stranger),
}

/// A denial with the policy's own words about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    pub(crate) reason: Reason,
    pub(crate) rule: Option<Term>,
    /// The policy's message and what to do next; `None` if no rule of it decided.
    pub(crate) said: Option<Said>,
    /// When it is worth another try, in seconds from now.
    pub(crate) retry_after_s: Option<u64>,
}

/// A detector rule and its category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub(crate) rule: Term,
    pub(crate) category: Term,
}

impl Denied {
    pub(crate) fn of(denial: &Denial, snapshot: &Snapshot) -> Denied {
        let by = denial.by.map(|rule| snapshot.policy().rule(rule));
        // A permit has no message.
        let said = by.filter(|(_, message, _)| !message.ja.is_empty()).map(|(_, message, next)| Said {
            ja: format!("{}{}", message.ja, next.ja),
            en: format!("{} {}", message.en, next.en),
        });
        let rule = by.map(|(id, _, _)| snapshot.term(id));
        Denied { reason: denial.reason, rule, said, retry_after_s: None }
    }

    /// The same, of a quota with the time until its count begins anew.
    pub(crate) fn at(denial: &Denial, snapshot: &Snapshot, now_s: u64) -> Denied {
        let retry_after_s = match denial.by {
            Some(PolicyRule::Quota(quota)) => Some(snapshot.policy().quota(quota).rest_s(now_s)),
            _ => None,
        };
        Denied { retry_after_s, ..Denied::of(denial, snapshot) }
    }
}

impl Refusal {
    /// The word for it in answers and records.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Bad(bad) => bad_code(*bad),
            Refusal::Denied(denied) | Refusal::Cut(denied) => denied.reason.code(),
            Refusal::Stuck(_) => "not-removable",
            Refusal::CutStuck(_) => "answer-not-removable",
            Refusal::Upstream(upstream) => upstream_code(*upstream),
            Refusal::Fault(Fault::Overload) => "overload",
            Refusal::Fault(Fault::Crowded) => "too-many-exchanges",
            Refusal::Fault(Fault::Draining) => "draining",
            Refusal::Fault(Fault::LogDead) => "log-unavailable",
            Refusal::Fault(Fault::NoSeal) => "no-sealing-key",
            Refusal::Fault(Fault::Stale) => "revocations-stale",
            Refusal::Fault(Fault::Keys) => "issuer-keys",
            Refusal::Fault(Fault::Credential) => "backend-credential",
            Refusal::Fault(Fault::Expired) => "permit-expired",
            Refusal::Fault(Fault::Internal) => "internal",
            Refusal::Stranger(Stranger::NoCredential) => "no-credential",
            Refusal::Stranger(Stranger::SeveralCredentials) => "several-credentials",
            Refusal::Stranger(Stranger::Credential(code) | Stranger::Signature(code)) => code,
            Refusal::Stranger(Stranger::Clock) => "sigv4-clock",
            Refusal::Stranger(Stranger::Unknown(unknown)) => unknown.code(),
        }
    }

    /// The HTTP status told to the client.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Bad(bad) => bad_status(*bad),
            Refusal::Denied(denied) if denied.reason == Reason::UnknownModel => 404,
            Refusal::Denied(denied) if denied.reason == Reason::Quota => 429,
            Refusal::Denied(_) | Refusal::Stuck(_) | Refusal::Cut(_) | Refusal::CutStuck(_) => 403,
            Refusal::Upstream(Upstream::Silent { .. }) => 504,
            Refusal::Upstream(Upstream::Status(503)) => 503,
            Refusal::Upstream(_) => 502,
            Refusal::Fault(Fault::Internal) => 500,
            Refusal::Fault(Fault::Crowded) => 429,
            Refusal::Fault(_) => 503,
            Refusal::Stranger(Stranger::SeveralCredentials) => 400,
            Refusal::Stranger(Stranger::Unknown(_)) => 403,
            Refusal::Stranger(_) => 401,
        }
    }

    /// The status that a client of this form is told: a screen that shows `outputs` shows nothing of an answer with another
    /// status, so what was decided is told as an answer. Faults keep theirs.
    pub(crate) fn status_in(&self, form: ErrorForm) -> u16 {
        let shown = matches!(form, ErrorForm::ExApp | ErrorForm::ExAppStatus);
        if shown && self.is_decision() { 200 } else { self.status() }
    }

    /// True if the policy decided so, on the request or on the answer.
    fn is_decision(&self) -> bool {
        match self {
            Refusal::Denied(denied) => denied.reason != Reason::Quota,
            Refusal::Stuck(_) | Refusal::Cut(_) | Refusal::CutStuck(_) => true,
            _ => false,
        }
    }

    /// The policy's rule that decided, or the detector rule that stood in the way.
    pub fn rule(&self) -> Option<&Term> {
        match self {
            Refusal::Denied(denied) | Refusal::Cut(denied) => denied.rule.as_ref(),
            Refusal::Stuck(found) | Refusal::CutStuck(found) => Some(&found.rule),
            _ => None,
        }
    }

    /// True if the answer of a backend was cut by a decision.
    pub fn is_cut(&self) -> bool {
        matches!(self, Refusal::Cut(_) | Refusal::CutStuck(_))
    }

    /// As OpenAI classes errors.
    fn kind(&self) -> &'static str {
        match self {
            Refusal::Bad(_) => "invalid_request_error",
            Refusal::Denied(denied) if denied.reason == Reason::Quota => "rate_limit_error",
            Refusal::Denied(_) | Refusal::Stuck(_) | Refusal::Cut(_) | Refusal::CutStuck(_) => {
                "sekisho_refusal"
            }
            Refusal::Upstream(_) => "sekisho_upstream_error",
            Refusal::Fault(Fault::Crowded) => "rate_limit_error",
            Refusal::Fault(_) => "sekisho_fault",
            Refusal::Stranger(Stranger::Unknown(_)) => "permission_error",
            Refusal::Stranger(_) => "authentication_error",
        }
    }

    pub(crate) fn reply(&self, form: ErrorForm, record: Option<ExchangeId>) -> Reply {
        let reply = Reply::json(self.status_in(form), self.told(form, record).body(form));
        let reply = match form {
            ErrorForm::OpenAi => reply,
            ErrorForm::Aws => reply.head("x-amzn-errortype", self.exception()),
            ErrorForm::ExApp | ErrorForm::ExAppStatus if self.is_decision() => {
                reply.head("sekisho-decision", "refused")
            }
            ErrorForm::ExApp | ErrorForm::ExAppStatus => reply,
        };
        let reply = match record {
            Some(id) => reply.head("sekisho-record", id),
            None => reply,
        };
        match self.status() {
            405 => reply.head("allow", self.allow()),
            401 if *self == Refusal::Stranger(Stranger::NoCredential) => {
                reply.head("www-authenticate", "Bearer")
            }
            401 if matches!(self, Refusal::Stranger(Stranger::Signature(_) | Stranger::Clock)) => {
                reply.head("www-authenticate", sigv4::ALGORITHM)
            }
            401 => reply.head("www-authenticate", "Bearer error=\"invalid_token\""),
            429 | 503 => reply.head("retry-after", self.retry_after_s()),
            _ => reply,
        }
    }

    /// What is told of it; in a stream, in the event that ends it.
    pub(crate) fn told(&self, form: ErrorForm, record: Option<ExchangeId>) -> Told {
        let said = messages::said(self, form).with(self.rule(), record);
        Told {
            message: format!("{} / {}", said.ja, said.en),
            kind: self.kind(),
            code: self.code(),
            record,
            rule: self.rule().cloned(),
        }
    }

    /// As AWS calls it: what SDKs raise, and what they try again.
    pub(crate) fn exception(&self) -> &'static str {
        if matches!(self, Refusal::Stranger(Stranger::Signature(_) | Stranger::Clock)) {
            // With «Signature expired» in the message SDKs set their clocks by the answer's `Date`, and try again.
            return "InvalidSignatureException";
        }
        match self.status() {
            401 => "UnrecognizedClientException",
            403 => "AccessDeniedException",
            404 => "ResourceNotFoundException",
            429 => "ThrottlingException",
            500 => "InternalServerException",
            502 => "ModelErrorException",
            503 => "ServiceUnavailableException",
            504 => "ModelTimeoutException",
            _ => "ValidationException",
        }
    }

    /// The same in mid-stream, where another list counts.
    pub(crate) fn exception_in_stream(&self) -> &'static str {
        match self {
            Refusal::Upstream(_) => "modelStreamErrorException",
            Refusal::Fault(Fault::Internal) => "internalServerException",
            Refusal::Fault(_) => "serviceUnavailableException",
            _ => "validationException",
        }
    }

    fn retry_after_s(&self) -> u64 {
        match self {
            Refusal::Denied(denied) => denied.retry_after_s.unwrap_or(RETRY_AFTER_S),
            _ => RETRY_AFTER_S,
        }
    }

    /// What a 405 must say (RFC 9110 §15.5.6).
    fn allow(&self) -> &'static str {
        match self {
            Refusal::Bad(BadRequest::WrongMethod { allow }) => allow,
            _ => "GET, POST",
        }
    }

    /// The answer for someone not identified; it has no record.
    pub fn for_stranger(&self, form: ErrorForm) -> StrangerRefusal {
        StrangerRefusal { reply: self.reply(form, None), code: self.code() }
    }
}

/// When to come again after an overload, in seconds.
const RETRY_AFTER_S: u64 = 2;

/// A refusal before identity: counted, not recorded one by one.
#[derive(Debug)]
pub struct StrangerRefusal {
    reply: Reply,
    code: &'static str,
}

impl StrangerRefusal {
    /// The word for it, for the count.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The answer.
    pub fn into_reply(self) -> Reply {
        self.reply
    }
}

/// What a client is told instead of an answer.
pub(crate) struct Told {
    pub message: String,
    pub kind: &'static str,
    pub code: &'static str,
    pub record: Option<ExchangeId>,
    pub rule: Option<Term>,
}

impl Told {
    /// The error object that clients of this form read, and beside it where to appeal.
    pub fn body(&self, form: ErrorForm) -> String {
        let or_null = |text: Option<String>| text.map_or("null".to_owned(), |text| quote(&text));
        let record = or_null(self.record.map(|id| id.to_string()));
        let rule = or_null(self.rule.as_ref().map(|term| term.to_string()));
        let (message, kind, code) = (quote(&self.message), quote(self.kind), quote(self.code));
        match form {
            ErrorForm::OpenAi => format!(
                r#"{{"error":{{"message":{message},"type":{kind},"param":null,"code":{code}}},"sekisho":{{"record":{record},"rule":{rule}}}}}"#
            ),
            ErrorForm::Aws => format!(
                r#"{{"message":{message},"sekisho":{{"code":{code},"record":{record},"rule":{rule}}}}}"#
            ),
            ErrorForm::ExApp => format!(r#"{{"outputs":{message}}}"#),
            ErrorForm::ExAppStatus => {
                format!(r#"{{"status":"ERROR","outputs":{message},"error":{{"message":{message}}}}}"#)
            }
        }
    }
}

const fn bad_code(bad: BadRequest) -> &'static str {
    match bad {
        BadRequest::Target => "target",
        BadRequest::UnknownPath => "unknown-path",
        BadRequest::Method => "method",
        BadRequest::WrongMethod { .. } => "wrong-method",
        BadRequest::Misdirected => "misdirected",
        BadRequest::Head => "head",
        BadRequest::SteeringHead => "steering-head",
        BadRequest::BodyTooLarge { .. } => "body-too-large",
        BadRequest::BodyTimeout => "body-timeout",
        BadRequest::BodyBroken => "body-broken",
        BadRequest::ContentEncoding => "content-encoding",
        BadRequest::ContentType => "content-type",
        BadRequest::Json(_) => "json",
        BadRequest::Field(_) => "field",
        BadRequest::Nesting => "nesting",
        BadRequest::LevelsDiffer => "levels-differ",
        BadRequest::LevelUnknown => "level-unknown",
        BadRequest::ContextDigest => "context-digest",
        BadRequest::NothingPending => "nothing-pending",
        BadRequest::Conversation(ConversationFault::Unreadable) => "conversation",
        BadRequest::Conversation(ConversationFault::Key) => "conversation-key",
        BadRequest::Conversation(ConversationFault::Expired) => "conversation-expired",
        BadRequest::Conversation(ConversationFault::Label) => "conversation-label",
        BadRequest::Conversation(ConversationFault::Ministry) => "conversation-ministry",
    }
}

const fn bad_status(bad: BadRequest) -> u16 {
    match bad {
        BadRequest::UnknownPath | BadRequest::NothingPending => 404,
        BadRequest::Method | BadRequest::WrongMethod { .. } => 405,
        BadRequest::BodyTooLarge { .. } => 413,
        BadRequest::BodyTimeout => 408,
        BadRequest::Misdirected => 421,
        BadRequest::ContentEncoding | BadRequest::ContentType => 415,
        _ => 400,
    }
}

const fn upstream_code(upstream: Upstream) -> &'static str {
    match upstream {
        Upstream::Unreachable => "upstream-unreachable",
        Upstream::Tls => "upstream-tls",
        Upstream::Silent { .. } => "upstream-silent",
        Upstream::TooLarge { .. } => "upstream-too-large",
        Upstream::WrongType => "upstream-type",
        Upstream::Encoded => "upstream-encoded",
        Upstream::Broken => "upstream-broken",
        Upstream::Unreadable(_) => "upstream-unreadable",
        Upstream::Status(_) => "upstream-status",
        Upstream::Reported => "upstream-error",
    }
}

impl From<BadRequest> for Refusal {
    fn from(bad: BadRequest) -> Refusal {
        Refusal::Bad(bad)
    }
}

impl From<Upstream> for Refusal {
    fn from(upstream: Upstream) -> Refusal {
        Refusal::Upstream(upstream)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::Fault(fault)
    }
}

impl From<Stranger> for Refusal {
    fn from(stranger: Stranger) -> Refusal {
        Refusal::Stranger(stranger)
    }
}
