//! Laws: whatever is done to a token, it never becomes another person's, and nothing panics.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::mint::{Mint, NOW, Signer};
use super::{Issuers, ask, issuers};

/// The bytes that a head may carry as a token.
fn graphic() -> impl Strategy<Value = u8> {
    0x21_u8..0x7f
}

static ISSUERS: LazyLock<Issuers> = LazyLock::new(issuers);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_changed_token_is_no_token(edits in prop::collection::vec((any::<prop::sample::Index>(), graphic(), 0..3), 1..4)) {
        let good = Mint::good().signed("EdDSA", "d1", Signer::Ed25519).token();
        let mut bytes = good.clone().into_bytes();
        for (place, byte, edit) in edits {
            let place = place.index(bytes.len());
            match edit {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => {
                    bytes.remove(place);
                }
            }
        }
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(ask(&ISSUERS, &changed, NOW).is_ok(), changed == good);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn parts_of_two_tokens_make_no_third(swap in 0_usize..8) {
        let ada = Mint::good().signed("EdDSA", "d1", Signer::Ed25519).token();
        let bob = Mint::good().claim("sub", "\"bob\"").signed("EdDSA", "d1", Signer::Ed25519).token();
        let (ada_parts, bob_parts): (Vec<_>, Vec<_>) = (ada.split('.').collect(), bob.split('.').collect());
        let choice = |part: usize| if swap & (1 << part) == 0 { ada_parts[part] } else { bob_parts[part] };
        let mixed = [choice(0), choice(1), choice(2)].join(".");
        prop_assert_eq!(ask(&issuers(), &mixed, NOW).is_ok(), mixed == ada || mixed == bob);
    }

    #[test]
    fn any_text_gets_an_answer(text in "[!-~]{0,200}") {
        prop_assert!(ask(&issuers(), &text, NOW).is_err());
    }

    #[test]
    fn any_time_gets_an_answer(now in any::<u64>(), iat in any::<u64>(), exp in any::<u64>()) {
        let mint = Mint::good().claim("iat", &iat.to_string()).claim("exp", &exp.to_string());
        let token = mint.signed("EdDSA", "d1", Signer::Ed25519).token();
        if let Ok(who) = ask(&issuers(), &token, now) {
            prop_assert!(now < who.expires_at && iat <= now.saturating_add(30) && exp - iat <= 3600);
        }
    }
}
