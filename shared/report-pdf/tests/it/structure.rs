//! What a reader's software finds in the file: tags, language, title, fonts, the standards' marks.

use lopdf::{Dictionary, Document, Object};
use report_pdf::typeset;

use crate::{day_of_queues, order, sample};

struct File(Document);

impl File {
    fn of(sheet: report_pdf::Sheet) -> Self {
        let set = typeset(&order(sheet)).expect("a report");
        assert!(set.is_accessible, "{:?}", set.warnings);
        Self(Document::load_mem(&set.pdf).expect("a PDF"))
    }

    fn dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        self.0.objects.values().filter_map(|object| match object {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        })
    }

    fn catalog(&self) -> &Dictionary {
        self.0.catalog().expect("a catalog")
    }

    /// How many tags of a kind there are.
    fn tags(&self, kind: &str) -> usize {
        let is_kind = |tag: &&Dictionary| {
            tag.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == kind.as_bytes()) && tag.has(b"P")
        };
        self.dictionaries().filter(is_kind).count()
    }

    /// The description of the file in XML.
    fn metadata(&self) -> String {
        let id = self.catalog().get(b"Metadata").and_then(Object::as_reference).expect("metadata");
        let stream = self.0.get_object(id).and_then(Object::as_stream).expect("a stream");
        let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        String::from_utf8(bytes).expect("text")
    }
}

#[test]
fn a_report_is_tagged_and_says_its_language_and_title() {
    let sheet = sample("pt-BR");
    let title = sheet.document_title.clone();
    let file = File::of(sheet);
    let marked = file.catalog().get(b"MarkInfo").and_then(Object::as_dict).and_then(|mark| mark.get(b"Marked"));
    assert!(matches!(marked, Ok(Object::Boolean(true))));
    assert!(file.catalog().has(b"StructTreeRoot"));
    let language = file.catalog().get(b"Lang").and_then(Object::as_str).expect("a language");
    assert_eq!(String::from_utf8_lossy(language), "pt-BR");
    let metadata = file.metadata();
    assert!(metadata.contains(&title), "{metadata}");
    assert!(metadata.contains("pdfuaid:part") && metadata.contains("pdfaid:part"), "{metadata}");
    let shown = file.catalog().get(b"ViewerPreferences").and_then(Object::as_dict);
    assert!(matches!(shown.and_then(|shown| shown.get(b"DisplayDocTitle")), Ok(Object::Boolean(true))));
}

#[test]
fn a_report_of_12_queues_has_the_tags_of_its_parts() {
    let sheet = day_of_queues(12);
    let tables: Vec<_> = sheet.tables.iter().chain([&sheet.trends]).filter(|table| !table.rows.is_empty()).collect();
    let rows: usize = tables.iter().map(|table| 1 + table.rows.len() + usize::from(table.total.is_some())).sum();
    let pictures = sheet.charts.len() + usize::from(sheet.hours.is_some());
    let file = File::of(sheet.clone());
    // The strip of hours may be a table or a picture.
    let (drawn, tabled) = (file.tags("Figure"), file.tags("Table"));
    assert_eq!(drawn + tabled, pictures + tables.len());
    assert!(file.tags("TR") >= rows, "{} of {rows}", file.tags("TR"));
    let heads: usize = tables.iter().map(|table| table.heads.len()).sum();
    assert!(file.tags("TH") >= heads, "{} of {heads}", file.tags("TH"));
    assert!(file.tags("H1") >= 5 && file.tags("H3") == 0);
}

#[test]
fn each_picture_says_in_words_what_it_shows() {
    let file = File::of(sample("en"));
    let figures = file
        .dictionaries()
        .filter(|tag| tag.has(b"P") && tag.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"Figure"));
    let figures: Vec<_> = figures.collect();
    assert!(figures.len() >= 3);
    assert!(figures.iter().all(|figure| figure.get(b"Alt").and_then(Object::as_str).is_ok_and(|alt| alt.len() > 20)));
}

#[test]
fn all_fonts_are_in_the_file() {
    for sheet in [sample("en"), sample("rtl-names")] {
        let file = File::of(sheet);
        let is = |dictionary: &&Dictionary, kind: &[u8]| {
            dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == kind)
        };
        let fonts: Vec<_> = file.dictionaries().filter(|dictionary| is(dictionary, b"FontDescriptor")).collect();
        assert!(fonts.len() >= 2);
        let is_embedded =
            |font: &&Dictionary| [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"].iter().any(|key| font.has(key));
        assert!(fonts.iter().all(is_embedded));
        // A font without a descriptor is one that every reader must bring along; only the composite ones go without.
        let bare = file
            .dictionaries()
            .filter(|font| is(font, b"Font") && !font.has(b"FontDescriptor") && !font.has(b"DescendantFonts"));
        assert_eq!(
            bare.filter(|font| font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind != b"Type3"))
                .count(),
            0
        );
    }
}
