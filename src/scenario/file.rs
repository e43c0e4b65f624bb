//! A scenario as a command names it: a file on the disk, standard input, or a sample; or what is there instead.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::diagnostic::Diagnostic;

use super::origin::Origin;
use super::place::Place;
use super::problems::Problems;
use super::samples::{Collection, Sample};
use super::source::Source;
use super::words::nearest;
use crate::{printable, regular_file};

/// The largest scenario file, in bytes.
pub const MAX_FILE_SIZE: u64 = 1 << 20;

/// How standard input is named where a file could be.
pub const STDIN: &str = "-";

impl Source {
    /// What a command names: `-` is standard input, `sample:NAME` a sample, `preset:NAME` a preset, all else a file.
    ///
    /// # Errors
    /// As of [`Source::file`]; or that there is no such sample or preset.
    pub fn open(named: &Path) -> Result<Source, Problems> {
        let text = named.to_str();
        if text == Some(STDIN) {
            return Source::read(io::stdin().lock());
        }
        match text.and_then(Sample::referred) {
            Some((collection, name)) => Source::sample(collection, name),
            None => Source::file(named),
        }
    }

    /// Reads a scenario file: UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// The file cannot be read, is no regular file, is larger than [`MAX_FILE_SIZE`] or is not UTF-8.
    pub fn file(path: &Path) -> Result<Source, Problems> {
        let mut source = Source::text(&path.display().to_string(), "");
        source.stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        source.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        source.origin = Origin::file(path);
        match regular_file::read(path, MAX_FILE_SIZE) {
            Ok(bytes) => source.of(bytes),
            Err(error) => Err(Problems::new(source).with(unreadable(path, &error))),
        }
    }

    /// Reads a scenario to the end of `input`, which stands for standard input: paths in it are relative to where the
    /// program runs.
    fn read(input: impl Read) -> Result<Source, Problems> {
        let mut source = Source::text("stdin", "");
        source.origin = Origin::Stdin;
        let mut bytes = Vec::new();
        let diagnostic = match input.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes) {
            Err(error) => Diagnostic::of_file(format!("standard input cannot be read: {error}"), ALLOWED),
            Ok(_) if bytes.len() as u64 > MAX_FILE_SIZE => {
                Diagnostic::of_file("the scenario on standard input is larger than 1 MiB", "a text of at most 1 MiB")
            }
            Ok(_) => return source.of(bytes),
        };
        Err(Problems::new(source).with(diagnostic))
    }

    fn sample(collection: Collection, name: &str) -> Result<Source, Problems> {
        collection.scenario(name).map(Sample::source).map_err(|near| {
            let noun = collection.noun();
            let problem = format!("there is no {noun} `{}`", printable::line(name));
            let diagnostic = Diagnostic::of_file(problem, "one of those that `gossipsim samples` lists");
            let meant = near.map(|near| format!("did you mean `{near}`?"));
            Problems::new(Source::text(&format!("{noun}:{name}"), "")).with(match meant {
                Some(meant) => diagnostic.suggest(meant),
                None => diagnostic,
            })
        })
    }

    /// The source with these bytes as its text.
    fn of(mut self, bytes: Vec<u8>) -> Result<Source, Problems> {
        self.bytes = bytes.into();
        let bytes = self.bytes.clone();
        if let Some(diagnostic) = no_text(&bytes) {
            return Err(Problems::new(self).with(diagnostic));
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        match str::from_utf8(text) {
            Ok(text) => Ok(Source { text: text.to_owned(), ..self }),
            Err(error) => {
                let mark = char::REPLACEMENT_CHARACTER.len_utf8();
                let place = Place::new(0, error.valid_up_to()..error.valid_up_to() + mark);
                self.text = String::from_utf8_lossy(text).into_owned();
                let diagnostic = Diagnostic::at(place, "", "the scenario file is not UTF-8", "text encoded as UTF-8");
                Err(Problems::new(self).with(diagnostic.suggest("save the file as UTF-8 in your editor")))
            }
        }
    }
}

/// What names a scenario.
const ALLOWED: &str = "the path of a scenario file (TOML)";

/// What begins a file that is packed, and how to unpack it.
const PACKED: [(&[u8], &str, &str); 5] = [
    (b"\x1f\x8b", "gzip", "gunzip"),
    (b"PK\x03\x04", "zip", "unzip"),
    (b"\x28\xb5\x2f\xfd", "zstd", "unzstd"),
    (b"\xfd7zXZ\0", "xz", "unxz"),
    (b"BZh", "bzip2", "bunzip2"),
];

/// What is wrong with the bytes of a file that is packed, or in another encoding than UTF-8 that shows.
fn no_text(bytes: &[u8]) -> Option<Diagnostic> {
    let allowed = "text encoded as UTF-8";
    if let Some((_, name, command)) = PACKED.iter().find(|(start, ..)| bytes.starts_with(start)) {
        let diagnostic = Diagnostic::of_file(format!("the scenario file is compressed ({name})"), allowed);
        return Some(diagnostic.suggest(format!("unpack it first, with {command}")));
    }
    let name = match bytes {
        [0xff, 0xfe, 0, 0, ..] => "UTF-32, little-endian",
        [0, 0, 0xfe, 0xff, ..] => "UTF-32, big-endian",
        [0xff, 0xfe, ..] => "UTF-16, little-endian",
        [0xfe, 0xff, ..] => "UTF-16, big-endian",
        // Without a mark: what a scenario begins with is ASCII.
        [low, 0, next, 0, ..] if *low != 0 && *next != 0 => "UTF-16, little-endian",
        [0, low, 0, next, ..] if *low != 0 && *next != 0 => "UTF-16, big-endian",
        _ if bytes.contains(&0) => {
            return Some(Diagnostic::of_file("the scenario file is not a text: it holds bytes that are 0", allowed));
        }
        _ => return None,
    };
    let diagnostic = Diagnostic::of_file(format!("the scenario file is encoded as {name}"), allowed);
    Some(diagnostic.suggest("save it as UTF-8 in your editor"))
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let problem = match error.kind() {
        io::ErrorKind::NotFound => return missing(path),
        io::ErrorKind::PermissionDenied => "the scenario file may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder, not a scenario file".to_owned(),
        io::ErrorKind::FileTooLarge => {
            let problem = "the scenario file is larger than 1 MiB";
            return Diagnostic::of_file(problem, "a text of at most 1 MiB");
        }
        _ => format!("the scenario file cannot be read: {error}"),
    };
    Diagnostic::of_file(problem, ALLOWED)
}

/// There is nothing at `path`: where that is, and what lies nearby under another name.
fn missing(path: &Path) -> Diagnostic {
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let problem = format!("there is no such file: {}", printable::path(&place));
    let diagnostic = Diagnostic::of_file(problem, ALLOWED);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = similar(path, folder).map(|name| path.with_file_name(name));
    let named = |collection: Collection| collection.scenario(path.file_stem()?.to_str()?).ok();
    let sample = Collection::ALL.into_iter().find_map(named);
    match (file, sample) {
        (Some(file), _) => diagnostic.suggest(format!("did you mean `{}`?", printable::path(&file))),
        // Whoever has installed the program has read of `scenarios/quickstart.toml`.
        (_, Some(sample)) => {
            let noun = sample.collection.noun();
            diagnostic.suggest(format!("did you mean the {noun} `{}`?", sample.reference()))
        }
        _ if !folder.is_dir() => diagnostic.suggest(format!("there is no folder `{}`", printable::path(folder))),
        _ => diagnostic,
    }
}

/// The file in `folder` whose name is nearest to that of `path`, with or without its extension.
fn similar(path: &Path, folder: &Path) -> Option<String> {
    let given = path.file_name()?.to_string_lossy();
    let names = fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    names.sort();
    let stem = |name: &str| name.strip_suffix(".toml").unwrap_or(name).to_owned();
    let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
    let meant = nearest(&stem(&given), stems.iter().map(String::as_str))?;
    Some(format!("{meant}.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = Source::file(Path::new("no/such/scenario.toml")).unwrap_err().to_string();
        let place = std::path::absolute("no/such/scenario.toml").unwrap().display().to_string();
        for part in ["there is no such file: ", &place, "there is no folder `no/such`"] {
            assert!(missing.contains(part), "{part}: {missing}");
        }
        for (given, meant) in [
            ("scenarios/quikstart.toml", "did you mean `scenarios/quickstart.toml`?"),
            ("scenarios/quickstart", "did you mean `scenarios/quickstart.toml`?"),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(given);
            let missing = Source::file(&path).unwrap_err().to_string();
            let meant = meant.replace("scenarios", &path.parent().unwrap().display().to_string());
            assert!(missing.contains(&meant), "{missing}");
        }
        let sample = Source::file(Path::new("scenarios/none/quickstart.toml")).unwrap_err().to_string();
        assert!(sample.contains("did you mean the sample `sample:quickstart`?"), "{sample}");
        let folder = Source::file(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err();
        assert!(folder.to_string().contains("folder"), "{folder}");
    }

    #[test]
    fn what_is_packed_or_in_another_encoding_is_named() {
        let utf16 = |swap: fn(u16) -> [u8; 2], mark: bool| {
            let mark = mark.then_some(0xfeff_u16).into_iter();
            mark.chain("seed = 1\n".encode_utf16()).flat_map(swap).collect::<Vec<u8>>()
        };
        let utf32: Vec<u8> = "\u{feff}a = 1".chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
        for (bytes, parts) in [
            (utf16(u16::to_le_bytes, true), ["encoded as UTF-16, little-endian", "save it as UTF-8"]),
            (utf16(u16::to_be_bytes, true), ["encoded as UTF-16, big-endian", "save it as UTF-8"]),
            (utf16(u16::to_le_bytes, false), ["encoded as UTF-16, little-endian", "save it as UTF-8"]),
            (utf16(u16::to_be_bytes, false), ["encoded as UTF-16, big-endian", "save it as UTF-8"]),
            (utf32, ["encoded as UTF-32, little-endian", "save it as UTF-8"]),
            (b"\x1f\x8b\x08\0\0".to_vec(), ["compressed (gzip)", "gunzip"]),
            (b"PK\x03\x04\x14".to_vec(), ["compressed (zip)", "unzip"]),
            (b"seed = 1\n\0".to_vec(), ["not a text", "UTF-8"]),
        ] {
            let said = Problems::new(Source::text("s.toml", "")).with(no_text(&bytes).unwrap()).to_string();
            assert!(parts.iter().all(|part| said.contains(part)), "{bytes:?}: {said}");
        }
        for bytes in [&b"seed = 1\n"[..], b"", b"\xEF\xBB\xBFseed = 1\n", b"caf\xe9"] {
            assert_eq!(no_text(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn standard_input_is_read_as_a_file_is() {
        let source = Source::read(&b"\xEF\xBB\xBFseed = 1\n"[..]).unwrap();
        assert_eq!(
            (source.name.as_str(), source.stem.as_str(), source.text.as_str()),
            ("stdin", "stdin", "seed = 1\n")
        );
        assert_eq!((source.origin.clone(), source.bytes.len()), (Origin::Stdin, 12));
        let large = Source::read(io::repeat(b'#')).unwrap_err().to_string();
        assert!(large.contains("on standard input is larger than 1 MiB"), "{large}");
        let foreign = Source::read(&b"seed = 1 # caf\xe9\n"[..]).unwrap_err().to_string();
        assert!(foreign.contains("stdin:1:15") && foreign.contains("not UTF-8"), "{foreign}");
    }

    #[test]
    fn a_sample_that_there_is_not_is_refused_with_the_one_that_was_meant() {
        assert_eq!(Source::open(Path::new("sample:loss")).unwrap().origin, Origin::Sample("sample:loss".into()));
        let near = Source::open(Path::new("sample:quikstart")).unwrap_err().to_string();
        assert!(near.contains("no sample `quikstart`") && near.contains("did you mean `sample:quickstart`?"), "{near}");
        let far = Source::open(Path::new("sample:")).unwrap_err().to_string();
        assert!(far.contains("`gossipsim samples`"), "{far}");
    }
}
