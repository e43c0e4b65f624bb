//! Reading files that somebody else made: regular files only, up to a size, so that neither a pipe that nobody
//! writes to, nor a device without an end, nor a file larger than memory can hang or end the program.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Opens the regular file at `path`, which holds at most `most` bytes.
///
/// # Errors
/// What the system says; that it is a folder, a pipe, a socket or a device; or that it is larger.
pub fn open(path: &Path, most: u64) -> io::Result<File> {
    // Before it is opened: opening a pipe waits for somebody to write to it.
    check(&fs::metadata(path)?, most)?;
    let file = File::open(path)?;
    check(&file.metadata()?, most)?;
    Ok(file)
}

/// Reads the regular file at `path`, which holds at most `most` bytes.
///
/// # Errors
/// As of [`open`]; or that there is not enough memory for it.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path, most)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    let room = usize::try_from(size).ok().map(|size| bytes.try_reserve_exact(size));
    if !matches!(room, Some(Ok(()))) {
        return Err(io::Error::new(ErrorKind::OutOfMemory, format!("no memory for its {size} bytes")));
    }
    // Some files of the system (`/proc`) say 0 and have no end that is known before it is reached.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Reads the regular file at `path`, a text in UTF-8 of at most `most` bytes.
///
/// # Errors
/// As of [`read`]; or that it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
}

fn check(about: &fs::Metadata, most: u64) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    if !about.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is a pipe, a socket or a device, not a regular file"));
    }
    if about.len() > most { Err(too_large(most)) } else { Ok(()) }
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {most} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = std::env::temp_dir().join(format!("gossipsim-regular-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("four");
        fs::write(&path, "four").unwrap();
        assert_eq!(read(&path, 4).unwrap(), b"four");
        assert_eq!(read_text(&path, 9).unwrap(), "four");
        assert_eq!(read(&path, 3).unwrap_err().to_string(), "it is larger than 3 bytes");
        assert_eq!(open(&folder, 9).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert_eq!(read(&folder.join("none"), 9).unwrap_err().kind(), ErrorKind::NotFound);
        fs::write(&path, [0xff]).unwrap();
        assert_eq!(read_text(&path, 9).unwrap_err().to_string(), "it is not UTF-8 text");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_refused() {
        for device in ["/dev/zero", "/dev/null"] {
            let error = read(Path::new(device), 1 << 20).unwrap_err();
            assert!(error.to_string().contains("not a regular file"), "{device}: {error}");
        }
    }
}
