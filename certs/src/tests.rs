//! Certificates read back with another library than the one that made them.

use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::X509Certificate;

use crate::{Authority, CertError, DEVELOPMENT_MARK, Host, Issued, bundle, inspect, private_key};

/// 2026-11-24, in seconds since the Unix epoch.
const NOW: u64 = 1_795_500_000;
const DAY: u64 = 86_400;

fn authority() -> Authority {
    Authority::development("test", NOW, DAY).unwrap()
}

fn hosts() -> Vec<Host> {
    ["127.0.0.1", "::1", "localhost"].map(|name| Host::parse(name).unwrap()).to_vec()
}

fn server() -> Issued {
    authority().issue_server(&hosts(), NOW, DAY).unwrap()
}

/// What a certificate says, one line for each extension: `!` for critical.
fn extensions(x509: &X509Certificate<'_>) -> Vec<String> {
    let shown = |extension: &x509_parser::prelude::X509Extension<'_>| {
        let what = match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(it) => {
                format!("constraints {} {:?}", it.ca, it.path_len_constraint)
            }
            ParsedExtension::KeyUsage(it) => format!("usage {it}"),
            ParsedExtension::ExtendedKeyUsage(it) => {
                format!("server {} client {}", it.server_auth, it.client_auth)
            }
            ParsedExtension::SubjectAlternativeName(it) => format!("names {}", it.general_names.len()),
            ParsedExtension::SubjectKeyIdentifier(_) => "subject key".to_owned(),
            ParsedExtension::AuthorityKeyIdentifier(_) => "authority key".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{}{what}", if extension.critical { "!" } else { "" })
    };
    let mut lines: Vec<String> = x509.extensions().iter().map(shown).collect();
    lines.sort();
    lines
}

fn parsed<T>(pem: &str, read: impl FnOnce(&X509Certificate<'_>) -> T) -> T {
    let chain = bundle(pem.as_bytes()).unwrap();
    read(&x509_parser::parse_x509_certificate(&chain[0]).unwrap().1)
}

fn key_ids(pem: &str) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    parsed(pem, |x509| {
        let (mut subject, mut authority) = (None, None);
        for extension in x509.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => subject = Some(id.0.to_vec()),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    authority = id.key_identifier.as_ref().map(|id| id.0.to_vec());
                }
                _ => {}
            }
        }
        (subject, authority)
    })
}

#[test]
fn an_authority_says_what_strict_verifiers_want() {
    let lines = parsed(authority().certificate_pem(), extensions);
    assert_eq!(lines, ["!constraints true Some(0)", "!usage Key Cert Sign, CRL Sign", "subject key"]);
}

#[test]
fn a_server_certificate_says_what_strict_verifiers_want() {
    let lines = parsed(&server().certificate_pem, extensions);
    let expect = [
        "!constraints false None",
        "!usage Digital Signature",
        "authority key",
        "names 3",
        "server true client false",
        "subject key",
    ];
    assert_eq!(lines, expect);
}

#[test]
fn a_client_certificate_names_a_uri_and_is_for_clients_alone() {
    let uri = "spiffe://agency.example/app";
    let issued = authority().issue_client("app", uri, NOW, DAY).unwrap();
    let about = inspect(issued.certificate_pem.as_bytes()).unwrap();
    assert_eq!((about.uris.as_slice(), about.hosts.as_slice()), ([uri.to_owned()].as_slice(), [].as_slice()));
    assert!(about.for_clients && !about.for_servers && !about.is_ca);
    for wrong in ["", "app", "spiffe://agency.example/a b", "spiffe://官庁.example/app"] {
        assert_eq!(
            authority().issue_client("app", wrong, NOW, DAY).err(),
            Some(CertError::Uri(wrong.to_owned()))
        );
    }
}

#[test]
fn inspect_tells_names_times_and_the_development_mark() {
    let authority = authority();
    let issued = authority.issue_server(&hosts(), NOW + 5, 60).unwrap();
    let about = inspect(issued.certificate_pem.as_bytes()).unwrap();
    assert_eq!(about.hosts, hosts());
    assert_eq!((about.not_before_s, about.not_after_s), (NOW + 5, NOW + 65));
    assert_eq!(about.subject, format!("O={DEVELOPMENT_MARK}, CN=127.0.0.1"));
    assert_eq!(about.issuer, authority.about().subject);
    assert!(about.is_development && about.for_servers && !about.for_clients && !about.is_ca);
    assert!(authority.about().is_ca && authority.about().is_development);
    let der = bundle(issued.certificate_pem.as_bytes()).unwrap();
    assert_eq!(inspect(&der[0]).unwrap(), about);
}

#[test]
fn validity_is_told_for_a_moment() {
    let about = inspect(server().certificate_pem.as_bytes()).unwrap();
    assert_eq!(about.check_validity(NOW - 1), Err(CertError::NotYetValid { not_before_s: NOW }));
    assert_eq!(about.check_validity(NOW), Ok(()));
    assert_eq!(about.check_validity(NOW + DAY), Ok(()));
    let expired = about.check_validity(NOW + DAY + 1).unwrap_err();
    assert_eq!(expired, CertError::Expired { not_after_s: NOW + DAY });
    assert_eq!(expired.to_string(), "the certificate expired 2026-11-25T06:00:00Z");
}

#[test]
fn validity_has_two_ends_within_the_authoritys() {
    let development = |from, lifetime| Authority::development("test", from, lifetime).map(|_| ());
    assert_eq!(development(0, 1), Ok(()));
    assert_eq!(development(0, 0), Err(CertError::Validity));
    assert_eq!(development(u64::MAX, 1), Err(CertError::Validity));
    assert_eq!(development(253_402_300_798, 1), Ok(()));
    assert_eq!(development(253_402_300_798, 2), Err(CertError::Validity));
    let issue = |lifetime| authority().issue_server(&hosts(), NOW, lifetime).map(|_| ());
    assert_eq!(issue(DAY), Ok(()));
    assert_eq!(issue(DAY + 1), Err(CertError::OutlivesAuthority { not_after_s: NOW + DAY }));
    assert_eq!(authority().issue_server(&[], NOW, 1).err(), Some(CertError::NoName));
}

#[test]
fn serial_numbers_are_positive_and_of_full_length_and_differ() {
    let authority = authority();
    let serial = || {
        let issued = authority.issue_server(&hosts(), NOW, DAY).unwrap();
        inspect(issued.certificate_pem.as_bytes()).unwrap().serial
    };
    let serials: std::collections::BTreeSet<String> = (0..32).map(|_| serial()).collect();
    assert_eq!(serials.len(), 32);
    for serial in serials {
        assert_eq!(serial.len(), 32);
        assert!(serial.starts_with(['4', '5', '6', '7']), "{serial}");
    }
}

#[test]
fn an_authority_from_pem_issues_for_the_same_root() {
    let first = authority();
    let again = Authority::from_pem(first.certificate_pem(), &first.key_pem()).unwrap();
    assert_eq!(again.about(), first.about());
    assert_eq!(again.certificate_pem(), first.certificate_pem());
    let issued = again.issue_server(&hosts(), NOW, DAY).unwrap();
    let (root, _) = key_ids(first.certificate_pem());
    let (leaf, signer) = key_ids(&issued.certificate_pem);
    assert!(root.is_some() && root == signer && leaf != root);
    let about = inspect(issued.certificate_pem.as_bytes()).unwrap();
    assert!(about.is_development);
    assert_eq!(about.issuer, first.about().subject);
}

#[test]
fn the_signature_is_the_authoritys() {
    let (ours, other) = (authority(), authority());
    let issued = ours.issue_server(&hosts(), NOW, DAY).unwrap();
    let public_key = |authority: &Authority| {
        parsed(authority.certificate_pem(), |x509| x509.public_key().subject_public_key.data.to_vec())
    };
    let verified = |key: &[u8]| {
        parsed(&issued.certificate_pem, |x509| {
            let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1;
            let key = aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, key);
            key.verify(x509.tbs_certificate.as_ref(), &x509.signature_value.data).is_ok()
        })
    };
    assert!(verified(&public_key(&ours)));
    assert!(!verified(&public_key(&other)));
}

#[test]
fn an_authority_needs_its_own_key_and_the_right_to_sign() {
    let (ours, other, leaf) = (authority(), authority(), server());
    let load = |certificate: &str, key: &str| Authority::from_pem(certificate, key).map(|_| ());
    assert_eq!(load(ours.certificate_pem(), &ours.key_pem()), Ok(()));
    assert_eq!(load(ours.certificate_pem(), &other.key_pem()), Err(CertError::KeyMismatch));
    assert_eq!(load(&leaf.certificate_pem, &leaf.key_pem), Err(CertError::NotAnAuthority));
    assert_eq!(load(ours.certificate_pem(), ""), Err(CertError::Missing("private key")));
    assert_eq!(load("", &ours.key_pem()), Err(CertError::Missing("certificate")));
}

#[test]
fn a_bundle_holds_certificates_and_nothing_else() {
    let (one, two) = (authority(), authority());
    let both = format!("# anchors\n{}\n{}", one.certificate_pem(), two.certificate_pem());
    assert_eq!(bundle(both.as_bytes()).unwrap().len(), 2);
    assert_eq!(bundle(b"no pem here"), Err(CertError::Missing("certificate")));
    let with_key = format!("{}{}", one.certificate_pem(), one.key_pem());
    let error = bundle(with_key.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "section 2 is a private key, but only a certificate belongs here");
    let cut = one.certificate_pem().replace("-----END CERTIFICATE-----", "");
    assert!(matches!(bundle(cut.as_bytes()), Err(CertError::Pem(_))));
    let hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let second = format!("{}{hollow}", one.certificate_pem());
    assert!(matches!(bundle(second.as_bytes()), Err(CertError::NotACertificate { section: 2, .. })));
}

#[test]
fn bytes_after_a_certificate_are_refused() {
    let der = bundle(authority().certificate_pem().as_bytes()).unwrap().remove(0).to_vec();
    assert!(inspect(&der).is_ok());
    let mut longer = der.clone();
    longer.push(0);
    for wrong in [longer.as_slice(), &der[..der.len() - 1], &[0x30], &[]] {
        assert!(inspect(wrong).is_err());
    }
}

#[test]
fn a_key_file_holds_one_key() {
    let (one, two) = (authority(), authority());
    assert!(private_key(one.key_pem().as_bytes()).is_ok());
    let both = format!("{}{}", one.key_pem(), two.key_pem());
    assert!(matches!(private_key(both.as_bytes()), Err(CertError::Unexpected { section: 2, .. })));
    let mixed = format!("{}{}", one.key_pem(), one.certificate_pem());
    assert!(matches!(private_key(mixed.as_bytes()), Err(CertError::Unexpected { found: "certificate", .. })));
}

#[test]
fn debug_shows_no_key() {
    let authority = authority();
    let shown = format!("{authority:?} {:?}", server());
    assert!(!shown.contains("PRIVATE KEY"), "{shown}");
}
