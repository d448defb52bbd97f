//! Policy and rules as an exchange finds them; it keeps them to its end, whatever is loaded meanwhile.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sekisho_audit::{Fingerprinter, Named, Term};
use sekisho_detectors::{RuleIndex, RuleSet};
use sekisho_policies::{Label, Opaque, Policy};

/// Policy, rules, and every word of theirs that a record may hold.
pub struct Snapshot {
    policy: Arc<Policy>,
    rules: Arc<RuleSet>,
    policy_digest: [u8; 32],
    rules_digest: [u8; 32],
    words: BTreeMap<Box<str>, Term>,
    shadow: Option<Arc<Snapshot>>,
}

impl Snapshot {
    /// The digests are SHA-256 over the files that were loaded.
    pub fn new(
        policy: Arc<Policy>,
        rules: Arc<RuleSet>,
        policy_digest: [u8; 32],
        rules_digest: [u8; 32],
    ) -> Snapshot {
        let words = words(&policy, &rules);
        Snapshot { policy, rules, policy_digest, rules_digest, words, shadow: None }
    }

    /// The same, with another beside it that decides everything too, and that nobody obeys.
    #[must_use]
    pub fn beside(self, shadow: Arc<Snapshot>) -> Snapshot {
        Snapshot { shadow: Some(shadow), ..self }
    }

    /// What decides beside this one.
    pub fn shadow(&self) -> Option<&Arc<Snapshot>> {
        self.shadow.as_ref()
    }

    /// The policy in force.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The detector rules in force.
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// SHA-256 over the policy files.
    pub fn policy_digest(&self) -> [u8; 32] {
        self.policy_digest
    }

    /// SHA-256 over the rule files.
    pub fn rules_digest(&self) -> [u8; 32] {
        self.rules_digest
    }

    /// A word of policy or rules. Total: anything else reads `unknown`.
    pub fn term(&self, word: &str) -> Term {
        self.words.get(word).cloned().unwrap_or(Term::of("unknown"))
    }

    pub(crate) fn level(&self, label: Label) -> Term {
        let scale = self.policy.scale();
        match scale.compartments(label).next() {
            None => self.term(scale.id(label)),
            // Made of ids of the policy alone.
            Some(_) => Term::loaded(&scale.written(label)),
        }
    }

    pub(crate) fn rule(&self, index: RuleIndex) -> Term {
        self.term(self.rules.rule(index).id())
    }

    pub(crate) fn category(&self, index: RuleIndex) -> Term {
        self.term(self.rules.rule(index).category().as_str())
    }

    /// A model as a record may name it.
    pub(crate) fn model(&self, name: &str, fingerprinter: &Fingerprinter) -> Named {
        match self.policy.find_model(name) {
            Some(_) => Named::Known(self.term(name)),
            None => Named::Unknown(fingerprinter.fingerprint("model", name.as_bytes())),
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} words)", self.words.len())
    }
}

fn words(policy: &Policy, rules: &RuleSet) -> BTreeMap<Box<str>, Term> {
    let of_rules = rules.iter().flat_map(|(_, rule)| [rule.id(), rule.category().as_str()]);
    let levels = policy.scale().levels().map(|level| level.id.as_str());
    let zones = policy.zones().iter().map(|zone| zone.id.as_str());
    let backends = policy.backends().iter().map(|backend| backend.id.as_str());
    let models = policy.models().iter().map(|model| model.id.as_str());
    let profiles = policy.inference_profiles().iter().map(|profile| profile.arn.as_str());
    let services = policy.services().iter().map(|service| service.id.as_str());
    let ministries = policy.ministries().iter().map(|ministry| ministry.id.as_str());
    let grants = policy.grants().iter().map(|grant| grant.id.as_str());
    let content = policy.content_rules().iter().map(|rule| rule.id.as_str());
    let access = policy.access_rules().iter().map(|rule| rule.id.as_str());
    let quotas = policy.quotas().iter().map(|quota| quota.id.as_str());
    let fields = policy.fields().iter().map(|field| field.id.as_str());
    let opaque = Opaque::ALL.iter().map(|kind| kind.category());
    let places = levels.chain(zones).chain(backends).chain(models).chain(profiles);
    let people = services.chain(ministries).chain(grants);
    let all = of_rules
        .chain(places)
        .chain(people)
        .chain(content)
        .chain(access)
        .chain(quotas)
        .chain(fields)
        .chain(opaque);
    all.map(|word| (Box::from(word), Term::loaded(word))).collect()
}
