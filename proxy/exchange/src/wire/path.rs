//! Which targets exist. The table is closed and compared byte for byte: nothing is normalised or guessed, and only a
//! model's name is decoded, once.

use sekisho_policies::Policy;

use super::bedrock;
use super::{Dialect, Endpoint, ErrorForm};
use crate::fault::BadRequest;

/// What a request line asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// What to do.
    pub endpoint: Endpoint,
    /// The level that the path declares: `2` in `/level/2/v1/…`. Not yet known to be one of the scale.
    pub level: Option<String>,
    /// What else the path says.
    pub(crate) path: Named,
}

/// What a path names beside the endpoint.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Named {
    /// The model, or the guardrail; `None`: the body says it.
    pub model: Option<String>,
    /// The guardrail's version.
    pub version: Option<String>,
    /// Whether the answer comes in pieces; `None`: the body says it.
    pub stream: Option<bool>,
    /// What was sealed when a request went on after its answer.
    pub sealed: Option<String>,
}

const PATHS: [(&str, &str, Endpoint); 2] = [
    ("POST", "/v1/chat/completions", Endpoint::Ask(Dialect::OpenAiChat)),
    ("GET", "/v1/models", Endpoint::Models),
];

/// Reads method and target as received (RFC 9112 §3.2.1, origin-form alone). Which applications there are, the policy says.
///
/// # Errors
/// `Target` for any other form, a query, a fragment or, outside a model's name, a percent sign; `UnknownPath`;
/// `WrongMethod` when only the method is wrong.
pub fn route(method: &str, target: &str, policy: &Policy) -> Result<Target, BadRequest> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%:".contains(&b);
    if !target.starts_with('/') || !target.bytes().all(plain) {
        return Err(BadRequest::Target);
    }
    let (level, path) = level_prefix(target);
    let (allow, endpoint, named) = match bedrock::read(path)? {
        Some((endpoint, named)) => ("POST", endpoint, named),
        None if path.contains(['%', ':']) => return Err(BadRequest::Target),
        None => match app(path, policy) {
            Some(app) => app,
            None => {
                let (allow, endpoint) = at_path(method, path).ok_or(BadRequest::UnknownPath)?;
                (allow, endpoint, Named::default())
            }
        },
    };
    if method != allow {
        return Err(BadRequest::WrongMethod { allow });
    }
    Ok(Target { endpoint, level: level.map(str::to_owned), path: named })
}

/// How whoever asks for this reads refusals, whether or not there is such a path.
pub fn error_form(target: &str, policy: &Policy) -> ErrorForm {
    let (_, path) = level_prefix(target);
    match (bedrock::is_below(path), app(path, policy)) {
        (true, _) => ErrorForm::Aws,
        (false, Some((_, endpoint, _))) => endpoint.error_form(),
        (false, None) => ErrorForm::OpenAi,
    }
}

impl Target {
    /// What was sealed when the request that is asked about went on after its answer.
    pub fn sealed(&self) -> Option<&str> {
        self.path.sealed.as_deref()
    }
}

/// An application of the policy, or what came of a request to one: the method, what to do, and which.
fn app(path: &str, policy: &Policy) -> Option<(&'static str, Endpoint, Named)> {
    let named = |id: &str, sealed: Option<&str>| Named {
        model: Some(id.to_owned()),
        version: None,
        stream: Some(false),
        sealed: sealed.map(str::to_owned),
    };
    if let Some((id, _)) = policy.find_app(path) {
        return Some(("POST", Endpoint::Ask(Dialect::ExApp), named(id, None)));
    }
    let (app, sealed) = path.rsplit_once("/status/")?;
    let (id, _) = policy.find_app(app).or_else(|| policy.find_app(&format!("{app}/")))?;
    Some(("GET", Endpoint::Ask(Dialect::ExAppStatus), named(id, Some(sealed))))
}

/// The entry of that path: the one of this method, or else the first.
fn at_path(method: &str, path: &str) -> Option<(&'static str, Endpoint)> {
    let known = || PATHS.iter().filter(|(_, known, _)| *known == path);
    let entry = known().find(|(known, _, _)| *known == method).or_else(|| known().next());
    entry.map(|(allow, _, endpoint)| (*allow, *endpoint))
}

/// Takes `/level/{id}` off the front, once.
fn level_prefix(target: &str) -> (Option<&str>, &str) {
    let split = target.strip_prefix("/level/").and_then(|rest| rest.split_at_checked(rest.find('/')?));
    match split {
        Some((id, path)) if !id.is_empty() && !id.contains(['%', ':']) => (Some(id), path),
        _ => (None, target),
    }
}

#[cfg(test)]
mod tests {
    use sekisho_policies::{Policy, SourceFile};

    use super::{BadRequest, Dialect, Endpoint, Named, route};
    use crate::wire::Family;

    fn check(line: &str, expect: Result<(Endpoint, Option<&str>), BadRequest>) {
        let (method, target) = line.split_once(' ').unwrap();
        let got = route(method, target, &policy());
        let got = got.as_ref().map(|t| (t.endpoint, t.level.as_deref())).map_err(|e| *e);
        assert_eq!(got, expect, "{line}");
    }

    fn policy() -> Policy {
        let rules = sekisho_detectors::RuleSet::built_in().unwrap();
        let files =
            [SourceFile { name: "policy.toml", text: include_str!("../../tests/exchange/policy.toml") }];
        Policy::load(&files, &rules).unwrap()
    }

    const CHAT: Endpoint = Endpoint::Ask(Dialect::OpenAiChat);

    #[test]
    fn the_table_is_closed() {
        let post = BadRequest::WrongMethod { allow: "POST" };
        check("POST /v1/chat/completions", Ok((CHAT, None)));
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
        check("POST /level/2/v1/chat/completions", Ok((CHAT, Some("2"))));
        check("GET /level/ko-2/v1/models", Ok((Endpoint::Models, Some("ko-2"))));
        check("POST /level/2/model/m/converse", Ok((Endpoint::Ask(Dialect::Converse), Some("2"))));
        check("POST /level/2/level/1/v1/chat/completions", Err(BadRequest::UnknownPath));
        check("POST /level//v1/chat/completions", Err(BadRequest::UnknownPath));
        check("POST /level/2", Err(BadRequest::UnknownPath));
        check("POST /Level/2/v1/chat/completions", Err(BadRequest::UnknownPath));
        check("POST /level/%32/v1/chat/completions", Err(BadRequest::Target));
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
            "/v1:/chat/completions",
        ] {
            check(&format!("POST {target}"), Err(BadRequest::Target));
        }
        for target in
            ["//v1/chat/completions", "/v1//chat/completions", "/v1/./chat/completions", "/../v1/models"]
        {
            check(&format!("POST {target}"), Err(BadRequest::UnknownPath));
        }
    }

    /// What a Bedrock path names: the operation, the model, and whether it streams.
    fn bedrock(target: &str, expect: Result<(Dialect, &str, bool), BadRequest>) {
        let got = route("POST", target, &policy()).map(|target| {
            let Endpoint::Ask(dialect) = target.endpoint else { panic!("{target:?}", target = "models") };
            let Named { model, stream, .. } = target.path;
            (dialect, model.unwrap_or_default(), stream.unwrap_or_default())
        });
        assert_eq!(
            got,
            expect.map(|(dialect, model, stream)| (dialect, model.to_owned(), stream)),
            "{target}"
        );
    }

    #[test]
    fn a_models_name_is_decoded_once() {
        let arn = "arn:aws:bedrock:ap-northeast-1:123456789012:application-inference-profile/k3v8";
        let invoke = Dialect::Invoke(Family::Other);
        bedrock(
            "/model/amazon.nova-lite-v1%3A0/converse",
            Ok((Dialect::Converse, "amazon.nova-lite-v1:0", false)),
        );
        bedrock(
            "/model/amazon.nova-lite-v1:0/converse-stream",
            Ok((Dialect::Converse, "amazon.nova-lite-v1:0", true)),
        );
        bedrock("/model/m/invoke", Ok((invoke, "m", false)));
        bedrock("/model/m/invoke-with-response-stream", Ok((invoke, "m", true)));
        bedrock("/model/m/count-tokens", Ok((Dialect::CountTokens, "m", false)));
        let encoded = arn.replace(':', "%3A").replace('/', "%2F");
        bedrock(&format!("/model/{encoded}/invoke"), Ok((invoke, arn, false)));
        bedrock("/model/m%253A0/converse", Err(BadRequest::Target));
        bedrock("/model/m%3/converse", Err(BadRequest::Target));
        bedrock("/model/m%00/converse", Err(BadRequest::Target));
        bedrock("/model/%E3%81%82/converse", Err(BadRequest::Target));
        bedrock("/model//converse", Err(BadRequest::UnknownPath));
        bedrock(&format!("/model/{arn}/converse"), Err(BadRequest::UnknownPath));
        bedrock("/model/m/converse/", Err(BadRequest::UnknownPath));
        bedrock("/model/m/invoke-with-bidirectional-stream", Err(BadRequest::UnknownPath));
        bedrock("/async-invoke", Err(BadRequest::UnknownPath));
        check("GET /model/m/converse", Err(BadRequest::WrongMethod { allow: "POST" }));
    }

    #[test]
    fn a_guardrail_has_a_version() {
        bedrock("/guardrail/gr-1/version/DRAFT/apply", Ok((Dialect::Guardrail, "gr-1", false)));
        bedrock("/guardrail/gr-1/version/12/apply", Ok((Dialect::Guardrail, "gr-1", false)));
        bedrock("/guardrail/gr-1/version/latest/apply", Err(BadRequest::UnknownPath));
        bedrock("/guardrail/gr-1/version//apply", Err(BadRequest::UnknownPath));
        bedrock("/guardrail/gr-1/apply", Err(BadRequest::UnknownPath));
    }
}
