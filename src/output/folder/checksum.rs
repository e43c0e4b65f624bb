//! SHA-256 of files, taken while they are written: by it a file that was changed since is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::hexadecimal::hexadecimal;

/// A checksum under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Checksum(Sha256);

impl Checksum {
    /// That of the file at `path`, in hexadecimal.
    pub(super) fn of_file(path: &Path) -> io::Result<String> {
        let (mut file, mut sum) = (File::open(path)?, Checksum::default());
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(sum.text()),
                read => sum.0.update(&buffer[..read]),
            }
        }
    }

    fn text(self) -> String {
        hexadecimal(self.0.finalize())
    }
}

/// The checksums of the files that were written, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Checksums(Arc<Mutex<BTreeMap<String, String>>>);

impl Checksums {
    pub(super) fn all(&self) -> BTreeMap<String, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in a file with these bytes.
    pub(super) fn add(&self, name: &str, bytes: &[u8]) {
        self.keep(name, Checksum(Sha256::new_with_prefix(bytes)));
    }

    fn keep(&self, name: &str, sum: Checksum) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), sum.text());
    }

    /// `file`, which gets the name `name` and is empty.
    pub(super) fn writer(&self, name: &str, file: File) -> StagedWriter {
        StagedWriter { file, name: name.to_owned(), sum: Checksum::default(), sums: self.clone() }
    }
}

/// A file of a staged folder that is written bit by bit.
#[derive(Debug)]
pub struct StagedWriter {
    file: File,
    name: String,
    sum: Checksum,
    sums: Checksums,
}

impl Write for StagedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.0.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl StagedWriter {
    /// Makes sure that all is on the disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn seal(self) -> io::Result<()> {
        self.file.sync_all()?;
        self.sums.keep(&self.name, self.sum);
        Ok(())
    }
}
