//! How a scene is asked: the request that this person's program, or GENAI's Lambda, would send.

use serde_json::{Map, Value, json};

use super::cast::{Application, Cast};
use super::client::Ask;
use super::people::Person;
use super::scene::{Scene, Who};

/// What everybody proves themselves by.
pub struct Proofs<'a> {
    /// A token for each person.
    pub tokens: &'a [(Person, String)],
    /// A key for each service.
    pub keys: &'a [(String, String)],
}

/// A pseudonym, as GENAI makes them of its users: an HMAC in base64url.
const USER: &str = "m2vXcT0Zb1rJq7sYw4uKfN8dLhE5gAiPoC3xVtB6nQk";

/// The request of a scene; `None` if whoever asks has nothing to prove themselves by.
pub fn ask(scene: &Scene, cast: &Cast, proofs: &Proofs<'_>) -> Option<Ask> {
    let model = cast.model(scene.model);
    let key = |service: &str| proofs.keys.iter().find(|(id, _)| id == service).map(|(_, key)| key.clone());
    Some(match scene.who {
        Who::Person(person) => {
            let (_, token) = proofs.tokens.iter().find(|(who, _)| *who == person)?;
            let message = json!({ "role": "user", "content": scene.says });
            let stream = scene.promise.streams();
            Ask {
                path: "/v1/chat/completions".to_owned(),
                heads: vec![bearer(token), declared(scene.level)],
                body: json!({ "model": model, "stream": stream, "messages": [message] }),
            }
        }
        Who::ChatLambda => Ask {
            path: format!("/model/{}/converse-stream", in_path(model)),
            heads: vec![bearer(&key(&cast.application.service)?), declared(scene.level)],
            body: conversation(scene.says),
        },
        Who::AppLambda => Ask {
            path: cast.application.path.clone(),
            heads: vec![("x-api-key", key(&cast.application.service)?), ("x-user-id", USER.to_owned())],
            body: form(scene.says, &cast.application, scene.level),
        },
    })
}

/// What stands in a body where it is asked, in whichever form.
pub fn question(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let places = ["/messages/0/content", "/messages/0/content/0/text", "/inputs/question"];
    let said = places.iter().find_map(|place| body.pointer(place)?.as_str());
    said.unwrap_or_default().to_owned()
}

/// A model's id as it stands in a path.
fn in_path(model: &str) -> String {
    model.replace(':', "%3A")
}

fn bearer(credential: &str) -> (&'static str, String) {
    ("authorization", format!("Bearer {credential}"))
}

fn declared(level: &str) -> (&'static str, String) {
    ("confidentiality-level", level.to_owned())
}

/// As GENAI's chat writes them.
fn conversation(says: &str) -> Value {
    let cache = json!({ "cachePoint": { "type": "default" } });
    json!({
        "messages": [{ "role": "user", "content": [{ "text": says }, cache] }],
        "system": [{ "text": "あなたは行政職員を補助します。" }],
        "inferenceConfig": { "maxTokens": 16_384, "temperature": 0 },
    })
}

/// A form that was filled in; the level is the word that its select has for it.
fn form(says: &str, application: &Application, level: &str) -> Value {
    let word = application.levels.iter().find(|(_, means)| means == level).map(|(word, _)| word);
    let mut inputs = Map::from_iter([("question".to_owned(), json!(says))]);
    inputs.extend(word.map(|word| (application.level_key.clone(), json!(word))));
    json!({ "inputs": inputs, "sessionId": "0b8c2a1e-5d2f-4f3a-9b1c-1f2e3d4c5b6a" })
}

#[cfg(test)]
mod tests {
    use super::super::lambdas::LAMBDAS;
    use super::super::scene::Which;
    use super::*;

    fn asked(which: Which) -> Ask {
        let cast = Cast::shipped();
        let keys = [(cast.application.service.clone(), "key".to_owned())];
        let scene = LAMBDAS.iter().find(|scene| scene.model == which).unwrap();
        ask(scene, &cast, &Proofs { tokens: &[], keys: &keys }).unwrap()
    }

    #[test]
    fn the_chat_names_its_model_in_the_path_and_its_level_in_a_head() {
        let chat = asked(Which::BedrockAnywhere);
        assert_eq!(chat.path, "/model/global.anthropic.claude-sonnet-4-6/converse-stream");
        assert_eq!(in_path("amazon.nova-lite-v1:0"), "amazon.nova-lite-v1%3A0");
        assert!(chat.heads.contains(&("authorization", "Bearer key".to_owned())));
        assert!(chat.heads.contains(&("confidentiality-level", "2".to_owned())));
        assert_eq!(question(chat.body.to_string().as_bytes()), LAMBDAS[0].says);
    }

    #[test]
    fn the_form_says_its_level_by_the_word_of_its_select() {
        let form = asked(Which::Application);
        assert_eq!(form.path, Cast::shipped().application.path);
        assert_eq!(form.body["inputs"]["confidentiality_level"], "機密性２情報");
        assert!(form.heads.iter().all(|(name, _)| *name != "confidentiality-level"));
        assert!(!question(form.body.to_string().as_bytes()).is_empty());
    }

    #[test]
    fn nobody_asks_who_cannot_prove_themselves() {
        let scene = LAMBDAS.first().unwrap();
        assert!(ask(scene, &Cast::shipped(), &Proofs { tokens: &[], keys: &[] }).is_none());
    }
}
