//! From what a request brings along to who asks: a person, a service, or a person through a service.

use sekisho_audit::{Principal, Term};
use sekisho_exchange::Signed;
use sekisho_policies::{Claims, Person, Policy, ServiceIndex, Subject, Unknown, Voucher};

use super::context::Spoken;
use super::pairs::Pair;
use super::service_keys::{Known, ServiceKeys};
use super::{ClientCertificate, Credential, IdentityError, Issuers};

/// Who asks, as far as token, certificate and policy can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The name in the token or the certificate, pinned to who vouches for it; a service that asks by itself is its own.
    pub principal: Principal,
    /// How it was proved: `token`, `bound-token`, `certificate`, `context`, `service-key` or `sigv4`.
    pub proof: Term,
    /// What the policy knows of them.
    pub subject: Subject,
    /// What a policy in shadow knows of them.
    pub shadow: Option<Result<Subject, Unknown>>,
    /// The service that asks, by itself or for the person: its id in the policy.
    pub service: Option<Term>,
    /// First second, since the Unix epoch, in which the proof no longer counts; leeway included.
    pub expires_at: u64,
    /// The token's `jti`, by which it can be revoked.
    pub token_id: Option<String>,
    /// The `kid` of the key that signed it, or the id of a service's key.
    pub key_id: Option<String>,
    /// What the proof says of the exchange itself.
    pub signed: Signed,
}

/// What a request brings along to say who asks.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The token in its head.
    pub credential: Option<&'a Credential>,
    /// The pair of keys that has signed it, or is said to: whoever puts it here verifies the signature before the caller
    /// counts.
    pub pair: Option<&'a Pair>,
    /// What a service says in its head of the person for whom it asks.
    pub context: Option<&'a Credential>,
    /// The certificate of its connection.
    pub certificate: Option<&'a ClientCertificate>,
    /// The keys of services that count.
    pub keys: &'a ServiceKeys,
    /// A policy that is asked beside the one in force, and obeyed by nobody.
    pub shadow: Option<&'a Policy>,
}

/// Who a token or certificate is about, before policy has been asked what that earns.
///
/// No `Debug`: claims are about a person.
pub(super) struct Identified {
    pub(super) principal: Principal,
    pub(super) claims: Claims,
    pub(super) expires_at: u64,
    /// Whether it counts on this connection alone.
    pub(super) bound: bool,
    pub(super) token_id: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) signed: Signed,
}

/// Who vouches for services: the policy itself.
pub(super) const SERVICE: &str = "service";

impl Issuers {
    /// Who asks: a person by a token, a person or a service by the connection's certificate, a service by its key, or a
    /// person through a service. `policy` is the one these issuers were loaded for; `now_s` is in seconds since the Unix
    /// epoch.
    ///
    /// # Errors
    ///
    /// Any [`IdentityError`]; [`IdentityError::NoCredential`] if there is neither credential nor context, and no
    /// certificate that stands for anyone; [`IdentityError::SeveralCredentials`] if two of them stand for two persons
    /// or two services.
    pub fn identify(
        &self,
        presented: &Presented<'_>,
        now_s: u64,
        policy: &Policy,
    ) -> Result<Caller, IdentityError> {
        let Presented { credential, context, certificate, shadow, .. } = *presented;
        certificate.map_or(Ok(()), |certificate| certificate.valid_at(now_s))?;
        let service = certificate.and_then(|certificate| policy.service_of(certificate.names()));
        let keyed = presented.keyed(now_s, policy)?;
        // A certificate of a service stands for no person.
        let named = policy.certificate_name().filter(|_| service.is_none()).zip(certificate);
        let person = named.is_some() || (credential.is_some() && keyed.is_none());
        if let Some(context) = context {
            let Spoken { service: own, who } = self.speakers.verify(context, certificate, now_s)?;
            let mut proved = service.into_iter().chain(keyed.as_ref().map(|(keyed, ..)| *keyed));
            if person || proved.any(|other| other != own) {
                return Err(IdentityError::SeveralCredentials);
            }
            return Caller::person(who, "context", Voucher::Service(own), Some(own), (policy, shadow));
        }
        if let Some((keyed, key, proof)) = keyed {
            if named.is_some() || service.is_some_and(|service| service != keyed) {
                return Err(IdentityError::SeveralCredentials);
            }
            return Caller::service(keyed, proof, key.expires_at, Some(key.id.clone()), (policy, shadow));
        }
        match (credential, named) {
            (Some(credential), named) => {
                let who = self.verify(credential, certificate, now_s)?;
                if named.is_some() && !who.bound {
                    return Err(IdentityError::SeveralCredentials);
                }
                let issuer = policy.find_issuer(who.principal.issuer().as_str());
                let voucher = Voucher::Issuer(issuer.ok_or(IdentityError::UnknownIssuer)?);
                let proof = if who.bound { "bound-token" } else { "token" };
                Caller::person(who, proof, voucher, service, (policy, shadow))
            }
            (None, Some((name, certificate))) => {
                let who = Identified {
                    principal: certificate.person(name)?,
                    claims: certificate.claims().clone(),
                    expires_at: certificate.expires_at(),
                    bound: true,
                    token_id: None,
                    key_id: None,
                    signed: Signed::default(),
                };
                Caller::person(who, "certificate", Voucher::Certificate, None, (policy, shadow))
            }
            (None, None) => {
                let (service, certificate) = service.zip(certificate).ok_or(IdentityError::NoCredential)?;
                Caller::service(service, "certificate", certificate.expires_at(), None, (policy, shadow))
            }
        }
    }
}

impl<'a> Presented<'a> {
    /// The service whose key is sent or has signed, if there is one, and how that is called.
    fn keyed(
        &self,
        now_s: u64,
        policy: &Policy,
    ) -> Result<Option<(ServiceIndex, &'a Known, &'static str)>, IdentityError> {
        let sent = self.credential.map(Credential::token).filter(|token| ServiceKeys::looks_like(token));
        let (known, proof) = match (self.pair, sent) {
            (Some(pair), _) => (&pair.known, "sigv4"),
            (None, Some(key)) => (self.keys.find(key, now_s)?, "service-key"),
            (None, None) => return Ok(None),
        };
        let service = policy.find_service(&known.service).filter(|index| policy.service(*index).keys);
        Ok(Some((service.ok_or(IdentityError::ServiceKey)?, known, proof)))
    }
}

impl Caller {
    /// Whether a service asks by itself.
    pub fn is_service(&self) -> bool {
        self.service.is_some() && self.principal.issuer().as_str() == SERVICE
    }

    /// A person, by themselves or through a service.
    fn person(
        who: Identified,
        proof: &'static str,
        voucher: Voucher,
        service: Option<ServiceIndex>,
        (policy, shadow): (&Policy, Option<&Policy>),
    ) -> Result<Caller, IdentityError> {
        let person = Person { voucher, claims: &who.claims, bound: who.bound };
        let subject = policy.subject(Some(person), service).map_err(IdentityError::Unknown)?;
        let shadow = shadow.map(|other| shadowed(other, policy, Some(person), service));
        let Identified { principal, expires_at, token_id, key_id, signed, .. } = who;
        let service = service.map(|index| Term::loaded(&policy.service(index).id));
        let proof = Term::of(proof);
        Ok(Caller { principal, proof, subject, shadow, service, expires_at, token_id, key_id, signed })
    }

    /// A service that asks by itself.
    fn service(
        index: ServiceIndex,
        proof: &'static str,
        expires_at: u64,
        key_id: Option<String>,
        (policy, shadow): (&Policy, Option<&Policy>),
    ) -> Result<Caller, IdentityError> {
        let subject = policy.subject(None, Some(index)).map_err(IdentityError::Unknown)?;
        let shadow = shadow.map(|other| shadowed(other, policy, None, Some(index)));
        let id = &policy.service(index).id;
        let principal = Principal::new(Term::of(SERVICE), id).ok_or(IdentityError::Subject)?;
        let (proof, service) = (Term::of(proof), Some(Term::loaded(id)));
        Ok(Caller {
            principal,
            proof,
            subject,
            shadow,
            service,
            expires_at,
            token_id: None,
            key_id,
            signed: Signed::default(),
        })
    }
}

/// Who it is for another policy: whoever vouches and whatever service asks is found there by the same id.
fn shadowed(
    other: &Policy,
    policy: &Policy,
    person: Option<Person<'_>>,
    service: Option<ServiceIndex>,
) -> Result<Subject, Unknown> {
    let same = |index: ServiceIndex| other.find_service(&policy.service(index).id).ok_or(Unknown::NotServed);
    let service = service.map(same).transpose()?;
    let Some(person) = person else { return other.subject(None, service) };
    let voucher = match person.voucher {
        Voucher::Certificate => Voucher::Certificate,
        Voucher::Service(index) => Voucher::Service(same(index)?),
        Voucher::Issuer(index) => {
            let issuer = other.find_issuer(&policy.issuer(index).id);
            Voucher::Issuer(issuer.ok_or(Unknown::NoGrant)?)
        }
    };
    other.subject(Some(Person { voucher, ..person }), service)
}
