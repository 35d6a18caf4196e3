//! Images that a page can show: which kind bytes are, and their base64. Pure.

use protocol::{FileDiff, FileImage};

/// How each kind begins; a webp has its length in between.
const KINDS: [(&str, &[u8]); 4] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF87a"),
    ("image/gif", b"GIF89a"),
];

/// The image that these bytes are, if they are one. Drawings that are programs, as SVG, are text.
pub(super) fn of(bytes: &[u8]) -> Option<FileImage> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let is_shown = size <= FileDiff::LARGEST_IMAGE;
    let base64 = is_shown.then(|| base64(bytes));
    Some(FileImage { media_type: kind(bytes)?.to_owned(), size, base64 })
}

fn kind(bytes: &[u8]) -> Option<&'static str> {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let known = KINDS.iter().find(|(_, begin)| bytes.starts_with(begin)).map(|(kind, _)| *kind);
    if is_webp { Some("image/webp") } else { known }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = bits >> (18 - 6 * digit) & 63;
            let shown = usize::try_from(index).ok().and_then(|index| DIGITS.get(index));
            let is_there = usize::try_from(digit).is_ok_and(|digit| digit <= part.len());
            text.push(shown.filter(|_| is_there).map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_first_bytes() {
        let kind = |bytes: &[u8]| of(bytes).map(|image| image.media_type);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...").as_deref(), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0").as_deref(), Some("image/jpeg"));
        assert_eq!(kind(b"GIF89a").as_deref(), Some("image/gif"));
        assert_eq!(kind(b"RIFF\x01\x02\x03\x04WEBPVP8 ").as_deref(), Some("image/webp"));
        for other in [&b""[..], b"<svg>", b"RIFF\x01\x02\x03\x04WAVE", b"\x89PN"] {
            assert_eq!(kind(other), None, "{other:?}");
        }
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foobar", "Zm9vYmFy"),
            (b"\xff\xfe\xfd\xfc", "//79/A=="),
        ] {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn the_bytes_of_a_large_image_are_left_out() {
        let mut bytes = b"GIF89a".to_vec();
        bytes.resize(usize::try_from(FileDiff::LARGEST_IMAGE).unwrap() + 1, 0);
        let image = of(&bytes).unwrap();
        assert_eq!((image.size, image.base64), (FileDiff::LARGEST_IMAGE + 1, None));
    }
}
