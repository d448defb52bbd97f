use std::collections::BTreeMap;
use std::io;

use sekisho_policies::Policy;

use super::*;
use crate::config::{AwsKeys, Credential, CredentialHeader};
use crate::policy_folder::Folder;

/// The shipped policy.
fn policy() -> Policy {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/genai");
    Folder::read(&dir).unwrap().load().unwrap().0
}

fn authority() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    Authority::development("equipment test", now, 3600).unwrap().certificate_pem().to_owned()
}

/// A credential file for every name that the policy uses.
fn credentials(policy: &Policy, secret: &str) -> Result<Credentials, CredentialError> {
    let file =
        std::env::temp_dir().join(format!("sekisho-credential-{}-{}", std::process::id(), secret.len()));
    std::fs::write(&file, secret).unwrap();
    let names = policy.backends().iter().filter_map(|b| b.credential.clone());
    let config: BTreeMap<_, _> = names
        .map(|n| (n, Credential::Header { header: CredentialHeader::Bearer, file: file.clone() }))
        .collect();
    let loaded = Credentials::load(&config);
    std::fs::remove_file(&file).unwrap();
    loaded
}

#[test]
fn a_client_has_all_that_its_policy_needs_or_is_none() {
    let (policy, pem) = (policy(), authority());
    let trust = Trust::of(&policy, |_| Ok(pem.clone().into_bytes())).unwrap();
    let credentials = credentials(&policy, "secret\n").unwrap();
    let client = |trust: &Trust, credentials: &Credentials| {
        Client::new(&policy, trust.clone(), credentials.clone(), limits()).map(|_| ())
    };
    assert_eq!(client(&trust, &credentials), Ok(()));
    let no_anchor = client(&Trust::none(), &credentials).unwrap_err();
    assert_eq!(no_anchor.what, "trust anchor");
    let no_credential = client(&trust, &Credentials::none()).unwrap_err();
    assert!(no_credential.what.starts_with("credential: "), "{no_credential}");
}

#[test]
fn an_anchor_that_is_none_is_named() {
    let policy = policy();
    let missing = Trust::of(&policy, |_| Err(io::ErrorKind::NotFound.into())).err().unwrap();
    assert!(missing.message.starts_with("cannot be read: "), "{missing}");
    let empty = Trust::none().with_file("ca.pem", b"no certificate").err().unwrap();
    assert_eq!(empty.to_string(), "ca.pem: no `BEGIN CERTIFICATE` in it");
}

#[test]
fn a_credential_is_one_visible_line_and_never_shown() {
    let policy = policy();
    assert!(credentials(&policy, "").is_err());
    assert!(credentials(&policy, "two words").is_err());
    let good = credentials(&policy, "s3cret-value").unwrap();
    assert!(!format!("{good:?}").contains("s3cret"));
}

#[test]
fn keys_that_sign_need_a_region_to_sign_for() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/genai");
    let mut folder = Folder::read(&dir).unwrap();
    let pem = authority();
    let client = |folder: &Folder| {
        let policy = folder.load().unwrap().0;
        let trust = Trust::of(&policy, |_| Ok(pem.clone().into_bytes())).unwrap();
        let signs = |name: String| {
            let file = std::path::PathBuf::from("keys/aws");
            (name, Credential::Aws(AwsKeys::File { file, profile: "default".to_owned() }))
        };
        let names = policy.backends().iter().filter_map(|backend| backend.credential.clone());
        let credentials = Credentials::load(&names.map(signs).collect()).unwrap();
        Client::new(&policy, trust, credentials, limits()).map(|_| ())
    };
    let regions: Vec<_> = policy().backends().iter().map(|backend| backend.region.clone()).collect();
    assert!(
        regions.iter().all(Option::is_some),
        "the shipped policy says where its backends are: {regions:?}"
    );
    assert_eq!(client(&folder), Ok(()));
    // Amazon Bedrock's own backends are none without a region.
    for (_, text) in &mut folder.policy {
        let tables = text.split("\n\n").map(|table| match table.contains("\"bedrock\"") {
            true => table.to_owned(),
            false => {
                table.lines().filter(|line| !line.starts_with("region = ")).collect::<Vec<_>>().join("\n")
            }
        });
        *text = tables.collect::<Vec<_>>().join("\n\n");
    }
    let missing = client(&folder).unwrap_err();
    assert!(missing.what.starts_with("`region`, for which the keys of "), "{missing}");
}

#[test]
fn another_policy_keeps_the_keys_that_are_there() {
    let file = std::path::PathBuf::from("keys/aws");
    let aws = Credential::Aws(AwsKeys::File { file, profile: "default".to_owned() });
    let load = |names: &[&str]| {
        let config = names.iter().map(|name| ((*name).to_owned(), aws.clone())).collect();
        Credentials::load(&config).unwrap()
    };
    let (before, after) = (load(&["a", "b"]), load(&["a", "c"]));
    let [kept, _] = &before.purses()[..] else { panic!("two purses") };
    let [own, _] = &after.purses()[..] else { panic!("two purses") };
    assert!(!Arc::ptr_eq(kept, own));
    let taken = after.keeping(&before).purses();
    assert!(taken.len() == 2 && Arc::ptr_eq(kept, &taken[0]));
}
