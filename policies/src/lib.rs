//! Facts to decision: labels, zones, rules, a total evaluation. Knows no HTTP, no JSON and no clock.

mod access;
mod content;
mod decide;
mod denial;
mod diagnostic;
pub mod explain;
mod facts;
mod index;
mod label;
mod parse;
mod people;
mod permit;
mod policy;
mod scale;
mod subject;
pub mod suite;
mod url;
mod weigh;
mod zone;

pub use access::{Access, AccessRule};
pub use content::{ContentRule, Effect, Mode, Obligation, Said, ZoneScope};
pub use decide::{Decision, Declared, Question};
pub use denial::{Denial, Reason};
pub use diagnostic::{Diagnostic, Severity};
pub use facts::{Direction, FindingKey, Opaque, OpaqueKey, Summary, Turn, Voice};
pub use index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, GrantIndex, IssuerIndex, MinistryIndex, ModelIndex,
    ServiceIndex, ZoneIndex,
};
pub use label::{Label, Level};
pub use people::{Algorithm, CertificateName, Grant, Issuer, Ministry, Service, Voucher};
pub use permit::{AnswerVerdict, Permit, Route};
pub use policy::{Limits, Policy, SourceFile, UnderDeclared};
pub use scale::{Answers, COMPARTMENTS_MAX, CompartmentDef, LevelDef, Scale};
pub use subject::{Claims, Person, Subject, Unknown};
pub use zone::{Accreditation, Backend, BackendDialect, Deployment, Model, TrustAnchor, Url, Zone};
