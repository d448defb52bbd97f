//! Who asks: by a token, by the connection, or by a signature over the request, which may need the body.

use std::time::Duration;

use sekisho_audit::sha256;
use sekisho_exchange::{Fault, Refusal, Stranger};

use super::Gate;
use crate::front::Arrival;
use crate::handle::unhurried;
use crate::identity::{
    Barred, Caller, Credential, IdentityError, Pair, Presented, Sent, ServiceKeys, context, sent,
};
use crate::loaded::Loaded;
use crate::sigv4::{Claim, Received, is_presigned};

/// How long somebody whose key is not known waits for it.
const KEYS_WITHIN: Duration = Duration::from_secs(3);

/// What the head brings along.
#[derive(Clone, Copy, Default)]
struct Heads<'a> {
    credential: Option<&'a Credential>,
    context: Option<&'a Credential>,
    pair: Option<&'a Pair>,
}

impl Gate {
    /// Who asks. A token with a key that is not known yet waits for its issuer to be asked, which happens seldom; a
    /// signature whose head does not say what the body is waits for the body.
    pub(crate) async fn identify(&self, loaded: &Loaded, arrival: &mut Arrival) -> Result<Caller, Refusal> {
        let context = context(&arrival.headers).map_err(stranger)?;
        let context = context.as_ref();
        let caller = match sent(&arrival.headers) {
            Ok(Sent::Token(credential)) => {
                let heads = Heads { credential: Some(&credential), context, pair: None };
                self.by_token(loaded, arrival, heads).await?
            }
            Ok(Sent::Signature(authorization)) => {
                let received = Received {
                    method: &arrival.method,
                    target: &arrival.target,
                    authority: &arrival.authority,
                    heads: &arrival.headers,
                };
                let claim = Claim::read(received, authorization, self.now_s()).map_err(stranger)?;
                return self.by_signature(loaded, arrival, &claim, context).await;
            }
            Err(IdentityError::NoCredential) if is_presigned(&arrival.target) => {
                return Err(stranger(IdentityError::Presigned));
            }
            // The connection itself may say who asks, or the service for whom it does.
            Err(IdentityError::NoCredential) if arrival.certificate.is_some() || context.is_some() => {
                let heads = Heads { context, ..Heads::default() };
                self.known(loaded, arrival, &self.service_keys.current(), heads).map_err(stranger)?
            }
            Err(error) => return Err(stranger(error)),
        };
        self.allowed(caller)
    }

    async fn by_token(
        &self,
        loaded: &Loaded,
        arrival: &Arrival,
        heads: Heads<'_>,
    ) -> Result<Caller, Refusal> {
        let keys = self.service_keys.current();
        let caller = self.known(loaded, arrival, &keys, heads);
        if let (Err(IdentityError::UnknownKey | IdentityError::NoKeys), Some(credential)) =
            (&caller, heads.credential)
            && let Some(ring) = loaded.issuers.keyring(credential)
            && ring.renewed(KEYS_WITHIN).await
        {
            return self.known(loaded, arrival, &keys, heads).map_err(stranger);
        }
        caller.map_err(stranger)
    }

    /// Whoever names a pair that counts, and whom the policy knows, has the body read; who asks is known only when the
    /// signature was verified over it.
    async fn by_signature(
        &self,
        loaded: &Loaded,
        arrival: &mut Arrival,
        claim: &Claim,
        context: Option<&Credential>,
    ) -> Result<Caller, Refusal> {
        let keys = self.service_keys.current();
        let pair = keys.pair(claim.key_id(), self.now_s()).map_err(stranger)?;
        let heads = Heads { context, pair: Some(pair), credential: None };
        let claimed = self.known(loaded, arrival, &keys, heads).map_err(stranger)?;
        if self.revocations.current().bars_pair(pair) {
            return Err(stranger(IdentityError::Revoked));
        }
        let mut claimed = self.allowed(claimed)?;
        let body = match claim.body() {
            Some(body) => body,
            // Nobody reads the body of such a request.
            None if arrival.method == "GET" => sha256(&[]),
            None => {
                let body = arrival.keep_body(&self.limits).await?;
                unhurried(body.len(), || sha256(&[body]))
            }
        };
        claim.verify(pair.secret(), body).map_err(stranger)?;
        // A context may be bound to a body as well: to the same.
        match claimed.signed.body_digest.replace(body) {
            Some(other) if other != body => Err(stranger(IdentityError::Binding)),
            _ => Ok(claimed),
        }
    }

    fn known(
        &self,
        loaded: &Loaded,
        arrival: &Arrival,
        keys: &ServiceKeys,
        heads: Heads<'_>,
    ) -> Result<Caller, IdentityError> {
        let shadow = loaded.snapshot.shadow().map(|shadow| shadow.policy().as_ref());
        let Heads { credential, context, pair } = heads;
        let certificate = arrival.certificate.as_deref();
        let presented = Presented { credential, pair, context, certificate, keys, shadow };
        loaded.issuers.identify(&presented, self.now_s(), loaded.snapshot.policy())
    }

    fn allowed(&self, caller: Caller) -> Result<Caller, Refusal> {
        match self.revocations.current().allow(&caller, self.now_s()) {
            Ok(()) => Ok(caller),
            Err(Barred::Revoked) => Err(stranger(IdentityError::Revoked)),
            Err(Barred::Stale) => Err(Fault::Stale.into()),
        }
    }

    fn now_s(&self) -> u64 {
        self.log.now().0 / 1000
    }
}

fn stranger(error: IdentityError) -> Refusal {
    Refusal::Stranger(match error {
        IdentityError::NoKeys => return Fault::Keys.into(),
        IdentityError::NoCredential => Stranger::NoCredential,
        IdentityError::SeveralCredentials => Stranger::SeveralCredentials,
        IdentityError::SignatureClock => Stranger::Clock,
        IdentityError::Unknown(unknown) if error.status() == 403 => Stranger::Unknown(unknown),
        other if other.is_signature() => Stranger::Signature(other.code()),
        other => Stranger::Credential(other.code()),
    })
}
