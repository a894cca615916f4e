//! Reads a page back: text of HTML, its tags, and the figures in a line.

/// What a reader sees of the HTML, one line for each cell or paragraph.
pub fn seen(html: &str) -> Vec<String> {
    let body = html.split_once("</div>").unwrap().1;
    let mut lines = vec![String::new()];
    let mut rest = body;
    while let Some((text, tag)) = rest.split_once('<') {
        lines.last_mut().unwrap().push_str(text);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (tag, after) = tag.split_once(end).unwrap();
        if ["td", "/td", "br", "p", "/p", "h1", "/h1", "h2", "/h2", "div", "/div", "!--"]
            .iter()
            .any(|name| is(tag, name))
        {
            lines.push(String::new());
        }
        rest = after;
    }
    let lines = lines.iter().map(|line| unescaped(line).split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

fn is(tag: &str, name: &str) -> bool {
    tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '[']))
}

fn unescaped(text: &str) -> String {
    let pairs = [("&nbsp;", " "), ("&middot;", "·"), ("&#9632;", "■"), ("&#10003;", "✓"), ("&#10005;", "✕")];
    let pairs =
        pairs.into_iter().chain([("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]);
    pairs.fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

/// The first tag that is closed by another, or not at all.
pub fn unbalanced(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let Some((tag, after)) = tag.split_once(end) else { return Some(tag.to_owned()) };
        rest = after;
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(closed) if open.pop() != Some(closed) => return Some(tag.to_owned()),
            Some(_) => {}
            None if name.starts_with('!') || ["meta", "br"].contains(&name) => {}
            None => open.push(name),
        }
    }
    open.pop().map(str::to_owned)
}

/// The figure after `label` in a line of the text: `in time 74.0% (missed)`.
pub fn figure<'a>(line: &'a str, label: &str) -> &'a str {
    let (_, rest) = format!(", {line}").find(&format!(", {label} ")).map(|at| line.split_at(at)).unwrap();
    let rest = rest.trim_start_matches(", ").strip_prefix(label).unwrap().trim_start();
    rest.split([' ', '\n']).next().unwrap().trim_end_matches(',')
}

/// A figure as a number: `5,432`, `74.0%`, `1:02:03` in seconds. `None`: it says that there is none.
pub fn number(text: &str) -> Option<f64> {
    if text == "–" {
        return None;
    }
    let plain = text.trim_end_matches('%').replace(',', "");
    Some(plain.split(':').fold(0.0, |all, part| all * 60.0 + part.parse::<f64>().unwrap()))
}
