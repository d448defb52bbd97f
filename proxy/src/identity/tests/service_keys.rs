//! Keys of services. Beside the key that is known stands the nearest that is not.

use sekisho_policies::Unknown;

use super::bindings::{CARDS, POLICY, certificate};
use super::mint::NOW;
use super::*;
use crate::identity::{Barred, Caller, ClientCertificate, KeyList, Presented, Revoked, ServiceKeys};
use crate::sealing::SealingKeys;

const DAY_S: u64 = 24 * 3600;

/// Who comes with this key, and a certificate, at some time; keys of `batch`, `web` and of a service that nobody knows.
struct Scene {
    keys: ServiceKeys,
    text: String,
    issued: Vec<String>,
}

/// The services of [`POLICY`], which may prove themselves by keys.
fn keyed() -> Policy {
    policy(&POLICY.replace("certificates =", "keys = true\ncertificates ="))
}

fn scene() -> Scene {
    let mut list = KeyList::default();
    let issued = ["batch", "web", "nobody"].map(|service| list.issue(service, NOW, 30 * DAY_S).unwrap());
    let text = toml::to_string(&list).unwrap();
    Scene { keys: ServiceKeys::read(&text, &SealingKeys::default()).unwrap(), text, issued: issued.to_vec() }
}

impl Scene {
    fn caller(
        &self,
        policy: &Policy,
        key: &str,
        shown: Option<&ClientCertificate>,
        now_s: u64,
    ) -> Result<Caller, IdentityError> {
        let issuers = Issuers::load(policy, |_| Ok(key_file(&[p256_jwk()]))).unwrap();
        let sent = credential(&head(&[("authorization", &format!("Bearer {key}"))])).unwrap();
        let presented = Presented {
            credential: Some(&sent),
            pair: None,
            context: None,
            certificate: shown,
            keys: &self.keys,
            shadow: None,
        };
        issuers.identify(&presented, now_s, policy)
    }
}

#[test]
fn a_key_stands_for_its_service_until_its_time_is_over() {
    let (scene, policy) = (scene(), keyed());
    let at = |key: &str, now_s: u64| {
        let caller = scene.caller(&policy, key, None, now_s)?;
        let name = format!("{}/{}", caller.principal.issuer(), caller.principal.name());
        Ok((name, caller.proof.to_string(), caller.service.map(|s| s.to_string())))
    };
    let batch = Ok(("service/batch".to_owned(), "service-key".to_owned(), Some("batch".to_owned())));
    let [own, web, nobody] = [0, 1, 2].map(|n: usize| scene.issued[n].as_str());
    assert_eq!(at(own, NOW), batch);
    assert_eq!(at(own, NOW + 30 * DAY_S - 1), batch);
    assert_eq!(at(own, NOW + 30 * DAY_S), Err(IdentityError::Expired));
    // The policy lets it ask for people only.
    assert_eq!(at(web, NOW), Err(IdentityError::Unknown(Unknown::ServiceAlone)));
    assert_eq!(at(nobody, NOW), Err(IdentityError::ServiceKey));
    // The policy must say that a key is enough.
    let strict = scene.caller(&self::policy(POLICY), own, None, NOW).err();
    assert_eq!(strict, Some(IdentityError::ServiceKey));
}

#[test]
fn a_key_that_differs_in_any_character_is_none() {
    let (scene, policy) = (scene(), keyed());
    let own = &scene.issued[0];
    for (at, c) in own.char_indices() {
        let other = if c == 'a' { 'b' } else { 'a' };
        let changed =
            own.char_indices().map(|(place, c)| if place == at { other } else { c }).collect::<String>();
        let expect = if at < "sekisho_".len() { IdentityError::Malformed } else { IdentityError::ServiceKey };
        assert_eq!(scene.caller(&policy, &changed, None, NOW).err(), Some(expect), "{at}");
    }
    for changed in [format!("{own}a"), own.chars().take(43).collect(), "sekisho_".to_owned()] {
        assert_eq!(scene.caller(&policy, &changed, None, NOW).err(), Some(IdentityError::ServiceKey));
    }
}

#[test]
fn a_certificate_beside_a_key_stands_for_the_same_or_for_nobody() {
    let scene = scene();
    let plain = keyed();
    let met = |policy: &Policy, uri: &str| {
        scene.caller(policy, &scene.issued[0], Some(&certificate(uri)), NOW).err()
    };
    assert_eq!(met(&plain, "spiffe://agency.example/batch"), None);
    assert_eq!(met(&plain, "spiffe://agency.example/web"), Some(IdentityError::SeveralCredentials));
    assert_eq!(met(&plain, "mailto:ada@agency.example"), None);
    let cards = policy(&(POLICY.replace("certificates =", "keys = true\ncertificates =") + CARDS));
    assert_eq!(met(&cards, "mailto:ada@agency.example"), Some(IdentityError::SeveralCredentials));
}

#[test]
fn a_key_is_revoked_by_its_id_and_a_service_by_its_name() {
    let (scene, policy) = (scene(), keyed());
    let caller = scene.caller(&policy, &scene.issued[0], None, NOW).unwrap();
    let id = caller.key_id.clone().unwrap();
    let barred = |entry: &str| {
        let list = format!("issued = 2026-11-24T00:00:00Z\n[[revoked]]\nissuer = \"service\"\n{entry}\n");
        Revoked::read(&list, 100 * DAY_S).unwrap().allow(&caller, NOW).err()
    };
    assert_eq!(barred(&format!("key = \"{id}\"")), Some(Barred::Revoked));
    assert_eq!(barred("subject = \"batch\""), Some(Barred::Revoked));
    assert_eq!(barred("key = \"0123456789ab\""), None);
}

#[test]
fn the_file_holds_no_key_and_what_is_wrong_with_it_is_told_without_it() {
    let scene = scene();
    assert!(
        scene.issued.iter().all(|key| !scene.text.contains(key.trim_start_matches("sekisho_"))),
        "{}",
        scene.text
    );
    let read = |text: &str| ServiceKeys::read(text, &SealingKeys::default());
    let refused = |from: &str, to: &str| read(&scene.text.replacen(from, to, 1)).unwrap_err();
    assert_eq!(
        refused("service = ", "servise = "),
        "line 3: unknown field `servise`, expected one of `id`, `service`, `sha256`, `sealed`, `issued`, `expires`"
    );
    assert_eq!(refused("sha256 = \"", "sha256 = \"x"), "key 1: `sha256` is 64 lower-case hex digits");
    let first = scene.text.split("\n\n").next().unwrap();
    assert_eq!(read(&format!("{first}\n\n{first}")).unwrap_err(), "key 2: it is there twice");
    let dateless = scene.text.replacen("Z\n", "\n", 2);
    assert!(read(&dateless).unwrap_err().starts_with("key 1: `expires` is no moment"), "{dateless}");
}

#[test]
fn our_own_rules_know_a_key_wherever_it_is_pasted() {
    let rules = RuleSet::built_in().unwrap();
    let key = &scene().issued[0];
    let found = rules.scan(&format!("鍵は{key}です"));
    let sure: Vec<_> = found.iter().map(|f| (rules.rule(f.rule).id(), f.confidence)).collect();
    assert!(sure.contains(&("sekisho.service-key", sekisho_detectors::Confidence::High)), "{sure:?}");
}
