//! Services that hand out keys, well and badly, on this very machine.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::*;
use crate::fetch::Nearby;
use crate::sigv4::{Leaving, Purse};

/// 2015-08-30T12:36:00Z.
const NOW: u64 = 1_440_938_160;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// What a service answers, by method and path, and the heads that it was asked with.
#[derive(Clone, Default)]
struct Service {
    pages: Arc<Mutex<BTreeMap<String, String>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let service = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut head, mut byte) = (stream.unwrap(), Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let line = head.split(" HTTP/1.1").next().unwrap().to_owned();
                service.asked.lock().unwrap().push(head);
                let none = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned();
                let answer = service.pages.lock().unwrap().get(&line).cloned().unwrap_or(none);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn says(&self, line: &str, body: &str) {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        self.pages.lock().unwrap().insert(line.to_owned(), head + body);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// Keys of a role that end so many seconds from [`NOW`].
fn role(id: &str, left_s: i64) -> String {
    let end = jiff::Timestamp::from_second(i64::try_from(NOW).unwrap() + left_s).unwrap();
    format!(
        r#"{{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"{id}","SecretAccessKey":"{SECRET}","Token":"session-{id}","Expiration":"{end}"}}"#
    )
}

fn instance(address: SocketAddr) -> Source {
    Source::Instance(Instance::at(Nearby::at(address).unwrap()))
}

const ROLES: &str = "GET /latest/meta-data/iam/security-credentials/";

fn of(keys: &AwsKeys, variables: &[(&str, &str)]) -> Result<Source, String> {
    let variable = |name: &str| {
        let said = variables.iter().find(|(known, _)| *known == name);
        said.map(|(_, value)| (*value).to_owned())
    };
    Source::of(keys, &variable)
}

async fn asked(source: &Source) -> Result<(String, Option<String>, Option<u64>), String> {
    let keys = source.ask().await?;
    let session = keys.session.as_ref().map(|session| session.to_str().unwrap().to_owned());
    Ok((keys.id.clone(), session, keys.expires_at))
}

#[tokio::test]
async fn an_instance_gives_the_keys_of_its_role_for_a_token() {
    let service = Service::default();
    let source = instance(service.start());
    let error = asked(&source).await.unwrap_err();
    assert_eq!(error, "the instance's role: answered 404 Not Found, not 200");
    assert_eq!(service.asked().len(), 1, "without a token nothing is asked");
    service.says("PUT /latest/api/token", "a-token");
    service.says(ROLES, "gate-role\n");
    service.says(&format!("{ROLES}gate-role"), &role("ASIAEXAMPLEEXAMPLE00", 3600));
    let keys = asked(&source).await.unwrap();
    let session = Some("session-ASIAEXAMPLEEXAMPLE00".to_owned());
    assert_eq!(keys, ("ASIAEXAMPLEEXAMPLE00".to_owned(), session, Some(NOW + 3600)));
    let heads = service.asked();
    assert!(heads[0].contains("x-aws-ec2-metadata-token-ttl-seconds: 21600"), "{heads:?}");
    assert!(
        heads[1..].iter().all(|head| head.contains("x-aws-ec2-metadata-token: a-token\r\n")),
        "{heads:?}"
    );

    let refused = async |line: &str, body: &str| {
        let other = Service {
            pages: Arc::new(Mutex::new(service.pages.lock().unwrap().clone())),
            ..Service::default()
        };
        other.says(line, body);
        asked(&instance(other.start())).await.unwrap_err()
    };
    let told = format!("{ROLES}gate-role");
    let failed = role("ASIAEXAMPLEEXAMPLE00", 3600).replace("Success", "Failed");
    assert_eq!(refused(&told, &failed).await, "the instance has no keys of its role at the moment");
    for wrong in ["", "{}", "[]", &role("ASIAEXAMPLEEXAMPLE00", 0).replace("Expiration", "Expires")] {
        assert_eq!(refused(&told, wrong).await, "what was given are no keys of a role");
    }
    assert_eq!(
        refused(&told, &role("two words", 3600)).await,
        "the keys that were given cannot stand in a request"
    );
    for wrong in ["", "\n", "../../user-data", "role?x", "a role"] {
        assert_eq!(refused(ROLES, wrong).await, "the instance has no role");
    }
    assert_eq!(
        refused("PUT /latest/api/token", "a\u{1}b").await,
        "the instance's role: its token cannot stand in a head"
    );
}

#[tokio::test]
async fn a_container_says_where_its_role_is_and_by_which_token() {
    let service = Service::default();
    let address = service.start();
    service.says(
        "GET /v1/credentials?id=1",
        &role("ASIAEXAMPLEEXAMPLE00", 3600).replace("\"Code\":\"Success\",", ""),
    );
    let full = format!("http://{address}/v1/credentials?id=1");
    let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", full.as_str());
    let source = of(&AwsKeys::Container, &[full]).unwrap();
    assert_eq!(asked(&source).await.map(|keys| keys.2), Ok(Some(NOW + 3600)));
    assert!(!service.asked().concat().contains("authorization"));
    let token = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "by-value");
    assert!(asked(&of(&AwsKeys::Container, &[full, token]).unwrap()).await.is_ok());
    assert!(service.asked().concat().contains("authorization: by-value\r\n"));
    // The file wins, and is read each time.
    let file = std::env::temp_dir().join(format!("sekisho-container-token-{}", std::process::id()));
    let named = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap());
    let source = of(&AwsKeys::Container, &[full, token, named]).unwrap();
    assert!(asked(&source).await.unwrap_err().contains("cannot be read"));
    for value in ["first", "second"] {
        std::fs::write(&file, format!("{value}\n")).unwrap();
        assert!(asked(&source).await.is_ok());
        assert!(service.asked().concat().contains(&format!("authorization: {value}\r\n")));
    }
    std::fs::write(&file, "a\nb").unwrap();
    assert_eq!(asked(&source).await.unwrap_err(), "its token cannot stand in a head");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn in_plain_text_only_this_machine_and_awss_agents_are_asked() {
    let at = |url: &str| of(&AwsKeys::Container, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)]).map(|_| ());
    for good in [
        "http://127.0.0.1:1234/a",
        "http://127.0.0.1",
        "http://[::1]/a",
        "http://169.254.170.2/v2/credentials/1",
        "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials",
    ] {
        assert_eq!(at(good), Ok(()), "{good}");
    }
    for wrong in [
        "http://169.254.169.254/latest",
        "http://169.254.170.3/",
        "http://10.0.0.1/",
        "http://keys.example/",
        "http://localhost/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1@10.0.0.1/",
        "ftp://127.0.0.1/",
        "",
    ] {
        assert!(at(wrong).is_err(), "{wrong}");
    }
    let relative =
        |path: &str| of(&AwsKeys::Container, &[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path)]).map(|_| ());
    assert_eq!(relative("/v2/credentials/1"), Ok(()));
    assert!(relative("@10.0.0.1/").is_err() && relative("").is_err());
    assert!(Nearby::at("169.254.169.254:80".parse().unwrap()).is_none(), "only as the instance's");
}

#[tokio::test]
async fn the_environment_is_read_once() {
    let id = ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00");
    let secret = ("AWS_SECRET_ACCESS_KEY", SECRET);
    let keys = asked(&of(&AwsKeys::Environment, &[id, secret]).unwrap()).await;
    assert_eq!(keys, Ok(("AKIAEXAMPLEEXAMPLE00".to_owned(), None, None)));
    let session = ("AWS_SESSION_TOKEN", "session");
    let keys = asked(&of(&AwsKeys::Environment, &[id, secret, session]).unwrap()).await;
    assert_eq!(keys.unwrap().1.as_deref(), Some("session"));
    let lacks = |variables: &[(&str, &str)]| of(&AwsKeys::Environment, variables).err().unwrap();
    assert_eq!(lacks(&[id]), "`aws = \"environment\"` needs `AWS_SECRET_ACCESS_KEY`");
    assert_eq!(
        lacks(&[("AWS_ACCESS_KEY_ID", ""), secret]),
        "`aws = \"environment\"` needs `AWS_ACCESS_KEY_ID`"
    );
}

#[test]
fn a_file_has_profiles() {
    let text = "# ours\n[default]\naws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key=a+b/c=\nregion = x\n\n[digital]\naws_access_key_id=AKIAEXAMPLEEXAMPLE01\naws_secret_access_key = d\naws_session_token = e\n";
    let keys = |profile: &str| file::keys(text, profile).map(|keys| (keys.id, keys.secret, keys.session));
    let expect = ("AKIAEXAMPLEEXAMPLE00".to_owned(), "a+b/c=".to_owned(), None);
    assert_eq!(keys("default"), Ok(expect));
    let expect = ("AKIAEXAMPLEEXAMPLE01".to_owned(), "d".to_owned(), Some("e".to_owned()));
    assert_eq!(keys("digital"), Ok(expect));
    assert_eq!(keys("other").unwrap_err(), "there is no profile `[other]` in it");
    let wrong = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        file::keys(&text.replacen(from, to, 1), "default").err().unwrap()
    };
    assert_eq!(wrong("region = x", "[default]"), "the profile `[default]` is there twice");
    assert_eq!(wrong("region = x", "aws_access_key_id = y"), "line 5: it stands there twice");
    assert_eq!(wrong("region = x", "a-secret"), "line 5: write `name = value`");
    assert_eq!(
        wrong("aws_secret_access_key=a", "aws_secret=a"),
        "the profile `[default]` has no `aws_secret_access_key`"
    );
}

#[tokio::test]
async fn a_purse_is_filled_before_and_empty_after() {
    let service = Service::default();
    let purse = Purse::new("cloud", instance(service.start()));
    let leaving = Leaving { method: "POST", host: "a.example", target: "/a", content_type: "", body: b"" };
    assert!(purse.keys(NOW).is_none(), "nobody asked yet");
    let error = purse.renew(NOW).await.unwrap_err();
    assert!(error.starts_with("credential `cloud`: the instance's role: "), "{error}");
    service.says("PUT /latest/api/token", "a-token");
    service.says(ROLES, "gate-role");
    service.says(&format!("{ROLES}gate-role"), &role("ASIAEXAMPLEEXAMPLE00", 600));
    assert_eq!(purse.renew(NOW).await, Ok(()));
    assert!(purse.keys(NOW + 599).is_some() && purse.keys(NOW + 600).is_none(), "keys end");
    let id = |now_s| purse.keys(now_s).map(|keys| keys.sign(&leaving, "a", now_s).unwrap()[0].1.clone());
    assert!(id(NOW).unwrap().to_str().unwrap().contains("ASIAEXAMPLEEXAMPLE00"));
    // What cannot be had changes nothing, and neither does what is over already.
    service.says(&format!("{ROLES}gate-role"), "{}");
    assert!(purse.renew(NOW).await.is_err() && purse.keys(NOW + 599).is_some());
    service.says(&format!("{ROLES}gate-role"), &role("ASIAEXAMPLEEXAMPLE01", -1));
    assert!(purse.renew(NOW).await.is_err());
    service.says(&format!("{ROLES}gate-role"), &role("ASIAEXAMPLEEXAMPLE01", 3600));
    assert_eq!(purse.renew(NOW + 300).await, Ok(()));
    assert!(id(NOW + 700).unwrap().to_str().unwrap().contains("ASIAEXAMPLEEXAMPLE01"));
}

#[tokio::test]
async fn keys_are_renewed_five_minutes_before_they_end() {
    let service = Service::default();
    let purse = Purse::new("cloud", instance(service.start()));
    assert_eq!(purse.due_s(NOW, true), Some(NOW + 10), "soon after a failure");
    service.says("PUT /latest/api/token", "a-token");
    service.says(ROLES, "gate-role");
    service.says(&format!("{ROLES}gate-role"), &role("ASIAEXAMPLEEXAMPLE00", 3600));
    purse.renew(NOW).await.unwrap();
    assert_eq!(purse.due_s(NOW, false), Some(NOW + 3300));
    assert_eq!(purse.due_s(NOW + 3299, false), Some(NOW + 3309), "but not again and again");
    let file = AwsKeys::File { file: PathBuf::from("none"), profile: "default".to_owned() };
    let file = Purse::new("file", of(&file, &[]).unwrap());
    assert!(file.renew(NOW).await.unwrap_err().contains("none: cannot be read"));
    assert_eq!(file.due_s(NOW, false), Some(NOW + 10), "a file may be another");
    let id = [("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let fixed = Purse::new("fixed", of(&AwsKeys::Environment, &id).unwrap());
    fixed.renew(NOW).await.unwrap();
    assert_eq!(fixed.due_s(NOW, false), None);
}

#[tokio::test]
async fn a_file_that_was_replaced_counts() {
    let path = std::env::temp_dir().join(format!("sekisho-aws-keys-{}", std::process::id()));
    let write = |id: &str, path: &Path| {
        let text = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n");
        std::fs::write(path, text).unwrap();
    };
    let source = of(&AwsKeys::File { file: path.clone(), profile: "default".to_owned() }, &[]).unwrap();
    for id in ["AKIAEXAMPLEEXAMPLE00", "AKIAEXAMPLEEXAMPLE01"] {
        write(id, &path);
        assert_eq!(asked(&source).await, Ok((id.to_owned(), None, None)));
    }
    std::fs::remove_file(&path).unwrap();
}
