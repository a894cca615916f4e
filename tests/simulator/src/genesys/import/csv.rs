//! Comma-separated values: quotes around a cell, two for one inside it, and lines that end either way.

/// The rows of a file, without empty lines. `None` when a quoted cell does not end.
pub(super) fn rows(text: &str) -> Option<Vec<Vec<String>>> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    while !rest.is_empty() {
        let (row, after) = row(rest)?;
        if row.iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
        rest = after;
    }
    Some(rows)
}

/// The first row alone, however long the file.
pub(super) fn header(text: &str) -> Option<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    row(text).map(|(row, _)| row)
}

fn row(mut rest: &str) -> Option<(Vec<String>, &str)> {
    let mut row = Vec::new();
    loop {
        let (cell, after) = cell(rest)?;
        row.push(cell);
        let Some(next) = after.strip_prefix(',') else {
            let after = after.strip_prefix('\r').unwrap_or(after);
            return Some((row, after.strip_prefix('\n').unwrap_or(after)));
        };
        rest = next;
    }
}

fn cell(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n']).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut cell = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        cell.push_str(part);
        let Some(quoted) = after.strip_prefix('"') else {
            return Some((cell, after));
        };
        cell.push('"');
        rest = quoted;
    }
}

/// A cell as it is written.
pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_lines_inside_cells_are_read() {
        let text = "\u{feff}Id,Name\r\n1,\"Sá, \"\"Ana\"\"\nBea\"\n\n2,\n";
        let expected = vec![vec!["Id", "Name"], vec!["1", "Sá, \"Ana\"\nBea"], vec!["2", ""]];
        assert_eq!(rows(text).unwrap(), expected);
        assert_eq!(header(text).unwrap(), ["Id", "Name"]);
        assert_eq!(rows("a,\"b"), None);
        assert_eq!(rows(&quoted("a,\"b\"")).unwrap(), [["a,\"b\""]]);
    }
}
