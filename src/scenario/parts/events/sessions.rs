//! Reading the file of sessions that an event names: when which nodes are up.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

use super::super::one::One;
use crate::catalog::Incompatible;
use crate::data_file::{self, Bundled, Row, rows};
use crate::printable;
use crate::settings::faults::{Session, Sessions};
use crate::time::Span;
use crate::topology::{Directory, WrittenNode};

/// The files that are part of the program, those of the folder `scenarios/sessions`.
const BUNDLED: [Bundled; 1] = [("office.csv", include_str!("../../../../scenarios/sessions/office.csv"))];

/// What a line holds.
const FORM: &str = "`node,up,down` in each line, such as `3,12.5,80`, those of a node in order of time: seconds, or durations such \
                    as \"2min\"; without `down` the node stays";

/// The key of the file.
const KEY: &str = "sessions";

/// A file of sessions, as written, which is read once for all configurations.
#[derive(Clone, Debug)]
pub(super) struct WrittenSessions {
    file: String,
    read: Arc<OnceLock<Result<Content, Incompatible>>>,
}

/// What a file holds.
#[derive(Debug)]
struct Content {
    lines: Vec<Line>,
    sha256: String,
}

/// A session whose node is to be found, and the number of its line.
#[derive(Debug)]
struct Line {
    number: usize,
    node: WrittenNode,
    up: Span,
    down: Option<Span>,
}

impl<'de> Deserialize<'de> for WrittenSessions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(WrittenSessions { file: String::deserialize(deserializer)?, read: Arc::default() })
    }
}

impl WrittenSessions {
    fn content(&self, folder: &Path, sha256: Option<&str>) -> Result<&Content, Incompatible> {
        let read = || {
            let mut digest = Sha256::new();
            let text = data_file::read(KEY, &self.file, folder, &BUNDLED, &mut digest)?;
            let sha256 = data_file::fingerprint(digest, sha256)?;
            Ok(Content { lines: self.lines(&text)?, sha256 })
        };
        self.read.get_or_init(read).as_ref().map_err(Incompatible::clone)
    }

    /// The sessions of a text, in the order of its lines; its first line may name the columns.
    fn lines(&self, text: &str) -> Result<Vec<Line>, Incompatible> {
        let rows = rows(text);
        let named =
            rows.first().is_some_and(|row| row.cells.first().is_some_and(|cell| cell.eq_ignore_ascii_case("node")));
        rows.iter()
            .skip(usize::from(named))
            .map(|row| line(row).map_err(|problem| self.wrong(row.line, problem)))
            .collect()
    }

    fn wrong(&self, line: usize, problem: impl std::fmt::Display) -> Incompatible {
        Incompatible::of(KEY, format!("`{}`, line {line}: {problem}", printable::line(&self.file)), FORM)
    }

    /// The sessions of `content` by node and time, with their nodes found in `directory`.
    fn located<'c>(&self, content: &'c Content, directory: &Directory) -> Result<Vec<Session>, Incompatible> {
        if content.lines.is_empty() {
            return Err(Incompatible::of(KEY, format!("`{}` has no sessions", printable::line(&self.file)), FORM));
        }
        let find = |line: &'c Line| {
            let Line { number, node, up, down } = line;
            let found = directory.find(node).map_err(|Incompatible { problem, allowed, .. }| Incompatible {
                allowed,
                ..self.wrong(*number, problem)
            });
            found.map(|found| (Session { node: found.node, up: *up, down: *down }, line))
        };
        let mut found = content.lines.iter().map(find).collect::<Result<Vec<(Session, &Line)>, _>>()?;
        // Stable: those of one node stay in the order of the file.
        found.sort_by_key(|(session, _)| session.node);
        for pair in found.windows(2).filter(|pair| pair[0].0.node == pair[1].0.node) {
            let [(_, before), (_, line)] = [pair[0], pair[1]];
            line.follows(before).map_err(|problem| self.wrong(line.number, problem))?;
        }
        Ok(found.into_iter().map(|(session, _)| session).collect())
    }
}

impl Line {
    /// Holds that it is later than the line `before` it of the same node.
    fn follows(&self, before: &Line) -> Result<(), String> {
        let says = match before.down {
            _ if self.up < before.up => format!("in line {} at {}", before.number, before.up),
            Some(down) if self.up < down => format!("by line {} it is up until {down}", before.number),
            None => format!("by line {} it never goes", before.number),
            Some(_) => return Ok(()),
        };
        let node = self.node.to_string();
        Err(format!("node {} comes at {}, and {says}", printable::line(&node), self.up))
    }
}

/// The session in a row.
fn line(row: &Row<'_>) -> Result<Line, String> {
    let (node, up, down) = match row.cells[..] {
        [node, up] => (node, up, ""),
        [node, up, down] => (node, up, down),
        _ => return Err(format!("{} cells", row.cells.len())),
    };
    let up = time(up)?;
    let down = if ["", "-"].contains(&down) { None } else { Some(time(down)?) };
    if let Some(down) = down.filter(|down| *down <= up) {
        return Err(format!("it goes at {down}, and comes at {up}"));
    }
    Ok(Line { number: row.line, node: WrittenNode::named(node), up, down })
}

/// A time: a number of seconds, or a duration with its unit.
fn time(text: &str) -> Result<Span, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds < 0.0 => Err(format!("{text} is negative")),
        Ok(seconds) if seconds.is_finite() => Ok(Span::from_nanos_f64(seconds * 1e9)),
        Ok(_) => Err(format!("{text} is not a finite number")),
        Err(_) => text.parse().map_err(|_| format!("`{}` is no time", printable::line(text))),
    }
}

impl One<'_, '_, '_> {
    /// The sessions of an event, if it names a file of them; `None` after a mistake.
    pub(super) fn sessions(
        &mut self,
        written: Option<&WrittenSessions>,
        sha256: Option<&str>,
    ) -> Option<Option<Sessions>> {
        let Some(sessions) = written else {
            if sha256.is_some() {
                let problem = "`sha256` is about a file of sessions, and this event names none";
                self.refuse("sha256", problem, "sha256 only with sessions");
                return None;
            }
            return Some(None);
        };
        let folder = self.reader.folder().to_owned();
        let read = sessions.content(&folder, sha256);
        let directory = self.directory?;
        let found = read.and_then(|content| Ok((sessions.located(content, directory)?, content.sha256.clone())));
        match found {
            Ok((list, sha256)) => Some(Some(Sessions { file: sessions.file.clone(), sha256, list: list.into() })),
            Err(Incompatible { key, problem, allowed }) => {
                self.refuse(key.unwrap_or(KEY), problem, allowed);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(u32, u64, Option<u64>)>, String> {
        let written = WrittenSessions { file: "x.csv".to_owned(), read: Arc::default() };
        let directory = Directory::new(None, 8);
        let lines = written.lines(text);
        let content = lines.map(|lines| Content { lines, sha256: String::new() }).map_err(|wrong| wrong.to_string())?;
        let located = written.located(&content, &directory).map_err(|wrong| wrong.to_string())?;
        let millis = |span: Span| span.nanos() / 1_000_000;
        Ok(located.into_iter().map(|one| (one.node.number(), millis(one.up), one.down.map(millis))).collect())
    }

    #[test]
    fn sessions_are_by_node_and_in_order_of_time() {
        let text = "# made up\nnode,up,down\n3,0,10\n1,2.5,1min\n3,10,11\n1,2min,\n";
        let expected = [(1, 2500, Some(60_000)), (1, 120_000, None), (3, 0, Some(10_000)), (3, 10_000, Some(11_000))];
        assert_eq!(read(text), Ok(expected.to_vec()));
        assert_eq!(read("7 1"), Ok(vec![(7, 1000, None)]));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, problem) in [
            ("", "`x.csv` has no sessions"),
            ("node,up,down\n", "`x.csv` has no sessions"),
            ("1,2,3\n2,5,4\n", "`x.csv`, line 2: it goes at 4s, and comes at 5s"),
            ("1,2,2\n", "line 1: it goes at 2s, and comes at 2s"),
            ("1,2,9\n2,1,3\n1,8,10\n", "line 3: node 1 comes at 8s, and by line 1 it is up until 9s"),
            ("1,2,9\n1,1,2\n", "line 2: node 1 comes at 1s, and in line 1 at 2s"),
            ("1,2\n1,5,6\n", "line 2: node 1 comes at 5s, and by line 1 it never goes"),
            ("8,0,1\n", "line 1: there is no node 8"),
            ("-1,0,1\n", "line 1: the number -1 is not the number of a node"),
            ("1,-2,3\n", "line 1: -2 is negative"),
            ("1,soon,3\n", "line 1: `soon` is no time"),
            ("1,0,inf\n", "line 1: inf is not a finite number"),
            ("1,0,1,2\n", "line 1: 4 cells"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(problem), "{text:?}: {said}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_part_of_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/sessions");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(files.collect::<Vec<_>>(), BUNDLED.map(|(name, _)| name.to_owned()));
    }
}
