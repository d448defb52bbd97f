use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::event_stream::{Header, HeaderValue, Message as PeersMessage};
use crc32fast::hash;
use proptest::prelude::*;

use super::{Broken, Decoder, HEADERS_MAX, Message, MessageKind, WORD_BYTES_MAX, event, exception};

const LIMIT: usize = 100_000;

fn read(parts: &[&[u8]]) -> Result<Vec<Message>, Broken> {
    let (mut decoder, mut messages) = (Decoder::new(LIMIT), Vec::new());
    parts.iter().try_for_each(|part| decoder.push(part, &mut messages))?;
    decoder.finish()?;
    Ok(messages)
}

fn an(kind: MessageKind, name: &str, content_type: Option<&str>, payload: &[u8]) -> Message {
    let content_type = content_type.map(str::to_owned);
    Message { kind, name: name.to_owned(), content_type, error_message: None, payload: payload.to_vec() }
}

fn written(name: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    event(name, "application/json", payload, &mut out);
    out
}

/// A message of these headers, name after name with whatever stands behind it, with its checksums.
fn framed(headers: &[(&str, &[u8])], payload: &[u8]) -> Vec<u8> {
    summed(&headers.iter().flat_map(|header| header_of(*header)).collect::<Vec<u8>>(), payload)
}

fn header_of((name, value): (&str, &[u8])) -> Vec<u8> {
    [&[u8::try_from(name.len()).unwrap()], name.as_bytes(), value].concat()
}

fn summed(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let lengths = [16 + headers.len() + payload.len(), headers.len()];
    let mut bytes: Vec<u8> =
        lengths.into_iter().flat_map(|length| u32::try_from(length).unwrap().to_be_bytes()).collect();
    bytes.extend(hash(&bytes).to_be_bytes());
    bytes.extend([headers, payload].concat());
    bytes.extend(hash(&bytes).to_be_bytes());
    bytes
}

/// A header's value that is a string.
fn string(value: &str) -> Vec<u8> {
    [&[7], u16::try_from(value.len()).unwrap().to_be_bytes().as_slice(), value.as_bytes()].concat()
}

const EVENT: (&str, &[u8]) = (":message-type", b"\x07\0\x05event");
const DELTA: (&str, &[u8]) = (":event-type", b"\x07\0\x01d");

fn check(headers: &[(&str, &[u8])], expect: Result<Message, Broken>) {
    assert_eq!(read(&[&framed(headers, b"{}")]), expect.map(|message| vec![message]), "{headers:?}");
}

fn fails(headers: &[(&str, &[u8])]) {
    check(headers, Err(Broken::Malformed));
}

#[test]
fn a_message_is_what_its_headers_say() {
    let json = Some("application/json");
    let parts: &[(&str, &[u8])] = &[EVENT, DELTA, (":content-type", &string("application/json"))];
    check(parts, Ok(an(MessageKind::Event, "d", json, b"{}")));
    check(&[DELTA, EVENT], Ok(an(MessageKind::Event, "d", None, b"{}")));
    let raised: &[(&str, &[u8])] =
        &[(":message-type", &string("exception")), (":exception-type", &string("throttlingException"))];
    check(raised, Ok(an(MessageKind::Exception, "throttlingException", None, b"{}")));
    let told: &[(&str, &[u8])] = &[
        (":message-type", &string("error")),
        (":error-code", &string("InternalFailure")),
        (":error-message", &string("内部エラー")),
    ];
    let error = an(MessageKind::Error, "InternalFailure", None, b"{}");
    check(told, Ok(Message { error_message: Some("内部エラー".into()), ..error }));
}

#[test]
fn a_message_that_does_not_say_what_it_is_is_none() {
    fails(&[]);
    fails(&[DELTA]);
    fails(&[EVENT]);
    fails(&[EVENT, (":exception-type", &string("d"))]);
    fails(&[DELTA, (":message-type", &string("Event"))]);
    fails(&[DELTA, (":message-type", &string("request"))]);
    fails(&[(":message-type", &string("error")), DELTA]);
}

#[test]
fn a_header_stands_once_whatever_it_says() {
    check(&[EVENT, DELTA, ("a", &[0]), ("b", &[0])], Ok(an(MessageKind::Event, "d", None, b"{}")));
    fails(&[EVENT, DELTA, ("a", &[0]), ("a", &[0])]);
    fails(&[EVENT, DELTA, DELTA]);
    fails(&[EVENT, EVENT, DELTA]);
}

#[test]
fn what_the_client_is_told_is_a_string_of_printable_ascii() {
    let named = |value: &[u8]| read(&[&framed(&[EVENT, (":event-type", value)], b"")]).map(|_| ());
    for right in ["d", "a b~!", &"d".repeat(WORD_BYTES_MAX)] {
        assert_eq!(named(&string(right)), Ok(()), "{right}");
    }
    for wrong in ["", "あ", "a\n", "a\u{7f}", "\0", &"d".repeat(WORD_BYTES_MAX + 1)] {
        assert_eq!(named(&string(wrong)), Err(Broken::Malformed), "{wrong}");
    }
    for kind in [0, 1] {
        assert_eq!(named(&[kind]), Err(Broken::Malformed));
    }
    assert_eq!(named(b"\x06\0\x01d"), Err(Broken::Malformed), "bytes are no string");
    fails(&[EVENT, DELTA, (":content-type", b"\x06\0\x01d")]);
    fails(&[EVENT, DELTA, (":content-type", &string("a\r\nb"))]);
    fails(&[EVENT, DELTA, (":exception-type", &[0])]);
    fails(&[EVENT, DELTA, (":error-code", &[0])]);
    fails(&[EVENT, DELTA, (":error-message", b"\x07\0\x01\xff")]);
    fails(&[DELTA, (":message-type", b"\x06\0\x05event")]);
}

#[test]
fn other_headers_are_read_over_if_they_can_be() {
    let sizes = [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)];
    for (kind, size) in sizes {
        let value = [vec![kind], vec![0xff; size]].concat();
        check(&[("x", &value), EVENT, DELTA], Ok(an(MessageKind::Event, "d", None, b"{}")));
        // One byte less or more, and the next header is none.
        let (less, more) = ([vec![kind], vec![0xff; size.max(1) - 1]].concat(), [value, vec![0xff]].concat());
        fails(&[EVENT, DELTA, ("x", &more)]);
        if size > 0 {
            fails(&[EVENT, DELTA, ("x", &less)]);
        }
    }
    for kind in 10..=u8::MAX {
        fails(&[EVENT, DELTA, ("x", &[kind])]);
    }
    for kind in [6, 7] {
        check(&[EVENT, DELTA, ("x", &[kind, 0, 1, 0xff])], Ok(an(MessageKind::Event, "d", None, b"{}")));
        fails(&[EVENT, DELTA, ("x", &[kind, 0, 2, 0xff])]);
        fails(&[EVENT, DELTA, ("x", &[kind, 0])]);
    }
    fails(&[EVENT, DELTA, ("", &[0])]);
    fails(&[EVENT, DELTA, ("x", &[])]);
}

#[test]
fn a_message_has_so_many_headers_and_no_more() {
    let names: Vec<String> = (0..=HEADERS_MAX).map(|n| n.to_string()).collect();
    let many = |count: usize| {
        let more = names.iter().take(count - 2).map(|name| (name.as_str(), [0].as_slice()));
        read(&[&framed(&[EVENT, DELTA].into_iter().chain(more).collect::<Vec<_>>(), b"")]).map(|_| ())
    };
    assert_eq!(many(HEADERS_MAX), Ok(()));
    assert_eq!(many(HEADERS_MAX + 1), Err(Broken::Malformed));
}

#[test]
fn lengths_fit_into_each_other() {
    let prelude = |message_bytes: u32, headers_bytes: u32| {
        let lengths = [message_bytes.to_be_bytes(), headers_bytes.to_be_bytes()].concat();
        Decoder::new(LIMIT).push(&[&lengths[..], &hash(&lengths).to_be_bytes()].concat(), &mut Vec::new())
    };
    for (message_bytes, headers_bytes) in [(16, 0), (17, 1), (100, 84), (100_000, 0)] {
        assert_eq!(prelude(message_bytes, headers_bytes), Ok(()));
    }
    for (message_bytes, headers_bytes) in [(0, 0), (12, 0), (15, 0), (16, 1), (100, 85), (16, u32::MAX)] {
        assert_eq!(prelude(message_bytes, headers_bytes), Err(Broken::Malformed));
    }
    assert_eq!(prelude(100_001, 0), Err(Broken::TooLarge), "before any of it has come");
    assert_eq!(prelude(u32::MAX, u32::MAX), Err(Broken::TooLarge));
}

#[test]
fn the_limit_is_of_all_of_a_message_and_of_each_alone() {
    let (mut decoder, mut messages) = (Decoder::new(written("d", b"12345").len()), Vec::new());
    for _ in 0..3 {
        assert_eq!(decoder.push(&written("d", b"12345"), &mut messages), Ok(()));
    }
    assert_eq!(decoder.push(&written("d", b"123456"), &mut messages), Err(Broken::TooLarge));
    assert_eq!((messages.len(), decoder.begun.len()), (3, 12), "no more than the prelude is kept");
}

#[test]
fn a_stream_that_broke_stays_broken() {
    let (mut decoder, mut messages) = (Decoder::new(LIMIT), Vec::new());
    let mut wrong = written("d", b"12345");
    *wrong.last_mut().unwrap() ^= 1;
    for bytes in [wrong, written("d", b"12345")] {
        assert_eq!(decoder.push(&bytes, &mut messages), Err(Broken::Checksum));
    }
    assert_eq!((decoder.finish(), messages.len()), (Err(Broken::Unfinished), 0));
}

#[test]
fn each_flipped_bit_is_noticed() {
    assert_eq!(
        hash(b"123456789"),
        0xcbf4_3926,
        "CRC-32 of ISO 3309, which the peer takes from the same crate"
    );
    let whole = written("contentBlockDelta", br#"{"delta":{"text":"hello"}}"#);
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(read(&[&flipped]), Err(Broken::Checksum), "bit {bit}");
    }
}

#[test]
fn what_breaks_off_is_unfinished_wherever_it_does() {
    let whole = written("contentBlockDelta", b"{}");
    for end in 1..whole.len() {
        assert_eq!(read(&[&whole[..end]]), Err(Broken::Unfinished), "after {end} bytes");
        assert_eq!(read(&[&whole, &whole[..end]]), Err(Broken::Unfinished));
    }
    assert_eq!(read(&[]), Ok(vec![]));
}

#[test]
fn a_message_shows_sizes_only() {
    let shown = format!("{:?}", read(&[&written("secret", b"secret")]).unwrap());
    assert_eq!(shown, "[Event(6 bytes)]");
}

fn any_header_value() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Bool),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Int16),
        any::<i32>().prop_map(HeaderValue::Int32),
        any::<i64>().prop_map(HeaderValue::Int64),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| HeaderValue::ByteArray(bytes.into())),
        "\\PC{0,40}".prop_map(|text| HeaderValue::String(text.into())),
        any::<u128>().prop_map(HeaderValue::Uuid),
    ]
}

/// What the peer writes of this message.
fn written_by_the_peer(message: &PeersMessage) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_message_to(message, &mut bytes).unwrap();
    bytes
}

/// Its headers, each with its value if that is a string.
fn texts(message: &PeersMessage) -> Vec<(&str, Option<&str>)> {
    let headers = message.headers().iter();
    headers
        .map(|header| (header.name().as_str(), header.value().as_string().ok().map(|text| text.as_str())))
        .collect()
}

proptest! {
    #[test]
    fn every_way_of_cutting_reads_the_same(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..5),
        damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)
    ) {
        let mut bytes: Vec<u8> = payloads.iter().flat_map(|payload| written("d", payload)).collect();
        if let (Some((place, byte)), false) = (damage, bytes.is_empty()) {
            *place.get_mut(&mut bytes) = byte;
        }
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let parts: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let ones: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(read(&parts), read(&[&bytes]));
        prop_assert_eq!(read(&ones), read(&[&bytes]));
    }

    #[test]
    fn what_is_written_is_read_again(
        name in "[ -~]{1,255}", content_type in "[ -~]{1,255}", payload in prop::collection::vec(any::<u8>(), 0..100)
    ) {
        let mut out = Vec::new();
        event(&name, &content_type, &payload, &mut out);
        exception(&name, &payload, &mut out);
        let expect = [
            an(MessageKind::Event, &name, Some(&content_type), &payload),
            an(MessageKind::Exception, &name, Some("application/json"), &payload),
        ];
        prop_assert_eq!(read(&[&out]).unwrap(), expect);
    }

    #[test]
    fn what_is_written_the_peer_reads(name in "[ -~]{1,255}", payload in prop::collection::vec(any::<u8>(), 0..100)) {
        let mut out = Vec::new();
        exception(&name, &payload, &mut out);
        let message = read_message_from(&mut out.as_slice()).unwrap();
        let expect = [
            (":exception-type", Some(name.as_str())),
            (":content-type", Some("application/json")),
            (":message-type", Some("exception")),
        ];
        prop_assert_eq!(texts(&message), expect);
        prop_assert_eq!(&message.payload()[..], &payload);
        prop_assert_eq!(written_by_the_peer(&message), out, "byte by byte as the peer would");
    }

    #[test]
    fn what_the_peer_writes_is_read(
        name in "[ -~]{1,40}",
        others in prop::collection::btree_map("[a-z\\PC]{1,20}", any_header_value(), 0..20),
        payload in prop::collection::vec(any::<u8>(), 0..100)
    ) {
        let of = |name: &str, value: &str| Header::new(name.to_owned(), HeaderValue::String(value.to_owned().into()));
        let mut message = PeersMessage::new(payload.clone());
        for (name, value) in others.into_iter().filter(|(name, _)| !name.starts_with(':')) {
            message = message.add_header(Header::new(name, value));
        }
        message = message.add_header(of(":message-type", "event")).add_header(of(":event-type", &name));
        let expect = an(MessageKind::Event, &name, None, &payload);
        prop_assert_eq!(read(&[&written_by_the_peer(&message)]).unwrap(), [expect]);
    }

    /// Strictness, from the other side: there is nothing that only we can read.
    #[test]
    fn whatever_is_read_the_peer_reads_alike(
        headers in prop::collection::vec(prop_oneof![
            3 => Just(header_of(EVENT)),
            3 => Just(header_of(DELTA)),
            4 => (0..4_u8, 0..10_u8, prop::collection::vec(0..4_u8, 0..20)).prop_map(|(name, kind, value)| {
                [vec![1, b'a' + name, kind], value].concat()
            }),
        ], 0..6),
        payload in prop::collection::vec(any::<u8>(), 0..20)
    ) {
        let bytes = summed(&headers.concat(), &payload);
        if let Ok(messages) = read(&[&bytes]) {
            let peers = read_message_from(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!(&messages[0].payload, &peers.payload()[..]);
            prop_assert!(texts(&peers).contains(&(":event-type", Some(messages[0].name.as_str()))));
        }
    }
}
