//! What multiplies a number that it stands behind: `%`, `ppm`, `k`, `M`.

/// Each with its power of ten. Blanks may stand before those that are no letters.
pub(super) const SUFFIXES: [(&str, i32); 4] = [("%", -2), ("ppm", -6), ("k", 3), ("M", 6)];

/// `text` without such a sign at its end, and the power of ten that this stands for.
pub(crate) fn without_suffix(text: &str) -> (&str, i32) {
    let found = SUFFIXES.iter().find_map(|(suffix, power)| Some((text.strip_suffix(suffix)?.trim_end(), *power)));
    found.unwrap_or((text, 0))
}
