//! Which targets exist. The table is closed and compared byte for byte: nothing is decoded, normalised or guessed.

use super::{Dialect, Endpoint};
use crate::fault::BadRequest;

/// What a request line asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// What to do.
    pub endpoint: Endpoint,
    /// The level that the path declares: `2` in `/level/2/v1/…`. Not yet known to be one of the scale.
    pub level: Option<String>,
}

const PATHS: [(&str, &str, Endpoint); 2] = [
    ("POST", "/v1/chat/completions", Endpoint::Chat(Dialect::OpenAiChat)),
    ("GET", "/v1/models", Endpoint::Models),
];

/// Reads method and target as received (RFC 9112 §3.2.1, origin-form alone).
///
/// # Errors
/// `Target` for any other form, a query, a fragment or a percent sign; `UnknownPath`; `WrongMethod` when only the
/// method is wrong.
pub fn route(method: &str, target: &str) -> Result<Target, BadRequest> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    if !target.starts_with('/') || !target.bytes().all(plain) {
        return Err(BadRequest::Target);
    }
    let (level, path) = level_prefix(target);
    let at_path = || PATHS.iter().filter(|(_, known, _)| *known == path);
    match at_path().find(|(known, _, _)| *known == method) {
        Some((_, _, endpoint)) => Ok(Target { endpoint: *endpoint, level: level.map(str::to_owned) }),
        None => Err(at_path()
            .next()
            .map_or(BadRequest::UnknownPath, |(allow, _, _)| BadRequest::WrongMethod { allow })),
    }
}

/// Takes `/level/{id}` off the front, once.
fn level_prefix(target: &str) -> (Option<&str>, &str) {
    let split = target.strip_prefix("/level/").and_then(|rest| rest.split_at_checked(rest.find('/')?));
    match split {
        Some((id, path)) if !id.is_empty() => (Some(id), path),
        _ => (None, target),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadRequest, Dialect, Endpoint, route};

    fn check(line: &str, expect: Result<(Endpoint, Option<&str>), BadRequest>) {
        let (method, target) = line.split_once(' ').unwrap();
        let got = route(method, target);
        let got = got.as_ref().map(|t| (t.endpoint, t.level.as_deref())).map_err(|e| *e);
        assert_eq!(got, expect, "{line}");
    }

    #[test]
    fn the_table_is_closed() {
        let post = BadRequest::WrongMethod { allow: "POST" };
        let chat = Endpoint::Chat(Dialect::OpenAiChat);
        check("POST /v1/chat/completions", Ok((chat, None)));
        check("GET /v1/models", Ok((Endpoint::Models, None)));
        check("POST /v1/chat/completions/", Err(BadRequest::UnknownPath));
        check("POST /v1/Chat/completions", Err(BadRequest::UnknownPath));
        check("POST /v1/responses", Err(BadRequest::UnknownPath));
        check("GET /", Err(BadRequest::UnknownPath));
        check("GET /v1/chat/completions", Err(post));
        check("post /v1/chat/completions", Err(post));
        check("DELETE /v1/models", Err(BadRequest::WrongMethod { allow: "GET" }));
    }

    #[test]
    fn the_level_may_stand_in_front_once() {
        let chat = Endpoint::Chat(Dialect::OpenAiChat);
        check("POST /level/2/v1/chat/completions", Ok((chat, Some("2"))));
        check("GET /level/ko-2/v1/models", Ok((Endpoint::Models, Some("ko-2"))));
        check("POST /level/2/level/1/v1/chat/completions", Err(BadRequest::UnknownPath));
        check("POST /level//v1/chat/completions", Err(BadRequest::UnknownPath));
        check("POST /level/2", Err(BadRequest::UnknownPath));
        check("POST /Level/2/v1/chat/completions", Err(BadRequest::UnknownPath));
    }

    #[test]
    fn nothing_is_decoded_or_normalised() {
        for target in [
            "/v1/chat%2fcompletions",
            "/v1/chat/completions?x=1",
            "/v1/chat/completions?",
            "/v1/chat/completions#a",
            "http://host/v1/chat/completions",
            "*",
            "",
            "/v1/chat/completions;a=b",
            "/v1\\chat/completions",
            "/v1/chat/completions\u{3042}",
        ] {
            check(&format!("POST {target}"), Err(BadRequest::Target));
        }
        for target in
            ["//v1/chat/completions", "/v1//chat/completions", "/v1/./chat/completions", "/../v1/models"]
        {
            check(&format!("POST {target}"), Err(BadRequest::UnknownPath));
        }
    }
}
