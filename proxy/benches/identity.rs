//! What it costs to know who asks: `cargo bench -p sekisho --bench identity`.
//!
//! For each algorithm: a token that was never seen, the same token again, and beside them, in turns, `jsonwebtoken`'s own
//! `decode` with the same key and the checks that it has. Time is from the credential's text to the caller.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a command that prints what it measured, or fails"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sekisho::identity::{Issuers, KeyFile, Presented, Sent, ServiceKeys, sent};
use sekisho_detectors::RuleSet;
use sekisho_policies::{Policy, SourceFile};

const NOW: u64 = 1_795_500_000;
const TOKENS: usize = 2_000;
const ROUNDS: usize = 5;

const POLICY: &str = r#"
undeclared = "1"
under_declared = "raise"
[[level]]
id = "1"
ja = "一"
en = "one"
[[issuer]]
id = "agency"
iss = "https://idp.example"
audience = "sekisho"
algorithms = ["RS256", "ES256", "EdDSA"]
types = ["at+jwt"]
lifetime_max_s = 3600
[[grant]]
id = "official"
issuer = "agency"
claims = { roles = ["official"] }
clearance = "1"
ja = "職員"
en = "official"
"#;

type Signs = dyn Fn(&[u8]) -> Vec<u8>;

/// A key, its public half as a member of a key set and for the peer, and how it signs.
struct Key {
    name: &'static str,
    jwk: String,
    peer: (Algorithm, DecodingKey),
    sign: Box<Signs>,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa() -> Key {
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key can be made");
    let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
    let (n, e) = (n.big_endian_without_leading_zero().to_vec(), e.big_endian_without_leading_zero().to_vec());
    Key {
        name: "RS256",
        jwk: format!(r#"{{"kty":"RSA","kid":"RS256","n":"{}","e":"{}"}}"#, encoded(&n), encoded(&e)),
        peer: (Algorithm::RS256, DecodingKey::from_rsa_raw_components(&n, &e)),
        sign: Box::new(move |message| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("a key signs");
            signature
        }),
    }
}

fn p256() -> Key {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
    let point = pair.public_key().as_ref().to_vec();
    let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
    Key {
        name: "ES256",
        jwk: format!(
            r#"{{"kty":"EC","crv":"P-256","kid":"ES256","x":"{}","y":"{}"}}"#,
            encoded(x),
            encoded(y)
        ),
        peer: (Algorithm::ES256, DecodingKey::from_ec_der(&point)),
        sign: Box::new(move |message| {
            pair.sign(&SystemRandom::new(), message).expect("a key signs").as_ref().to_vec()
        }),
    }
}

fn ed25519() -> Key {
    let pair = Ed25519KeyPair::generate().expect("a key can be made");
    let x = pair.public_key().as_ref().to_vec();
    Key {
        name: "EdDSA",
        jwk: format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"EdDSA","x":"{}"}}"#, encoded(&x)),
        peer: (Algorithm::EdDSA, DecodingKey::from_ed_der(&x)),
        sign: Box::new(move |message| pair.sign(message).as_ref().to_vec()),
    }
}

impl Key {
    fn token(&self, number: usize) -> String {
        let head = format!(r#"{{"alg":"{0}","typ":"at+jwt","kid":"{0}"}}"#, self.name);
        let claims = format!(
            r#"{{"iss":"https://idp.example","aud":"sekisho","sub":"official-{number}@agency.example","iat":{NOW},"exp":{},"roles":["official"],"groups":["a","b","c"]}}"#,
            NOW + 600
        );
        let signed = format!("{}.{}", encoded(head), encoded(claims));
        format!("{signed}.{}", encoded((self.sign)(signed.as_bytes())))
    }
}

fn main() {
    let file = SourceFile { name: "policy.toml", text: POLICY };
    let rules = RuleSet::load(&[]).expect("no rules load");
    let policy = Policy::load(&[file], &rules).expect("the policy loads");
    println!("{:<8} {:>12} {:>12} {:>12}", "", "first time", "again", "decode");
    for key in [rsa(), p256(), ed25519()] {
        let heads: Vec<HeaderMap> = (0..TOKENS).map(|number| head(&key.token(number))).collect();
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            let set = format!(r#"{{"keys":[{}]}}"#, key.jwk);
            let source = |_: &str| Ok(KeyFile { name: "keys".to_owned(), text: set.clone() });
            let issuers = Issuers::load(&policy, source).expect("the keys load");
            let identify = |head: &HeaderMap| known(&issuers, &policy, head);
            times[0].push(each(&heads, &identify));
            times[1].push(each(&heads, &identify));
            times[2].push(each(&heads, &|head| decoded(&key, head)));
        }
        let [first, again, peer] = times.map(|mut times| {
            times.sort_unstable();
            format!("{:.1} µs", times.get(ROUNDS / 2).map_or(0.0, |time: &Duration| time.as_secs_f64() * 1e6))
        });
        println!("{:<8} {first:>12} {again:>12} {peer:>12}", key.name);
    }
}

fn head(token: &str) -> HeaderMap {
    let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a token is ASCII");
    HeaderMap::from_iter([(http::header::AUTHORIZATION, value)])
}

fn each(heads: &[HeaderMap], work: &dyn Fn(&HeaderMap) -> bool) -> Duration {
    let started = Instant::now();
    assert!(heads.iter().all(|head| black_box(work(black_box(head)))), "every token is accepted");
    started.elapsed() / u32::try_from(heads.len()).unwrap_or(1)
}

fn known(issuers: &Issuers, policy: &Policy, head: &HeaderMap) -> bool {
    let Ok(Sent::Token(sent)) = sent(head) else { return false };
    let keys = ServiceKeys::default();
    issuers
        .identify(
            &Presented {
                credential: Some(&sent),
                pair: None,
                context: None,
                certificate: None,
                keys: &keys,
                shadow: None,
            },
            NOW,
            policy,
        )
        .is_ok()
}

fn decoded(key: &Key, head: &HeaderMap) -> bool {
    let (algorithm, public) = &key.peer;
    let mut validation = Validation::new(*algorithm);
    validation.set_audience(&["sekisho"]);
    validation.set_issuer(&["https://idp.example"]);
    // The tokens are of another day.
    validation.validate_exp = false;
    let token =
        head.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    token.is_some_and(|token| jsonwebtoken::decode::<serde_json::Value>(token, public, &validation).is_ok())
}
