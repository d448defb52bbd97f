//! What a record may hold. Every type here is closed: interned terms, numbers, times, keyed fingerprints and a
//! principal of bounded grammar. There is no way to put a piece of a prompt into one of them.

use std::fmt;
use std::net::IpAddr;

use crate::progress::{Flow, Stages};
use crate::word::{Fingerprint, Named, Principal, Term};

/// Milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub u64);

/// The random id of an exchange: what `Sekisho-Record` says, 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExchangeId(pub [u8; 16]);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What had been admitted before anything was decided; enough to close the record if nothing more is ever known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// The id told to the client.
    pub exchange: ExchangeId,
    /// When the exchange began.
    pub time: Timestamp,
    /// Who asks.
    pub principal: Principal,
    /// How that was proved: `token`, `bound-token`, `certificate`, `context`, `service-key` or `sigv4`.
    pub proof: Term,
    /// The service that asks, by itself or for the person.
    pub service: Option<Term>,
    /// The organisation that the person belongs to.
    pub ministry: Option<Term>,
    /// Ids of the policy's clearance grants that apply.
    pub grants: Vec<Term>,
    /// The clearance that follows from them (a level's id).
    pub clearance: Term,
    /// Where the connection came from.
    pub source: IpAddr,
    /// The dialect spoken, as `openai.chat`.
    pub dialect: Term,
    /// SHA-256 over the policy files in force.
    pub policy_digest: [u8; 32],
    /// SHA-256 over the rule files in force.
    pub rules_digest: [u8; 32],
}

/// The first record of an exchange: what was decided, and from what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecisionRecord {
    /// Who asked, when, over which dialect.
    pub opening: Opening,
    /// When it was decided; never before `opening.time`.
    pub time: Timestamp,
    /// For whom the service says that it asks, by a name of its own: nobody else vouches for it.
    pub user: Option<Principal>,
    /// The model name asked for, once the body could be read.
    pub model: Option<Named>,
    /// Level declared, if any.
    pub declared: Option<Term>,
    /// Highest floor that findings set, if any.
    pub found: Option<Term>,
    /// What it goes on with.
    pub conversation: Conversation,
    /// The level that counts.
    pub effective: Option<Term>,
    /// Permit or refusal.
    pub verdict: Verdict,
    /// What the rules found: the whole summary that `decide` saw, so that the decision can be replayed.
    pub findings: Vec<Tally>,
    /// At most [`SPANS_MAX`] places, as byte offsets into decoded segments.
    pub spans: Vec<Span>,
    /// Obligations carried out on the prompt.
    pub obligations: Vec<ObligationCount>,
    /// Rules in shadow mode that would have applied.
    pub shadow: Vec<Term>,
    /// What would have been decided otherwise.
    pub would: Vec<Would>,
    /// The body as received.
    pub received: Option<Fingerprint>,
    /// The exact body for the backend; absent when nothing may be forwarded.
    pub forwarded: Option<Fingerprint>,
    /// What was inspected, and what was not.
    pub coverage: Coverage,
}

/// What came before an exchange, as far as the request says it or the process remembers it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conversation {
    /// `new` or `continued`, if the request says so.
    pub said: Option<Term>,
    /// The level that the conversation had come to.
    pub brought: Option<Term>,
    /// Texts that were seen before at a higher level than is declared.
    pub recalled: Option<Recalled>,
}

/// Texts of a request that were seen before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recalled {
    /// The level that they had come to.
    pub level: Term,
    /// How many there are.
    pub count: u32,
}

/// What another policy, or this one with its rules in shadow in force, would have decided. Nobody acts on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Would {
    /// `shadow-rules` or `shadow-policy`.
    pub by: Term,
    /// SHA-256 over the files of that policy.
    pub policy_digest: [u8; 32],
    /// What it would have said.
    pub verdict: Verdict,
    /// The level that would have counted.
    pub effective: Option<Term>,
}

/// Most sample spans in one record.
pub const SPANS_MAX: usize = 64;

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may go to this backend.
    Permit {
        /// The zone of the backend.
        zone: Term,
        /// The backend's id in the policy.
        backend: Term,
        /// 1 for the first attempt.
        attempt: u8,
    },
    /// It may not go anywhere.
    Refuse {
        /// Why, as a code of the closed refusal vocabulary (`clearance`, `no-zone`, `content`, `bad-request`, …).
        reason: Term,
        /// The policy's rule, if one decided.
        rule: Option<Term>,
        /// The HTTP status told to the client.
        status: u16,
    },
}

/// Findings of one rule that share direction, voice, turn and confidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    /// The detector rule's id.
    pub rule: Term,
    /// Its category.
    pub category: Term,
    /// `prompt` or `completion`.
    pub direction: Term,
    /// `system`, `user`, `assistant`, `tool` or `other`.
    pub voice: Term,
    /// `newest` or `earlier`.
    pub turn: Term,
    /// `low`, `medium` or `high`.
    pub confidence: Term,
    /// How many.
    pub count: u32,
}

/// Where something was found; never what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The detector rule's id.
    pub rule: Term,
    /// Number of the segment in document order, from 0.
    pub segment: u32,
    /// First byte in the decoded segment.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// How often an obligation was carried out for a category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObligationCount {
    /// `redact`, `block`, `raise` …
    pub obligation: Term,
    /// The category it was for.
    pub category: Term,
    /// How often.
    pub count: u32,
}

/// Honest coverage: what inspection saw, and what it did not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Strings, keys and numbers inspected.
    pub segments: u32,
    /// Their decoded length in bytes.
    pub bytes: u64,
    /// Kinds that were not inspected (`opaque.media`, `opaque.signature`, …), with how often.
    pub opaque: Vec<(Term, u32)>,
}

/// How far an exchange got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// No byte went to a backend.
    NotSent,
    /// Some bytes may have gone.
    PartlySent,
    /// The whole request went; no answer was released.
    Sent,
    /// The whole answer was released to the client's connection.
    Answered,
    /// The answer broke off after this many bytes of it had been released: by a decision, by a fault, or because nobody
    /// listened any more.
    Cut(u64),
    /// The process ended before it was known.
    Unknown,
}

/// The last record of an exchange: what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletionRecord {
    /// Which exchange.
    pub exchange: ExchangeId,
    /// Who asked.
    pub principal: Principal,
    /// Where the connection came from.
    pub source: IpAddr,
    /// The dialect spoken.
    pub dialect: Term,
    /// When it ended.
    pub time: Timestamp,
    /// How far it got.
    pub outcome: Outcome,
    /// The status told to the client; 0 if none could be.
    pub status: u16,
    /// Why it ended otherwise than answered, as a code of the refusal vocabulary.
    pub reason: Option<Term>,
    /// The policy's rule, if one cut it.
    pub rule: Option<Term>,
    /// The label announced with the answer.
    pub announced: Option<Term>,
    /// The backend's answer as received.
    pub received: Option<Fingerprint>,
    /// The answer as released.
    pub released: Option<Fingerprint>,
    /// What the rules found in the answer.
    pub findings: Vec<Tally>,
    /// At most [`SPANS_MAX`] places.
    pub spans: Vec<Span>,
    /// Rules in shadow mode that would have applied to the answer.
    pub shadow: Vec<Term>,
    /// Obligations carried out on the answer.
    pub obligations: Vec<ObligationCount>,
    /// What was inspected of the answer.
    pub coverage: Coverage,
    /// From arrival to this record, in microseconds.
    pub duration_us: u64,
    /// When the stages of the exchange were over.
    pub stages: Stages,
    /// How the answer flowed, if it was streamed.
    pub flow: Option<Flow>,
}

impl CompletionRecord {
    /// The end of an exchange of which nothing more is known than this; its caller fills in what it knows.
    pub fn bare(
        exchange: ExchangeId,
        who: (Principal, IpAddr),
        dialect: Term,
        time: Timestamp,
    ) -> CompletionRecord {
        let (principal, source) = who;
        CompletionRecord {
            exchange,
            principal,
            source,
            dialect,
            time,
            outcome: Outcome::Unknown,
            status: 0,
            reason: None,
            rule: None,
            announced: None,
            received: None,
            released: None,
            findings: Vec::new(),
            spans: Vec::new(),
            shadow: Vec::new(),
            obligations: Vec::new(),
            coverage: Coverage::default(),
            duration_us: 0,
            stages: Stages::default(),
            flow: None,
        }
    }

    /// As [`CompletionRecord::bare`], of an exchange whose opening is at hand; it never ends before it began.
    pub fn of(opening: &Opening, time: Timestamp) -> CompletionRecord {
        let who = (opening.principal.clone(), opening.source);
        CompletionRecord::bare(opening.exchange, who, opening.dialect.clone(), time.max(opening.time))
    }
}

/// Failures before identity, counted over an interval: no stranger gets a record of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrangerCount {
    /// The source address (IPv6: its /64).
    pub source: IpAddr,
    /// The refusal's code.
    pub reason: Term,
    /// How often.
    pub count: u32,
}

/// Something the log says about itself or its process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The process began to serve with this policy and these rules.
    Started {
        /// SHA-256 over the policy files.
        policy_digest: [u8; 32],
        /// SHA-256 over the rule files.
        rules_digest: [u8; 32],
    },
    /// From now on it serves with this policy and these rules.
    Reloaded {
        /// SHA-256 over the policy files.
        policy_digest: [u8; 32],
        /// SHA-256 over the rule files.
        rules_digest: [u8; 32],
    },
    /// The log was found open; bytes after its last checkpoint were cut.
    Recovered {
        /// How many bytes were cut.
        dropped_bytes: u64,
        /// Exchanges that were left without a completion, now closed as unknown.
        unfinished: u32,
    },
    /// Nothing happened for a while; the checkpoint is renewed.
    Idle,
    /// The log was closed in good order.
    Closed,
    /// Failures before identity since the last such record.
    Strangers {
        /// At most 256 rows; the rest is summed into `others`.
        counts: Vec<StrangerCount>,
        /// Failures of sources beyond those rows.
        others: u64,
    },
}

/// One leaf of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// What was decided.
    Decision(Box<DecisionRecord>),
    /// What became of it.
    Completion(Box<CompletionRecord>),
    /// The log about itself.
    Notice {
        /// When.
        time: Timestamp,
        /// What.
        notice: Notice,
    },
}

/// A value that says for itself what must be durable before it is used.
///
/// The log takes the records from the value and gives it back inside `Recorded`, so that what was recorded and what
/// is used cannot differ.
pub trait Evidence {
    /// One to three records, in the order in which they enter the log.
    fn records(&self) -> Vec<Record>;
}
