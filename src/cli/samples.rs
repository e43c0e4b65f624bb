//! `samples`: the scenarios inside the program.

use std::io::{self, Write};

use super::error::Error;
use super::terminal;
use super::text::paragraph;
use crate::printable;
use crate::scenario::{Collection, Sample};

/// `gossipsim samples`
pub(crate) fn samples(out: &mut impl Write, name: Option<&str>) -> Result<(), Error> {
    let Some(name) = name else { return list(out).map_err(Error::Stdout) };
    let sample = named(name.strip_suffix(".toml").unwrap_or(name))?;
    out.write_all(sample.text.as_bytes()).map_err(Error::Stdout)
}

/// The sample or preset of this name, with or without its prefix.
pub(super) fn named(name: &str) -> Result<&'static Sample, Error> {
    let (collections, name) = match Sample::referred(name) {
        Some((collection, name)) => (vec![collection], name),
        None => (Collection::ALL.to_vec(), name),
    };
    let found = collections.iter().find_map(|collection| collection.scenario(name).ok());
    found.ok_or_else(|| {
        let near = collections.iter().find_map(|collection| collection.scenario(name).err()?);
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let nouns: Vec<&str> = collections.iter().map(|collection| collection.noun()).collect();
        let (nouns, name) = (nouns.join(" or "), printable::line(name));
        Error::Usage(format!("there is no {nouns} `{name}`; {near}`gossipsim samples` lists them"))
    })
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let all = || Collection::ALL.into_iter().flat_map(Collection::scenarios);
    let width = all().map(|sample| sample.name.len()).max().unwrap_or(0);
    for collection in Collection::ALL {
        writeln!(out, "{}s, as in {}NAME", collection.noun(), collection.prefix())?;
        for sample in collection.scenarios() {
            let indents = [sample.name, ""].map(|name| format!("  {name:<width$}  "));
            paragraph(out, sample.subject(), indents.each_ref().map(String::as_str), terminal::text_width())?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "gossipsim run sample:quickstart             runs one\n\
         gossipsim samples quickstart > mine.toml    copies one, to change it"
    )
}
