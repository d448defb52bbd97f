//! `GET /v1/models`: an answer of our own. Nothing is forwarded, and it is recorded as any exchange.

use sekisho_audit::{Evidence, Outcome, Record, Term, Verdict};
use sekisho_policies::BackendDialect;

use crate::case::Case;
use crate::json::quote;
use crate::ledger::{Moment, completion};
use crate::reply::Reply;

/// Whoever asks for the listing speaks this form.
const OPENAI: BackendDialect = BackendDialect::OpenAiChat;

/// The models that one person may use.
#[derive(Debug)]
pub struct Listing {
    reply: Reply,
    records: Vec<Record>,
}

impl Listing {
    pub(crate) fn of(case: Case, moment: Moment) -> Listing {
        let (policy, now) = (case.snapshot.policy(), moment.time.0 / 1000);
        let first_zone = |model: &sekisho_policies::Model| {
            let backend = model.backends.first().map(|index| policy.backend(*index));
            backend.map_or("", |backend| &policy.zone(backend.zone).id).to_owned()
        };
        let models = policy
            .visible_models(&case.subject, Some(OPENAI), case.opening.source, now)
            .into_iter()
            .map(|model| {
                let (id, owner) = (quote(&model.id), quote(&first_zone(model)));
                format!(r#"{{"id":{id},"object":"model","created":0,"owned_by":{owner}}}"#)
            });
        let body = format!(r#"{{"object":"list","data":[{}]}}"#, models.collect::<Vec<_>>().join(","));
        let own = Term::of("sekisho");
        let verdict = Verdict::Permit { zone: own.clone(), backend: own, attempt: 1 };
        let mut ended = completion(&case.opening, moment, Outcome::Answered, 200);
        ended.released = Some(case.fingerprinter.fingerprint("body", body.as_bytes()));
        let decision = case.ledger.decision(&case.opening, moment.time, verdict, None);
        let reply = Reply::json(200, body).head("sekisho-record", case.opening.exchange);
        Listing {
            reply,
            records: vec![Record::Decision(Box::new(decision)), Record::Completion(Box::new(ended))],
        }
    }

    /// The answer.
    pub fn into_reply(self) -> Reply {
        self.reply
    }
}

impl Evidence for Listing {
    fn records(&self) -> Vec<Record> {
        self.records.clone()
    }
}
