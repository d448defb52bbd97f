//! Reading is strict, splicing nothing is identity, and a splice changes what it names and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_exchange::json::{Document, JsonLimits, Kind, Splice, Value};
use serde::de::IgnoredAny;

fuzz_target!(|data: &[u8]| {
    let Ok(document) = Document::read(data.to_vec(), &JsonLimits::default()) else {
        return;
    };
    serde_json::from_slice::<IgnoredAny>(data).expect("nothing is accepted that another parser refuses");
    assert_eq!(
        Splice::new(&document).apply().as_bytes(),
        data,
        "a splice without changes gives the text back"
    );

    let mut splice = Splice::new(&document);
    let strings = |value: &Value<'_>| value.kind() == Kind::String;
    document.values().filter(strings).for_each(|value| splice.set_string(value.id(), NASTY));
    let after =
        Document::read(splice.apply().into_bytes(), &JsonLimits::default()).expect("what was spliced parses");
    for (before, after) in document.values().zip(after.values()) {
        assert_eq!((before.kind(), before.key()), (after.kind(), after.key()), "the tree stays as it was");
        let kept =
            before.kind() == Kind::String || before.kind() == Kind::Array || before.kind() == Kind::Object;
        assert!(kept || before.raw() == after.raw(), "what was not named keeps its bytes");
        assert!(
            before.kind() != Kind::String || after.string().as_deref() == Some(NASTY),
            "a string is what was set"
        );
    }
    assert_eq!(document.values().count(), after.values().count());
});

/// All that needs an escape, and some that does not.
const NASTY: &str = "[\"\\\u{0}\n\u{7f}\u{2028}関\u{1f600}]";
