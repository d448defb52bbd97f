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

/// Looks at the first bytes alone, and at whether all of it is base64.
pub(crate) fn recognise(media: Media, text: &str) -> Found {
    match (media, data_url(text)) {
        (Media::ImageUrl, Some((kind, data))) if begins(&IMAGES, kind, data) => Found::Media,
        (Media::Document, Some((kind, data))) if begins(&DOCUMENTS, kind, data) => Found::Document,
        (Media::Document, None) if DOCUMENTS.iter().any(|(_, magic)| base64_of(text, magic)) => {
            Found::Document
        }
        (Media::Sound, None) if SOUNDS.iter().any(|magic| base64_of(text, magic)) => Found::Media,
        (Media::ImageUrl, None) => Found::Remote,
        _ => Found::Mismatch,
    }
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
    let body = data.trim_end_matches('=');
    let whole = data.len().is_multiple_of(4) && data.len() - body.len() <= 2;
    if !whole || !body.bytes().all(|b| sextet(b).is_some()) {
        return false;
    }
    let bits = body.bytes().filter_map(sextet).take(magic.len() * 2);
    let mut bytes = Vec::with_capacity(magic.len() * 2);
    let (mut held, mut count) = (0u32, 0u32);
    for six in bits {
        held = held << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count & 0xFF).to_le_bytes()[0]);
        }
    }
    bytes.starts_with(magic)
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
}
