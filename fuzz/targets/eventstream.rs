//! Messages are the same however their bytes are cut, and what is written is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_exchange::eventstream::{Broken, Decoder, Message, MessageKind, event, exception};

fn read<'b>(limit: usize, parts: impl IntoIterator<Item = &'b [u8]>) -> Result<Vec<Message>, Broken> {
    let (mut decoder, mut messages) = (Decoder::new(limit), Vec::new());
    parts.into_iter().try_for_each(|part| decoder.push(part, &mut messages))?;
    decoder.finish()?;
    Ok(messages)
}

/// A message with the checksums that no search would find.
fn summed(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let lengths = [16 + headers.len() + payload.len(), headers.len()];
    let mut bytes: Vec<u8> = lengths.into_iter().flat_map(|length| (length as u32).to_be_bytes()).collect();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend([headers, payload].concat());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<u8>, u8)| {
    let (headers, payload, raw, size) = input;
    let bytes = [summed(&headers, &payload), raw].concat();
    let whole = read(4096, [bytes.as_slice()]);
    assert_eq!(read(4096, bytes.chunks(usize::from(size).max(1))), whole, "cutting changes nothing");
    for message in whole.into_iter().flatten() {
        let (mut out, mut expect) = (Vec::new(), Message { error_message: None, ..message });
        match expect.kind {
            MessageKind::Event => {
                let content_type = expect.content_type.get_or_insert("application/json".to_owned()).clone();
                event(&expect.name, &content_type, &expect.payload, &mut out);
            }
            MessageKind::Exception | MessageKind::Error => {
                expect.kind = MessageKind::Exception;
                expect.content_type = Some("application/json".to_owned());
                exception(&expect.name, &expect.payload, &mut out);
            }
        }
        // Written with all its headers it may be longer than it was.
        assert_eq!(read(2 * 4096, [out.as_slice()]), Ok(vec![expect]), "what is written is read again");
    }
});
