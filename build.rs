//! Says of the program what it was built from: its version, the commit and the features.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let folder = variable("CARGO_MANIFEST_DIR");
    let features = ["cli", "charts"].into_iter().filter(|name| {
        let name = name.to_uppercase();
        env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
    });
    let features = format!("features: {}", features.collect::<Vec<_>>().join(", "));
    let commit = packaged(Path::new(&folder)).or_else(|| checked_out(Path::new(&folder)));
    println!("cargo::rustc-env=GOSSIPSIM_COMMIT={}", commit.as_deref().unwrap_or_default());
    let short = commit.iter().map(|commit| commit.chars().take(12).collect());
    let built: Vec<String> = short.chain([features]).collect();
    println!("cargo::rustc-env=GOSSIPSIM_VERSION={} ({})", variable("CARGO_PKG_VERSION"), built.join(", "));
}

/// The commit that a package from the registry was made of.
fn packaged(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    is_commit(commit).then(|| commit.to_owned())
}

/// The commit that is checked out, if the package is a repository and not a folder in one of somebody else's.
fn checked_out(folder: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    if fs::canonicalize(git(&["rev-parse", "--show-toplevel"])?).ok()? != fs::canonicalize(folder).ok()? {
        return None;
    }
    // Another commit is another HEAD, or another end of the branch that it names, which may be packed.
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD".to_owned(), "packed-refs".to_owned()].into_iter().chain(branch) {
        let path = git(&["rev-parse", "--git-path", &name]).map(|path| folder.join(path));
        // What is not there would be seen as changed by every build.
        if let Some(path) = path.filter(|path| path.is_file()) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    git(&["rev-parse", "HEAD"]).filter(|commit| is_commit(commit))
}

fn is_commit(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
