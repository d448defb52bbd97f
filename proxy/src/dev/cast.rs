//! Who plays what: which model names show what the tour is about, and where each backend of the policy computes.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_policies::{Backend, BackendDialect, Issuer, Model, Policy};

use super::scene::{Both, Place, Which};
use crate::cli::Trouble;

/// What the environment needs to know of its policy.
pub struct Cast {
    /// The one issuer.
    pub issuer: Issuer,
    /// Names that clients of chat completions may ask for; the first serves Level 1 and Level 2.
    pub models: Vec<String>,
    /// Names of models on Amazon Bedrock; the first is computed where Level 2 is approved.
    pub bedrock: Vec<String>,
    /// The application that the tour asks.
    pub application: Application,
    /// Services that prove themselves by a key.
    pub services: Vec<String>,
    /// Where each backend computes, and the name of its zone.
    pub places: BTreeMap<String, (Place, Both<String>)>,
    /// Names of the credentials that backends ask for.
    pub credentials: BTreeSet<String>,
    kinds: Vec<(Which, String)>,
}

/// A business application: how it is asked, and by whom.
pub struct Application {
    /// Where.
    pub path: String,
    /// The service that asks for it.
    pub service: String,
    /// The input by which its form declares the level.
    pub level_key: String,
    /// What stands in that input, and the level that it means.
    pub levels: Vec<(String, String)>,
}

/// What a kind is, and what is missing without it.
type Kind = (Which, BackendDialect, fn(&Places) -> bool, &'static str);

/// The first model of each kind plays it.
const KINDS: [Kind; 5] = [
    (
        Which::Both,
        BackendDialect::OpenAiChat,
        |places| places.commercial && places.government,
        "model that serves both levels",
    ),
    (
        Which::CommercialOnly,
        BackendDialect::OpenAiChat,
        |places| !places.government,
        "model that is commercial only",
    ),
    (
        Which::BedrockInJapan,
        BackendDialect::Bedrock,
        |places| places.government,
        "model on Amazon Bedrock for Level 2",
    ),
    (
        Which::BedrockAnywhere,
        BackendDialect::Bedrock,
        |places| !places.government,
        "model on Amazon Bedrock for Level 1 alone",
    ),
    (Which::Application, BackendDialect::ExApp, |places| places.government, "application for Level 2"),
];

impl Cast {
    /// Reads it off the policy.
    pub fn of(policy: &Policy) -> Result<Cast, Trouble> {
        let mut kinds = Vec::new();
        for (which, dialect, fits, what) in KINDS {
            let fits = |model: &&Model| {
                let places = Places::of(policy, model);
                places.dialect == Some(dialect) && fits(&places)
            };
            let model = policy.models().iter().find(fits).ok_or_else(|| missing(what))?;
            kinds.push((which, model.id.clone()));
        }
        let place = |backend: &Backend| {
            let zone = policy.zone(backend.zone);
            let name = Both { ja: zone.ja.clone(), en: zone.en.clone() };
            (backend.id.clone(), (place(policy, backend), name))
        };
        let mut cast = Cast {
            issuer: policy.issuers().first().cloned().ok_or_else(|| missing("issuer"))?,
            models: named(policy, BackendDialect::OpenAiChat),
            bedrock: named(policy, BackendDialect::Bedrock),
            application: policy
                .models()
                .iter()
                .find_map(|model| Application::of(policy, model))
                .ok_or_else(|| missing("application of a service's, with a level in its form"))?,
            services: policy.services().iter().filter(|own| own.keys).map(|own| own.id.clone()).collect(),
            places: policy.backends().iter().map(place).collect(),
            credentials: policy.backends().iter().filter_map(|backend| backend.credential.clone()).collect(),
            kinds,
        };
        let first = [Which::Both, Which::BedrockInJapan].map(|which| cast.model(which).to_owned());
        cast.models.sort_by_key(|id| !first.contains(id));
        cast.bedrock.sort_by_key(|id| !first.contains(id));
        Ok(cast)
    }

    /// The name of the model that is meant.
    pub fn model(&self, which: Which) -> &str {
        self.kinds.iter().find(|(kind, _)| *kind == which).map_or("", |(_, name)| name)
    }
}

fn missing(what: &str) -> Trouble {
    Trouble::Message(format!("the policy has no {what}"))
}

/// Every model that is asked for in this form.
fn named(policy: &Policy, dialect: BackendDialect) -> Vec<String> {
    let models = policy.models().iter();
    let speaking = models.filter(|model| Places::of(policy, model).dialect == Some(dialect));
    speaking.map(|model| model.id.clone()).collect()
}

impl Application {
    fn of(policy: &Policy, model: &Model) -> Option<Application> {
        let app = model.app.as_deref()?;
        let level = |(word, label): &(String, _)| (word.clone(), policy.scale().id(*label).to_owned());
        Some(Application {
            path: app.path.clone(),
            service: policy.service(app.service?).id.clone(),
            level_key: app.level_key.clone()?,
            levels: app.levels.iter().map(level).collect(),
        })
    }
}

/// Where a model's backends compute, and in which form they are asked.
#[derive(Default)]
struct Places {
    commercial: bool,
    government: bool,
    dialect: Option<BackendDialect>,
}

impl Places {
    fn of(policy: &Policy, model: &Model) -> Places {
        model.backends.iter().fold(Places::default(), |mut places, backend| {
            let backend = policy.backend(*backend);
            match place(policy, backend) {
                Place::Commercial => places.commercial = true,
                Place::Government => places.government = true,
            }
            places.dialect = Some(backend.dialect);
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

#[cfg(test)]
mod tests {
    use sekisho::policy_folder::Folder;

    use super::*;

    impl Cast {
        /// That of the shipped policy.
        pub(crate) fn shipped() -> Cast {
            let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/genai");
            let (policy, _) = Folder::read(dir.as_ref()).unwrap().load().unwrap();
            Cast::of(&policy).unwrap()
        }
    }

    #[test]
    fn the_shipped_policy_has_a_model_for_everything_that_the_tour_shows() {
        let cast = Cast::shipped();
        assert_eq!(cast.model(Which::Both), cast.models[0]);
        assert_eq!(cast.model(Which::BedrockInJapan), cast.bedrock[0]);
        assert!(cast.bedrock[0].starts_with("jp."), "{}", cast.bedrock[0]);
        assert!(cast.model(Which::BedrockAnywhere).starts_with("global."));
        assert!(cast.services.contains(&cast.application.service));
        let apart = |list: &[String], id: &str| !list.iter().any(|other| other == id);
        let app = cast.model(Which::Application);
        assert!(
            apart(&cast.models, app) && apart(&cast.bedrock, app) && apart(&cast.models, &cast.bedrock[0])
        );
    }
}
