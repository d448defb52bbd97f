//! What a refused person is told: what happened, why, what next, and an id to appeal with. Never what was written.

use crate::{CLOUD_KEY, HELLO, MY_NUMBER};
use sekisho_tests::{Ask, Gate, Reply};

fn contractor_at_level_2() -> Reply {
    Gate::shared().ask(Ask::chat(HELLO).by("contractor").level("2")).refused(403)
}

#[test]
fn a_refusal_has_the_shape_of_openais_errors() {
    let reply = contractor_at_level_2();
    let error = reply.json()["error"].clone();
    for field in ["message", "type", "code"] {
        assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {error}");
    }
    assert!(reply.head("content-type").starts_with("application/json"), "{}", reply.show());
}

#[test]
fn a_refusal_speaks_japanese_and_english() {
    let message = contractor_at_level_2().error();
    assert!(message.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{message}");
    assert!(
        message.split(' ').filter(|word| word.chars().all(|c| c.is_ascii_alphabetic())).count() > 3,
        "{message}"
    );
}

#[test]
fn a_refusal_names_its_record_and_the_log_has_it() {
    let gate = Gate::shared();
    let reply = contractor_at_level_2();
    assert_eq!(reply.record().len(), 32, "{}", reply.show());
    assert!(reply.record().chars().all(|c| c.is_ascii_hexdigit()), "{}", reply.show());
    assert_eq!(gate.events_of(reply.record()).len(), 2, "decision and completion");
}

#[test]
fn a_refusal_repeats_nothing_of_the_request() {
    for text in
        [HELLO.to_owned(), format!("{HELLO} {MY_NUMBER}"), format!("【機密性３情報】{HELLO} {CLOUD_KEY}")]
    {
        let reply = Gate::shared().ask(Ask::chat(&text).by("contractor").level("2")).refused(403);
        for part in [HELLO, MY_NUMBER, CLOUD_KEY] {
            assert!(!reply.text().contains(part), "{}", reply.show());
        }
    }
}

#[test]
fn a_stranger_gets_no_record_id() {
    let gate = Gate::shared();
    for reply in [gate.ask(Ask::chat(HELLO).nobody()), gate.ask(Ask::chat(HELLO).by("stranger"))] {
        let status = reply.status;
        assert!([401, 403].contains(&status), "{}", reply.show());
        assert_eq!(reply.refused(status).record(), "", "failures before identity are counted, not recorded");
    }
}

#[test]
fn a_missing_credential_says_how_to_bring_one() {
    let reply = Gate::shared().ask(Ask::chat(HELLO).nobody()).refused(401);
    assert!(reply.head("www-authenticate").starts_with("Bearer"), "{}", reply.show());
}
