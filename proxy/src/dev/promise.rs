//! Was a promise kept? Compares it with what the gate answered and what the backends received.

use super::ledger::Arrived;
use super::reply::{Reply, Streamed};
use super::scene::{Place, Promise, Scene};

/// What came of an exchange, from both sides of the gate.
pub struct Happened {
    /// What the person got.
    pub reply: Reply,
    /// What backends got, and where each computes.
    pub arrived: Vec<(Place, Arrived)>,
}

/// What a promise was broken by, in English: it is a defect of the program, told to whoever mends it.
pub type Broken = &'static str;

/// Holds the promise of `scene` against what happened.
pub fn kept(scene: &Scene, happened: &Happened) -> Result<(), Broken> {
    let Happened { reply, arrived } = happened;
    match scene.promise {
        Promise::Answered(place) => {
            answered(scene.level, reply)?;
            ensure(arrived.iter().all(|(at, _)| *at == place), "another zone computed it")?;
            ensure(got(arrived, scene.says), "the backend did not get the words as written")?;
            ensure(reply.words().as_deref() == Some(scene.says), "the answer did not come back whole")
        }
        Promise::Redacted(hidden) => {
            answered(scene.level, reply)?;
            ensure(!arrived.is_empty(), "no backend got it")?;
            ensure(!got(arrived, hidden), "the backend got what had to be hidden")?;
            let before = scene.says.split(hidden).next().unwrap_or_default();
            ensure(got(arrived, before), "more was hidden than had to be")?;
            ensure(!reply.text().contains(hidden), "what had to be hidden came back")
        }
        Promise::Raised(level, place) => {
            answered(level, reply)?;
            ensure(computed(arrived, place), "another zone computed it")
        }
        Promise::Refused => {
            ensure(reply.status == 403, "it was not refused with 403")?;
            ensure(reply.words().is_some(), "the refusal says nothing")?;
            ensure(arrived.is_empty(), "a backend got something of it")
        }
        Promise::Shown => {
            ensure(reply.status == 200, "the screen would not show it")?;
            ensure(reply.decision.as_deref() == Some("refused"), "it is not said to be refused")?;
            ensure(reply.words().is_some_and(|words| !words.is_empty()), "the refusal says nothing")?;
            ensure(arrived.is_empty(), "a backend got something of it")
        }
        Promise::Streamed { place, hidden, told } => {
            ensure(computed(arrived, place), "another zone computed it")?;
            let streamed = streamed(reply, told, hidden)?;
            ensure(streamed.error.is_none(), "it broke off")?;
            ensure(streamed.whole, "it did not end as a stream does")
        }
        Promise::BrokenOff { told, hidden } => {
            ensure(!arrived.is_empty(), "no backend got it")?;
            let streamed = streamed(reply, told, hidden)?;
            ensure(streamed.error.is_some(), "it did not break off")?;
            ensure(!streamed.whole, "it ended as if it were whole")
        }
        Promise::Cut(hidden) => {
            ensure(!arrived.is_empty(), "no backend got it")?;
            ensure(matches!(reply.status, 200 | 403), "it ended neither answered nor refused")?;
            ensure(!reply.text().contains(hidden), "the answer brought out what had to be kept back")
        }
    }
}

/// How many characters of something hidden are too many to come through in a row.
const PIECE_CHARS: usize = 4;

fn streamed(reply: &Reply, told: &str, hidden: &str) -> Result<Streamed, Broken> {
    let (streamed, text) = (reply.streamed(), reply.text());
    ensure(reply.status == 200, "it did not begin to stream")?;
    ensure(streamed.events > 2, "it did not come in pieces")?;
    ensure(streamed.words == told, "something else was told")?;
    let chars: Vec<char> = hidden.chars().collect();
    let mut pieces =
        chars.windows(PIECE_CHARS.min(chars.len().max(1))).map(|piece| piece.iter().collect::<String>());
    ensure(!pieces.any(|piece| text.contains(&piece)), "a piece of what had to be kept back came out")?;
    Ok(streamed)
}

/// It was computed, and in no other place.
fn computed(arrived: &[(Place, Arrived)], place: Place) -> bool {
    !arrived.is_empty() && arrived.iter().all(|(at, _)| *at == place)
}

fn answered(level: &str, reply: &Reply) -> Result<(), Broken> {
    ensure(reply.status == 200, "it was not answered")?;
    ensure(reply.level.as_deref() == Some(level), "the answer was announced at another level")?;
    ensure(reply.record.is_some(), "the answer does not name its record")
}

fn got(arrived: &[(Place, Arrived)], words: &str) -> bool {
    arrived.iter().any(|(_, arrived)| String::from_utf8_lossy(&arrived.body).contains(words))
}

fn ensure(holds: bool, broken: Broken) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dev::lambdas::LAMBDAS;
    use crate::dev::story::STORY;

    fn scene(promise: fn(&Promise) -> bool) -> &'static Scene {
        STORY.iter().chain(LAMBDAS).find(|scene| promise(&scene.promise)).unwrap()
    }

    fn reply(status: u16, level: Option<&str>, body: &str) -> Reply {
        let (level, body) = (level.map(str::to_owned), body.as_bytes().to_vec());
        Reply { status, level, record: Some("0123".to_owned()), decision: None, content_type: None, body }
    }

    fn happened(status: u16, level: &str, words: &str, arrived: &[(Place, &str)]) -> Happened {
        let text = match status {
            200 => json!({ "choices": [{ "message": { "content": words } }] }),
            _ => json!({ "error": { "message": words } }),
        };
        let reply = reply(status, Some(level), &text.to_string());
        let arrived = arrived.iter().map(|(place, body)| {
            (*place, Arrived { backend: "b".to_owned(), body: body.as_bytes().to_vec() })
        });
        Happened { reply, arrived: arrived.collect() }
    }

    #[test]
    fn an_answer_must_come_whole_from_the_promised_place() {
        let scene = scene(|promise| *promise == Promise::Answered(Place::Government));
        let check = |happened: Happened| kept(scene, &happened);
        let gov = [(Place::Government, scene.says)];
        assert_eq!(check(happened(200, "2", scene.says, &gov)), Ok(()));
        assert!(check(happened(403, "2", scene.says, &gov)).is_err());
        assert!(check(happened(200, "1", scene.says, &gov)).is_err());
        assert!(check(happened(200, "2", "別の文", &gov)).is_err());
        assert!(check(happened(200, "2", scene.says, &[(Place::Commercial, scene.says)])).is_err());
        assert!(check(happened(200, "2", scene.says, &[])).is_err());
    }

    #[test]
    fn what_was_raised_must_not_be_computed_at_the_declared_level() {
        let scene = scene(|promise| matches!(promise, Promise::Raised(..)));
        let check = |happened: Happened| kept(scene, &happened);
        assert_eq!(check(happened(200, "2", "x", &[(Place::Government, "x")])), Ok(()));
        assert!(check(happened(200, "1", "x", &[(Place::Government, "x")])).is_err());
        assert!(check(happened(200, "2", "x", &[(Place::Commercial, "x")])).is_err());
        assert!(check(happened(200, "2", "x", &[])).is_err());
    }

    #[test]
    fn a_refusal_must_leave_nothing_behind() {
        let scene = scene(|promise| *promise == Promise::Refused);
        let check = |happened: Happened| kept(scene, &happened);
        assert_eq!(check(happened(403, "2", "不可", &[])), Ok(()));
        assert!(check(happened(200, "2", "可", &[])).is_err());
        assert!(check(happened(403, "2", "不可", &[(Place::Government, "x")])).is_err());
    }

    #[test]
    fn a_refusal_on_a_screen_must_say_that_it_is_one() {
        let scene = scene(|promise| *promise == Promise::Shown);
        let check = |status: u16, decision: Option<&str>, body: &str, arrived: &[(Place, &str)]| {
            let mut happened = happened(200, "2", "", arrived);
            happened.reply = reply(status, None, body);
            happened.reply.decision = decision.map(str::to_owned);
            kept(scene, &happened)
        };
        let told = "{\"outputs\":\"送れません\"}";
        assert_eq!(check(200, Some("refused"), told, &[]), Ok(()));
        assert!(check(403, Some("refused"), told, &[]).is_err());
        assert!(check(200, None, told, &[]).is_err());
        assert!(check(200, Some("refused"), "{\"outputs\":\"\"}", &[]).is_err());
        assert!(check(200, Some("refused"), told, &[(Place::Government, "x")]).is_err());
    }

    #[test]
    fn what_is_hidden_must_not_arrive_on_either_side() {
        let redacted = scene(|promise| matches!(promise, Promise::Redacted(_)));
        let Promise::Redacted(hidden) = redacted.promise else { panic!() };
        let before = redacted.says.split(hidden).next().unwrap();
        let check = |happened: Happened| kept(redacted, &happened);
        assert_eq!(check(happened(200, "2", before, &[(Place::Government, before)])), Ok(()));
        assert!(check(happened(200, "2", hidden, &[(Place::Government, before)])).is_err());
        assert!(check(happened(200, "2", before, &[(Place::Government, redacted.says)])).is_err());
        assert!(check(happened(200, "2", before, &[(Place::Government, "[all gone]")])).is_err());

        let cut = scene(|promise| matches!(promise, Promise::Cut(_)));
        let Promise::Cut(hidden) = cut.promise else { panic!() };
        let sent = [(Place::Government, cut.says)];
        assert_eq!(kept(cut, &happened(403, "2", "不可", &sent)), Ok(()));
        assert_eq!(kept(cut, &happened(200, "2", "[secret]", &sent)), Ok(()));
        assert!(kept(cut, &happened(200, "2", hidden, &sent)).is_err());
        assert!(kept(cut, &happened(403, "2", "不可", &[])).is_err());
    }

    #[test]
    fn a_stream_must_come_in_pieces_and_bring_out_no_piece_of_what_is_hidden() {
        let event =
            |words: &str| format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": words } }] }));
        let error = "data: {\"error\":{\"message\":\"不可\"}}\n\n";
        let check = |scene: &Scene, text: String| {
            let arrived = vec![(Place::Government, Arrived { backend: "b".to_owned(), body: Vec::new() })];
            kept(scene, &Happened { reply: reply(200, None, &text), arrived })
        };
        let redacted =
            scene(|promise| matches!(promise, Promise::Streamed { hidden, .. } if !hidden.is_empty()));
        let done = "data: [DONE]\n\n";
        let pieces = format!("{}{}", event("キーは"), event("[secret.cloud:1]です。"));
        assert_eq!(check(redacted, format!("{pieces}{done}")), Ok(()));
        assert!(check(redacted, pieces.clone()).is_err());
        let abroad = vec![(Place::Commercial, Arrived { backend: "b".to_owned(), body: Vec::new() })];
        let happened = Happened { reply: reply(200, None, &format!("{pieces}{done}")), arrived: abroad };
        assert!(kept(redacted, &happened).is_err());
        assert!(check(redacted, format!("{}{done}", event("キーは[secret.cloud:1]です。"))).is_err());
        assert!(check(redacted, format!("{pieces}data: {{\"x\":\"PUZD\"}}\n\n{done}")).is_err());
        let broken = scene(|promise| matches!(promise, Promise::BrokenOff { .. }));
        let before = format!("{}{}", event("要約は次の"), event("とおりです。\n"));
        assert_eq!(check(broken, format!("{before}{error}")), Ok(()));
        assert!(check(broken, format!("{before}{done}")).is_err());
        assert!(check(broken, format!("{before}{}{error}", event("本件"))).is_err());
    }
}
