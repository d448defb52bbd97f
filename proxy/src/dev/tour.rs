//! `dev --tour`: plays the story through the gate's own TLS listener and tells what happened and why.

use serde_json::{Value, json};

use super::client::{Client, Reply};
use super::ledger::Arrived;
use super::promise::{Broken, Happened, kept};
use super::stage::Stage;
use super::story::{Place, STORY, Scene};
use crate::cli::out::{BAD, FAINT, GOOD, STRONG, paint};
use crate::cli::{Lang, Out, Trouble};

/// A tour about to begin.
pub struct Tour<'a> {
    /// Who plays, and with what.
    pub stage: &'a Stage,
    /// Speaks to the gate.
    pub client: Client,
}

impl Tour<'_> {
    /// Plays every scene; true if every promise was kept.
    pub async fn play(&self, lang: Lang, out: &mut Out) -> Result<bool, Trouble> {
        let mut whole = true;
        for (number, scene) in (1..).zip(STORY) {
            out.styled(STRONG, &format!("{number}. {}", scene.title.pick(lang)))?;
            let verdict = match self.act(scene).await {
                Ok(happened) => {
                    self.tell(scene, &happened, lang, out)?;
                    kept(scene, &happened)
                }
                Err(cause) => {
                    out.line(&format!("   {cause}"))?;
                    Err("the exchange broke off")
                }
            };
            whole &= verdict.is_ok();
            out.line(&format!("   {}\n", seal(verdict, lang)))?;
            out.flush()?;
        }
        Ok(whole)
    }

    async fn act(&self, scene: &Scene) -> Result<Happened, String> {
        let token = self.stage.tokens.iter().find(|(who, _)| *who == scene.person).ok_or("no token")?;
        let message = json!({ "role": "user", "content": scene.says });
        let stream = scene.promise.streams();
        let body = json!({ "model": self.model(scene), "stream": stream, "messages": [message] });
        self.stage.ledger.take();
        let reply = self.client.ask(&token.1, Some(scene.level), &body).await?;
        let place = |arrived: Arrived| (self.place(&arrived.backend), arrived);
        Ok(Happened { reply, arrived: self.stage.ledger.take().into_iter().map(place).collect() })
    }

    /// What was sent, what came of it, and why.
    fn tell(&self, scene: &Scene, happened: &Happened, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
        let row = |ja: &'static str, en: &'static str, text: &str| {
            format!("   {} {text}", paint(FAINT, lang.pick(ja, en)))
        };
        let reply = &happened.reply;
        let person = scene.person.called(lang);
        let asks = lang.pick(
            format!("{person}、機密性{}、{}：「{}」", scene.level, self.model(scene), scene.says),
            format!("{person}, Level {}, {}: “{}”", scene.level, self.model(scene), scene.says),
        );
        out.line(&row("依頼", "asks  ", &asks))?;
        for (_, arrived) in &happened.arrived {
            let zone = self.zone(&arrived.backend, lang);
            out.line(&row(
                "送信先",
                "sent to",
                &format!("{} ({zone}): {}", arrived.backend, prompt(&arrived.body)),
            ))?;
        }
        if happened.arrived.is_empty() {
            out.line(&row("送信先", "sent to", lang.pick("なし", "nobody")))?;
        }
        out.line(&row("回答", "answer", &format!("{} {}", reply.status, said(scene, reply, lang))))?;
        if let Some(record) = &reply.record {
            out.line(&row("記録", "record", record))?;
        }
        out.line(&row("理由", "why   ", scene.why.pick(lang)))
    }

    fn model(&self, scene: &Scene) -> &str {
        let kinds = &self.stage.cast.kinds;
        kinds.iter().find(|(kind, _)| *kind == scene.model).map_or("", |(_, name)| name)
    }

    /// A backend that the policy does not know would be the worst place of all.
    fn place(&self, backend: &str) -> Place {
        self.stage.cast.places.get(backend).map_or(Place::Commercial, |(place, _)| *place)
    }

    fn zone(&self, backend: &str, lang: Lang) -> &str {
        self.stage.cast.places.get(backend).map_or("?", |(_, name)| name.pick(lang))
    }
}

/// What came back, as one line.
fn said(scene: &Scene, reply: &Reply, lang: Lang) -> String {
    if !scene.promise.streams() {
        return reply.words().unwrap_or_default();
    }
    let (words, error) = reply.streamed();
    let events = reply.events().len();
    let words = format!(
        "{}: {}",
        lang.pick(format!("{events}個の断片"), format!("{events} events")),
        words.trim_end()
    );
    error.map_or(words.clone(), |error| format!("{words} ⇥ {error}"))
}

/// What stands in the prompt that a backend got.
fn prompt(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body.pointer("/messages/0/content").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn seal(verdict: Result<(), Broken>, lang: Lang) -> String {
    match verdict {
        Ok(()) => paint(GOOD, lang.pick("約束どおり", "as promised")),
        Err(broken) => format!("{}: {broken}", paint(BAD, lang.pick("約束と違います", "NOT as promised"))),
    }
}
