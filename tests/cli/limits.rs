//! Limits of a run, and figures at the end of what numbers hold.

use super::sandbox::Sandbox;

/// The columns `names` of a table, row by row.
fn columns<const N: usize>(sandbox: &Sandbox, table: &str, names: [&str; N]) -> Vec<[String; N]> {
    let (header, rows) = sandbox.table(table);
    let place = |name: &str| header.split(',').position(|head| head == name).unwrap_or_else(|| panic!("no {name}"));
    rows.iter().map(|row| names.map(|name| row[place(name)].clone())).collect()
}

/// Rumor mongering that lasts longer than `rounds` rounds although all know before.
fn mongering(rounds: u64) -> String {
    format!(
        "replicates = 40\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\nfanout = 7\n\
         spread = {{ kind = \"coin\", k = 100 }}\n[stop]\nuntil = \"quiet\"\nmax_rounds = {rounds}\n"
    )
}

#[test]
fn a_run_cut_off_before_it_is_quiet_has_converged_if_all_know_and_is_told_of() {
    let sandbox = Sandbox::new("unquiet");
    // The origin calls all others in the first round.
    sandbox.write("short.toml", mongering(3));
    let outcome = sandbox.run(&["run", "short.toml"]).exits(0);
    let note = "configuration 0: 40 of 40 runs were cut off by a limit of [stop] before they were quiet (40 of them with every \
        node informed, which counts as converged): their traffic is incomplete";
    outcome.says(&[note]).prints(&["all 40 runs converged"]);
    assert_eq!(sandbox.json("output/short/manifest.json")["notes"], serde_json::json!([note]));
    for cells in columns(&sandbox, "output/short/runs.csv", ["outcome", "rounds", "time_ms", "residue"]) {
        assert_eq!(cells, ["converged", "1", "0.0", "0.0"]);
    }
    sandbox.write("long.toml", mongering(100_000));
    let outcome = sandbox.run(&["run", "long.toml"]).exits(0);
    assert!(!outcome.stderr.contains("cut off"), "{}", outcome.stderr);
    // Until they are quiet they send more.
    let messages = |name: &str| {
        let rows = columns(&sandbox, &format!("output/{name}/summary.csv"), ["messages_per_node_mean"]);
        rows[0][0].parse::<f64>().expect("a number")
    };
    assert!(messages("long") > 10.0 * messages("short"), "{} {}", messages("long"), messages("short"));
}

#[test]
fn no_total_of_bytes_ends_at_the_largest_number_of_64_bits() {
    let sandbox = Sandbox::new("petabytes");
    let text = "replicates = 2\n[network]\nnodes = 4096\nheader_size = \"4294967295MiB\"\n[gossip]\nstrategy = \"push\"\n\
        [workload]\nupdate_size = \"4294967295MiB\"\n";
    sandbox.write("large.toml", text);
    sandbox.run(&["run", "large.toml", "--quiet"]).exits(0);
    for cells in columns(&sandbox, "output/large/runs.csv", ["messages", "updates", "bytes"]) {
        let [messages, updates, bytes] = cells.map(|cell| cell.parse::<u128>().expect("a whole number"));
        let expected = (messages + updates) * (4_294_967_295 << 20);
        assert!(expected > u64::MAX.into(), "{expected}");
        assert_eq!(bytes, expected);
    }
    // What was written is read back.
    sandbox.run(&["plot", "output/large"]).exits(0);
}
