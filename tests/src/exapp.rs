//! A scripted business application of GENAI's (行政実務用AIアプリ): a form in, `outputs` out.
//!
//! What was asked comes back, or a sample: `dev:utter NAME` says it, `dev:file` hands a file over, `dev:fail STATUS`
//! fails. Paths that end in `/requests` answer at once that they have begun, and what came of it is fetched later.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::Script;
use crate::bedrock::sample;

/// Answers any form, at any path.
pub(crate) fn answer(request: &str) -> Script {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let mut line = head.split(' ');
    let (method, path) = (line.next().unwrap_or_default(), line.next().unwrap_or_default());
    if method == "GET" {
        return polled(path);
    }
    let form: Value = serde_json::from_str(body).unwrap_or_default();
    let question = form.pointer("/inputs/question").and_then(Value::as_str).unwrap_or_default().trim();
    if path.ends_with("/requests") {
        return begun(question);
    }
    match question.split_once(' ') {
        Some(("dev:fail", status)) => {
            says(&format!("{} Failed", status.trim()), &json!({ "outputs": "said by the application" }))
        }
        _ => says("200 OK", &done(question, "content")),
    }
}

/// What the form is answered with; a file's bytes have a name of their own in each kind of answer.
fn done(question: &str, bytes: &str) -> Value {
    let outputs = match question.split_once(' ') {
        Some(("dev:utter", name)) => sample(name.trim()),
        _ => question.to_owned(),
    };
    let usage = json!([{ "modelVersion": "m", "requestCount": 1, "tokens": { "totalTokens": 2 } }]);
    let mut said = json!({ "outputs": outputs, "usageMetadata": usage });
    if question == "dev:file" {
        add(&mut said, "artifacts", json!([{ "display_name": "minutes.pdf", bytes: "JVBERi0xLjcK" }]));
    }
    said
}

/// What was asked at `/requests`, and how often the result was fetched; a run's number is its place.
static RUNS: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());

fn begun(question: &str) -> Script {
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    runs.push((question.to_owned(), 0));
    let number = runs.len() - 1;
    let said = json!({ "outputs": "受け付けました。", "request_id": format!("run-{number}"), "status": "PENDING",
        "status_url": format!("/status/{number}") });
    says("202 Accepted", &said)
}

/// Under way when it is asked for the first time, over when it is asked again.
fn polled(path: &str) -> Script {
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    let number = path.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
    let Some((question, asked)) = number.and_then(|number| runs.get_mut(number)) else {
        return says("404 Not Found", &json!({ "outputs": "no such request" }));
    };
    *asked += 1;
    let mut said = match (*asked, question.as_str()) {
        (1, _) => json!({ "status": "IN_PROGRESS", "progress": 50 }),
        (_, "dev:fail") => json!({ "status": "ERROR",
            "error": { "message": "said by the application", "details": "none" } }),
        (_, question) => {
            let mut said = done(question, "contents");
            add(&mut said, "status", json!("COMPLETED"));
            said
        }
    };
    for (name, value) in [("created_at", "2026-11-26T00:00:00Z"), ("updated_at", "2026-11-26T00:00:01Z")] {
        add(&mut said, name, json!(value));
    }
    says("200 OK", &said)
}

fn add(said: &mut Value, name: &str, value: Value) {
    if let Some(members) = said.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn says(status: &str, body: &Value) -> Script {
    Script::answer(&format!("HTTP/1.1 {status}\nContent-Type: application/json"), &body.to_string())
}
