//! Links of the documents lead somewhere, and what they name is there.

use std::path::Path;

use super::markdown::{anchors, links};
use super::{documents, names, read, root};

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let mut followed = 0;
    for document in documents() {
        for link in links(&read(&document)).iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { document.clone() } else { beside(&document, path) };
            assert!(root().join(&target).exists(), "{document}: {link} leads to {target}, which is not there");
            let headings = if anchor.is_empty() { Vec::new() } else { anchors(&read(&target)) };
            assert!(
                anchor.is_empty() || headings.iter().any(|heading| heading == anchor),
                "{document}: {link}: {target} has only {headings:?}"
            );
            followed += 1;
        }
    }
    assert!(followed > 100, "only {followed} links: does this test still find them?");
}

/// `path` as it is written in `document`, below the root.
fn beside(document: &str, path: &str) -> String {
    let folder = Path::new(document).parent().expect("a folder");
    let mut parts: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
    for part in path.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{document}: {path} leads out of the project"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_document_sample_and_chart_is_linked_to() {
    let all: Vec<String> = documents()
        .iter()
        .flat_map(|document| links(&read(document)).into_iter().map(move |link| beside(document, &link)))
        .collect();
    let linked = |path: &str| all.iter().any(|link| link.split('#').next() == Some(path));
    for document in documents().iter().filter(|document| *document != "README.md") {
        assert!(linked(document), "nothing leads to {document}");
    }
    for chart in names("output/gallery", "svg") {
        assert!(linked(&format!("output/gallery/{chart}")), "nothing shows {chart}");
    }
    let readme = links(&read("README.md"));
    for sample in names("scenarios", "toml") {
        assert!(readme.contains(&format!("scenarios/{sample}")), "README.md does not name {sample}");
    }
}

#[test]
fn every_scenario_that_is_named_is_there() {
    for document in documents() {
        for after in read(&document).split("scenarios/").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || "_.".contains(*c)).collect();
            let known = !name.ends_with(".toml") || root().join("scenarios").join(&name).exists();
            assert!(known, "{document}: there is no scenarios/{name}");
        }
    }
}

#[test]
fn no_document_names_a_path_of_one_machine() {
    for document in documents() {
        let text = read(&document);
        for folder in ["/home/", "/root/", "/tmp/", "/work/", "/Users/", "C:\\"] {
            assert!(!text.contains(folder), "{document} names {folder}");
        }
    }
}
