use super::*;

const NOW: u64 = 1_800_000_000;

fn file(last: &[bool]) -> KeyFile {
    let mut file = KeyFile::default();
    last.iter().for_each(|last| drop(file.make(NOW, *last).unwrap()));
    file
}

fn keys(file: &KeyFile) -> SealingKeys {
    SealingKeys::read(&toml::to_string(file).unwrap()).unwrap()
}

#[test]
fn what_is_sealed_is_opened_about_the_same_and_nothing_else() {
    let keys = keys(&file(&[true]));
    let sealed = keys.seal(b"secret", b"a").unwrap();
    assert_eq!(keys.open(&sealed, b"a").as_deref(), Ok(b"secret".as_slice()));
    assert_eq!(keys.open(&sealed, b"b"), Err(Shut::Changed));
    assert_ne!(keys.seal(b"secret", b"a").unwrap(), sealed, "no nonce comes twice");
    for at in 0..sealed.len() {
        let mut other = sealed.clone();
        other[at] ^= 1;
        let shut = keys.open(&other, b"a").unwrap_err();
        match at {
            0 => assert_eq!(shut, Shut::Unreadable),
            1..=4 => assert!(matches!(shut, Shut::NoKey(_)), "{at}"),
            _ => assert_eq!(shut, Shut::Changed, "{at}"),
        }
        assert!(keys.open(&sealed[..at], b"a").is_err(), "{at}");
    }
}

#[test]
fn the_first_key_seals_and_all_open() {
    let mut file = file(&[true]);
    let before = keys(&file).seal(b"secret", b"a").unwrap();
    let next = file.make(NOW, true).unwrap();
    assert!(keys(&file).open(&before, b"a").is_ok());
    assert_ne!(keys(&file).seal(b"secret", b"a").unwrap()[1..5], unhex::<4>(&next).unwrap());
    let first = file.make(NOW, false).unwrap();
    let after = keys(&file).seal(b"secret", b"a").unwrap();
    assert_eq!(after[1..5], unhex::<4>(&first).unwrap());
    assert!(keys(&file).open(&before, b"a").is_ok() && keys(&file).open(&after, b"a").is_ok());
    let old = file.keys.remove(1).id;
    assert_eq!(keys(&file).open(&before, b"a"), Err(Shut::NoKey(old)));
}

#[test]
fn a_file_that_is_wrong_is_told_without_its_keys() {
    let text = toml::to_string(&file(&[true, true])).unwrap();
    let refused = |from: &str, to: &str| {
        let error = SealingKeys::read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(!error.contains("key = "), "{error}");
        error
    };
    assert_eq!(refused("id = \"", "id = \"x"), "key 1: `id` is 8 lower-case hex digits");
    assert_eq!(refused("key = \"", "key = \"0"), "key 1: `key` is 64 hex digits");
    assert!(refused("made = ", "maid = ").starts_with("line 4: unknown field `maid`"));
    let one = text.split("\n\n").next().unwrap();
    assert_eq!(SealingKeys::read(&format!("{one}\n\n{one}")).unwrap_err(), "key 2: another key has its `id`");
    assert_eq!(SealingKeys::read("").unwrap_err(), "there is no `[[key]]` in it");
    assert_eq!(SealingKeys::default().seal(b"x", b""), None);
    assert_eq!(format!("{:?}", SealingKeys::read(&text).unwrap()), "SealingKeys(2)");
}
