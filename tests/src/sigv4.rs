//! Requests that are signed with the gate's own pairs, by AWS's crate: what it signs is not asked of the program under test.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;

use crate::{Ask, sekisho};

/// A pair as `sekisho key new --sigv4` prints it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
    /// What else is shown: a session token.
    pub token: Option<String>,
}

/// How a request is signed.
#[derive(Clone, Debug)]
pub struct Signing {
    /// By when; seconds from now, before if negative.
    pub off_s: i64,
    /// For which service.
    pub service: &'static str,
    /// Whether a head says the body's hash: so the SDK for JavaScript does it, and boto3 does not.
    pub hashed: bool,
}

impl Default for Signing {
    fn default() -> Signing {
        Signing { off_s: 0, service: "bedrock", hashed: false }
    }
}

impl Pair {
    /// Has the pair of a service issued into `services.toml` of this folder, and a sealing key before, if there is none, into
    /// `sealing.toml`.
    pub fn issue(folder: &Path, service: &str) -> Pair {
        let at = |name: &str| folder.join(name).to_str().expect("folders have plain names").to_owned();
        let (keys, sealing) = (at("services.toml"), at("sealing.toml"));
        if !Path::new(&sealing).exists() {
            assert!(sekisho(&["key", "sealing", "--file", &sealing]).status.success());
        }
        let issue = ["key", "new", "--sigv4", "--sealing", &sealing, "--file", &keys, "--service", service];
        let told = String::from_utf8(sekisho(&issue).stdout).expect("a pair is text");
        let mut values = told.lines().filter_map(|line| Some(line.split_once(" = ")?.1.to_owned()));
        let mut next = || values.next().expect("a pair has two lines");
        Pair { id: next(), secret: next(), token: None }
    }

    /// The request signed for a gate, with all of its heads. What is changed afterwards is not what was signed.
    pub fn sign(&self, gate: SocketAddr, ask: Ask, signing: &Signing) -> Ask {
        let off = Duration::from_secs(signing.off_s.unsigned_abs());
        let now = SystemTime::now();
        let at = if signing.off_s < 0 { now - off } else { now + off };
        let uri = format!("https://{gate}{}", ask.path);
        let heads = self.heads(&ask, &uri, signing, at);
        heads.into_iter().fold(ask, |ask, (name, value)| ask.head(&name, &value))
    }

    /// Whether a backend got this request signed by this pair within the last minute, its host, body and type among what was
    /// signed. Its head and its body are text.
    pub fn has_signed(&self, request: &str) -> bool {
        let (head, body) = request.split_once("\r\n\r\n").expect("a request has a head");
        let mut lines = head.lines();
        let mut line = lines.next().unwrap_or_default().split(' ');
        let (method, path) = (line.next().unwrap_or_default(), line.next().unwrap_or_default());
        let heads: Vec<(String, &str)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let value = |name: &str| heads.iter().find(|(n, _)| n == name).map_or("", |(_, value)| *value);
        let ask = Ask::bytes(body).method(method).path(path).without("content-type");
        let ask = ask.head("content-type", value("content-type"));
        let uri = format!("https://{}{path}", value("host"));
        let signing = Signing { hashed: true, ..Signing::default() };
        (0..60).any(|ago_s| {
            let heads = self.heads(&ask, &uri, &signing, SystemTime::now() - Duration::from_secs(ago_s));
            heads.iter().all(|(name, expect)| value(name) == expect)
        })
    }

    /// What makes it a signed request.
    fn heads(&self, ask: &Ask, uri: &str, signing: &Signing, at: SystemTime) -> Vec<(String, String)> {
        let (id, secret) = (self.id.as_str(), self.secret.as_str());
        let identity = Credentials::new(id, secret, self.token.clone(), None, "test").into();
        let mut settings = SigningSettings::default();
        if signing.hashed {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region("ap-northeast-1")
            .name(signing.service)
            .time(at)
            .settings(settings);
        let parameters = parameters.build().expect("nothing is missing").into();
        let heads = ask.heads.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let asked = SignableRequest::new(&ask.method, uri, heads, SignableBody::Bytes(&ask.body));
        let signed = sign(asked.expect("the request is well formed"), &parameters).expect("it is signed");
        let (instructions, _) = signed.into_parts();
        instructions.headers().map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
    }
}
