//! Business applications (行政実務用AIアプリ) that are asked by a path of their own: what the policy says of one beside what it
//! says of models.

use crate::index::ServiceIndex;
use crate::label::Label;

/// One application. Its name is a model's: access rules, quotas and records know it by that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct App {
    /// Where clients ask for it.
    pub path: String,
    /// The input by which a form declares the level; `None`: it has none.
    pub level_key: Option<String>,
    /// What stands in that input, and which label it declares.
    pub levels: Vec<(String, Label)>,
    /// The only service that may ask for it; `None`: whoever the access rules permit.
    pub service: Option<ServiceIndex>,
    /// The highest label that it may be given, wherever it is computed.
    pub ceiling: Option<Label>,
    /// Who may fetch what was begun.
    pub owner: Owner,
    /// How long clients wait for an answer, in seconds.
    pub timeout_s: u64,
}

/// Who may fetch the result of a request that goes on after its answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Owner {
    /// The person for whom it was begun, as the service names them.
    Person,
    /// The service, for whomever: where it polls by itself.
    Service,
}

impl App {
    /// The label that an input declares by this word.
    pub fn declared(&self, word: &str) -> Option<Label> {
        self.levels.iter().find(|(known, _)| known == word).map(|(_, label)| *label)
    }
}
