//! How the PDF looks where a company wants it otherwise: colours and font by name, and files from the archive's bucket.
//!
//! A company's files lie below `look/`, where `make deploy` has put them after it tried them. They are read when a PDF is
//! made, so a new logo needs no deployment of the function. A file that is not there takes nothing else away: the report has
//! the built-in thing in its place, and the run says which file it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::archive::Archive;
use report_pdf::{Image, ImageKind, Look, Moment, Order, Paper, Sheet};

/// Bytes of all files together. They lie in memory several times over while a report is typeset, and no report needs a tenth of it.
pub const BYTES_MAX: usize = 12 * 1024 * 1024;
/// Files of fonts: a regular and a bold one for three scripts, and two more.
pub const FONTS_MAX: usize = 8;
/// How the names of fonts end.
pub const FONT_ENDS: &[&str] = &[".ttf", ".otf", ".ttc"];
/// How the name of a logo ends.
pub const LOGO_ENDS: &[&str] = &[".svg", ".png"];
/// How the name of a template ends.
pub const TEMPLATE_ENDS: &[&str] = &[".typ"];

/// What the configuration says about the look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnLook {
    /// Paper, colours and the font's name.
    pub look: Look,
    /// Names of the font's files.
    pub fonts: Vec<String>,
    /// Name of the logo.
    pub logo: Option<String>,
    /// Name of the template.
    pub template: Option<String>,
}

/// The same with the files, as far as they could be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brought {
    look: Look,
    fonts: Vec<String>,
    logo: Option<Image>,
    template: Option<String>,
    bytes: usize,
    /// Files that could not be read, each with the reason in a word.
    pub(crate) lacking: Vec<String>,
}

impl OwnLook {
    /// Fetches the files. One that cannot be had is named in `lacking`.
    pub(crate) async fn bring(&self, archive: &Archive) -> Brought {
        let mut brought = Brought { look: self.look.clone(), ..Brought::default() };
        for name in &self.fonts {
            let bytes = brought.file(archive, name).await;
            brought.fonts.extend(bytes.map(|bytes| STANDARD.encode(bytes)));
        }
        if let Some(name) = &self.logo {
            let kind = if name.ends_with(".svg") { ImageKind::Svg } else { ImageKind::Png };
            let bytes = brought.file(archive, name).await;
            brought.logo = bytes.map(|bytes| Image { kind, base64: STANDARD.encode(bytes) });
        }
        if let Some(name) = &self.template {
            let bytes = brought.file(archive, name).await;
            let text = bytes.map(String::from_utf8);
            if let Some(Err(_)) = &text {
                brought.lacking.push(format!("{name} (no UTF-8)"));
            }
            brought.template = text.and_then(Result::ok);
        }
        brought
    }
}

impl Brought {
    /// A report in this look.
    pub(crate) fn order(&self, sheet: Sheet, paper: Paper, made_at: Moment) -> Order {
        let Self { look, fonts, logo, template, .. } = self.clone();
        let look = Look { paper, ..look };
        Order { look, fonts, logo, template, ..Order::new(sheet, made_at) }
    }

    /// One of the files, as long as all of them fit.
    async fn file(&mut self, archive: &Archive, name: &str) -> Option<Vec<u8>> {
        match archive.get(&format!("look/{name}")).await {
            Ok(Some(bytes)) if self.bytes + bytes.len() <= BYTES_MAX => {
                self.bytes += bytes.len();
                return Some(bytes);
            }
            Ok(Some(_)) => self.lacking.push(format!("{name} (more than {} MB together)", BYTES_MAX >> 20)),
            Ok(None) => self.lacking.push(format!("{name} (not there)")),
            Err(error) => {
                tracing::warn!(%error, name, "a file of the look was not read");
                self.lacking.push(format!("{name} ({})", error.name()));
            }
        }
        None
    }
}
