//! Addresses of machines, and what only looks like them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Validator, Verdict, formed, keep_if};

pub(super) const LIST: &[Validator] = &[
    formed("ipv4", ipv4),
    formed("ipv6", ipv6),
    formed("mac", mac),
    formed("mac-dotted", mac_dotted),
    formed("url-user", url_user),
    formed("email-written-out", email_written_out),
];

/// RFC 791, with the length of a prefix (RFC 4632) perhaps. Four small numbers are as often a version or a section,
/// more than four an object identifier (ITU-T X.660): these keep the shape and lose a step.
fn ipv4(text: &str) -> Verdict {
    // So that nobody follows it by mistake, as reports of attacks write it.
    let plain = text.replace("[.]", ".");
    let (text, written_out) = (plain.as_str(), plain.len() < text.len());
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    if address.split('.').count() > 4 {
        return Verdict::Lower;
    }
    // The parser refuses leading zeros and numbers above 255.
    let Ok(parsed) = address.parse::<Ipv4Addr>() else { return Verdict::Reject };
    if prefix.is_some_and(|bits| bits.parse::<u8>().is_ok_and(|bits| bits > 32)) || names_no_machine(parsed) {
        return Verdict::Reject;
    }
    if parsed.is_documentation() {
        return Verdict::Lower;
    }
    if written_out || prefix.is_some() || is_telling(parsed.octets()) {
        Verdict::Keep
    } else {
        Verdict::Lower
    }
}

/// The host itself, everybody, groups, nobody, and masks.
fn names_no_machine(address: Ipv4Addr) -> bool {
    let mask = u32::from(address);
    let is_mask = mask.leading_ones() >= 8 && mask.count_ones() == mask.leading_ones();
    let [first, ..] = address.octets();
    first == 0 || first >= 224 || address.is_loopback() || is_mask
}

/// Whether the numbers are larger than those of versions and sections: a private range that no version has, or
/// enough digits.
fn is_telling(octets: [u8; 4]) -> bool {
    let long = |least: u8| octets.iter().filter(|octet| **octet >= least).count();
    match octets {
        [192, 168, ..] | [172, 16..=31, ..] => true,
        [10, b, c, d] => {
            [b, c, d].iter().filter(|octet| **octet >= 10).count() >= 2 || b >= 100 || c >= 100 || d >= 100
        }
        [0..=31, ..] => long(10) >= 3 && long(100) >= 1 || long(10) == 4,
        _ => long(10) >= 2,
    }
}

/// RFC 4291 §2.2, with a zone (RFC 4007 §11) or a prefix perhaps.
fn ipv6(text: &str) -> Verdict {
    let address = text.split(['%', '/']).next().unwrap_or_default();
    let Ok(parsed) = address.parse::<Ipv6Addr>() else { return Verdict::Reject };
    match parsed.segments() {
        _ if parsed.is_unspecified() || parsed.is_loopback() || parsed.is_multicast() => Verdict::Reject,
        // RFC 3849 and RFC 9637: for documentation.
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Verdict::Lower,
        // A prefix alone, such as `fe80::/10`, names no machine.
        [_, 0, 0, 0, 0, 0, 0, 0] => Verdict::Reject,
        _ => Verdict::Keep,
    }
}

/// IEEE 802, six pairs with one sign between. More pairs are a fingerprint; digits alone may be times.
fn mac(text: &str) -> Verdict {
    let pairs: Vec<&str> = text.split([':', '-']).collect();
    let alike = pairs.first().is_some_and(|first| pairs.iter().all(|pair| pair == first));
    let mixed = text.contains(':') && text.contains('-');
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    match pairs.len() {
        _ if pairs.iter().any(|pair| pair.len() != 2) => Verdict::Reject,
        6 if alike || mixed => Verdict::Reject,
        6 if has_letter => Verdict::Keep,
        6.. => Verdict::Lower,
        _ => Verdict::Reject,
    }
}

/// As Cisco writes it, `0011.22aa.bbcc`: with letters and digits, or it is a number.
fn mac_dotted(text: &str) -> Verdict {
    let has = |class: fn(&u8) -> bool| text.bytes().any(|byte| class(&byte));
    keep_if(text.len() == 14 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic))
}

/// RFC 3986 §3.2.1. Accounts that everybody has name nobody.
fn url_user(text: &str) -> Verdict {
    const NOBODY: [&str; 9] =
        ["git", "user", "username", "root", "admin", "anonymous", "hg", "svn", "nobody"];
    let user = text.trim_start_matches("://").split('@').next().unwrap_or_default();
    keep_if(!NOBODY.contains(&user.to_ascii_lowercase().as_str()))
}

/// `user (at) example (dot) com`: a host name with an ending that looks like one.
fn email_written_out(text: &str) -> Verdict {
    let lower = text.to_ascii_lowercase();
    let ending =
        lower.rsplit([' ', '.', ')', ']', '}', '>']).find(|part| !part.is_empty()).unwrap_or_default();
    // What is called in code, `array[at].length`.
    keep_if(!["length", "push", "value", "map", "name", "unwrap", "rs", "js", "ts", "py"].contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn addresses_of_version_four() {
        let telling = [
            "192.168.1.10",
            "10.23.45.6",
            "172.16.0.1",
            "203.104.12.9",
            "10.0.0.0/24",
            "8[.]8[.]4[.]4",
            "18.181.20.3",
        ];
        check(ipv4, Verdict::Keep, &telling);
        check(
            ipv4,
            Verdict::Lower,
            &["1.2.3.4", "4.10.2.1", "10.2.3.4", "8.8.8.8", "203.0.113.5", "192.0.2.1"],
        );
        check(ipv4, Verdict::Lower, &["1.3.6.1.4.1.311", "2.5.29.15.0"]);
        check(ipv4, Verdict::Reject, &["127.0.0.1", "0.0.0.0", "255.255.255.0", "224.0.0.1", "256.1.1.1"]);
        check(ipv4, Verdict::Reject, &["01.02.03.04", "192.168.1.0/40", "120.0.6099.109"]);
    }

    #[test]
    fn addresses_of_version_six() {
        let valid = [
            "2400:4050:1:2::3",
            "fe80::1:2%eth0",
            "fd12:3456:789a::1",
            "::ffff:10.1.2.3",
            "2404:6800:4004::/48",
        ];
        check(ipv6, Verdict::Keep, &valid);
        check(ipv6, Verdict::Lower, &["2001:db8::1"]);
        check(ipv6, Verdict::Reject, &["::", "::1", "ff02::1", "fe80::/10", "2020:10:12", "2001:0db8:zz::1"]);
    }

    #[test]
    fn addresses_of_interfaces() {
        check(mac, Verdict::Keep, &["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7"]);
        check(mac, Verdict::Lower, &["10:20:30:40:50:60", "aa:bb:cc:dd:ee:ff:00:11"]);
        check(mac, Verdict::Reject, &["ff:ff:ff:ff:ff:ff", "00:1b:44:11:3a", "00:1b-44:11:3a:b7"]);
        check(mac_dotted, Verdict::Keep, &["001b.4411.3ab7"]);
        check(mac_dotted, Verdict::Reject, &["0012.3456.7890", "dead.beef.cafe"]);
    }

    #[test]
    fn users() {
        check(url_user, Verdict::Keep, &["://tanaka@example.jp", "://t.yamada@10.0.0.1"]);
        check(url_user, Verdict::Reject, &["://git@example.jp", "://USER@example.jp"]);
        check(email_written_out, Verdict::Keep, &["tanaka (at) example (dot) jp", "tanaka[at]example.co.jp"]);
        check(email_written_out, Verdict::Reject, &["rows[at].length"]);
    }
}
