//! The list of who no longer counts.

use sekisho_audit::{Principal, Term};
use sekisho_exchange::Signed;

use super::mint::NOW;
use super::*;
use crate::identity::{Barred, Caller, Revoked};

const ISSUED: &str = "issued = 2026-11-25T09:00:00+09:00\n";

/// 2026-11-25T00:00:00Z
const ISSUED_S: u64 = 1_795_564_800;

fn caller(token_id: Option<&str>) -> Caller {
    let policy = policy(
        r#"
undeclared = "1"
under_declared = "refuse"
level = [{ id = "1", ja = "一", en = "one" }]
service = [{ id = "s", ceiling = "1", clearance = "1", certificates = ["dns:s"], ja = "業", en = "service" }]
"#,
    );
    Caller {
        principal: Principal::new(Term::of("agency"), "ada").unwrap(),
        proof: Term::of("token"),
        subject: policy.subject(None, policy.find_service("s")).unwrap(),

        shadow: None,
        service: Some(Term::of("web")),
        expires_at: NOW,
        token_id: token_id.map(str::to_owned),
        key_id: Some("k1".to_owned()),
        signed: Signed::default(),
    }
}

fn check(list: &str, expect: Result<(), Barred>) {
    let revoked = Revoked::read(&format!("{ISSUED}{list}"), 600).unwrap();
    assert_eq!(revoked.allow(&caller(Some("t1")), ISSUED_S), expect, "{list}");
    assert!(!format!("{revoked:?}").contains("ada"));
}

#[test]
fn a_person_a_token_and_a_key_are_revoked_by_name() {
    check("", Ok(()));
    for (key, own, other) in [("subject", "ada", "Ada"), ("token", "t1", "t2"), ("key", "k1", "k")] {
        let entry = |issuer, name| format!("[[revoked]]\nissuer = \"{issuer}\"\n{key} = \"{name}\"\n");
        check(&entry("agency", own), Err(Barred::Revoked));
        check(&entry("agency", other), Ok(()));
        check(&entry("another", own), Ok(()));
        check(&(entry("agency", other) + &entry("agency", own)), Err(Barred::Revoked));
    }
    // A name of one kind is none of another.
    check("[[revoked]]\nissuer = \"agency\"\ntoken = \"ada\"\n", Ok(()));
    let list = format!("{ISSUED}[[revoked]]\nissuer = \"agency\"\ntoken = \"t1\"\n");
    assert_eq!(Revoked::read(&list, 600).unwrap().allow(&caller(None), ISSUED_S), Ok(()));
}

#[test]
fn a_service_that_is_revoked_speaks_for_nobody() {
    let entry = |issuer, name| format!("[[revoked]]\nissuer = \"{issuer}\"\nsubject = \"{name}\"\n");
    check(&entry("service", "web"), Err(Barred::Revoked));
    check(&entry("service", "batch"), Ok(()));
    check(&entry("certificate", "web"), Ok(()));
}

#[test]
fn a_list_counts_for_its_time_and_none_for_ever() {
    let revoked = Revoked::read(ISSUED, 600).unwrap();
    assert_eq!(revoked.allow(&caller(None), ISSUED_S + 599), Ok(()));
    assert_eq!(revoked.allow(&caller(None), ISSUED_S + 600), Err(Barred::Stale));
    assert_eq!(Revoked::default().allow(&caller(None), u64::MAX), Ok(()));
    let later = Revoked::read("issued = 2026-11-25T09:00:01+09:00", 600).unwrap();
    assert!(later.follows(&revoked) && !revoked.follows(&later) && revoked.follows(&Revoked::default()));
}

#[test]
fn a_list_that_is_wrong_is_told_by_line_and_never_by_name() {
    let check = |list: &str, expect: &str| {
        let error = Revoked::read(list, 600).unwrap_err();
        assert_eq!(error, expect, "{list}");
    };
    check("", "line 1: missing field `issued`");
    check(
        "issued = 2026-11-25\n",
        "`issued` is no moment; write it with its offset, as 2026-11-25T09:00:00Z",
    );
    check(
        &format!("{ISSUED}[[revoked]]\nissuer = \"a\"\nsubjekt = \"ada\"\n"),
        "line 4: unknown field `subjekt`, expected one of `issuer`, `subject`, `token`, `key`",
    );
    check(
        &format!("{ISSUED}[[revoked]]\nissuer = \"a\"\n"),
        "revocation 1 names one of `subject`, `token` and `key`",
    );
    check(
        &format!("{ISSUED}[[revoked]]\nissuer = \"a\"\nsubject = \"ada\"\nkey = \"k\"\n"),
        "revocation 1 names one of `subject`, `token` and `key`",
    );
    assert!(!Revoked::read("issued = ada", 600).unwrap_err().contains("= ada"));
}

/// What the paper on identity shows is a list.
#[test]
fn the_papers_list_is_one() {
    let paper = include_str!("../../../../docs/identity.md");
    let shown = paper.split("```toml\n# revoked.toml\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(format!("{:?}", Revoked::read(shown.unwrap(), 3600).unwrap()), "Revoked(2 names)");
}

#[test]
fn a_jti_that_is_no_string_is_refused() {
    assert_eq!(accepted(&Mint::good().claim("jti", "\"t1\"")).token_id.as_deref(), Some("t1"));
    assert_eq!(accepted(&Mint::good()).token_id, None);
    for wrong in ["7", "null", "[\"t1\"]"] {
        let token = Mint::good().claim("jti", wrong).token();
        assert_eq!(ask(&issuers(), &token, NOW).err(), Some(IdentityError::Claim), "{wrong}");
    }
}
