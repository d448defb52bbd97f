//! AWS's own signer as the oracle: whatever can be read in one way only, both sign alike.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use proptest::prelude::*;

use super::*;

/// 2015-08-30T12:36:00Z.
const AT_S: u64 = 1_440_938_160;

/// What AWS's signer puts into `Authorization`.
pub(super) fn theirs(line: (&str, &str), heads: &[(String, String)], body: &[u8], hashed: bool) -> String {
    let identity = Credentials::new("AKIDEXAMPLEAKIDEXAMP", SECRET, None, None, "example").into();
    let mut settings = SigningSettings::default();
    if hashed {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("ap-northeast-1")
        .name(SERVICE)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(AT_S))
        .settings(settings);
    let parameters = parameters.build().unwrap().into();
    let uri = format!("https://gate.example{}", line.1);
    let heads = heads.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let asked = SignableRequest::new(line.0, &*uri, heads, SignableBody::Bytes(body)).unwrap();
    let (instructions, _) = sign(asked, &parameters).unwrap().into_parts();
    let mut headers = instructions.headers().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    headers.next().unwrap().1.to_owned()
}

/// Ours over the heads that theirs has signed.
fn ours(
    line: (&str, &str),
    heads: &[(String, String)],
    body: &[u8],
    theirs: &Authorization,
) -> Result<String, ()> {
    let digest = sha256(&[body]);
    let own = [
        ("host", "gate.example".to_owned()),
        (DATE.0, DATE.1.to_owned()),
        ("x-amz-content-sha256", hex(&digest)),
    ];
    let own = own.iter().map(|(name, value)| (*name, value.as_bytes()));
    let heads = heads.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).chain(own);
    let heads: Vec<(&str, &[u8])> = heads.filter(|(name, _)| theirs.signs(name)).collect();
    let canonical = canonical(&Asked { method: line.0, target: line.1, heads: &heads }).map_err(|_| ())?;
    let text = canonical.string_to_sign(digest, DATE.1, &theirs.scope);
    let signature = Secret::new(SECRET).sign(&theirs.scope, &text);
    let Authorization { key_id, scope, .. } = theirs;
    Ok(Authorization::new(key_id, scope.clone(), theirs.signed().to_vec(), signature).unwrap().to_string())
}

proptest! {
    #[test]
    fn what_is_clear_both_sign_alike(
        post in any::<bool>(),
        path in "(/[a-zA-Z0-9%_~.-]{0,4}(%3A|%2F|:|@|\\.\\.)?){1,4}",
        query in proptest::option::of("[a-z]{1,3}(=[a-z0-9-]{0,2}(%3A|%20)?)?(&[a-c]{1,3}=[a-z]{0,2}){0,3}"),
        more in proptest::collection::btree_map("[a-z]{1,3}-[a-z0-9]{1,4}", "[ -~]{0,10}", 0..4),
        body in proptest::collection::vec(any::<u8>(), 0..40),
        hashed in any::<bool>(),
    ) {
        let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        let line = (if post { "POST" } else { "GET" }, target.as_str());
        let mut heads: Vec<(String, String)> = more.into_iter().collect();
        heads.push(("content-type".to_owned(), "application/json".to_owned()));
        let theirs = theirs(line, &heads, &body, hashed);
        let read = Authorization::read(&theirs).unwrap();
        if let Ok(ours) = ours(line, &heads, &body, &read) {
            prop_assert_eq!(ours, theirs);
        }
    }
}

#[test]
fn a_request_of_bedrock_is_signed_as_theirs() {
    let heads = [("content-type".to_owned(), "application/json".to_owned())];
    let line = ("POST", "/model/jp.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
    for hashed in [false, true] {
        let theirs = theirs(line, &heads, b"{}", hashed);
        let read = Authorization::read(&theirs).unwrap();
        assert_eq!(read.signs("x-amz-content-sha256"), hashed);
        assert_eq!(ours(line, &heads, b"{}", &read), Ok(theirs));
    }
}
