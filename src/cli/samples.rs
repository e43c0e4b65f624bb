//! `samples`: the scenarios inside the program.

use std::io::{self, Write};

use super::error::Error;
use super::text::wrapped;
use crate::printable;
use crate::scenario::{SAMPLE, SAMPLES, Sample};

/// Characters of a line.
const WIDTH: usize = 80;

/// `gossipsim samples`
pub(crate) fn samples(out: &mut impl Write, name: Option<&str>) -> Result<(), Error> {
    let Some(name) = name else { return list(out).map_err(Error::Stdout) };
    let sample = named(name.strip_suffix(".toml").unwrap_or(name))?;
    out.write_all(sample.text.as_bytes()).map_err(Error::Stdout)
}

/// The sample of this name, with or without the prefix of samples.
pub(super) fn named(name: &str) -> Result<&'static Sample, Error> {
    let name = name.strip_prefix(SAMPLE).unwrap_or(name);
    Sample::named(name).map_err(|near| {
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let name = printable::line(name);
        Error::Usage(format!("there is no sample `{name}`; {near}`gossipsim samples` lists them"))
    })
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let name = SAMPLES.iter().map(|sample| sample.name.len()).max().unwrap_or(0);
    for sample in SAMPLES {
        for (number, line) in wrapped(sample.question(), WIDTH - name - 2).iter().enumerate() {
            let name_column = if number == 0 { sample.name } else { "" };
            writeln!(out, "{name_column:<name$}  {line}")?;
        }
    }
    writeln!(
        out,
        "\ngossipsim run {SAMPLE}quickstart            runs one\n\
         gossipsim samples quickstart > mine.toml    copies one, to change it"
    )
}
