//! Who vouches for whom: every fault of issuers, services and claims is told with its place and what would be right.

use crate::reading::check;

#[test]
fn an_issuer_is_held_to_what_is_safe() {
    let issuer = |rest: &str| {
        format!("[[issuer]]\nid = \"i\"\niss = \"https://x\"\naudience = \"a\"\ntypes = [\"JWT\"]\n{rest}")
    };
    check(
        &issuer("algorithms = [\"HS256\"]\nlifetime_max_s = 0\nleeway_s = 61\n"),
        &[
            "more.toml:6:15: `HS256` is no `algorithms`; did you mean `ES256`?",
            "more.toml:7:18: `lifetime_max_s` is out of bounds; use 1 to 86400",
            "more.toml:8:12: `leeway_s` is out of bounds; use 0 to 60",
        ],
    );
    check(
        "[[grant]]\nid = \"g\"\nissuer = \"staf\"\nclearance = \"2\"\nclaims = {}\nja = \"資\"\nen = \"grant\"\n",
        &[
            "more.toml:3:10: issuer `staf` is not defined; did you mean `staff`?",
            "more.toml:5:10: a grant without claims would be everyone's; name a claim and its values, as `claims = { roles = [\"official\"] }`",
        ],
    );
}

#[test]
fn a_service_is_told_what_it_lacks() {
    const NAMED: &str = "ja = \"業\"\nen = \"service\"\n";
    check(
        &format!(
            "[[service]]\nid = \"s\"\nceiling = \"1\"\nfloor = \"2\"\ncertificates = [\"web\", \"dns:\"]\n{NAMED}"
        ),
        &[
            "more.toml:1:1: service `s` may ask for nobody; give it a `clearance` of its own, or the `ministries` whose people it speaks for",
            "more.toml:4:9: the floor is above the ceiling; nothing could ever go through this service; lower the one or raise the other",
            "more.toml:5:17: this is no name that a certificate carries; write `spiffe://DOMAIN/PATH` or another URI, or `dns:NAME`",
            "more.toml:5:24: this is no name that a certificate carries; write `spiffe://DOMAIN/PATH` or another URI, or `dns:NAME`",
        ],
    );
    let service = |id: &str| {
        format!(
            "[[service]]\nid = \"{id}\"\nceiling = \"1\"\nclearance = \"1\"\ncertificates = [\"dns:web\"]\n{NAMED}"
        )
    };
    check(&service("s"), &[]);
    check(&service("s").replace("certificates = [\"dns:web\"]", "keys = true"), &[]);
    check(
        &service("s").replace("certificates = [\"dns:web\"]\n", ""),
        &[
            "more.toml:1:1: nobody can prove to be the service `s`; name its `certificates` or the algorithms of its `contexts`, or write `keys = true` if a key that was issued to it is enough",
        ],
    );
    check(
        &(service("s") + &service("t")),
        &[
            "more.toml:12:17: the service `s` has this certificate already; a certificate stands for one service",
        ],
    );
}

#[test]
fn a_service_that_speaks_for_people_is_nobody_elses_name() {
    const M: &str = "[[ministry]]\nid = \"m\"\nja = \"省\"\nen = \"ministry\"\n";
    let service = |id: &str, more: &str| {
        format!("{M}[[service]]\nid = \"{id}\"\nceiling = \"1\"\n{more}\nja = \"業\"\nen = \"service\"\n")
    };
    let speaks = "ministries = [\"m\"]\ncontexts = [\"ES256\"]";
    let grant = |id: &str| {
        format!(
            "[[grant]]\nid = \"g\"\nservice = \"{id}\"\nclaims = {{ ministry = \"m\" }}\nclearance = \"1\"\nja = \"資\"\nen = \"grant\"\n"
        )
    };
    check(&(service("web", speaks) + &grant("web")), &[]);
    check(
        &service("staff", speaks),
        &[
            "more.toml:6:6: an issuer is called `staff` too; its people could not be told from those of the issuer at policy.toml:27; choose another id",
        ],
    );
    check(
        &service("certificate", speaks),
        &["more.toml:6:6: records write `certificate` for those without an issuer; choose another id"],
    );
    check(
        &service("web", "clearance = \"1\"\ncontexts = [\"HS256\", \"ES256\"]"),
        &[
            "more.toml:9:12: service `web` speaks for nobody; name the `ministries` whose people it speaks for, or leave `contexts` out",
            "more.toml:9:13: `HS256` is no `contexts`; did you mean `ES256`?",
        ],
    );
    check(
        &(service("web", "clearance = \"1\"\nkeys = true") + &grant("web")),
        &[
            "more.toml:14:11: service `web` signs no contexts; write `contexts = [\"ES256\"]` there if it may say for whom it asks",
        ],
    );
    let twice = grant("web").replace("service =", "certificate = true\nservice =");
    check(
        &(service("web", speaks) + &twice),
        &["more.toml:15:11: claims have one voucher; leave two of `issuer`, `service` and `certificate` out"],
    );
}

/// What the paper on identity shows is a policy.
#[test]
fn tokens_without_a_type_are_told_by_a_claim() {
    let issuer = |more: &str| {
        format!(
            "[[issuer]]\nid = \"pool\"\niss = \"i\"\naudience = \"a\"\nalgorithms = [\"RS256\"]\nlifetime_max_s = 3600\n{more}\n\
                 [[grant]]\nid = \"g\"\nissuer = \"pool\"\nclaims = {{ x = \"y\" }}\nclearance = \"1\"\nja = \"資\"\nen = \"grant\"\n"
        )
    };
    check(
        &issuer("untyped = true\nrequire = { token_use = \"access\" }\naudience_claim = \"client_id\""),
        &[],
    );
    check(
        &issuer("untyped = true"),
        &[
            "more.toml:7:11: tokens without `typ` cannot be told from others that the issuer signs; write the claim that tells them, as `require = { token_use = \"access\" }`",
        ],
    );
    check(&issuer("require = { token_use = \"access\" }"), &["more.toml:1:1: issuer has no `types`"]);
}

#[test]
fn claims_have_one_voucher() {
    const REST: &str = "claims = { ou = \"x\" }\nclearance = \"1\"\nja = \"資\"\nen = \"grant\"\n";
    check(
        &format!("[[grant]]\nid = \"g\"\nissuer = \"staff\"\ncertificate = true\n{REST}"),
        &["more.toml:4:15: claims have one voucher; leave `issuer` or `certificate` out"],
    );
    check(
        &format!("[[grant]]\nid = \"g\"\ncertificate = true\n{REST}"),
        &[
            "more.toml:3:15: no certificate stands for a person; write `[certificate]` with `person = \"email\"`, `\"uri\"` or `\"dns\"`",
        ],
    );
    check(
        &format!("[certificate]\nperson = \"email\"\n[[grant]]\nid = \"g\"\ncertificate = true\n{REST}"),
        &[],
    );
    check(
        "[[issuer]]\nid = \"service\"\niss = \"i\"\naudience = \"a\"\nalgorithms = [\"ES256\"]\ntypes = [\"at+jwt\"]\nlifetime_max_s = 1\nbound = true\nunbound_ceiling = \"1\"\n",
        &[
            "more.toml:2:6: records write `service` for those without an issuer; choose another id",
            "more.toml:9:19: no unbound token counts here; leave one of the two out",
        ],
    );
}
