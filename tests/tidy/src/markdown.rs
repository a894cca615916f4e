//! The two questions the rules ask of a Markdown page: what stands in code, and what stands under a heading.

/// What is written as code, with its line: each line of a fenced block, each span between back-ticks.
#[must_use]
pub fn code_spans(text: &str) -> Vec<(usize, &str)> {
    let mut spans = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            spans.push((index + 1, line));
        } else {
            spans.extend(line.split('`').skip(1).step_by(2).map(|span| (index + 1, span)));
        }
    }
    spans
}

/// The lines under the first heading that contains `word` (in any case), up to the next heading of its level or above.
#[must_use]
pub fn section<'text>(text: &'text str, word: &str) -> Option<Vec<(usize, &'text str)>> {
    let level = |line: &str| line.chars().take_while(|c| *c == '#').count();
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let (_, heading) = lines.find(|(_, line)| level(line) > 0 && line.to_lowercase().contains(word))?;
    let ends = |line: &str| level(line) > 0 && level(line) <= level(heading);
    Some(lines.take_while(|(_, line)| !ends(line)).collect())
}

#[cfg(test)]
mod tests {
    use super::{code_spans, section};

    #[test]
    fn spans_and_fences_are_code() {
        assert_eq!(code_spans("a `b` c `d`\n```sh\ne\n```\nf"), [(1, "b"), (1, "d"), (3, "e")]);
    }

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level() {
        let page = "# P\n## Evidence table\na\n### more\nb\n## next\nc";
        assert_eq!(section(page, "evidence"), Some(vec![(3, "a"), (4, "### more"), (5, "b")]));
        assert_eq!(section(page, "absent"), None);
    }
}
