use super::*;
use crate::config::{AwsKeys, CredentialHeader};

const GOOD: &str = r#"[listen]
address = "127.0.0.1:8443"
certificate = "tls/server.pem"
key = "/etc/ssl/server.key"
[admin]
address = "127.0.0.1:9443"
token = "keys/admin.token"
[policy]
dir = "policy"
[audit]
dir = "audit"
origin = "sekisho.example.jp/log/1"
p256_key = "keys/p256.pem"
ed25519_key = "keys/ed25519.pem"
fingerprint_key = "keys/fingerprint.key"
[issuers.staff]
jwks = "staff.jwks.json"
[credentials.cloud]
header = "x-api-key"
file = "keys/cloud"
[limits]
body_bytes_max = 1024
"#;

fn check(change: (&str, &str), expect: Result<(), &str>) {
    assert!(GOOD.contains(change.0), "{change:?}");
    let text = GOOD.replacen(change.0, change.1, 1);
    let got = Config::parse(&text, Path::new("dir/s.toml"));
    assert_eq!(got.map(|_| ()).map_err(|e| e.to_string()), expect.map_err(str::to_owned), "{change:?}");
}

#[test]
fn paths_begin_at_the_folder_of_the_file() {
    let config = Config::parse(GOOD, Path::new("/srv/s/sekisho.toml")).unwrap();
    assert_eq!(config.listen.certificate, Path::new("/srv/s/tls/server.pem"));
    assert_eq!(config.listen.key, Path::new("/etc/ssl/server.key"));
    assert_eq!(config.issuers["staff"].jwks.as_deref(), Some(Path::new("/srv/s/staff.jwks.json")));
    let file = PathBuf::from("/srv/s/keys/cloud");
    assert_eq!(config.credentials["cloud"], Credential::Header { header: CredentialHeader::XApiKey, file });
}

#[test]
fn what_is_not_written_takes_its_default() {
    let config = Config::parse(GOOD, Path::new("s.toml")).unwrap();
    assert_eq!(config.limits, Limits { body_bytes_max: 1024, ..Limits::default() });
    assert!(!config.listen.tls_1_2);
}

#[test]
fn a_wrong_key_or_value_is_named_with_its_place() {
    check(
        ("key = \"/etc", "kye = \"/etc"),
        Err(
            "dir/s.toml:4:1: unknown field `kye`, expected one of `address`, `certificate`, `key`, `names`, `tls_1_2`, `balancers`, `clients`",
        ),
    );
    check(("dir = \"policy\"", ""), Err("dir/s.toml:8:1: missing field `dir`"));
    check(("\"127.0.0.1:8443\"", "\"here\""), Err("dir/s.toml:2:11: invalid socket address syntax"));
    check(
        ("\"x-api-key\"", "\"cookie\""),
        Err("dir/s.toml:19:10: unknown variant `cookie`, expected one of `bearer`, `x-api-key`, `api-key`"),
    );
}

#[test]
fn the_admin_side_is_local_and_one() {
    let address = "address = \"127.0.0.1:9443\"";
    check((address, "address = \"[::1]:9443\""), Ok(()));
    check((address, "socket = \"admin.sock\""), Ok(()));
    check(
        (address, "address = \"10.0.0.1:9443\""),
        Err(
            "dir/s.toml:6:11: `10.0.0.1:9443` is no loopback address; write `127.0.0.1:PORT`, or a `socket` instead",
        ),
    );
    check(
        (address, "address = \"127.0.0.1:9443\"\nsocket = \"s\""),
        Err("dir/s.toml:7:10: write `address` or `socket`, not both"),
    );
    check((address, ""), Err("dir/s.toml:5:1: write `address = \"127.0.0.1:PORT\"` or `socket = \"PATH\"`"));
}

#[test]
fn no_limit_is_zero_and_the_budget_holds_one_body() {
    let limit = "body_bytes_max = 1024";
    check((limit, "json_depth_max = 1"), Ok(()));
    check((limit, "json_depth_max = 0"), Err("dir/s.toml:22:18: `json_depth_max` must be at least 1"));
    check((limit, "body_budget_bytes = 8388608"), Ok(()));
    check(
        (limit, "body_budget_bytes = 8388607"),
        Err("dir/s.toml:22:21: the budget of all bodies cannot be below `body_bytes_max` (8388608)"),
    );
    check(
        (limit, "body_budget = 1"),
        Err(
            "dir/s.toml:22:1: unknown field `body_budget`, expected one of `head_bytes_max`, `headers_max`, `body_bytes_max`, `body_budget_bytes`, `answer_bytes_max`, `connection_buffer_bytes`, `stream_bytes`, `json_depth_max`, `json_nodes_max`, `recall_texts_max`, `exchanges_max`, `person_exchanges_max`, `connections_max`, `handshake_timeout_ms`, `head_timeout_ms`, `body_timeout_ms`, `body_idle_timeout_ms`, `connect_timeout_ms`, `first_byte_timeout_ms`, `idle_timeout_ms`, `total_timeout_ms`, `release_timeout_ms`, `drain_timeout_ms`, `h2_streams_max`, `h2_resets_max`",
        ),
    );
}

#[test]
fn a_conversations_label_counts_for_some_time() {
    let keys = "[limits]";
    let written = "[conversation]\nkeys = \"keys/c.toml\"\n[limits]";
    check((keys, written), Ok(()));
    check((keys, &written.replace("c.toml\"", "c.toml\"\nlifetime_s = 1")), Ok(()));
    check(
        (keys, &written.replace("c.toml\"", "c.toml\"\nlifetime_s = 0")),
        Err("dir/s.toml:23:14: a label counts for at least 1 s"),
    );
    check((keys, "[conversation]\n[limits]"), Err("dir/s.toml:21:1: missing field `keys`"));
    let config = Config::parse(&GOOD.replace(keys, written), Path::new("/srv/s.toml")).unwrap().conversation;
    let config = config.unwrap();
    assert_eq!((config.keys.as_path(), config.lifetime_s), (Path::new("/srv/keys/c.toml"), 2_592_000));
}

#[test]
fn an_issuers_keys_have_one_source_and_outlive_a_failed_request() {
    let jwks = "jwks = \"staff.jwks.json\"";
    let one = "dir/s.toml:16:1: write exactly one of `jwks = \"FILE\"`, `jwks_url = \"https://…\"` and `discovery = true`";
    check((jwks, "discovery = true"), Ok(()));
    check((jwks, "jwks_url = \"https://idp.example/keys\"\nanchors = \"idp.pem\""), Ok(()));
    check((jwks, ""), Err(one));
    check((jwks, "discovery = true\njwks = \"f\""), Err(one));
    check(
        (jwks, "jwks_url = \"http://idp.example/keys\""),
        Err("dir/s.toml:17:12: `http` is for loopback addresses alone (127.0.0.1 or [::1]); use `https`"),
    );
    check((jwks, "discovery = true\nrefresh_s = 30\nmax_age_s = 60"), Ok(()));
    check(
        (jwks, "discovery = true\nrefresh_s = 29"),
        Err("dir/s.toml:18:13: an issuer is asked every 30 s at most"),
    );
    check(
        (jwks, "discovery = true\nrefresh_s = 30\nmax_age_s = 59"),
        Err("dir/s.toml:19:13: keys must outlive one failed request: at least 60 s"),
    );
}

#[test]
fn a_credential_is_in_a_head_or_signs() {
    let written = "header = \"x-api-key\"\nfile = \"keys/cloud\"";
    let aws = |text: &str| {
        let text = GOOD.replacen(written, text, 1);
        Config::parse(&text, Path::new("/srv/s.toml")).map(|config| config.credentials["cloud"].clone())
    };
    let file = |profile: &str| {
        let (file, profile) = (PathBuf::from("/srv/keys/aws"), profile.to_owned());
        Ok(Credential::Aws(AwsKeys::File { file, profile }))
    };
    assert_eq!(aws("aws = \"file\"\nfile = \"keys/aws\""), file("default"));
    assert_eq!(aws("aws = \"file\"\nfile = \"keys/aws\"\nprofile = \"digital\""), file("digital"));
    assert_eq!(aws("aws = \"environment\""), Ok(Credential::Aws(AwsKeys::Environment)));
    assert_eq!(aws("aws = \"container\""), Ok(Credential::Aws(AwsKeys::Container)));
    assert_eq!(aws("aws = \"instance\""), Ok(Credential::Aws(AwsKeys::Instance)));
    for (text, expect) in [
        ("", "write `header` and `file`, or `aws`"),
        ("header = \"bearer\"", "a `header` needs a `file`"),
        ("header = \"bearer\"\nfile = \"f\"\naws = \"instance\"", "write `header` and `file`, or `aws`"),
        ("header = \"bearer\"\nfile = \"f\"\nprofile = \"p\"", "a `profile` is for"),
        ("aws = \"file\"", "`aws = \"file\"` needs a `file`"),
        ("aws = \"instance\"\nfile = \"f\"", "`file` and `profile` are for"),
        ("aws = \"imds\"", "unknown variant `imds`"),
        ("aws = \"instance\"\nurl = \"http://a\"", "unknown field `url`"),
    ] {
        let error = aws(text).unwrap_err();
        assert!(error.message.contains(expect), "{text}: {error}");
        assert!((18..=21).contains(&error.line), "{text}: {error}");
    }
}

#[test]
fn an_origin_fits_into_a_checkpoint() {
    let origin = "\"sekisho.example.jp/log/1\"";
    let expect =
        "dir/s.toml:12:10: an origin is a name such as `sekisho.example.jp/log/1`, without blanks and `+`";
    check((origin, "\"a b\""), Err(expect));
    check((origin, "\"\""), Err(expect));
    check((origin, "\"a/b\""), Ok(()));
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let error = Config::load(Path::new("no/such/file.toml")).unwrap_err();
    assert!(error.to_string().starts_with("no/such/file.toml: cannot be read: "), "{error}");
}

/// What the paper on identity shows is a configuration.
#[test]
fn the_papers_configuration_is_one() {
    let paper = include_str!("../../../../docs/identity.md");
    let blocks = paper.split("```toml\n# sekisho.toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let shown: String = blocks.collect();
    let config = Config::parse(&(GOOD.to_owned() + &shown), Path::new("dir/s.toml")).unwrap();
    let clients = config.listen.clients.unwrap();
    assert_eq!(clients.anchors, Path::new("dir/tls/clients.pem"));
    assert_eq!(clients.revoked, [Path::new("dir/tls/clients.crl")]);
    assert!(!clients.required && config.issuers.contains_key("entra"));
}
