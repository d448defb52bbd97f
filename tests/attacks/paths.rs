//! The closed table of paths: byte for byte, or refused.

use crate::HELLO;
use sekisho_tests::{Ask, Gate};

#[test]
fn a_path_that_is_not_in_the_table_is_refused() {
    for path in [
        "/v1/no/such/thing",
        "/",
        "/v1/chat",
        "/v1/chat/completions/",
        "//v1/chat/completions",
        "/v1//chat/completions",
        "/v1/./chat/completions",
        "/v1/x/../chat/completions",
        "/v1/chat%2fcompletions",
        "/v1/chat%2Fcompletions",
        "/v1/%63hat/completions",
        "/V1/chat/completions",
        "/v1/chat/completions;x=1",
        "/v1/chat/completions%00",
        "/v1/chat/completions%20",
        "/level/1/level/2/v1/chat/completions",
        "/level/1/level/1/v1/chat/completions",
        "/level//v1/chat/completions",
        "/level/1%2f/v1/chat/completions",
        "/level/1",
        "/Level/1/v1/chat/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/healthz/../v1/models",
    ] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).path(path).level("1"));
        assert!([400, 403, 404].contains(&reply.status), "{path}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
    Gate::shared().ask(Ask::chat(HELLO).level("1")).passed();
}

#[test]
fn a_level_in_the_path_must_be_one() {
    for level in ["9", "0", "x", "%31", "1.0"] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).path(&format!("/level/{level}/v1/chat/completions")));
        assert!([400, 404].contains(&reply.status), "{level}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
}

#[test]
fn a_query_is_refused_since_no_endpoint_knows_one() {
    for path in ["/v1/chat/completions?x=1", "/v1/chat/completions?", "/v1/models?limit=5"] {
        let ask =
            if path.contains("models") { Ask::get(path) } else { Ask::chat(HELLO).path(path).level("1") };
        let reply = Gate::shared().ask(ask);
        assert!([400, 403, 404].contains(&reply.status), "{path}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
}

#[test]
fn a_known_path_with_another_method_is_refused() {
    for (method, path) in [
        ("GET", "/v1/chat/completions"),
        ("PUT", "/v1/chat/completions"),
        ("DELETE", "/v1/models"),
        ("POST", "/v1/models"),
        ("OPTIONS", "/v1/chat/completions"),
        ("TRACE", "/v1/models"),
    ] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).method(method).path(path).level("1"));
        assert!([400, 403, 404, 405].contains(&reply.status), "{method} {path}: {}", reply.show());
        assert_eq!(reply.backend, "");
    }
}
