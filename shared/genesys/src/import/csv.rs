//! A CSV file as the import takes it: UTF-8, commas, a heading.

/// The most bytes of one file. The newest page says 50 MB, an older one 10; the smaller is right by both.
pub const CSV_BYTES_MAX: usize = 10_000_000;

/// A file under construction.
#[derive(Clone)]
pub struct Csv {
    text: String,
    columns: usize,
    rows: usize,
    bytes_max: usize,
}

/// The row does not fit any more: it belongs into the next file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is full")]
pub struct CsvFull;

impl Csv {
    /// A file with these headings and no rows.
    pub fn new(headings: &[&str]) -> Self {
        Self::with_limit(headings, CSV_BYTES_MAX)
    }

    fn with_limit(headings: &[&str], bytes_max: usize) -> Self {
        let mut text = String::new();
        push_line(&mut text, headings.iter().copied());
        Self { text, columns: headings.len(), rows: 0, bytes_max }
    }

    /// Adds a row. A missing cell at its end is empty, one too many is left out.
    ///
    /// # Errors
    /// [`CsvFull`]; the file stays as it was.
    pub fn push(&mut self, cells: &[&str]) -> Result<(), CsvFull> {
        let before = self.text.len();
        let cells = cells.iter().copied().chain(std::iter::repeat("")).take(self.columns);
        push_line(&mut self.text, cells);
        if self.text.len() > self.bytes_max {
            self.text.truncate(before);
            return Err(CsvFull);
        }
        self.rows += 1;
        Ok(())
    }

    /// How many rows it has, the heading not counted.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The finished file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Every cell in quotes: a number stays text, and a line break, a comma or a space at an end stays inside.
fn push_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if !cell.is_empty() {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push_str("\r\n");
}

impl std::fmt::Debug for Csv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Csv").field("columns", &self.columns).field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The cells of a file, read by the rules of RFC 4180.
    fn read(file: &str) -> Vec<Vec<String>> {
        let (mut lines, mut line, mut cell, mut is_inside) = (Vec::new(), Vec::new(), String::new(), false);
        let mut characters = file.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if is_inside && characters.peek() == Some(&'"') => cell.extend(characters.next()),
                '"' => is_inside = !is_inside,
                ',' if !is_inside => line.push(std::mem::take(&mut cell)),
                '\r' if !is_inside => {}
                '\n' if !is_inside => {
                    line.push(std::mem::take(&mut cell));
                    lines.push(std::mem::take(&mut line));
                }
                other => cell.push(other),
            }
        }
        lines
    }

    #[test]
    fn rows_have_as_many_cells_as_the_heading() {
        let mut file = Csv::new(&["a", "b"]);
        file.push(&["1"]).unwrap();
        file.push(&["Sá, \"Ana\"", " x\n", "lost"]).unwrap();
        assert_eq!(file.rows(), 2);
        assert_eq!(
            String::from_utf8(file.into_bytes()).unwrap(),
            "\"a\",\"b\"\r\n\"1\",\r\n\"Sá, \"\"Ana\"\"\",\" x\n\"\r\n"
        );
    }

    #[test]
    fn a_full_file_stays_as_it_was() {
        let mut file = Csv::with_limit(&["a"], 14);
        file.push(&["1234"]).unwrap();
        assert_eq!(file.push(&[""]), Err(CsvFull));
        assert_eq!((file.rows(), file.into_bytes().as_slice()), (1, b"\"a\"\r\n\"1234\"\r\n".as_slice()));
    }

    #[test]
    fn printing_a_file_does_not_print_its_cells() {
        let mut file = Csv::new(&["e-mail"]);
        file.push(&["ana@example.com"]).unwrap();
        assert!(!format!("{file:?}").contains("ana@"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same_cells(rows in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 0..5)) {
            let mut file = Csv::new(&["a", "b", "c"]);
            for row in &rows {
                file.push(&row.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
            }
            let written = read(&String::from_utf8(file.into_bytes()).unwrap());
            prop_assert_eq!(&written[1..], &rows[..]);
        }
    }
}
