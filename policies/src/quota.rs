//! Quotas: how many exchanges somebody may have in a while. Counting is done by whoever sees the exchanges; what counts,
//! for whom, and until when, is said here.

use crate::content::{Mode, Said};
use crate::index::{GrantIndex, MinistryIndex, ModelIndex, QuotaIndex, ServiceIndex, numbered};
use crate::policy::Policy;
use crate::subject::Subject;
use crate::when::UtcOffset;

/// By whom exchanges are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Per {
    /// Each person for themselves.
    Person,
    /// Each service, whoever it speaks for.
    Service,
    /// Each ministry, all its people together.
    Ministry,
}

/// As policies write it.
pub(crate) const PER: [(&str, Per); 3] =
    [("person", Per::Person), ("service", Per::Service), ("ministry", Per::Ministry)];

/// How long a count lasts. Each begins anew on the clock, not with the first exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Every {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// From midnight to midnight, in the policy's local time.
    Day,
}

/// As policies write it.
pub(crate) const EVERY: [(&str, Every); 3] =
    [("minute", Every::Minute), ("hour", Every::Hour), ("day", Every::Day)];

impl Every {
    fn seconds(self) -> u64 {
        match self {
            Every::Minute => 60,
            Every::Hour => 3600,
            Every::Day => 86_400,
        }
    }
}

/// A quota. An empty list means all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quota {
    /// What records and answers write.
    pub id: String,
    /// Who is counted.
    pub per: Per,
    /// How many exchanges are let pass.
    pub exchanges: u32,
    /// In which time.
    pub every: Every,
    /// Holders of any of these grants.
    pub grants: Vec<GrantIndex>,
    /// Through any of these services.
    pub services: Vec<ServiceIndex>,
    /// People of any of these ministries.
    pub ministries: Vec<MinistryIndex>,
    /// For any of these models.
    pub models: Vec<ModelIndex>,
    /// In force or only counted.
    pub mode: Mode,
    /// Why.
    pub message: Said,
    /// What the person can do next.
    pub next: Said,
    pub(crate) offset: UtcOffset,
}

impl Quota {
    /// The number of the count that `now` falls in.
    pub fn window(&self, now: u64) -> u64 {
        self.offset.local_s(now) / self.every.seconds()
    }

    /// Seconds until the next count begins; at least 1.
    pub fn rest_s(&self, now: u64) -> u64 {
        self.every.seconds() - self.offset.local_s(now) % self.every.seconds()
    }

    pub(crate) fn is_about(&self, subject: &Subject, model: ModelIndex) -> bool {
        let holds = |grant: &GrantIndex| subject.grants().contains(grant);
        let counted = match self.per {
            Per::Person => !subject.grants().is_empty(),
            Per::Service => subject.service().is_some(),
            Per::Ministry => subject.ministry().is_some(),
        };
        counted
            && (self.grants.is_empty() || self.grants.iter().any(holds))
            && (self.services.is_empty() || subject.service().is_some_and(|own| self.services.contains(&own)))
            && (self.ministries.is_empty()
                || subject.ministry().is_some_and(|own| self.ministries.contains(&own)))
            && (self.models.is_empty() || self.models.contains(&model))
    }
}

impl Policy {
    /// The quotas that an exchange of this subject for this model counts to, in the policy's order.
    pub fn quotas_of(&self, subject: &Subject, model: &str) -> Vec<QuotaIndex> {
        if self.quotas.is_empty() || subject.stamp() != self.stamp() {
            return Vec::new();
        }
        let Some(model) = self.find_model(model) else { return Vec::new() };
        let about = numbered(&self.quotas).filter(|(_, quota)| quota.is_about(subject, model));
        about.map(|(index, _)| index).collect()
    }
}
