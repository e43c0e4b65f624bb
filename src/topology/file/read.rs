//! From the bytes of a graph file to a graph: unpacked, known for what it is, and read as that.

use std::borrow::Cow;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::edge_collector::{EdgeCollector, Named};
use super::fault::{FILE_FORM, Fault};
use super::format::Format;
use super::read_options::ReadOptions;
use super::{adjacency, columns, detect, dot, edges, gml, graphml, json, matrix_market, metis};
use crate::hexadecimal::hexadecimal;
use crate::regular_file;

/// The largest file that is read, in bytes, packed or unpacked: 4 GiB.
const MAX_BYTES: u64 = 4 << 30;

/// What a packed file may unpack to if it is small, in bytes, and how many times its size if it is not: edge lists
/// shrink to a tenth, and what shrinks to a thousandth is made to fill memories.
const UNPACKED: (u64, u64) = (64 << 20, 200);

/// A file as read.
#[derive(Debug)]
pub(super) struct Found {
    /// The SHA-256 of its bytes as they lie on the disk, in hexadecimal digits.
    pub(super) sha256: String,
    pub(super) format: Format,
    pub(super) named: Named,
}

/// Reads the graph in the file at `path`.
pub(super) fn read(path: &Path, asked: ReadOptions<'_>) -> Result<Found, Fault> {
    let bytes = regular_file::read(path, MAX_BYTES).map_err(|error| unreadable(path, &error))?;
    let sha256 = digest(&bytes);
    let (format, named) = parse(bytes, asked)?;
    Ok(Found { sha256, format, named })
}

/// Reads the graph in `bytes`.
pub(super) fn parse(bytes: Vec<u8>, asked: ReadOptions<'_>) -> Result<(Format, Named), Fault> {
    let bytes = if bytes.starts_with(b"\x1f\x8b") { unpacked(&bytes, MAX_BYTES)? } else { bytes };
    let text = text_of(bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // Lines as the first Macintosh ended them.
    let returns = !text.contains('\n') && text.contains('\r');
    let text: Cow<'_, str> = if returns { text.replace('\r', "\n").into() } else { text.into() };
    let text = &*text;
    let format = detect::format(text, asked.format)?;
    let mut gather = EdgeCollector::new(asked.directed, asked.weight.is_some());
    let read = match format {
        Format::Edges => edges::read(text, asked, &mut gather),
        Format::Csv => columns::read(text, asked, &mut gather),
        Format::Adjacency => adjacency::read(text, asked, &mut gather),
        Format::Metis => metis::read(text, asked, &mut gather),
        Format::MatrixMarket => matrix_market::read(text, asked, &mut gather),
        Format::Graphml => graphml::read(text, asked, &mut gather),
        Format::Gml => gml::read(text, asked, &mut gather),
        Format::Dot => dot::read(text, asked, &mut gather),
        Format::Json => json::read(text, asked, &mut gather),
    };
    // What a reader expects at a place is more to the point than the form of the whole.
    let general = |fault: Fault| if fault.expected == FILE_FORM { fault.expecting(format.form()) } else { fault };
    let named = read.and_then(|()| gather.finish()).map_err(general)?;
    Ok((format, named))
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let at = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Fault::of_file(match error.kind() {
        io::ErrorKind::NotFound => format!("there is no such file ({})", crate::printable::path(&at)),
        io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => match error.to_string() {
            // What our own reader says is about the file.
            own if own.starts_with("it is ") => own["it ".len()..].to_owned(),
            other => format!("cannot be read: {other}"),
        },
    })
}

/// What a gzip file holds, up to `most` bytes.
fn unpacked(packed: &[u8], most: u64) -> Result<Vec<u8>, Fault> {
    let most = most.min(UNPACKED.0.max(UNPACKED.1.saturating_mul(packed.len() as u64)));
    let mut reader = MultiGzDecoder::new(packed).take(most + 1);
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let more = bytes.len().max(1 << 16);
        bytes.try_reserve(more).map_err(|_| Fault::of_file("unpacks to more than there is memory for"))?;
        let read = reader.by_ref().take(more as u64).read_to_end(&mut bytes);
        match read {
            Ok(0) => break,
            Ok(_) if bytes.len() as u64 > most => {
                let problem = format!("unpacks to more than {} MB, {} times its size", most >> 20, UNPACKED.1);
                return Err(Fault::of_file(problem).expecting("a graph, or one unpacked with gunzip"));
            }
            Ok(_) => {}
            Err(error) => return Err(Fault::of_file(format!("is a broken gzip file: {error}"))),
        }
    }
    Ok(bytes)
}

/// The bytes as text, or what they are instead.
fn text_of(bytes: Vec<u8>) -> Result<String, Fault> {
    const MARKS: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "is a zip archive"),
        (b"BZh", "is packed with bzip2"),
        (b"\xfd7zXZ", "is packed with xz"),
        (b"\x28\xb5\x2f\xfd", "is packed with zstd"),
        (b"\x1f\x8b", "is packed twice"),
        (b"\x1f\x9d", "is packed with compress"),
        (b"%PDF", "is a PDF"),
        (b"\x89HDF", "is an HDF5 file"),
        (b"PAR1", "is a Parquet file"),
    ];
    if let Some((_, what)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(Fault::of_file(*what).expecting("a graph as text, or packed with gzip"));
    }
    let start = &bytes[..bytes.len().min(64)];
    let nul_at = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count() * 4 >= start.len();
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || (start.len() > 3 && (nul_at(0) || nul_at(1)))
    {
        return Err(Fault::of_file("is UTF-16").expecting("the file saved as UTF-8"));
    }
    if bytes.iter().take(1 << 16).any(|&byte| byte == 0) {
        return Err(Fault::of_file("is not text: it has zero bytes"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let lines = error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
        Fault::of_line(lines + 1, "is not UTF-8 text").expecting("the file saved as UTF-8")
    })
}

/// The SHA-256 of `bytes`, in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    hexadecimal(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const NOTHING: ReadOptions<'_> = ReadOptions { format: None, directed: None, weight: None };

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut writer = GzEncoder::new(Vec::new(), Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn problem(bytes: Vec<u8>) -> String {
        parse(bytes, NOTHING).unwrap_err().problem
    }

    #[test]
    fn gzip_is_unpacked_member_after_member_and_up_to_a_limit() {
        let mut two = packed(b"0 1\n");
        two.extend(packed(b"1 2\n"));
        let (format, named) = parse(two, NOTHING).unwrap();
        assert_eq!((format, named.names), (Format::Edges, super::super::names::NodeNames::range(0, 3)));
        assert_eq!(unpacked(&packed(&[b'0'; 1000]), 1000).unwrap().len(), 1000);
        // 200 MiB of zeros make 200 kB.
        let bomb = packed(&vec![b'0'; 200 << 20]);
        assert!(bomb.len() < 300_000);
        assert_eq!(problem(bomb), "unpacks to more than 64 MB, 200 times its size");
        let mut torn = packed(b"0 1\n1 2\n");
        torn.truncate(20);
        assert!(problem(torn).starts_with("is a broken gzip file"));
        assert_eq!(problem(packed(&packed(b"0 1\n"))), "is packed twice");
    }

    #[test]
    fn what_is_no_text_is_named() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (bytes, said) in [
            (wide("\u{feff}0 1\n"), "is UTF-16"),
            (wide("0 1\n1 2\n"), "is UTF-16"),
            (b"PK\x03\x04....".to_vec(), "is a zip archive"),
            (b"0 1\n\0\0\0 2".to_vec(), "is not text: it has zero bytes"),
            (b"0 1\n\xff 2\n".to_vec(), "is not UTF-8 text"),
            (b"".to_vec(), "holds no edges"),
            (b"# nothing\n\n".to_vec(), "holds no edges"),
        ] {
            assert_eq!(problem(bytes), said);
        }
    }

    #[test]
    fn the_digest_is_the_sha_256() {
        // FIPS 180-4, example "abc".
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
