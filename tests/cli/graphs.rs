//! Graphs from files, as the program tells of them: by the names of the file.

use super::sandbox::Sandbox;

const CITIES: &str = "from,to,km\n\"New York\",Paris,5837\nParis,Rome,1106\nRome,Oslo,2008\nOslo,Paris,1343\n";

fn scenario(path: &str) -> String {
    format!(
        "replicates = 3\n[network]\nlinks = true\ntopology = {{ kind = \"file\", path = \"{path}\" }}\n[gossip]\n\
         strategy = \"push-pull\"\n[workload]\norigin = \"New York\"\n"
    )
}

#[test]
fn links_are_told_by_the_names_of_their_nodes() {
    let sandbox = Sandbox::new("graph-names");
    sandbox.write("cities.csv", CITIES);
    sandbox.write("cities.toml", scenario("cities.csv"));
    let outcome = sandbox.run(&["run", "cities.toml"]).exits(0);
    outcome.says(&["cities.csv: weights (column `km`) are not used without the key"]);
    let (header, links) = sandbox.table("output/cities/links.csv");
    let column = |name: &str| header.split(',').position(|head| head == name).unwrap();
    let ends: Vec<_> = links.iter().map(|row| (row[column("from")].as_str(), row[column("to")].as_str())).collect();
    assert_eq!(ends, [("New York", "Paris"), ("Paris", "Rome"), ("Paris", "Oslo"), ("Rome", "Oslo")]);
    let (header, summary) = sandbox.table("output/cities/links_summary.csv");
    let critical = &summary[0][header.split(',').position(|head| head == "critical_links").unwrap()];
    assert!(critical.contains("\"New York\"-Paris"), "{critical}");
    // Drawn again from the names.
    sandbox.run(&["plot", "output/cities"]).exits(0);
    let resolved = sandbox.json("output/cities/manifest.json");
    assert_eq!(resolved["resolved"]["settings"]["workload"]["origin"], "New York");
}

#[test]
fn check_tells_what_a_file_holds() {
    let sandbox = Sandbox::new("graph-check");
    sandbox.write("cities.csv", CITIES);
    sandbox.write("cities.toml", scenario("cities.csv"));
    let told = "cities.csv: read as csv: 4 nodes, 4 edges, 1 component, degree 1 to 3, mean 2.00; nodes New York, Paris, \
        Rome, Oslo";
    // Comments are wrapped.
    let whole = |text: &str| text.replace("\n# ", " ");
    let checked =
        sandbox.run(&["check", "cities.toml"]).exits(0).prints(&["origin      = \"New York\""]).stdout.clone();
    assert!(whole(&checked).contains(told), "{checked}");
    let json = sandbox.run(&["check", "cities.toml", "--json"]).exits(0).json();
    assert_eq!(json["graphs"], serde_json::json!([told]));
    sandbox.write("pieces.txt", "0 1\n1 2\n7 8\n20 8\n30 31\n");
    sandbox.write("pieces.toml", scenario("pieces.txt").replace("\"New York\"", "20"));
    let told = "pieces.txt: read as edges: 8 nodes, 5 edges, 3 components (the largest of 3 nodes), degree 1 to 2, \
        mean 1.25; nodes 0, 1, 2, 7, 8, …";
    let checked = sandbox.run(&["check", "pieces.toml"]).exits(0).stdout;
    assert!(whole(&checked).contains(told), "{checked}");
}
