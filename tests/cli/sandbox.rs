//! A folder for each test, and what a command does in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The smallest scenario that does something.
pub(crate) const TINY: &str = "replicates = 2\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push-pull\"\n";

/// A folder of a test's own, empty at first and gone at the end.
pub(crate) struct Sandbox {
    folder: PathBuf,
}

impl Sandbox {
    pub(crate) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("gossipsim-cli-{}-{test}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        Sandbox { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file, with its folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        fs::write(path, content).expect("a file");
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(name)).expect("JSON")
    }

    /// A table: its header line, and its rows.
    pub(crate) fn table(&self, name: &str) -> (String, Vec<Vec<String>>) {
        let text = self.text(name);
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name} has lines that do not end in \\n");
        let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>();
        (text.lines().next().expect("a header").to_owned(), rows.expect(name))
    }

    /// Everything below, hidden or not, in order; folders end in `/`.
    pub(crate) fn entries(&self) -> Vec<String> {
        entries(&self.folder, "")
    }

    /// The files below the folder `name`.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        entries(&self.path(name), "").into_iter().filter(|entry| !entry.ends_with('/')).collect()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gossipsim"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .stdin(Stdio::null());
        command
    }

    /// Runs the command to its end. Where the test says nothing of charts only SVG is drawn: PNG takes longer than all
    /// the rest.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let draws = arguments.first().is_some_and(|command| ["run", "compare", "plot"].contains(command));
        let silent = draws && !arguments.contains(&"--charts");
        if !silent {
            return Outcome::of(&mut self.command(arguments));
        }
        // Right behind the command: what follows `--` is no flag.
        Outcome::of(&mut self.command(&[&arguments[..1], &["--charts", "svg"], &arguments[1..]].concat()))
    }

    /// Runs a line of shell, in which `$0` is the program.
    #[cfg(unix)]
    pub(crate) fn shell(&self, line: &str) -> Outcome {
        let mut command = Command::new("sh");
        command
            .args(["-c", line, env!("CARGO_BIN_EXE_gossipsim")])
            .env_remove("COLUMNS")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        Outcome::of(&mut command)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn entries(folder: &Path, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(entries(&entry.path(), &format!("{name}/")));
            found.push(format!("{name}/"));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(command: &mut Command) -> Self {
        Outcome::from(command.output().expect("the program starts"))
    }

    /// Whatever happens, it is no panic.
    pub(crate) fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let outcome =
            Outcome { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        let fault = ["panicked", "fault of gossipsim"].iter().any(|word| outcome.stderr.contains(word));
        assert!(!fault, "{outcome:#?}");
        outcome
    }

    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// All of `parts` stand on standard output.
    pub(crate) fn prints(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stdout.contains(part), "`{part}` is not in\n{}", self.stdout);
        }
        self
    }

    /// All of `parts` stand on standard error.
    pub(crate) fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is not in\n{}", self.stderr);
        }
        self
    }

    /// Standard output, which is one JSON value on one line.
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}
