//! The tour, through the built binary: every outcome as promised, in any folder, on any port, and again.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Two ports that nobody listens on.
fn ports() -> [String; 2] {
    [(); 2]
        .map(|()| TcpListener::bind("127.0.0.1:0").unwrap())
        .map(|listener| listener.local_addr().unwrap().to_string())
}

fn tour(dir: &Path, lang: &str) -> Output {
    let [listen, admin] = ports();
    Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", lang, "dev", "--tour", "--dir"])
        .arg(dir)
        .args(["--listen", &listen, "--admin", &admin])
        .output()
        .unwrap()
}

fn sekisho(args: &[&str], log: &Path, key: &Path) -> Option<i32> {
    let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(args)
        .arg("--log")
        .arg(log)
        .args(if args.contains(&"verify") { vec!["--key".as_ref(), key.as_os_str()] } else { Vec::new() })
        .output()
        .unwrap();
    output.status.code()
}

fn scratch() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("sekisho tour {}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

#[test]
fn every_outcome_is_as_promised_twice_in_one_folder() {
    let dir = scratch();
    let mut size = 0;
    for lang in ["ja", "en"] {
        let output = tour(&dir, lang);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains(if lang == "ja" { "約束どおり" } else { "as promised" }));
        assert!(!dir.join("dev.json").exists(), "what is not there any more is not announced");
        let received = std::fs::metadata(dir.join("received.jsonl")).unwrap().len();
        assert!(received > size, "the folder is kept, and so is what backends received");
        size = received;
    }
    let (log, key) = (dir.join("audit"), dir.join("audit_key"));
    assert_eq!(sekisho(&["audit", "verify", "--all"], &log, &key), Some(0));
    assert_eq!(sekisho(&["audit", "tail"], &log, &key), Some(0));
    let first = log.join("00000000.seg");
    let mut bytes = std::fs::read(&first).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&first, bytes).unwrap();
    assert_eq!(sekisho(&["audit", "verify"], &log, &key), Some(1));
    std::fs::remove_dir_all(dir).unwrap();
}
