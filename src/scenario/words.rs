//! How texts, keys and numbers are written in messages, and which name was meant.

/// `text` as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// `key` as a TOML key.
pub(super) fn bare_or_quoted(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if bare { key.to_owned() } else { quoted(key) }
}

/// `1_000_000`: readable, and TOML.
pub(super) fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// The one of `allowed` that `given` was probably meant to be.
pub(crate) fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let given = plain(given);
    let misses = allowed.into_iter().filter_map(|candidate| {
        let meant = plain(candidate);
        let begun = given.len() >= 3 && meant.starts_with(&given);
        let distance = strsim::damerau_levenshtein(&given, &meant);
        let near = distance <= (given.chars().count().max(meant.chars().count()) / 3).max(1);
        (begun || near).then_some((distance, candidate))
    });
    misses.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The one of the dotted `paths` that `given` was probably meant to be: it, or only its last part.
pub(crate) fn nearest_path<'a>(given: &str, paths: &[&'a str]) -> Option<&'a str> {
    let last = |path: &&'a str| path.rsplit('.').next().unwrap_or_default();
    let named = || paths.iter().find(|path| last(path) == given).copied();
    let by_end = || {
        let end = nearest(given, paths.iter().map(last))?;
        paths.iter().find(|path| last(path) == end).copied()
    };
    named().or_else(|| nearest(given, paths.iter().copied())).or_else(by_end)
}
