//! What goes to a backend is signed as AWS's own crate signs it.

use super::oracle::theirs;
use super::*;
use crate::sigv4::Leaving;
use crate::sigv4::purse::Keys;

/// 2015-08-30T12:36:00Z.
const AT_S: u64 = 1_440_938_160;

fn keys(session: Option<&str>) -> Keys {
    let session = session.map(|session| session.parse().unwrap());
    Keys { id: "AKIDEXAMPLEAKIDEXAMP".to_owned(), secret: Secret::new(SECRET), session, expires_at: None }
}

const LEAVING: Leaving<'_> = Leaving {
    method: "POST",
    host: "gate.example",
    target: "/model/jp.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
    content_type: "application/json",
    body: "{\"ア\":1}".as_bytes(),
};

#[test]
fn a_request_leaves_as_awss_own_signer_signs_it() {
    let signed = keys(None).sign(&LEAVING, "ap-northeast-1", AT_S).unwrap();
    let names: Vec<_> = signed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["authorization", "x-amz-content-sha256", "x-amz-date"]);
    assert!(signed[0].1.is_sensitive());
    let heads = [("content-type".to_owned(), "application/json".to_owned())];
    let theirs = theirs((LEAVING.method, LEAVING.target), &heads, LEAVING.body, true);
    assert_eq!(signed[0].1.to_str().unwrap(), theirs);
}

#[test]
fn a_session_token_is_signed_and_sent() {
    let signed = keys(Some("session")).sign(&LEAVING, "ap-northeast-1", AT_S).unwrap();
    assert_eq!((signed[3].0.as_str(), &signed[3].1), ("x-amz-security-token", &"session".parse().unwrap()));
    let read = Authorization::read(signed[0].1.to_str().unwrap()).unwrap();
    assert!(read.signs("x-amz-security-token") && read.signs("host") && read.signs("x-amz-date"));
    assert_eq!((read.scope.service(), read.scope.region()), ("bedrock", "ap-northeast-1"));
}

#[test]
fn what_cannot_be_signed_clearly_is_not_sent() {
    let keys = keys(None);
    assert!(keys.sign(&LEAVING, "no region", AT_S).is_none());
    assert!(keys.sign(&Leaving { target: "/a?b=c+d", ..LEAVING }, "a", AT_S).is_none());
    assert!(keys.sign(&Leaving { host: "ホスト", ..LEAVING }, "a", AT_S).is_none());
    assert!(keys.sign(&LEAVING, "a", AT_S).is_some());
}
