//! Where text may be computed: zones with their ceilings, backends inside them, and the model names that lead there.

use std::collections::BTreeMap;

use crate::app::App;
use crate::index::{BackendIndex, MinistryIndex, ModelIndex, ZoneIndex};
use crate::label::{Label, Level};

pub use crate::url::Url;

/// An approved place to compute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone {
    /// What policies and records write.
    pub id: String,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// The highest label that may be computed here while the accreditation is in force.
    pub ceiling: Label,
    /// What remains without accreditation, or when it has expired; `None`: nothing.
    pub unaccredited_ceiling: Option<Label>,
    /// On what the ceiling rests. A zone without it has the ceiling of the lowest level, which needs none.
    pub accreditation: Option<Accreditation>,
}

/// Why a zone may hold what is above the lowest level, and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accreditation {
    /// Where the evidence is kept: a document number, as humans look it up.
    pub evidence: String,
    /// First second, in Unix time, at which it no longer counts.
    pub expires: u64,
    /// What it is about: a backend that none of these describes is not accredited.
    pub names: Vec<Accredited>,
}

/// What an accreditation says a backend is. All four were looked at, so all four must be as they were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accredited {
    /// Its base address.
    pub url: Url,
    /// Whose certificates are believed.
    pub trust_anchor: TrustAnchor,
    /// The model id that the backend knows.
    pub upstream_model: String,
    /// How far the vendor may move the computing.
    pub deployment: Deployment,
}

impl Zone {
    /// True while an accreditation is in force.
    pub fn accredited(&self, now: u64) -> bool {
        self.accreditation.as_ref().is_some_and(|accreditation| now < accreditation.expires)
    }

    /// The highest label that may be computed here at `now`; `None`: nothing may.
    pub fn ceiling_at(&self, now: u64) -> Option<Label> {
        match &self.accreditation {
            Some(accreditation) if now >= accreditation.expires => self.unaccredited_ceiling,
            _ => Some(self.ceiling),
        }
    }
}

/// How the operator's certificate is trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustAnchor {
    /// A PEM file, relative to the policy folder; nothing else is trusted for this backend.
    File(String),
    /// The machine's own roots. Refused in zones above the lowest level.
    System,
}

/// Where the vendor may compute within one deployment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Deployment {
    /// Machines of this customer alone.
    Dedicated,
    /// One region.
    Regional,
    /// Several regions of one country, between which the vendor may move it.
    Country,
    /// A group of regions that the vendor may extend.
    DataZone,
    /// Anywhere.
    Global,
}

impl Deployment {
    /// As policies write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Deployment::Dedicated => "dedicated",
            Deployment::Regional => "regional",
            Deployment::Country => "country",
            Deployment::DataZone => "data-zone",
            Deployment::Global => "global",
        }
    }

    /// True if the vendor cannot move the computing out of the country.
    pub fn stays(self) -> bool {
        matches!(self, Deployment::Dedicated | Deployment::Regional | Deployment::Country)
    }
}

/// The wire form a backend speaks; what it means is the exchange's business.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BackendDialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
    /// Amazon Bedrock Runtime: Converse, and InvokeModel with the model's own bodies.
    Bedrock,
    /// The API of GENAI's business applications (行政実務用AIアプリ).
    ExApp,
}

impl BackendDialect {
    /// As policies write it.
    pub fn as_str(self) -> &'static str {
        match self {
            BackendDialect::OpenAiChat => "openai-chat",
            BackendDialect::Bedrock => "bedrock",
            BackendDialect::ExApp => "exapp",
        }
    }
}

/// One model at one address under one trust anchor: what an accreditation is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backend {
    /// What policies and records write.
    pub id: String,
    /// Where it computes.
    pub zone: ZoneIndex,
    /// Base address; `https`, or `http` on a loopback address.
    pub url: Url,
    /// Whose certificates are believed.
    pub trust_anchor: TrustAnchor,
    /// The model id the backend knows, written into the request by the proxy.
    pub upstream_model: String,
    /// How far the vendor may move the computing.
    pub deployment: Deployment,
    /// The wire form.
    pub dialect: BackendDialect,
    /// Name of the credential in the process's own configuration; `None`: the backend asks for none.
    pub credential: Option<String>,
    /// Names of the credentials that belong to one ministry alone; its people's exchanges go with it.
    pub credentials: BTreeMap<MinistryIndex, String>,
    /// The region: where Amazon Bedrock is asked, and for operators.
    pub region: Option<String>,
}

/// A name that clients ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    /// The name.
    pub id: String,
    /// Where it may be computed, most wanted first; a permit keeps this order.
    pub backends: Vec<BackendIndex>,
    /// What more there is to say if it is an application with a path of its own.
    pub app: Option<Box<App>>,
}

/// What an ARN of Amazon Bedrock hides: an inference profile of the account's own, or a model deployed for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InferenceProfile {
    /// The ARN, which clients may ask for and backends may know.
    pub arn: String,
    /// The name that a client gets who asks for it.
    pub model: ModelIndex,
    /// Every region that it may compute in; `global` for anywhere.
    pub regions: Vec<String>,
}

/// A field of a request that the policy lets pass although the dialect does not describe it, or although it steers where
/// data is computed, fetched, kept or sent. Its strings are inspected like all others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// What records write.
    pub id: String,
    /// In bodies of this form.
    pub dialect: BackendDialect,
    /// Its keys from the outermost object on, with `[]` for each list between them.
    pub path: Vec<String>,
    /// What its value may be, as a string or as JSON writes it; empty means anything.
    pub values: Vec<String>,
    /// Effective levels at which it passes; empty means all.
    pub levels: Vec<Level>,
}
