//! Unique words through every way in; afterwards none of them is anywhere that is kept.

use std::path::Path;

use serde_json::json;

use sekisho_tests::{Ask, Gate, Site};

/// A word that stands nowhere else.
fn canary(n: u32) -> String {
    format!("kanariya{n}zq81")
}

#[test]
fn nothing_that_was_sent_is_kept_anywhere() {
    let collector = Site::start();
    collector.shows("");
    let gate = Gate::start_under(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", collector.address)),
        ("OTEL_BSP_SCHEDULE_DELAY", "100".to_owned()),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500".to_owned()),
    ]);
    let word = canary;
    let chat = |text: &str| json!({ "model": "$model", "messages": [{ "role": "user", "content": text }] });
    let named = |n: u32| {
        json!({ "model": word(n), "messages": [{ "role": "user", "content": word(n) }], "metadata": { word(n): word(n) },
            word(n): { word(n): [word(n)] } })
    };
    let asks = vec![
        Ask::json(&chat(&word(1))).level("1"),
        Ask::json(&chat(&format!("{} 123456789018", word(2)))).level("1"),
        Ask::json(&chat(&format!("【機密性３情報】{}", word(3)))).level("1"),
        Ask::json(&chat(&word(4))).by("contractor").level("2"),
        Ask::json(&named(5)).level("1"),
        Ask::json(&named(6)).level("2"),
        Ask::json(&chat(&word(7))).path(&format!("/v1/{}", word(7))),
        Ask::json(&chat(&word(8))).path(&format!("/v1/chat/completions?{0}={0}", word(8))),
        Ask::json(&chat(&word(9))).path(&format!("/level/{}/v1/chat/completions", word(9))),
        Ask::json(&chat(&word(10))).level(&word(10)),
        Ask::json(&chat(&word(11)))
            .head("user-agent", &word(11))
            .head("cookie", &word(11))
            .head(&word(11), &word(11)),
        Ask::json(&chat(&word(12))).nobody().head("authorization", &format!("Bearer {}", word(12))),
        Ask::json(&chat(&word(13))).nobody().head("x-api-key", &word(13)),
        Ask::json(&chat(&word(14))).head("content-type", &word(14)),
        Ask::json(&chat(&word(15))).head("content-encoding", &word(15)),
        Ask::json(&chat(&word(16)))
            .head("traceparent", &word(16))
            .head("baggage", &format!("a={}", word(16))),
        Ask::bytes(format!(r#"{{"{0}":"{0}","{0}":1}}"#, word(17))),
        Ask::bytes(word(18)),
        Ask::bytes(format!(
            r#"{{"model":"$model","messages":[{{"role":"{0}","content":"{0}"}}]}}"#,
            word(19)
        )),
        Ask::json(&chat(&word(20))).method("PUT"),
        Ask::json(
            &json!({ "model": "$model", "messages": [{ "role": "user", "content": word(21), "name": word(21) }],
            "tools": [{ "type": word(21), "function": { "name": word(21) } }] }),
        ),
        Ask::json(&json!({ "model": "$model", "messages": [{ "role": "user", "content":
            [{ "type": word(22), "text": word(22) }] }] })),
    ];
    for ask in asks {
        // Refused or answered, all the same: it was sent.
        let _ = gate.try_ask(ask);
    }
    let metrics = gate.admin("/metrics");
    gate.stop();
    let collected: Vec<Vec<u8>> = collector.received();
    for place in ["POST /v1/traces", "POST /v1/metrics"] {
        assert!(collected.iter().any(|request| request.starts_with(place.as_bytes())), "{place}");
    }
    assert!(metrics.contains("sekisho_exchanges_total{"), "{metrics}");
    assert!(!collected.iter().any(|request| holds(request)), "content is in what is collected");
    assert!(!holds(metrics.as_bytes()), "content is in the metrics: {metrics}");
    let mut kept = Vec::new();
    search(gate.folder(), &mut kept);
    assert!(kept.is_empty(), "content is kept in {kept:?}");
    assert!(gate.received().contains(&canary(1)), "what was allowed did reach a backend");
}

/// Any spelling of the stem counts, so that half a word is found too.
fn holds(bytes: &[u8]) -> bool {
    bytes.windows(8).any(|window| window.eq_ignore_ascii_case(b"kanariya"))
}

fn search(folder: &Path, kept: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, kept);
        } else if !path.ends_with("received.jsonl") {
            let bytes = std::fs::read(&path).unwrap();
            if holds(&bytes) {
                kept.push(path.display().to_string());
            }
        }
    }
}
