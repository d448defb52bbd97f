//! A scripted business application of GENAI's (行政実務用AIアプリ): a form in, `outputs` out. A question that begins with
//! `dev:later` is answered later, at an address that holds the question: nothing is kept here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::samples::{self, Said};

/// Longest question that is answered later, in bytes: it has to fit into an address.
const LATER_BYTES_MAX: usize = 256;

/// The answer to a form. `backend` is under which name this application is asked.
pub fn filled_in(backend: &str, form: &Value) -> Answer {
    let question = form.pointer("/inputs/question").and_then(Value::as_str).unwrap_or_default();
    match question.strip_prefix("dev:later").map(str::trim) {
        Some(later) if later.len() <= LATER_BYTES_MAX => {
            Answer::json(StatusCode::ACCEPTED, &begun(backend, later))
        }
        _ => Answer::json(StatusCode::OK, &json!({ "outputs": outputs(question) })),
    }
}

/// What came of it, for whoever asks at that address.
pub fn answered_later(question: &str) -> Option<Answer> {
    let question = String::from_utf8(URL_SAFE_NO_PAD.decode(question).ok()?).ok()?;
    let body = json!({ "status": "COMPLETED", "progress": 100, "outputs": outputs(&question) });
    Some(Answer::json(StatusCode::OK, &body))
}

fn begun(backend: &str, question: &str) -> Value {
    let address = format!("/{backend}/status/{}", URL_SAFE_NO_PAD.encode(question));
    json!({ "outputs": "受け付けました。", "request_id": "development", "status": "PENDING", "status_url": address })
}

fn outputs(question: &str) -> String {
    match samples::reply(question, None) {
        Said::Text(text) => text,
        Said::Call { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_comes_back_now_or_later() {
        assert_eq!(outputs("議事録にしてください"), "議事録にしてください");
        assert_eq!(outputs("dev:utter clean"), "本日の議事は以上です。");
        let begun = begun("minutes-app", "議事録");
        let address = begun["status_url"].as_str().unwrap();
        let kept = address.strip_prefix("/minutes-app/status/").unwrap();
        assert!(answered_later(kept).is_some());
        assert!(answered_later("%%").is_none());
    }
}
