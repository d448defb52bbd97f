//! Events are the same however their bytes are cut, and what is written is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_exchange::sse::{Broken, Decoder, Item, frame};

fn read<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> Result<Vec<Item>, Broken> {
    let (mut decoder, mut items) = (Decoder::new(4096), Vec::new());
    parts.into_iter().try_for_each(|part| decoder.push(part, &mut items))?;
    decoder.finish(&mut items)?;
    Ok(items)
}

fuzz_target!(|input: (Vec<u8>, u8)| {
    let (bytes, size) = input;
    let whole = read([bytes.as_slice()]);
    assert_eq!(read(bytes.chunks(usize::from(size).max(1))), whole, "cutting changes nothing");
    for item in whole.into_iter().flatten() {
        if let Item::Event(data) = item {
            let mut out = Vec::new();
            frame(&data, &mut out);
            assert_eq!(read([out.as_slice()]), Ok(vec![Item::Event(data)]), "what is written is read again");
        }
    }
});
