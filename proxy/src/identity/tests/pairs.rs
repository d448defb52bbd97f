//! Pairs of keys that sign. Beside the pair that is known stands the nearest that is not.

use sekisho_policies::Unknown;

use super::bindings::{POLICY, certificate};
use super::mint::NOW;
use super::*;
use crate::identity::{
    Barred, Caller, ClientCertificate, IssuedPair, KeyList, Presented, Revoked, ServiceKeys,
};
use crate::sealing::{self, SealingKeys};

const DAY_S: u64 = 24 * 3600;

fn sealing(file: &sealing::KeyFile) -> SealingKeys {
    SealingKeys::read(&toml::to_string(file).unwrap()).unwrap()
}

/// A file with a pair of `batch`, `web` and of a service that nobody knows, and the key that sealed them.
fn scene() -> (KeyList, Vec<IssuedPair>, sealing::KeyFile) {
    let mut file = sealing::KeyFile::default();
    file.make(NOW, false).unwrap();
    let (mut list, keys) = (KeyList::default(), sealing(&file));
    let issue = |service| list.issue_pair(service, NOW, 30 * DAY_S, &keys).unwrap();
    let issued = ["batch", "web", "nobody"].map(issue).into();
    (list, issued, file)
}

fn text(list: &KeyList) -> String {
    toml::to_string(list).unwrap()
}

/// Who comes with a signature by this pair, which is good.
fn caller(
    keys: &ServiceKeys,
    policy: &Policy,
    id: &str,
    shown: Option<&ClientCertificate>,
    now_s: u64,
) -> Result<Caller, IdentityError> {
    let issuers = Issuers::load(policy, |_| Ok(key_file(&[p256_jwk()]))).unwrap();
    let pair = Some(keys.pair(id, now_s)?);
    let presented =
        Presented { credential: None, pair, context: None, certificate: shown, keys, shadow: None };
    issuers.identify(&presented, now_s, policy)
}

#[test]
fn a_pair_stands_for_its_service_until_its_time_is_over() {
    let (list, issued, file) = scene();
    let keys = ServiceKeys::read(&text(&list), &sealing(&file)).unwrap();
    let keyed = policy(&POLICY.replace("certificates =", "keys = true\ncertificates ="));
    let at = |id: &str, now_s: u64| {
        let caller = caller(&keys, &keyed, id, None, now_s)?;
        assert_eq!(caller.key_id.as_deref(), Some(id));
        Ok((format!("{}/{}", caller.principal.issuer(), caller.principal.name()), caller.proof.to_string()))
    };
    let [own, web, nobody] = [0, 1, 2].map(|n: usize| issued[n].id.as_str());
    assert_eq!(at(own, NOW), Ok(("service/batch".to_owned(), "sigv4".to_owned())));
    assert!(at(own, NOW + 30 * DAY_S - 1).is_ok());
    assert_eq!(at(own, NOW + 30 * DAY_S), Err(IdentityError::Expired));
    assert_eq!(at(web, NOW), Err(IdentityError::Unknown(Unknown::ServiceAlone)));
    assert_eq!(at(nobody, NOW), Err(IdentityError::ServiceKey));
    assert_eq!(at("SKSHAAAAAAAAAAAAAAAA", NOW), Err(IdentityError::ServiceKey));
    // The policy must say that a key is enough.
    assert_eq!(
        caller(&keys, &policy(POLICY), own, None, NOW).err(),
        Some(IdentityError::ServiceKey),
        "a key is not enough unless the policy says so"
    );
    let shown = certificate("spiffe://agency.example/web");
    let several = caller(&keys, &keyed, own, Some(&shown), NOW).err();
    assert_eq!(several, Some(IdentityError::SeveralCredentials), "a certificate of another service");
}

#[test]
fn a_pair_is_revoked_by_its_id_and_a_service_by_its_name() {
    let (list, issued, file) = scene();
    let keys = ServiceKeys::read(&text(&list), &sealing(&file)).unwrap();
    let keyed = policy(&POLICY.replace("certificates =", "keys = true\ncertificates ="));
    let caller = caller(&keys, &keyed, &issued[0].id, None, NOW).unwrap();
    let pair = keys.pair(&issued[0].id, NOW).unwrap();
    let barred = |entry: &str| {
        let list = format!("issued = 2026-11-24T00:00:00Z\n[[revoked]]\nissuer = \"service\"\n{entry}\n");
        let list = Revoked::read(&list, 100 * DAY_S).unwrap();
        (list.allow(&caller, NOW).err(), list.bars_pair(pair))
    };
    assert_eq!(barred(&format!("key = \"{}\"", issued[0].id)), (Some(Barred::Revoked), true));
    assert_eq!(barred("subject = \"batch\""), (Some(Barred::Revoked), false));
    assert_eq!(barred(&format!("key = \"{}\"", issued[1].id)), (None, false));
}

#[test]
fn ids_are_of_awss_form_and_secrets_of_ours() {
    let (list, issued, _) = scene();
    for pair in &issued {
        assert!(pair.id.len() == 20 && pair.id.starts_with("SKSH"), "{}", pair.id);
        assert!(pair.id.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)), "{}", pair.id);
        assert!(pair.secret.len() == 45 && pair.secret.starts_with("sekisho4_"));
        assert!(
            !text(&list).contains(pair.secret.trim_start_matches("sekisho4_")),
            "no secret is in the file"
        );
        let rules = RuleSet::built_in().unwrap();
        let found = rules.scan(&format!("aws_secret_access_key={}", pair.secret));
        let sure: Vec<_> = found.iter().map(|f| (rules.rule(f.rule).id(), f.confidence)).collect();
        assert!(sure.contains(&("sekisho.sigv4-secret", sekisho_detectors::Confidence::High)), "{sure:?}");
    }
}

#[test]
fn a_secret_is_opened_where_it_was_sealed_and_nowhere_else() {
    let (list, _, mut file) = scene();
    let refused = |from: &str, to: &str, file: &sealing::KeyFile| {
        let text = text(&list);
        assert!(text.contains(from), "{text}");
        ServiceKeys::read(&text.replacen(from, to, 1), &sealing(file)).unwrap_err()
    };
    let changed = "key 1: `sealed` was changed, or sealed for another id or service";
    assert_eq!(refused("\"batch\"", "\"web\"", &file), changed);
    let id = list.keys[0].id.as_str();
    assert_eq!(refused(id, "SKSHAAAAAAAAAAAAAAAA", &file), changed);
    assert_eq!(
        refused(id, "AKIAAAAAAAAAAAAAAAAA", &file),
        "key 1: the `id` of a pair is `SKSH` and 16 letters or digits from 2 to 7"
    );
    assert_eq!(
        refused("sealed = ", "sealed = \"\"\nsha256 = ", &file),
        "key 1: write exactly one of `sha256` and `sealed`"
    );
    assert_eq!(
        refused("sealed = \"", "sealed = \"!", &file),
        "key 1: `sealed` is not sealed by this program"
    );
    let old = file.keys.remove(0).id;
    file.make(NOW, false).unwrap();
    let unknown =
        format!("key 1: `sealed` is sealed with the key `{old}`, which is not in the file of `sealing`");
    assert_eq!(ServiceKeys::read(&text(&list), &sealing(&file)).unwrap_err(), unknown);
    assert_eq!(ServiceKeys::read(&text(&list), &SealingKeys::default()).unwrap_err(), unknown);
}

#[test]
fn keys_are_changed_by_sealing_anew() {
    let (mut list, issued, mut file) = scene();
    list.issue("batch", NOW, DAY_S).unwrap();
    file.make(NOW, false).unwrap();
    assert!(ServiceKeys::read(&text(&list), &sealing(&file)).is_ok(), "all keys open");
    assert_eq!(list.reseal(&sealing(&file)), Ok(3));
    let old = file.keys.remove(1);
    let keys = ServiceKeys::read(&text(&list), &sealing(&file)).unwrap();
    assert!(issued.iter().all(|pair| keys.pair(&pair.id, NOW).is_ok()));
    // Whoever still has the old key opens nothing with it.
    let old = sealing(&sealing::KeyFile { keys: vec![old] });
    assert!(ServiceKeys::read(&text(&list), &old).is_err());
    assert!(list.reseal(&old).is_err());
}
