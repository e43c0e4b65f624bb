//! Rust sources as tokens: names, `::`, and single characters; without comments, literals and unit tests.

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(length) = skipped(rest) {
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// Whether a token is the name of something.
pub(super) fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// How long the comment or the literal is that `text` begins with.
fn skipped(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if let Some(raw) = raw_string(text) {
        return Some(raw);
    }
    let quoted = text.strip_prefix('b').filter(|rest| rest.starts_with(['"', '\''])).unwrap_or(text);
    let shift = text.len() - quoted.len();
    match quoted.chars().next()? {
        '"' => Some(shift + closed(quoted, '"')),
        // A lifetime has no quote behind its first letter.
        '\'' if quoted.starts_with("'\\") || quoted.chars().nth(2) == Some('\'') => Some(shift + closed(quoted, '\'')),
        _ => None,
    }
}

/// The length of a literal up to the next `quote` that no backslash stands before.
fn closed(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

/// The length of a literal such as `r#"…"#`, if `text` begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let from = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = from.len() - from.trim_start_matches('#').len();
    let body = from[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)? + end.len();
    Some(text.len() - body.len() + length)
}

/// The same without what is compiled for unit tests alone.
pub(super) fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().take(MARK.len()).eq(MARK) {
            at += item(&tokens[at + MARK.len()..]) + MARK.len();
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// The length of the item that begins here: up to a semicolon, or the end of its block.
fn item(tokens: &[String]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && (token == ";" || token == "}") {
            return at + 1;
        }
    }
    tokens.len()
}
