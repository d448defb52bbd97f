//! `dev --tour`: plays the story through the gate's own TLS listener and tells what happened and why.

use super::asking::{Proofs, ask, question};
use super::client::Client;
use super::lambdas::LAMBDAS;
use super::ledger::Arrived;
use super::promise::{Broken, Happened, kept};
use super::reply::Reply;
use super::scene::{Place, Scene};
use super::stage::Stage;
use super::story::STORY;
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
        for (number, scene) in (1..).zip(STORY.iter().chain(LAMBDAS)) {
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
        let Stage { cast, tokens, keys, ledger, .. } = self.stage;
        let ask = ask(scene, cast, &Proofs { tokens, keys }).ok_or("nothing to prove oneself by")?;
        ledger.take();
        let reply = self.client.ask(&ask).await?;
        let place = |arrived: Arrived| (self.place(&arrived.backend), arrived);
        Ok(Happened { reply, arrived: ledger.take().into_iter().map(place).collect() })
    }

    /// What was sent, what came of it, and why.
    fn tell(&self, scene: &Scene, happened: &Happened, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
        let row = |ja: &'static str, en: &'static str, text: &str| {
            format!("   {} {text}", paint(FAINT, lang.pick(ja, en)))
        };
        let reply = &happened.reply;
        let (who, model) = (scene.who.called(lang), self.stage.cast.model(scene.model));
        let asks = lang.pick(
            format!("{who}、機密性{}、{model}：「{}」", scene.level, scene.says),
            format!("{who}, Level {}, {model}: “{}”", scene.level, scene.says),
        );
        out.line(&row("依頼", "asks  ", &asks))?;
        for (_, arrived) in &happened.arrived {
            let zone = self.zone(&arrived.backend, lang);
            out.line(&row(
                "送信先",
                "sent to",
                &format!("{} ({zone}): {}", arrived.backend, question(&arrived.body)),
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
    let streamed = reply.streamed();
    let events = streamed.events;
    let words = format!(
        "{}: {}",
        lang.pick(format!("{events}個の断片"), format!("{events} events")),
        streamed.words.trim_end()
    );
    streamed.error.map_or(words.clone(), |error| format!("{words} ⇥ {error}"))
}

fn seal(verdict: Result<(), Broken>, lang: Lang) -> String {
    match verdict {
        Ok(()) => paint(GOOD, lang.pick("約束どおり", "as promised")),
        Err(broken) => format!("{}: {broken}", paint(BAD, lang.pick("約束と違います", "NOT as promised"))),
    }
}
