//! What a sealed label promises: nobody changes it, nobody learns from it, and it does not count for ever.

use http::HeaderValue;
use sekisho_detectors::RuleSet;
use sekisho_policies::SourceFile;

use super::*;

const NOW_S: u64 = 1_795_478_400;
const LIFETIME_S: u64 = 3600;

fn carried(level: &str, ministry: Option<&str>) -> Carried {
    Carried { level: level.to_owned(), ministry: ministry.map(str::to_owned) }
}

/// A file of so many keys, made one after the other.
fn file(keys: usize) -> KeyFile {
    let mut file = KeyFile::default();
    (0..keys).for_each(|_| drop(file.make(NOW_S, false).unwrap()));
    file
}

fn keys(file: &KeyFile) -> Keys {
    Keys::read(&toml::to_string(file).unwrap()).unwrap()
}

fn seal(keys: &Keys, carried: &Carried) -> String {
    keys.seal(carried, NOW_S, 64).unwrap()
}

#[test]
fn what_is_sealed_is_opened_by_the_same_keys_while_it_counts() {
    let keys = keys(&file(1));
    for carried in [carried("2", Some("digital")), carried("2+a+b", None), carried("極秘", Some("x"))] {
        let written = seal(&keys, &carried);
        assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{written}");
        let open = |now_s| keys.open(&written, now_s, LIFETIME_S);
        assert_eq!(open(NOW_S), Ok(carried.clone()));
        assert_eq!(open(NOW_S + LIFETIME_S - 1), Ok(carried.clone()));
        assert_eq!(open(NOW_S + LIFETIME_S), Err(ConversationFault::Expired));
        // Another process's clock may be a little behind.
        assert_eq!(open(NOW_S - 5), Ok(carried));
    }
}

#[test]
fn a_label_tells_nothing_to_whoever_has_no_key() {
    let keys = keys(&file(1));
    let (one, same) = (seal(&keys, &carried("1", None)), seal(&keys, &carried("1", None)));
    let other = seal(&keys, &carried("3+a", Some("digital")));
    assert_ne!(one, same, "two seals of one label differ");
    assert_eq!(one.len(), other.len());
    assert!(keys.seal(&carried(&"3".repeat(60), None), NOW_S, 64).is_none(), "there is no room");
}

#[test]
fn a_label_that_is_changed_anywhere_is_none() {
    let keys = keys(&file(1));
    let written = seal(&keys, &carried("1", Some("digital")));
    for at in 0..written.len() {
        for other in ["A", "b", "-", "=", " "] {
            let mut changed = written.clone();
            changed.replace_range(at..=at, other);
            if changed == written {
                continue;
            }
            let opened = keys.open(&changed, NOW_S, LIFETIME_S);
            let refused = matches!(opened, Err(ConversationFault::Unreadable | ConversationFault::Key));
            assert!(refused, "{at} {other}: {opened:?}");
        }
    }
    let bytes = URL_SAFE_NO_PAD.decode(&written).unwrap();
    for length in 0..bytes.len() {
        let cut = URL_SAFE_NO_PAD.encode(&bytes[..length]);
        assert!(keys.open(&cut, NOW_S, LIFETIME_S).is_err(), "{length}");
    }
    for wrong in ["", "new", "2", &"A".repeat(WRITTEN_BYTES_MAX + 1), &format!("{written}{written}")] {
        assert_eq!(keys.open(wrong, NOW_S, LIFETIME_S), Err(ConversationFault::Unreadable), "{wrong}");
    }
}

#[test]
fn the_first_key_seals_all_open_and_one_that_is_gone_does_not() {
    let mut file = file(1);
    let before = seal(&keys(&file), &carried("2", None));
    file.make(NOW_S, false).unwrap();
    let after = seal(&keys(&file), &carried("2", None));
    let both = keys(&file);
    for written in [&before, &after] {
        assert!(both.open(written, NOW_S, LIFETIME_S).is_ok());
    }
    // One that stands last opens, and seals nothing yet.
    file.make(NOW_S, true).unwrap();
    let third = seal(&keys(&file), &carried("2", None));
    file.keys.truncate(1);
    let new = keys(&file);
    assert!(new.open(&after, NOW_S, LIFETIME_S).is_ok() && new.open(&third, NOW_S, LIFETIME_S).is_ok());
    assert_eq!(new.open(&before, NOW_S, LIFETIME_S), Err(ConversationFault::Key));
    // The id alone opens nothing.
    let mut foreign = self::file(1);
    foreign.keys[0].id.clone_from(&file.keys[0].id);
    assert_eq!(keys(&foreign).open(&after, NOW_S, LIFETIME_S), Err(ConversationFault::Unreadable));
    assert!(Keys::default().seal(&carried("2", None), NOW_S, 64).is_none());
    assert_eq!(Keys::default().open(&after, NOW_S, LIFETIME_S), Err(ConversationFault::Key));
}

#[test]
fn a_file_that_is_wrong_is_refused_without_any_of_its_keys() {
    let text = toml::to_string(&file(2)).unwrap();
    let key = text.split("key = \"").nth(1).unwrap().split('"').next().unwrap();
    let id = text.split("id = \"").nth(1).unwrap().split('"').next().unwrap();
    let second = text.split("id = \"").nth(2).unwrap().split('"').next().unwrap();
    let check = |text: &str, expect: &str| {
        let said = Keys::read(text).err().unwrap_or_default();
        assert!(said.contains(expect) && !said.contains(key.split_at(1).1), "{said}");
    };
    check("", "no `[[key]]`");
    check(&text.replace(key, key.split_at(1).1), "`key` is 64 hex digits");
    check(&text.replace(id, id.split_at(1).1), "`id` is 8");
    check(&text.replace(second, id), "has its `id`");
    check(&text.replace("made", "mode"), "unknown field");
    check(&format!("{text}\nkey = \"{key}"), "line");
    check(&text, "");
}

#[test]
fn a_request_says_it_once() {
    let keys = keys(&file(1));
    let written = seal(&keys, &carried("2", None));
    let read = |lines: &[&str]| {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEAD, HeaderValue::from_str(line).unwrap());
        }
        said(&headers, &keys, NOW_S, LIFETIME_S)
    };
    let unreadable = Err(BadRequest::Conversation(ConversationFault::Unreadable));
    assert_eq!(read(&[]), Ok(Conversation::Unsaid));
    assert_eq!(read(&["new"]), Ok(Conversation::New));
    assert_eq!(read(&[&written]), Ok(Conversation::Continued(carried("2", None))));
    for wrong in [&["New"][..], &[""], &["new", "new"], &[&written, &written], &["new", &written], &["2"]] {
        assert_eq!(read(wrong), unreadable, "{wrong:?}");
    }
}

#[test]
fn labels_of_a_policy_are_of_one_length_and_a_scale_that_has_no_room_is_told() {
    let rules = RuleSet::built_in().unwrap();
    let bytes = |text: &str| {
        let files = [SourceFile { name: "policy.toml", text }];
        content_bytes(&Policy::load(&files, &rules).unwrap())
    };
    let text = include_str!("../../exchange/tests/exchange/policy.toml");
    assert_eq!(bytes(text), Ok(32));
    let compartment =
        |n: usize| format!("[[compartment]]\nid = \"{}{n}\"\nja = \"制\"\nen = \"c\"\n", "c".repeat(60));
    let with = |count| bytes(&(text.to_owned() + &(0..count).map(compartment).collect::<String>()));
    assert_eq!(with(4), Ok(288));
    assert!(with(6).unwrap_err().contains("fit into the label"));
    // The longest that there is room for.
    let longest = CONTENT_BYTES_MAX + 1 + KEY_ID_BYTES + NONCE_LEN + AES_256_GCM.tag_len();
    assert!(longest.div_ceil(3) * 4 <= WRITTEN_BYTES_MAX);
}
