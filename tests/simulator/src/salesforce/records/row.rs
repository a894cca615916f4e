//! The columns of one record in one piece of memory.
//!
//! A tree of JSON values takes ten times the room of its content. Here a record's columns stand one behind the other
//! in one buffer: the column's place, the length of its text, the text. A null column is not there. Looking one up walks
//! over those before it, at most some thirty.

/// The columns that have a value, as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Row(Box<[u8]>);

/// The longest text of one column; the vendor's longest text fields hold about this much.
pub(super) const TEXT_BYTES_MAX: usize = u16::MAX as usize;

impl Row {
    /// The text in a column.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        self.cells().find_map(|(own, text)| (own == place).then_some(text))
    }

    /// This row with columns set, or cleared by `None`. Texts beyond [`TEXT_BYTES_MAX`] are the caller's to refuse.
    pub(super) fn with(&self, changes: &[(usize, Option<String>)]) -> Self {
        let mut buffer = Vec::with_capacity(self.0.len() + 64);
        let kept = self.cells().filter(|(place, _)| changes.iter().all(|(changed, _)| changed != place));
        kept.for_each(|(place, text)| push(&mut buffer, place, text));
        for (position, (place, text)) in changes.iter().enumerate() {
            let last = changes[position + 1..].iter().all(|(later, _)| later != place);
            if let (Some(text), true) = (text, last) {
                push(&mut buffer, *place, text);
            }
        }
        Self(buffer.into_boxed_slice())
    }

    fn cells(&self) -> Cells<'_> {
        Cells(&self.0)
    }
}

fn push(buffer: &mut Vec<u8>, place: usize, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    buffer.push(u8::try_from(place).unwrap_or(u8::MAX));
    buffer.extend(length.to_le_bytes());
    buffer.extend(&text.as_bytes()[..usize::from(length)]);
}

struct Cells<'a>(&'a [u8]);

impl<'a> Iterator for Cells<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let [place, low, high, rest @ ..] = self.0 else {
            return None;
        };
        let (text, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([*low, *high])))?;
        self.0 = rest;
        Some((usize::from(*place), std::str::from_utf8(text).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_set_replaced_and_cleared() {
        let set = |place: usize, text: &str| (place, Some(text.to_owned()));
        let row = Row::default().with(&[set(4, "Sá"), set(2, ""), set(9, "x"), set(4, "Souza")]);
        assert_eq!((row.get(4), row.get(2), row.get(9), row.get(1)), (Some("Souza"), Some(""), Some("x"), None));
        let row = row.with(&[(9, None), set(2, "é")]);
        assert_eq!((row.get(4), row.get(2), row.get(9)), (Some("Souza"), Some("é"), None));
    }
}
