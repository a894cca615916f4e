//! The fonts that every report may use. They are in the binary as they are, and a page of memory of them is read from disk
//! only where a glyph is needed; nothing here runs before the first report.
//!
//! Latin, Greek and Cyrillic are Inter's; Arabic, Hebrew and the emoji have a font each. What none of them knows is
//! replaced, see [`printable`](crate::printable).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use typst::foundations::Bytes;
use typst::text::Font;

/// The families in the order in which a character is looked up.
pub const FAMILIES: [&str; 4] = ["Inter", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Emoji"];

/// Their files, 2.2 MB: regular, semi-bold and bold where a name or a figure can be bold.
const FILES: [&[u8]; 8] = [
    include_bytes!("../fonts/Inter-Regular.otf"),
    include_bytes!("../fonts/Inter-SemiBold.otf"),
    include_bytes!("../fonts/Inter-Bold.otf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Bold.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Bold.ttf"),
    include_bytes!("../fonts/NotoEmoji-Regular.ttf"),
];

/// The built-in fonts.
pub fn built_in() -> impl Iterator<Item = Font> {
    FILES.into_iter().flat_map(|file| Font::iter(Bytes::new(file)))
}

/// The fonts in a company's file; none where it is not base64, or no font.
pub fn of_company(file: &str) -> Vec<Font> {
    BASE64_STANDARD.decode(file).map(|file| Font::iter(Bytes::new(file)).collect()).unwrap_or_default()
}
