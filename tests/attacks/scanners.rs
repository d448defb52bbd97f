//! What a scanner of TLS says of the listener.

use std::fs;
use std::process::Command;

use sekisho_tests::{Gate, house};

/// What sslscan writes of this gate: elements, one a line.
fn scanned(gate: &Gate, name: &str) -> Vec<String> {
    let file = gate.folder().join(name);
    let scan = Command::new("sslscan")
        .arg(format!("--xml={}", file.display()))
        .arg(gate.ready.address().to_string())
        .output()
        .unwrap();
    assert!(scan.status.success(), "{scan:?}");
    house::text(&file).lines().map(|line| line.trim().to_owned()).collect()
}

fn check(lines: &[String], versions: &[&str], ciphers: &[&str]) {
    let of = |element: &'static str| lines.iter().filter(move |line| line.starts_with(element));
    let protocols: Vec<_> = of("<protocol ").filter(|line| line.contains("enabled=\"1\"")).collect();
    let attribute = |line: &str, name: &str| {
        let value = line.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.unwrap_or_default().to_owned()
    };
    let spoken: Vec<_> = protocols.iter().map(|line| attribute(line, "version")).collect();
    assert_eq!(spoken, versions, "{lines:#?}");
    assert_eq!(of("<protocol ").count(), 6, "the scanner tried all of them: {lines:#?}");
    let mut offered: Vec<_> = of("<cipher ").map(|line| attribute(line, "cipher")).collect();
    offered.sort();
    assert_eq!(offered, ciphers, "{lines:#?}");
    assert!(of("<cipher ").all(|line| attribute(line, "bits").parse::<u32>().unwrap() >= 128));
    assert!(of("<heartbleed ").all(|line| line.contains("vulnerable=\"0\"")), "{lines:#?}");
    assert!(
        of("<renegotiation ").all(|line| line.contains("supported=\"0\"") || line.contains("secure=\"1\""))
    );
    assert!(
        !lines.iter().any(|line| line.starts_with("<compression") && line.contains("\"1\"")),
        "{lines:#?}"
    );
}

const TLS_1_3: [&str; 3] =
    ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

#[test]
#[ignore = "needs sslscan"]
fn a_scanner_finds_tls_1_3_alone_and_1_2_only_where_it_was_chosen() {
    check(&scanned(&Gate::shared(), "tls.xml"), &["1.3"], &TLS_1_3);
    let (gate, _backend) = Gate::serve("", |folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("[listen]", "[listen]\ntls_1_2 = true")).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    // With forward secrecy and authenticated encryption, and nothing else.
    let older =
        ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"];
    check(&scanned(&gate, "tls.xml"), &["1.2", "1.3"], &[older, TLS_1_3].concat());
}
