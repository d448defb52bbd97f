//! Tokens that the gate must not believe, and one kind that it must.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
pub use jsonwebtoken::{Algorithm, Header};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;

/// Head and claims of a token, unchecked.
pub fn read(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("a token's parts are base64url");
        serde_json::from_slice(&bytes).unwrap_or_default()
    });
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The token's claims under another head, with a signature of choice.
pub fn unsigned(head: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!(
        "{}.{}.{}",
        part(head.to_string().as_bytes()),
        part(claims.to_string().as_bytes()),
        part(signature)
    )
}

/// Claims signed with a key that the gate has never seen, under the key id that it knows.
pub fn foreign(kid: Option<String>, claims: &Value) -> String {
    let key = rcgen::KeyPair::generate().expect("a key can be made");
    let key = EncodingKey::from_ec_pem(key.serialize_pem().as_bytes()).expect("the key is P-256");
    sign(Header { kid, ..Header::new(Algorithm::ES256) }, claims, &key)
}

/// Claims under an HMAC whose secret is text that the gate publishes or that everybody knows.
pub fn symmetric(kid: Option<String>, claims: &Value, secret: &[u8]) -> String {
    sign(Header { kid, ..Header::new(Algorithm::HS256) }, claims, &EncodingKey::from_secret(secret))
}

/// Claims signed with the development issuer's own key, which lies in its folder (PKCS#8, P-256).
pub fn genuine(head: &Header, claims: &Value, dev: &Path) -> String {
    let der = std::fs::read(dev.join("keys/issuer.p8")).expect("the issuer's key can be read");
    sign(head.clone(), claims, &EncodingKey::from_ec_der(&der))
}

/// Claims signed with a key of ours (PEM, PKCS#8, P-256).
pub fn by(key: &Path, head: &Header, claims: &Value) -> String {
    let pem = std::fs::read(key).expect("the key can be read");
    sign(head.clone(), claims, &EncodingKey::from_ec_pem(&pem).expect("the key is P-256"))
}

/// Writes a self-signed authority, and a certificate of it for 127.0.0.1 with its key, as PEM: `ca.pem`, `server.pem`,
/// `server.key`. Not marked as development.
pub fn certificate(folder: &Path) {
    let key = || rcgen::KeyPair::generate().expect("a key can be made");
    let (ca_key, key) = (key(), key());
    let params = |names: Vec<String>| {
        let mut params = rcgen::CertificateParams::new(names).expect("the names are names");
        params.not_before = rcgen::date_time_ymd(2025, 1, 1);
        params.not_after = rcgen::date_time_ymd(2099, 1, 1);
        params
    };
    let mut ca = params(Vec::new());
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    // A leaf of the same name would be taken for self-signed.
    ca.distinguished_name.push(rcgen::DnType::CommonName, "servers of a test");
    let ca_pem = ca.self_signed(&ca_key).expect("a key signs").pem();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let leaf = params(vec!["127.0.0.1".to_owned()]).signed_by(&key, &issuer).expect("an authority signs");
    for (name, text) in [("ca.pem", ca_pem), ("server.pem", leaf.pem()), ("server.key", key.serialize_pem())]
    {
        std::fs::write(folder.join(name), text).expect("a file can be written");
    }
}

/// Writes another authority, `clients.pem`, and for each name a certificate for clients with the URI
/// `spiffe://agency.example/NAME` and its key, `NAME.pem` and `NAME.key`; `clients.crl`, which revokes the last of them, and `all.crl`, which revokes every one.
pub fn clients(folder: &Path, names: &[&str]) {
    let key = || rcgen::KeyPair::generate().expect("a key can be made");
    let write = |name: String, text: String| {
        std::fs::write(folder.join(name), text).expect("a file can be written");
    };
    let ca_key = key();
    let mut ca = rcgen::CertificateParams::default();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    ca.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
    ca.distinguished_name.push(rcgen::DnType::CommonName, "clients of a test");
    write("clients.pem".to_owned(), ca.self_signed(&ca_key).expect("a key signs").pem());
    let issuer = rcgen::Issuer::new(ca, ca_key);
    for (serial, name) in (1_u64..).zip(names) {
        let key = key();
        let mut leaf = rcgen::CertificateParams::default();
        let uri = format!("spiffe://agency.example/{name}").try_into().expect("a URI is ASCII");
        leaf.subject_alt_names = vec![rcgen::SanType::URI(uri)];
        leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        leaf.serial_number = Some(serial.into());
        let leaf = leaf.signed_by(&key, &issuer).expect("an authority signs");
        write(format!("{name}.pem"), leaf.pem());
        write(format!("{name}.key"), key.serialize_pem());
    }
    let last = u64::try_from(names.len()).unwrap_or(0);
    for (name, first) in [("clients.crl", last), ("all.crl", 1)] {
        let list = revoking(first..=last).signed_by(&issuer).expect("an authority signs");
        write(name.to_owned(), list.pem().expect("DER is PEM"));
    }
}

/// A list that revokes these serial numbers.
fn revoking(serials: RangeInclusive<u64>) -> rcgen::CertificateRevocationListParams {
    let revoked = serials.map(|serial| rcgen::RevokedCertParams {
        serial_number: serial.into(),
        revocation_time: rcgen::date_time_ymd(2026, 1, 1),
        reason_code: None,
        invalidity_date: None,
    });
    rcgen::CertificateRevocationListParams {
        this_update: rcgen::date_time_ymd(2026, 1, 1),
        next_update: rcgen::date_time_ymd(2099, 1, 1),
        crl_number: 1_u64.into(),
        issuing_distribution_point: None,
        revoked_certs: revoked.collect(),
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    }
}

/// SHA-256 of a certificate's DER, as tokens name it (RFC 8705 §3.1).
pub fn thumbprint(pem: &Path) -> String {
    let der = CertificateDer::from_pem_file(pem).expect("a certificate can be read");
    URL_SAFE_NO_PAD.encode(sekisho_audit::sha256(&[&der]))
}

fn sign(head: Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(&head, claims, key).expect("claims can be signed")
}

/// Seconds since the Unix epoch.
pub fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
