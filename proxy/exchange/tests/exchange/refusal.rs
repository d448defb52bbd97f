//! Refusals: the dialect's shape, both languages, both records, and no content.

use sekisho_audit::{Evidence, Outcome, Record, Verdict};
use sekisho_exchange::json::{JsonError, JsonFault};
use sekisho_exchange::wire::ErrorForm;
use sekisho_exchange::{BadRequest, Fault, Refusal, Stranger, Upstream};

use sekisho_policies::Unknown;

use super::gate::{AT_1, AT_2, Ask, LATER, RECORD, ask, case, chat, completion, decision, head, text};

const BAD: [BadRequest; 17] = [
    BadRequest::Target,
    BadRequest::UnknownPath,
    BadRequest::Method,
    BadRequest::WrongMethod { allow: "GET" },
    BadRequest::Misdirected,
    BadRequest::Head,
    BadRequest::BodyTooLarge { limit_bytes: 9 },
    BadRequest::BodyTimeout,
    BadRequest::BodyBroken,
    BadRequest::ContentEncoding,
    BadRequest::ContentType,
    BadRequest::Json(JsonError { fault: JsonFault::LoneSurrogate, at: 12 }),
    BadRequest::Field("model"),
    BadRequest::Nesting,
    BadRequest::LevelsDiffer,
    BadRequest::LevelUnknown,
    BadRequest::ContextDigest,
];
const UPSTREAM: [Upstream; 10] = [
    Upstream::Reported,
    Upstream::Unreachable,
    Upstream::Tls,
    Upstream::Silent { after_ms: 5 },
    Upstream::TooLarge { limit_bytes: 9 },
    Upstream::WrongType,
    Upstream::Encoded,
    Upstream::Broken,
    Upstream::Unreadable(None),
    Upstream::Status(500),
];
const OURS: [Fault; 8] = [
    Fault::Overload,
    Fault::Crowded,
    Fault::Draining,
    Fault::LogDead,
    Fault::Stale,
    Fault::Keys,
    Fault::Expired,
    Fault::Internal,
];
const STRANGERS: [Stranger; 3] =
    [Stranger::NoCredential, Stranger::SeveralCredentials, Stranger::Credential("token-expired")];

fn every_kind() -> Vec<Refusal> {
    let contractor = Ask { role: "contractor", ..AT_2 };
    let stuck = r#"{"model":"m","messages":[],"new":{"a@example.jp":1}}"#;
    let denied = [ask(contractor, &chat("x")), ask(AT_1, stuck)];
    let denied = denied.into_iter().map(|asked| asked.map(|_| ()).unwrap_err().refusal);
    let theirs = BAD.into_iter().map(Refusal::from).chain(UPSTREAM.into_iter().map(Refusal::from));
    let strangers = STRANGERS.into_iter().chain(Unknown::ALL.map(Stranger::Unknown)).map(Refusal::from);
    let ours = OURS.into_iter().map(Refusal::from).chain(strangers);
    theirs.chain(ours).chain(denied).collect()
}

#[test]
fn every_refusal_is_openais_error_in_both_languages() {
    let japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c);
    let mut codes = Vec::new();
    for refusal in every_kind() {
        let reply = refusal.for_stranger(ErrorForm::OpenAi).into_reply();
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        let (ja, en) = message.split_once(" / ").unwrap();
        assert!(
            ja.contains(japanese) && ja.contains('。') && en.contains(". ") | en.ends_with(['.', ')']),
            "{message}"
        );
        assert!(!en.contains(japanese), "{message}");
        assert_eq!(body["error"]["code"], refusal.code());
        assert!((400..=504).contains(&reply.status()));
        assert_eq!(body["sekisho"]["record"], serde_json::Value::Null);
        codes.push(refusal.code());
    }
    codes.sort_unstable();
    let all = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), all);
}

#[test]
fn statuses_say_whose_move_it_is() {
    let check = |refusal: Refusal, status: u16, extra: Option<(&str, &str)>| {
        let reply = refusal.for_stranger(ErrorForm::OpenAi).into_reply();
        assert_eq!(reply.status(), status, "{}", refusal.code());
        extra.into_iter().for_each(|(name, value)| assert_eq!(head(&reply, name), Some(value)));
        assert_eq!(head(&reply, "sekisho-record"), None);
    };
    check(BadRequest::UnknownPath.into(), 404, None);
    check(BadRequest::Method.into(), 405, Some(("allow", "GET, POST")));
    check(BadRequest::WrongMethod { allow: "GET" }.into(), 405, Some(("allow", "GET")));
    check(BadRequest::BodyTimeout.into(), 408, None);
    check(BadRequest::BodyTooLarge { limit_bytes: 1 }.into(), 413, None);
    check(BadRequest::ContentType.into(), 415, None);
    check(Stranger::NoCredential.into(), 401, Some(("www-authenticate", "Bearer")));
    check(
        Stranger::Credential("x").into(),
        401,
        Some(("www-authenticate", "Bearer error=\"invalid_token\"")),
    );
    check(Stranger::SeveralCredentials.into(), 400, None);
    check(Stranger::Unknown(Unknown::NoGrant).into(), 403, None);
    check(Upstream::Silent { after_ms: 1 }.into(), 504, None);
    check(Upstream::Encoded.into(), 502, None);
    check(Fault::LogDead.into(), 503, Some(("retry-after", "2")));
    check(Fault::Overload.into(), 503, Some(("retry-after", "2")));
    check(Fault::Crowded.into(), 429, Some(("retry-after", "2")));
    check(Fault::Internal.into(), 500, None);
}

#[test]
fn a_refusal_is_recorded_with_all_that_was_known() {
    let told =
        ask(Ask { role: "contractor", ..AT_2 }, &chat("秘密の相談 a@example.jp")).map(|_| ()).unwrap_err();
    let body = text(&told.reply);
    assert!(!body.contains("秘密の相談") && !body.contains("a@example.jp"));
    assert!(body.contains(RECORD));
    assert_eq!(head(&told.reply, "sekisho-record"), Some(RECORD));
    assert_eq!(told.records.len(), 2);
    let (decided, ended) = (decision(&told.records), completion(&told.records));
    assert!(
        matches!(&decided.verdict, Verdict::Refuse { reason, status: 403, .. } if reason.as_str() == "clearance")
    );
    assert!(decided.model.is_some() && decided.declared.is_some() && decided.effective.is_some());
    assert!(decided.received.is_some() && decided.forwarded.is_none());
    assert_eq!((decided.findings.len(), decided.coverage.segments), (1, 3));
    assert_eq!((ended.outcome, ended.status), (Outcome::NotSent, 403));
    let shown = format!("{:?}", told.records);
    assert!(!shown.contains("秘密の相談") && !shown.contains("a@example.jp"));
}

#[test]
fn a_body_that_cannot_be_read_is_recorded_too() {
    let told = ask(AT_1, r#"{"model":"秘密""#).map(|_| ()).unwrap_err();
    let decided = decision(&told.records);
    assert!(decided.received.is_some() && decided.model.is_none() && decided.effective.is_none());
    assert!(!text(&told.reply).contains("秘密"));
    let told = ask(AT_1, &chat("x").replace("\"m\"", "\"秘密\"")).map(|_| ()).unwrap_err();
    assert_eq!(told.reply.status(), 404);
    assert!(!format!("{:?}{}", told.records, text(&told.reply)).contains("秘密"));
}

#[test]
fn the_models_are_those_the_caller_may_use() {
    let list = |role| {
        let listing = case(role, "/v1/models").list(LATER);
        let records = listing.records();
        (text(&listing.into_reply()), records)
    };
    let (body, records) = list("official");
    assert_eq!(
        body,
        r#"{"object":"list","data":[{"id":"m","object":"model","created":0,"owned_by":"outside"},{"id":"far-only","object":"model","created":0,"owned_by":"outside"}]}"#
    );
    assert!(matches!(records.as_slice(), [Record::Decision(_), Record::Completion(_)]));
    assert_eq!(completion(&records).outcome, Outcome::Answered);
    assert_eq!(decision(&records).opening.dialect.as_str(), "openai.models");
}
