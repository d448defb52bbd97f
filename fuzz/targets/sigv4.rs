//! What is signed of a request can be read in one way: order says nothing, each head is one line, and whatever else is put
//! into the request is in the text too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_exchange::sigv4::{Asked, Authorization, canonical};

type Heads = Vec<(String, Vec<u8>)>;

fn text(method: &str, target: &str, heads: &Heads) -> Option<String> {
    let heads: Vec<(&str, &[u8])> = heads.iter().map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    canonical(&Asked { method, target, heads: &heads }).ok().map(|canonical| canonical.with([7; 32]))
}

fuzz_target!(|input: (String, String, Heads, String)| {
    let (method, target, mut heads, head) = input;
    if let Some(read) = Authorization::read(&head) {
        let written = read.to_string();
        assert_eq!(written.replace(", ", ","), head.replace(", ", ","), "a head has one spelling");
        assert_eq!(Authorization::read(&written), Some(read), "what is written is read again");
    }
    let Some(signed) = text(&method, &target, &heads) else { return };
    assert!(signed.bytes().all(|b| b == b'\n' || b == b' ' || b.is_ascii_graphic()), "printable ASCII");
    assert_eq!(signed.matches('\n').count(), heads.len() + 5, "each head is one line");
    heads.reverse();
    assert_eq!(text(&method, &target, &heads).as_ref(), Some(&signed), "order says nothing");
    heads.push(("zz-one-more".to_owned(), b"x".to_vec()));
    assert_ne!(text(&method, &target, &heads), Some(signed.clone()), "another head is another text");
    heads.pop();
    let path = target.split('?').next().unwrap_or_default();
    let more = format!("{path}x{}", target.get(path.len()..).unwrap_or_default());
    assert_ne!(text(&method, &more, &heads), Some(signed.clone()), "another path is another text");
    let part = if target.contains('?') { "&zz=1" } else { "?zz=1" };
    assert_ne!(text(&method, &(target + part), &heads), Some(signed), "another query is another text");
});
