//! Characters that look like those a scenario is written with and are others: their names, and what to write instead.

/// Characters, their names in Unicode, and what to write instead. Letters last.
const FOREIGN: [(char, &str, &str); 67] = [
    ('\u{201c}', "LEFT DOUBLE QUOTATION MARK", "\""),
    ('\u{201d}', "RIGHT DOUBLE QUOTATION MARK", "\""),
    ('\u{201e}', "DOUBLE LOW-9 QUOTATION MARK", "\""),
    ('\u{ab}', "LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", "\""),
    ('\u{bb}', "RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK", "\""),
    ('\u{2033}', "DOUBLE PRIME", "\""),
    ('\u{2018}', "LEFT SINGLE QUOTATION MARK", "'"),
    ('\u{2019}', "RIGHT SINGLE QUOTATION MARK", "'"),
    ('\u{201a}', "SINGLE LOW-9 QUOTATION MARK", "'"),
    ('\u{2010}', "HYPHEN", "-"),
    ('\u{2011}', "NON-BREAKING HYPHEN", "-"),
    ('\u{2013}', "EN DASH", "-"),
    ('\u{2014}', "EM DASH", "-"),
    ('\u{2212}', "MINUS SIGN", "-"),
    ('\u{2026}', "HORIZONTAL ELLIPSIS", ".."),
    ('\u{a0}', "NO-BREAK SPACE", " "),
    ('\u{2009}', "THIN SPACE", " "),
    ('\u{200b}', "ZERO WIDTH SPACE", ""),
    ('\u{202f}', "NARROW NO-BREAK SPACE", " "),
    ('\u{3000}', "IDEOGRAPHIC SPACE", " "),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE", ""),
    ('\u{131}', "LATIN SMALL LETTER DOTLESS I", "i"),
    ('\u{391}', "GREEK CAPITAL LETTER ALPHA", "A"),
    ('\u{392}', "GREEK CAPITAL LETTER BETA", "B"),
    ('\u{395}', "GREEK CAPITAL LETTER EPSILON", "E"),
    ('\u{39a}', "GREEK CAPITAL LETTER KAPPA", "K"),
    ('\u{39c}', "GREEK CAPITAL LETTER MU", "M"),
    ('\u{39d}', "GREEK CAPITAL LETTER NU", "N"),
    ('\u{39f}', "GREEK CAPITAL LETTER OMICRON", "O"),
    ('\u{3a1}', "GREEK CAPITAL LETTER RHO", "P"),
    ('\u{3a4}', "GREEK CAPITAL LETTER TAU", "T"),
    ('\u{3b1}', "GREEK SMALL LETTER ALPHA", "a"),
    ('\u{3b9}', "GREEK SMALL LETTER IOTA", "i"),
    ('\u{3ba}', "GREEK SMALL LETTER KAPPA", "k"),
    ('\u{3bd}', "GREEK SMALL LETTER NU", "v"),
    ('\u{3bf}', "GREEK SMALL LETTER OMICRON", "o"),
    ('\u{3c1}', "GREEK SMALL LETTER RHO", "p"),
    ('\u{3c5}', "GREEK SMALL LETTER UPSILON", "u"),
    ('\u{405}', "CYRILLIC CAPITAL LETTER DZE", "S"),
    ('\u{406}', "CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I", "I"),
    ('\u{410}', "CYRILLIC CAPITAL LETTER A", "A"),
    ('\u{412}', "CYRILLIC CAPITAL LETTER VE", "B"),
    ('\u{415}', "CYRILLIC CAPITAL LETTER IE", "E"),
    ('\u{41a}', "CYRILLIC CAPITAL LETTER KA", "K"),
    ('\u{41c}', "CYRILLIC CAPITAL LETTER EM", "M"),
    ('\u{41d}', "CYRILLIC CAPITAL LETTER EN", "H"),
    ('\u{41e}', "CYRILLIC CAPITAL LETTER O", "O"),
    ('\u{420}', "CYRILLIC CAPITAL LETTER ER", "P"),
    ('\u{421}', "CYRILLIC CAPITAL LETTER ES", "C"),
    ('\u{422}', "CYRILLIC CAPITAL LETTER TE", "T"),
    ('\u{425}', "CYRILLIC CAPITAL LETTER HA", "X"),
    ('\u{430}', "CYRILLIC SMALL LETTER A", "a"),
    ('\u{433}', "CYRILLIC SMALL LETTER GHE", "r"),
    ('\u{435}', "CYRILLIC SMALL LETTER IE", "e"),
    ('\u{43a}', "CYRILLIC SMALL LETTER KA", "k"),
    ('\u{43e}', "CYRILLIC SMALL LETTER O", "o"),
    ('\u{43f}', "CYRILLIC SMALL LETTER PE", "n"),
    ('\u{440}', "CYRILLIC SMALL LETTER ER", "p"),
    ('\u{441}', "CYRILLIC SMALL LETTER ES", "c"),
    ('\u{442}', "CYRILLIC SMALL LETTER TE", "t"),
    ('\u{443}', "CYRILLIC SMALL LETTER U", "y"),
    ('\u{445}', "CYRILLIC SMALL LETTER HA", "x"),
    ('\u{455}', "CYRILLIC SMALL LETTER DZE", "s"),
    ('\u{456}', "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I", "i"),
    ('\u{458}', "CYRILLIC SMALL LETTER JE", "j"),
    ('\u{4bb}', "CYRILLIC SMALL LETTER SHHA", "h"),
    ('\u{501}', "CYRILLIC SMALL LETTER KOMI DE", "d"),
];

/// What `letter` is called, and what to write instead, if it is foreign.
fn foreign(letter: char) -> Option<(String, String)> {
    // The forms of ASCII for East Asian type: their names are those of ASCII's own.
    if let Some(plain) = u32::from(letter).checked_sub(0xfee0).filter(|plain| (0x21..0x7f).contains(plain)) {
        return char::from_u32(plain).map(|plain| ("FULLWIDTH form".to_owned(), plain.to_string()));
    }
    let (_, name, instead) = FOREIGN.iter().find(|(other, ..)| *other == letter)?;
    Some(((*name).to_owned(), (*instead).to_owned()))
}

/// What to do about `letter`: its number and name, and what to write.
fn advice(letter: char) -> Option<String> {
    let (name, instead) = foreign(letter)?;
    let name = format!("U+{:04X} {name}", u32::from(letter));
    Some(match instead.as_str() {
        "" => format!("delete the invisible {name}"),
        " " => format!("write a plain space instead of {name}"),
        instead if letter.is_alphabetic() => format!("`{letter}` is {name}: write the Latin `{instead}`"),
        instead => format!("`{letter}` is {name}: write {instead} instead"),
    })
}

/// What to do about a letter in `text` that looks like a Latin one, in a word that is Latin otherwise.
pub(super) fn lookalike(text: &str) -> Option<String> {
    let latin = |letter: char| letter.is_ascii() || letter.is_alphabetic() && foreign(letter).is_some();
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_ascii());
    let mut meant = words.filter(|word| word.chars().all(latin));
    meant.next()?.chars().find(|letter| !letter.is_ascii()).and_then(advice)
}

/// What to do about the first foreign character of a line that is not TOML, outside of its texts in quotes.
pub(super) fn out_of_place(line: &str) -> Option<String> {
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '#') => return None,
            (None, _) => {
                if let Some(advice) = advice(letter) {
                    return Some(advice);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_looks_latin_is_named() {
        for (text, said) in [
            ("n\u{43e}des", "`\u{43e}` is U+043E CYRILLIC SMALL LETTER O: write the Latin `o`"),
            ("\"\u{440}ush\"", "`\u{440}` is U+0440 CYRILLIC SMALL LETTER ER: write the Latin `p`"),
            ("\u{ff50}ush", "`\u{ff50}` is U+FF50 FULLWIDTH form: write the Latin `p`"),
            ("\u{3bd}alue", "`\u{3bd}` is U+03BD GREEK SMALL LETTER NU: write the Latin `v`"),
        ] {
            assert_eq!(lookalike(text).as_deref(), Some(said), "{text}");
        }
        // Words of another script, and letters that look like no other.
        for text in ["\u{444}\u{430}\u{439}\u{43b}.txt", "caf\u{e9}", "plain", ""] {
            assert_eq!(lookalike(text), None, "{text}");
        }
    }

    #[test]
    fn a_character_that_is_not_toml_is_named_with_what_to_write() {
        for (line, said) in [
            ("a = \u{201c}x\u{201d}", "`\u{201c}` is U+201C LEFT DOUBLE QUOTATION MARK: write \" instead"),
            ("a = \u{2212}1", "`\u{2212}` is U+2212 MINUS SIGN: write - instead"),
            ("a =\u{a0}1", "write a plain space instead of U+00A0 NO-BREAK SPACE"),
            ("a\u{200b} = 1", "delete the invisible U+200B ZERO WIDTH SPACE"),
            ("n\u{43e}des = 1", "`\u{43e}` is U+043E CYRILLIC SMALL LETTER O: write the Latin `o`"),
        ] {
            assert_eq!(out_of_place(line).as_deref(), Some(said), "{line}");
        }
        for line in ["a = \"\u{201c}\"", "a = 1 # \u{201c}", "a = 1"] {
            assert_eq!(out_of_place(line), None, "{line}");
        }
    }
}
