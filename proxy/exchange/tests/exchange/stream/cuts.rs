//! The same is told however a stream is cut.

use proptest::prelude::*;

use super::*;

/// What models and attackers write, in pieces.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        prop::sample::select(
            &[
                "AKIA",
                "RZPUZDIK",
                "ABNBHR4I",
                "鍵は",
                "です。",
                " ",
                "a@",
                "example.jp",
                "%41KIA",
                "\\u0041",
                "-----BEGIN PRIVATE KEY-----",
                "番号",
                "1234 5678 9018",
                "😀"
            ][..]
        )
        .prop_map(str::to_owned),
        "[a-z ]{0,5}",
    ];
    prop::collection::vec(piece, 0..12)
}

proptest! {
    #[test]
    fn the_same_is_told_however_the_bytes_are_cut(
        pieces in pieces(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12), crlf in any::<bool>()
    ) {
        let mut bytes: String = pieces.iter().map(|piece| delta(piece)).collect();
        bytes += &finish("stop");
        bytes += DONE;
        let bytes = if crlf { bytes.replace('\n', "\r\n") } else { bytes }.into_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let parts: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let (cut, whole) = (streamed(AT_2, &parts), streamed(AT_2, &[&bytes]));
        prop_assert_eq!(cut.all(), whole.all());
        prop_assert_eq!(cut.completion.findings, whole.completion.findings);
    }

    #[test]
    fn the_same_words_are_told_however_they_are_cut_into_deltas(pieces in pieces()) {
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let (cut, whole) = (said(&pieces), said(&[&pieces.concat()]));
        prop_assert_eq!(cut.content(), whole.content());
        prop_assert_eq!(cut.completion.findings, whole.completion.findings);
        prop_assert_eq!(cut.completion.obligations, whole.completion.obligations);
    }
}
