//! Facts to decision: labels, zones, rules, a total evaluation. Knows no HTTP, no JSON and no clock.

mod access;
mod app;
mod bedrock;
mod content;
mod decide;
mod denial;
mod diagnostic;
pub mod explain;
mod facts;
mod imagined;
mod index;
pub mod keys;
mod label;
mod look;
mod parse;
mod people;
mod permit;
mod policy;
mod quota;
mod scale;
mod subject;
pub mod suite;
mod table;
mod url;
mod vocabulary;
mod weigh;
mod when;
mod zone;

pub use access::{Access, AccessRule};
pub use app::{App, Owner};
pub use content::{ContentRule, Effect, Mode, Obligation, Said, ZoneScope};
pub use decide::{Brought, Decision, Declared, Question};
pub use denial::{Denial, PolicyRule, Reason};
pub use diagnostic::{Diagnostic, Severity};
pub use facts::{Direction, FindingKey, Opaque, OpaqueKey, Summary, Turn, Voice};
pub use index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, FieldIndex, GrantIndex, IssuerIndex, MinistryIndex,
    ModelIndex, QuotaIndex, ServiceIndex, ZoneIndex,
};
pub use label::{Label, Level};
pub use look::look;
pub use people::{
    Algorithm, CertificateName, Conversation, Grant, Issuer, Lenience, Ministry, Service, Voucher,
};
pub use permit::{AnswerVerdict, Permit, Route};
pub use policy::{Limits, Policy, Recall, SignedReasoning, SourceFile, UnderDeclared};
pub use quota::{Every, Per, Quota};
pub use scale::{Answers, COMPARTMENTS_MAX, CompartmentDef, LevelDef, Scale};
pub use subject::{Claims, Person, RecordedSubject, Subject, Unknown};
pub use when::{Dates, Hours, UtcOffset};
pub use zone::{
    Accreditation, Accredited, Backend, BackendDialect, Deployment, Field, InferenceProfile, Model,
    TrustAnchor, Url, Zone,
};
