//! Who plays what: which model names show what the tour is about, and where each backend of the policy computes.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_policies::{Backend, Issuer, Model, Policy};

use super::story::{Both, Place, Which};
use crate::cli::Trouble;

/// What the environment needs to know of its policy.
pub struct Cast {
    /// The one issuer.
    pub issuer: Issuer,
    /// Every model name; the first serves Level 1 and Level 2.
    pub models: Vec<String>,
    /// A model name for each kind.
    pub kinds: Vec<(Which, String)>,
    /// Where each backend computes, and the name of its zone.
    pub places: BTreeMap<String, (Place, Both<String>)>,
    /// Names of the credentials that backends ask for.
    pub credentials: BTreeSet<String>,
}

impl Cast {
    /// Reads it off the policy.
    pub fn of(policy: &Policy) -> Result<Cast, Trouble> {
        let missing = |what: &str| Trouble::Message(format!("the policy has no {what}"));
        let model = |kind: fn(&Places) -> bool| {
            let fits = |model: &&Model| kind(&Places::of(policy, model));
            policy.models().iter().find(fits).map(|model| model.id.clone())
        };
        let both = model(|places| places.commercial && places.government)
            .ok_or_else(|| missing("model that serves both levels"))?;
        let commercial = model(|places| places.commercial && !places.government)
            .ok_or_else(|| missing("model that is commercial only"))?;
        let mut models: Vec<String> = policy.models().iter().map(|model| model.id.clone()).collect();
        models.sort_by_key(|id| *id != both);
        let place = |backend: &Backend| {
            let zone = policy.zone(backend.zone);
            let name = Both { ja: zone.ja.clone(), en: zone.en.clone() };
            (backend.id.clone(), (place(policy, backend), name))
        };
        Ok(Cast {
            issuer: policy.issuers().first().cloned().ok_or_else(|| missing("issuer"))?,
            models,
            kinds: vec![(Which::Both, both), (Which::CommercialOnly, commercial)],
            places: policy.backends().iter().map(place).collect(),
            credentials: policy.backends().iter().filter_map(|backend| backend.credential.clone()).collect(),
        })
    }
}

/// Where a model's backends compute.
#[derive(Default)]
struct Places {
    commercial: bool,
    government: bool,
}

impl Places {
    fn of(policy: &Policy, model: &Model) -> Places {
        model.backends.iter().fold(Places::default(), |mut places, backend| {
            match place(policy, policy.backend(*backend)) {
                Place::Commercial => places.commercial = true,
                Place::Government => places.government = true,
            }
            places
        })
    }
}

/// Government: the ceiling of its zone dominates Level 2.
fn place(policy: &Policy, backend: &Backend) -> Place {
    let ceiling = policy.zone(backend.zone).ceiling;
    match policy.scale().level("2") {
        Some(two) if ceiling.dominates(two) => Place::Government,
        _ => Place::Commercial,
    }
}
