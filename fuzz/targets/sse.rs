//! Events are the same however their bytes are cut, and what is written is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_exchange::sse::{Broken, Decoder, Item, frame};

fn read<'b>(limit: usize, parts: impl IntoIterator<Item = &'b [u8]>) -> Result<Vec<Item>, Broken> {
    let (mut decoder, mut items) = (Decoder::new(limit), Vec::new());
    parts.into_iter().try_for_each(|part| decoder.push(part, &mut items))?;
    decoder.finish(&mut items)?;
    Ok(items)
}

fuzz_target!(|input: (Vec<u8>, u8)| {
    let (bytes, size) = input;
    let whole = read(4096, [bytes.as_slice()]);
    assert_eq!(read(4096, bytes.chunks(usize::from(size).max(1))), whole, "cutting changes nothing");
    for item in whole.into_iter().flatten() {
        if let Item::Event(data) = item {
            let mut out = Vec::new();
            frame(&data, &mut out);
            // Written with a space after each colon it may be longer than it was.
            assert_eq!(
                read(16 * 4096, [out.as_slice()]),
                Ok(vec![Item::Event(data)]),
                "what is written is read again"
            );
        }
    }
});
