//! What of the PDF goes with a mail: the file itself, or a link to it where it is larger than what is attached, or a sentence
//! that says that there is none. The mail goes out in each case.

use jiff::civil::Date;
use platform::archive::{ArchiveError, Link};
use platform::mail::Attachment;

use crate::connect::NightlyReport;
use crate::failure::NightError;
use crate::history::File;
use crate::ledger::Entry;
use crate::night::Shift;
use crate::note::Note;
use crate::press::Remark;
use crate::report::Report;
use crate::settings::{Edition, List};
use crate::words::Words;

/// Characters of a company's name in the name of a file.
const SLUG_CHARS_MAX: usize = 40;

/// What goes with a mail.
pub(crate) struct Enclosure {
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) notes: Vec<Note>,
}

impl NightlyReport {
    /// The PDF of a report for one list. After a mail with it was refused the next one has a link: a server says that a mail
    /// is too large for it in the same way.
    ///
    /// # Errors
    /// [`NightError::State`]: another run has the lock.
    pub(crate) async fn enclose(
        &self,
        report: &Report,
        list: &List,
        entry: &Entry,
        shift: &mut Shift<'_>,
    ) -> Result<Enclosure, NightError> {
        let copy = self.copy(report, list.edition, shift).await?;
        let words = Words::of(list.edition.language);
        let hours = self.settings.link_lasts.as_secs() / 3600;
        let (mut attachments, mut notes) = (Vec::new(), Vec::new());
        let name = file_name(&report.company, report.date);
        match &copy.pdf {
            None => {}
            Some(pdf) if pdf.len() <= self.settings.attach_bytes_max && !entry.was_refused() => {
                notes.push(Note::of(words.fill("note-pdf-attached", &[("file", name.as_str().into())])));
                attachments.push(Attachment {
                    name,
                    content_type: File::Pdf.content_type().to_owned(),
                    bytes: pdf.clone(),
                });
            }
            Some(pdf) => {
                notes.push(match self.offered(report.date, list.edition, pdf, &name).await {
                    Ok(link) => Note {
                        text: words.fill("note-pdf-linked", &[("hours", hours.into())]),
                        link: link.as_str().to_owned(),
                        link_title: name,
                    },
                    Err(error) => {
                        let line = format!("{}: the PDF is not attached, and has no link: {error}", report.date);
                        tracing::error!("{line}");
                        shift.report.warn(line);
                        Note::of(words.text("note-pdf-unreachable"))
                    }
                });
            }
        }
        notes.extend(copy.remarks.iter().map(|remark| {
            Note::of(match remark {
                Remark::NotMade => words.text("note-pdf-not-made"),
                Remark::BuiltInLook => words.text("note-pdf-built-in-look"),
                Remark::NotAccessible => words.text("note-pdf-not-accessible"),
                Remark::Replaced(count) => words.counted("note-pdf-replaced", *count),
            })
        }));
        Ok(Enclosure { attachments, notes })
    }

    /// Puts an edition into the archive, and makes a link to it.
    async fn offered(&self, day: Date, edition: Edition, pdf: &[u8], name: &str) -> Result<Link, ArchiveError> {
        let key = File::Pdf.key_of_edition(day, edition);
        self.archive.put(&key, pdf.to_vec(), File::Pdf.content_type()).await?;
        self.archive.link(&key, name, self.settings.link_lasts).await
    }
}

/// What the file is called where it is saved: in ASCII, as names of other letters arrive differently at each receiver.
fn file_name(company: &str, day: Date) -> String {
    let mut slug = String::new();
    for c in company.chars().filter_map(plain) {
        if slug.chars().count() == SLUG_CHARS_MAX {
            break;
        }
        if c != '-' || !(slug.is_empty() || slug.ends_with('-')) {
            slug.push(c);
        }
    }
    let slug = slug.trim_matches('-');
    format!("{}-{day}.pdf", if slug.is_empty() { "report" } else { slug })
}

/// A small letter or a digit as it is, a letter with a mark as the letter, other letters not at all; a hyphen between words.
fn plain(c: char) -> Option<char> {
    const MARKED: [(&str, char); 9] = [
        ("àáâãäåā", 'a'),
        ("çćč", 'c'),
        ("èéêëē", 'e'),
        ("ìíîïī", 'i'),
        ("ñń", 'n'),
        ("òóôõöøō", 'o'),
        ("ùúûüū", 'u'),
        ("ýÿ", 'y'),
        ("šś", 's'),
    ];
    let c = c.to_lowercase().next().unwrap_or(c);
    if c.is_ascii_alphanumeric() {
        return Some(c);
    }
    if let Some((_, letter)) = MARKED.iter().find(|(marked, _)| marked.contains(c)) {
        return Some(*letter);
    }
    (!c.is_alphanumeric()).then_some('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_file_is_named_by_the_company_and_the_day_in_plain_letters() {
        let long = "Northwind Contact Centres of the Americas and Beyond";
        for (company, slug) in [
            ("Example", "example"),
            ("São Paulo — Suporte Técnico & Co.", "sao-paulo-suporte-tecnico-co"),
            ("  ../../etc/passwd\"; x", "etc-passwd-x"),
            ("日本語サポート", "report"),
            ("— –", "report"),
            (long, "northwind-contact-centres-of-the-america"),
        ] {
            assert_eq!(file_name(company, date(2026, 3, 14)), format!("{slug}-2026-03-14.pdf"), "{company}");
        }
    }
}
