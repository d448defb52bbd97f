//! Who asks: the grants that claims earn, the service they came through, and the clearance that follows.

use std::collections::BTreeMap;
use std::fmt;

use crate::index::{GrantIndex, IssuerIndex, MinistryIndex, ServiceIndex, numbered};
use crate::label::Label;
use crate::people::{Grant, Voucher};
use crate::policy::{Policy, Stamp};

/// What a verified token or certificate says, flattened: each claim with its one or several strings.
///
/// No `Debug`: claims are about a person.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Claims(pub BTreeMap<String, Vec<String>>);

impl Claims {
    /// Whether each of these claims has at least one of its values.
    pub fn hold(&self, wanted: &BTreeMap<String, Vec<String>>) -> bool {
        wanted.iter().all(|(claim, values)| self.values(claim).iter().any(|value| values.contains(value)))
    }

    /// The values of one claim; empty if absent.
    pub fn values(&self, claim: &str) -> &[String] {
        self.0.get(claim).map_or(&[], Vec::as_slice)
    }
}

/// A person, as far as it was proved.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// Who vouches for the claims.
    pub voucher: Voucher,
    /// What they are.
    pub claims: &'a Claims,
    /// Whether the proof holds on this connection alone: a certificate, or a token that names one.
    pub bound: bool,
}

/// Who asked, as a record names them.
#[derive(Clone, Copy, Debug)]
pub struct RecordedSubject<'a> {
    /// Ids of the grants earned.
    pub grants: &'a [&'a str],
    /// The service that asked.
    pub service: Option<&'a str>,
    /// The organisation of the person.
    pub ministry: Option<&'a str>,
    /// What they could handle.
    pub clearance: &'a str,
}

/// Why the policy does not know someone whose proof is good. A closed list; messages belong to the refusal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unknown {
    /// No grant applies to these claims, or nobody asks at all.
    NoGrant,
    /// The issuer's tokens count only with the certificate that they name.
    Unbound,
    /// The policy has ministries, and the claims lead to none.
    NoMinistry,
    /// The claims lead to more than one ministry.
    SeveralMinistries,
    /// The service may not speak for people of this ministry.
    NotServed,
    /// The service may not ask without saying for whom.
    ServiceAlone,
}

impl Unknown {
    /// All of them.
    pub const ALL: [Unknown; 6] = [
        Unknown::NoGrant,
        Unknown::Unbound,
        Unknown::NoMinistry,
        Unknown::SeveralMinistries,
        Unknown::NotServed,
        Unknown::ServiceAlone,
    ];

    /// The word for it in answers and records.
    pub const fn code(self) -> &'static str {
        match self {
            Unknown::NoGrant => "unknown-subject",
            Unknown::Unbound => "unbound-token",
            Unknown::NoMinistry => "unknown-ministry",
            Unknown::SeveralMinistries => "several-ministries",
            Unknown::NotServed => "ministry-not-served",
            Unknown::ServiceAlone => "service-alone",
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unknown::NoGrant => "no grant of the policy applies to these claims",
            Unknown::Unbound => "tokens of this issuer count only with the client certificate that they name",
            Unknown::NoMinistry => "these claims lead to no ministry of the policy",
            Unknown::SeveralMinistries => "these claims lead to more than one ministry",
            Unknown::NotServed => "the service may not speak for people of this ministry",
            Unknown::ServiceAlone => "the service may not ask without saying for whom",
        })
    }
}

impl std::error::Error for Unknown {}

/// Someone the policy knows: a person with a grant, a service that may ask by itself, or the one through the other.
/// Made by [`Policy::subject`] alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    clearance: Label,
    floor: Label,
    grants: Vec<GrantIndex>,
    service: Option<ServiceIndex>,
    ministry: Option<MinistryIndex>,
    stamp: Stamp,
}

impl Subject {
    /// The greatest lower bound of all grants earned, of the proof's and of the service's ceiling: a second, lower role
    /// lowers what one may see.
    pub fn clearance(&self) -> Label {
        self.clearance
    }

    /// The lowest label of anything that comes from here: the service's.
    pub fn floor(&self) -> Label {
        self.floor
    }

    /// The grants earned, in the policy's order; none for a service that asks by itself.
    pub fn grants(&self) -> &[GrantIndex] {
        &self.grants
    }

    /// The service that asks, by itself or for the person.
    pub fn service(&self) -> Option<ServiceIndex> {
        self.service
    }

    /// The organisation that the person belongs to.
    pub fn ministry(&self) -> Option<MinistryIndex> {
        self.ministry
    }

    /// Which policy knows this subject.
    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }
}

impl Policy {
    /// The issuer of that id.
    pub fn find_issuer(&self, id: &str) -> Option<IssuerIndex> {
        numbered(&self.issuers).find(|(_, issuer)| issuer.id == id).map(|(index, _)| index)
    }

    /// The service of that id.
    pub fn find_service(&self, id: &str) -> Option<ServiceIndex> {
        numbered(&self.services).find(|(_, service)| service.id == id).map(|(index, _)| index)
    }

    /// The service that a client certificate with these names stands for: each `spiffe://…` or `dns:NAME`.
    pub fn service_of(&self, names: &[String]) -> Option<ServiceIndex> {
        let named = |certificates: &[String]| certificates.iter().any(|name| names.contains(name));
        numbered(&self.services).find(|(_, service)| named(&service.certificates)).map(|(index, _)| index)
    }

    /// Who it is that asks: a person, a service, or a person through a service.
    ///
    /// # Errors
    /// Why the policy does not know them.
    pub fn subject(
        &self,
        person: Option<Person<'_>>,
        service: Option<ServiceIndex>,
    ) -> Result<Subject, Unknown> {
        let Some(person) = person else {
            return self.alone(service.ok_or(Unknown::NoGrant)?);
        };
        // Nobody else speaks a service's words.
        let service = match person.voucher {
            Voucher::Service(own) => Some(own),
            Voucher::Issuer(_) | Voucher::Certificate => service,
        };
        let earned = numbered(&self.grants).filter(|(_, grant)| grant.earned(&person));
        let grants = earned.map(|(index, _)| index).collect();
        let proof = self.proof_ceiling(&person)?;
        let said = self.said_ministry(&person)?;
        self.holder(grants, service, proof, said)
    }

    /// The holder of these grants, by id, as tests and reports imagine them; ids that the policy lacks earn nothing.
    ///
    /// # Errors
    /// Why the policy does not know them.
    pub fn imagined(&self, grants: &[&str], service: Option<ServiceIndex>) -> Result<Subject, Unknown> {
        let named = numbered(&self.grants).filter(|(_, grant)| grants.contains(&grant.id.as_str()));
        let grants: Vec<GrantIndex> = named.map(|(index, _)| index).collect();
        if grants.is_empty() { self.subject(None, service) } else { self.holder(grants, service, None, None) }
    }

    /// Who asked according to a record, if this policy still knows all of their ids; what they may handle is what the
    /// record says, since their proof may have lowered it.
    pub fn recorded(&self, said: &RecordedSubject<'_>) -> Option<Subject> {
        let grants: Option<Vec<GrantIndex>> = said
            .grants
            .iter()
            .map(|id| numbered(&self.grants).find(|(_, grant)| grant.id == *id).map(|(index, _)| index))
            .collect();
        let service = said.service.map(|id| self.find_service(id));
        let ministry = said
            .ministry
            .map(|id| numbered(&self.ministries).find(|(_, own)| own.id == id).map(|(index, _)| index));
        if service == Some(None) || ministry == Some(None) {
            return None;
        }
        let (service, ministry) = (service.flatten(), ministry.flatten());
        let subject = match grants? {
            none if none.is_empty() => self.subject(None, service),
            grants => self.holder(grants, service, None, ministry),
        };
        let mut subject = subject.ok()?;
        subject.clearance = subject.clearance.meet(self.scale.read(said.clearance)?);
        Some(subject)
    }

    /// The ministry that a service's context names: one, by its id.
    fn said_ministry(&self, person: &Person<'_>) -> Result<Option<MinistryIndex>, Unknown> {
        let Voucher::Service(_) = person.voucher else { return Ok(None) };
        let [said] = person.claims.values("ministry") else { return Err(Unknown::NoMinistry) };
        let found = numbered(&self.ministries).find(|(_, ministry)| ministry.id == *said);
        found.map(|(index, _)| Some(index)).ok_or(Unknown::NoMinistry)
    }

    /// The ministry that grants lead to, and that was said.
    fn ministry_of(
        &self,
        grants: &[GrantIndex],
        said: Option<MinistryIndex>,
    ) -> Result<Option<MinistryIndex>, Unknown> {
        let led = grants.iter().filter_map(|grant| self.grants.get(grant.number())?.ministry);
        let mut led = said.into_iter().chain(led);
        let first = led.next();
        if led.any(|other| Some(other) != first) { Err(Unknown::SeveralMinistries) } else { Ok(first) }
    }

    /// What the proof allows at most; `None`: no less than anything else.
    fn proof_ceiling(&self, person: &Person<'_>) -> Result<Option<Label>, Unknown> {
        let Voucher::Issuer(issuer) = person.voucher else { return Ok(None) };
        let Some(issuer) = self.issuers.get(issuer.number()).filter(|_| !person.bound) else {
            return Ok(None);
        };
        if issuer.bound { Err(Unknown::Unbound) } else { Ok(issuer.unbound_ceiling) }
    }

    /// The person who holds these grants, and came through this service.
    pub(crate) fn holder(
        &self,
        grants: Vec<GrantIndex>,
        service: Option<ServiceIndex>,
        proof: Option<Label>,
        said: Option<MinistryIndex>,
    ) -> Result<Subject, Unknown> {
        let clearances = grants.iter().filter_map(|index| self.grants.get(index.number()));
        let earned = clearances.map(|grant| grant.clearance).reduce(Label::meet).ok_or(Unknown::NoGrant)?;
        let ministry = self.ministry_of(&grants, said)?;
        if ministry.is_none() && !self.ministries.is_empty() {
            return Err(Unknown::NoMinistry);
        }
        let through = service.and_then(|index| self.services.get(index.number()));
        if through.is_some_and(|service| ministry.is_none_or(|own| !service.ministries.contains(&own))) {
            return Err(Unknown::NotServed);
        }
        let ceilings = proof.into_iter().chain(through.map(|service| service.ceiling));
        let clearance = ceilings.fold(earned, Label::meet);
        let floor = through.map_or_else(|| self.scale.lowest(), |service| service.floor);
        Ok(Subject { clearance, floor, grants, service, ministry, stamp: self.stamp })
    }

    /// A service that speaks for nobody.
    fn alone(&self, index: ServiceIndex) -> Result<Subject, Unknown> {
        let service = self.services.get(index.number()).ok_or(Unknown::NoGrant)?;
        let clearance = service.clearance.ok_or(Unknown::ServiceAlone)?.meet(service.ceiling);
        Ok(Subject {
            clearance,
            floor: service.floor,
            grants: Vec::new(),
            service: Some(index),
            ministry: None,
            stamp: self.stamp,
        })
    }
}

impl Grant {
    fn earned(&self, person: &Person<'_>) -> bool {
        self.voucher == person.voucher && person.claims.hold(&self.claims)
    }
}
