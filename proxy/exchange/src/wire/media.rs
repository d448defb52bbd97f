//! Bytes that are not text. A string is taken for media only if its bytes begin as the declared type does; it is
//! never looked into, so it is a finding however it looks.

use super::shape::Media;

/// What a string in a media place turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// A picture or a sound.
    Media,
    /// A document.
    Document,
    /// A document that is plain text under its base64: to be read as well.
    Readable,
    /// Not what it says it is: to be read as text as well.
    Mismatch,
    /// An address that the backend would fetch: to be read as text as well.
    Remote,
}

/// How contents of a type begin.
const IMAGES: [(&str, &[u8]); 4] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xFF\xD8\xFF"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
];
const SOUNDS: [&[u8]; 7] = [b"RIFF", b"ID3", b"\xFF\xFB", b"\xFF\xF3", b"\xFF\xF2", b"OggS", b"fLaC"];
const DOCUMENTS: [(&str, &[u8]); 1] = [("application/pdf", b"%PDF-")];
/// PDF, ZIP (as OOXML is), and the compound files of older offices.
const FILES: [&[u8]; 3] = [b"%PDF-", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];
/// Matroska and WebM, Flash, MPEG.
const FILMS: [&[u8]; 4] = [b"\x1A\x45\xDF\xA3", b"FLV", b"\x00\x00\x01\xBA", b"\x00\x00\x01\xB3"];
/// What stands behind the length of the first box in MP4, QuickTime and 3GP (ISO/IEC 14496-12 §4.3).
const FIRST_BOX: &[u8] = b"ftyp";

/// Looks at the first bytes alone, and at whether all of it is base64.
pub(crate) fn recognise(media: Media, text: &str) -> Found {
    match (media, data_url(text)) {
        (Media::ImageUrl, Some((kind, data))) if begins(&IMAGES, kind, data) => Found::Media,
        (Media::Document, Some((kind, data))) if begins(&DOCUMENTS, kind, data) => Found::Document,
        (Media::Document | Media::File, None) if FILES.iter().any(|magic| base64_of(text, magic)) => {
            Found::Document
        }
        (Media::Document | Media::File, None) if is_text(text) => Found::Readable,
        (Media::Image | Media::File, None) if IMAGES.iter().any(|(_, magic)| base64_of(text, magic)) => {
            Found::Media
        }
        (Media::Video | Media::File, None) if is_film(text) => Found::Media,
        (Media::Sound | Media::File, None) if SOUNDS.iter().any(|magic| base64_of(text, magic)) => {
            Found::Media
        }
        (Media::ImageUrl, None) => Found::Remote,
        _ => Found::Mismatch,
    }
}

fn is_film(text: &str) -> bool {
    let boxed = || is_base64(text) && first_bytes(text, 8).get(4..) == Some(FIRST_BOX);
    FILMS.iter().any(|magic| base64_of(text, magic)) || boxed()
}

/// Type and base64 data of a `data:` URL (RFC 2397); without parameters.
fn data_url(text: &str) -> Option<(&str, &str)> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(text.get(5..))?;
    Some(rest.split_once(";base64,").unwrap_or(("", rest)))
}

fn begins(types: &[(&str, &[u8])], kind: &str, data: &str) -> bool {
    types.iter().any(|(known, magic)| *known == kind && base64_of(data, magic))
}

/// True if `data` is base64 (RFC 4648 §4) of something that begins with `magic`.
fn base64_of(data: &str, magic: &[u8]) -> bool {
    is_base64(data) && first_bytes(data, magic.len()) == magic
}

fn is_base64(data: &str) -> bool {
    let body = data.trim_end_matches('=');
    let whole = data.len().is_multiple_of(4) && data.len() - body.len() <= 2;
    whole && body.bytes().all(|b| sextet(b).is_some())
}

/// True if `data` is base64 of UTF-8 that has no control characters but white space.
fn is_text(data: &str) -> bool {
    let bytes = if is_base64(data) { first_bytes(data, data.len()) } else { return false };
    let control = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace();
    !bytes.is_empty() && !bytes.iter().any(control) && String::from_utf8(bytes).is_ok()
}

/// At most so many of the bytes that stand in base64.
fn first_bytes(data: &str, most: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(most.min(data.len()));
    let (mut held, mut count) = (0u32, 0u32);
    for six in data.bytes().filter_map(sextet) {
        held = held << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count & 0xFF).to_le_bytes()[0]);
        }
        if bytes.len() >= most {
            break;
        }
    }
    bytes
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, recognise};
    use crate::wire::shape::Media;

    fn check(media: Media, text: &str, expect: Found) {
        assert_eq!(recognise(media, text), expect, "{text}");
    }

    #[test]
    fn media_is_what_begins_as_it_says() {
        check(Media::ImageUrl, "data:image/png;base64,iVBORw0KGgoAAAAN", Found::Media);
        check(Media::ImageUrl, "data:image/jpeg;base64,iVBORw0KGgoAAAAN", Found::Mismatch);
        check(Media::ImageUrl, "data:image/png;base64,44GC44GE", Found::Mismatch);
        check(Media::ImageUrl, "data:image/png;base64,iVBORw0KGgoAAAAN my number is 1", Found::Mismatch);
        check(Media::ImageUrl, "data:image/png;x=secret;base64,iVBORw0KGgoAAAAN", Found::Mismatch);
        check(Media::ImageUrl, "data:text/plain,hello", Found::Mismatch);
        check(Media::ImageUrl, "DATA:text/plain,hello", Found::Mismatch);
        check(Media::ImageUrl, "https://example.jp/cat.png", Found::Remote);
        check(Media::Sound, "UklGRiQAAABXQVZF", Found::Media);
        check(Media::Sound, "44GC44GE", Found::Mismatch);
        check(Media::Document, "data:application/pdf;base64,JVBERi0xLjcK", Found::Document);
        check(Media::Document, "JVBERi0xLjcK", Found::Document);
        check(Media::Document, "data:application/pdf;base64,44GC44GE", Found::Mismatch);
        check(Media::Document, "", Found::Mismatch);
    }

    #[test]
    fn bare_base64_is_what_begins_as_it_says() {
        check(Media::Image, "iVBORw0KGgoAAAAN", Found::Media);
        check(Media::Image, "44GC44GE", Found::Mismatch);
        check(Media::Image, "data:image/png;base64,iVBORw0KGgoAAAAN", Found::Mismatch);
        check(Media::Video, "AAAAGGZ0eXBpc29t", Found::Media);
        check(Media::Video, "AAAAGGZ1eXBpc29t", Found::Mismatch);
        check(Media::Video, "GkXfowEAAAAAAAAf", Found::Media);
        check(Media::Document, "UEsDBBQABgAI", Found::Document);
        check(Media::Document, "0M8R4KGxGuEAAAAA", Found::Document);
        check(Media::Document, "44GC44GE", Found::Readable);
        check(Media::Document, "AAECAwQF", Found::Mismatch);
        check(Media::Document, "44GC44G", Found::Mismatch);
        check(Media::File, "iVBORw0KGgoAAAAN", Found::Media);
        check(Media::File, "UEsDBBQABgAI", Found::Document);
        check(Media::File, "44GC44GE", Found::Readable);
        check(Media::File, "AAECAwQF", Found::Mismatch);
    }
}
