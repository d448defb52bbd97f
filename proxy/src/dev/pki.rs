//! The environment's certificates: an authority that lives as long as the folder's keys, and leaves under it.

use std::net::IpAddr;

use sekisho_certs::{Authority, CertError, Host};

use super::home::{Home, KEYS_LIVE_S};
use crate::cli::Trouble;

/// A certificate and its key, both as PEM files in the folder.
pub struct Leaf {
    /// Name of the certificate's file in the folder.
    pub certificate: String,
    /// Name of the key's file in the folder.
    pub key: String,
}

/// The authority of this folder: `ca.pem`, and `keys/ca.key`.
pub fn authority(home: &Home) -> Result<Authority, Trouble> {
    if let (Ok(certificate), Ok(key)) = (text(home, "ca.pem"), text(home, "keys/ca.key"))
        && let Ok(authority) = Authority::from_pem(&certificate, &key)
    {
        return Ok(authority);
    }
    let name = "Sekisho development CA";
    let authority = Authority::development(name, home.born_s, KEYS_LIVE_S).map_err(refused)?;
    home.write("keys/ca.key", authority.key_pem().as_bytes())?;
    home.write("ca.pem", authority.certificate_pem().as_bytes())?;
    Ok(authority)
}

/// A server certificate for this address, made now: clients trust the authority, so a new leaf at each start
/// disturbs nobody, and it always fits the address that is listened on.
pub fn leaf(home: &Home, authority: &Authority, name: &str, ip: IpAddr, now_s: u64) -> Result<Leaf, Trouble> {
    let hosts = [Host::parse(&ip.to_string()).map_err(refused)?, Host::parse("localhost").map_err(refused)?];
    let lifetime_s = authority.about().not_after_s.saturating_sub(now_s);
    let issued = authority.issue_server(&hosts, now_s, lifetime_s).map_err(refused)?;
    let leaf = Leaf { certificate: format!("keys/{name}.pem"), key: format!("keys/{name}.key") };
    home.write(&leaf.key, issued.key_pem.as_bytes())?;
    home.write(&leaf.certificate, issued.certificate_pem.as_bytes())?;
    Ok(leaf)
}

fn text(home: &Home, name: &str) -> std::io::Result<String> {
    std::fs::read_to_string(home.at(name))
}

fn refused(error: CertError) -> Trouble {
    Trouble::Message(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Lang;

    #[test]
    fn a_restart_keeps_the_authority_and_fits_the_address() {
        let dir = std::env::temp_dir().join(format!("sekisho-pki-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let home = Home::open(&dir, 1_800_000_000, Lang::En).unwrap();
        let first = authority(&home).unwrap();
        let second = authority(&home).unwrap();
        assert_eq!(first.certificate_pem(), second.certificate_pem());
        let ip: IpAddr = "127.0.0.2".parse().unwrap();
        let made = leaf(&home, &second, "gate", ip, home.born_s + 60).unwrap();
        let seen = sekisho_certs::inspect(&std::fs::read(home.at(&made.certificate)).unwrap()).unwrap();
        assert!(seen.hosts.contains(&Host::parse("127.0.0.2").unwrap()));
        assert_eq!(seen.not_after_s, first.about().not_after_s);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
