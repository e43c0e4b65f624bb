#!/usr/bin/env python3
"""Runs the presets of `docs/systems.md` and writes what came of them to `docs/findings.md`.

    cargo build --release
    python3 docs/findings.py            # a few minutes on two cores
    python3 docs/findings.py cassandra  # one preset, without writing the page

Results lie in output/findings, as those of any run: every number of the page is one of their summary.csv.
"""

import csv
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("GOSSIPSIM", ROOT / "target" / "release" / "gossipsim"))
OUTPUT = ROOT / "output" / "findings"

# For each part of the page: a title, the presets or scenarios with their overrides, and the columns.
DETECTION = [
    ("first_detection_ms_p50", "first knows (s)", 1000),
    ("full_detection_ms_p50", "all know (s)", 1000),
    ("bytes_per_node_second_mean", "bytes/node/s", 1),
    ("false_positives_per_node_hour_mean", "false positives/node/h", 1),
]


def run(name, scenario, *sets, replicates=5):
    """Simulates, unless that has been done (remove output/findings to do it again), and gives the rows of summary.csv."""
    folder = OUTPUT / name
    if (folder / "summary.csv").exists():
        with open(folder / "summary.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    command = [str(PROGRAM), "run", scenario, "--replicates", str(replicates), "--charts", "none", "--quiet"]
    for one in sets:
        command += ["--set", one]
    subprocess.run([*command, "--out", str(folder)], check=True, cwd=ROOT)
    return run(name, scenario, *sets, replicates=replicates)


def number(text, by):
    if text in ("", None):
        return "-"
    value = float(text) / by
    if value == 0:
        return "0"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def cell(row, column, by):
    """A figure; of a rate of which nothing was seen what it is below with 95 % confidence (the rule of three)."""
    if column == "false_positives_per_node_hour_mean" and float(row.get(column) or "nan") == 0:
        return f"< {3 / (float(row['node_hours_mean']) * int(row['runs'])):.2g}"
    return number(row.get(column), by)


def table(rows, keys, columns):
    head = [shown for _, shown in keys] + [shown for _, shown, _ in columns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [row[key] for key, _ in keys] + [cell(row, column, by) for column, _, by in columns]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def figure(name, *options):
    """Draws one chart of the results called `name` into the gallery."""
    command = [str(PROGRAM), "plot", str(OUTPUT / name), *options, "--charts", "svg"]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    drawn = max((OUTPUT / name / "charts").glob("*.svg"), key=lambda path: path.stat().st_mtime_ns)
    target = ROOT / "output" / "gallery" / f"findings_{name}.svg"
    target.write_bytes(drawn.read_bytes())
    return f"![{name}](../output/gallery/{target.name})"


def sizes(values):
    return f"sweep.network.nodes=[{', '.join(map(str, values))}]"


LOSSES = "sweep.network.loss=[0, 0.01, 0.1]"
KEYS = [("nodes", "n"), ("loss", "loss")]


def detection():
    """Detection by preset, size and loss."""
    parts = []
    for name, values, replicates in [
        ("cassandra", [10, 100, 300], 10),
        ("memberlist_lan", [10, 100, 1000], 10),
        ("memberlist_wan", [10, 100, 1000], 5),
        ("antrea", [10, 100, 1000], 10),
        ("alertmanager", [3, 5, 10], 20),
    ]:
        crash = "event.0.crash=[2]"
        rows = run(name, f"preset:{name}", sizes(values), LOSSES, crash, replicates=replicates)
        drawn = figure(name, "--x", "nodes", "--y", "full_detection_ms_p50", "--color", "loss")
        parts.append(f"### {name}\n\n{table(rows, KEYS, DETECTION)}\n\n{drawn}\n")
    return "\n".join(parts)


def spread():
    """How soon all nodes know of one that joined, by size and loss."""
    columns = [
        ("arrival_known_ms_p50", "all know the new node (s)", 1000),
        ("false_removals_p50", "false removals", 1),
        ("bytes_per_node_second_mean", "bytes/node/s", 1),
    ]
    rows = run("dynamo", "preset:dynamo", sizes([10, 100, 1000]), LOSSES, replicates=5)
    drawn = figure("dynamo", "--x", "nodes", "--y", "arrival_known_ms_p50", "--color", "loss")
    mesh = run("nginx_zone_sync", "preset:nginx_zone_sync", sizes([10, 100, 300]), replicates=3)
    mesh_columns = [
        ("agreement_ms_p50", "all show the last count after (ms)", 1),
        ("messages_per_node_second_mean", "messages/node/s", 1),
        ("bytes_per_node_second_mean", "bytes/node/s", 1),
    ]
    drawn_mesh = figure("nginx_zone_sync", "--x", "nodes", "--y", "messages_per_node_second_mean")
    return (
        f"### dynamo\n\n{table(rows, KEYS, columns)}\n\n{drawn}\n\n"
        f"### nginx_zone_sync\n\n{table(mesh, KEYS[:1], mesh_columns)}\n\n{drawn_mesh}\n"
    )


def between_continents():
    """What the links between continents bear, by size and choice of peers."""
    sweep = "sweep={}"
    rows = []
    for nodes in (110, 440, 1000):
        name = f"xerox_{nodes}"
        size = f"network.nodes={nodes}"
        exponents = "sweep.gossip.peers.exponent=[0, 1, 1.5, 2]"
        summary = run(name, "preset:xerox", size, sweep, exponents, LOSSES, replicates=20)
        with open(OUTPUT / name / "links_summary.csv", newline="", encoding="utf-8") as file:
            links = {row["point"]: row for row in csv.DictReader(file)}
        rows += [{**row, "conversations_max": links[row["point"]]["conversations_max"]} for row in summary]
    columns = [
        ("rounds_mean", "rounds until all know", 1),
        ("conversations_max", "conversations a round over the most loaded link", 1),
    ]
    drawn = figure("xerox_440", "--x", "gossip.peers.exponent", "--y", "rounds", "--color", "loss")
    keys = [*KEYS, ("gossip.peers.exponent", "exponent")]
    return f"### xerox\n\n{table(rows, keys, columns)}\n\n{drawn}\n"


def many_failing():
    """5, 20 and 50 % of the nodes crash at once."""
    rows = []
    for share in (0.05, 0.2, 0.5):
        for row in run(
            f"many_{share}", "preset:memberlist_lan", sizes([100, 1000]), f"event.0.crash={share}", replicates=10
        ):
            rows.append({**row, "share": f"{share:.0%}"})
    return table(rows, [("nodes", "n"), ("share", "failing")], DETECTION)


def phi_in_seconds():
    """What a threshold of 8 means, by size."""
    rows = run("phi", "preset:cassandra", sizes([3, 30, 300]), "event.0.crash=[2]", replicates=20)
    columns = [
        ("first_detection_ms_p50", "first knows (s)", 1000),
        ("first_detection_ms_p95", "95 % of runs (s)", 1000),
        ("full_detection_ms_p50", "all know (s)", 1000),
    ]
    return table(rows, KEYS[:1], columns)


def blocked():
    """What blocked nodes do to a cluster of 128."""
    rows = []
    for count in (1, 4, 8, 16):
        nodes = f"[{', '.join(map(str, range(count)))}]"
        for row in run(
            f"blocked_{count}",
            "sample:lifeguard",
            "network.nodes=128",
            "sweep={}",
            'sweep.workload.local_health_suspicion=[false, true]',
            "workload.local_health_probe=true",
            "workload.buddy=true",
            f"event.0.block={nodes}",
            replicates=5,
        ):
            rows.append({**row, "blocked": str(count)})
    keys = [("blocked", "blocked"), ("workload.local_health_suspicion", "local health suspicion")]
    columns = [
        ("false_positives_mean", "false positives", 1),
        ("false_positives_healthy_mean", "of these at members that were never blocked", 1),
        ("bytes_per_node_second_mean", "bytes/node/s", 1),
    ]
    return table(rows, keys, columns)


PAGE = """# What the presets do

Written by [findings.py](findings.py) from runs of the [presets](systems.md); anyone can run it again. Times are medians over
runs; `-` is a time that too few of the runs knew. A rate of which nothing was seen is below what is given, with 95 % confidence.
Every number with its interval is in the `summary.csv` of `output/findings`.

## One node crashes

The time from the crash until the first node takes it for failed, and until all do; the load of a node; how often a node that is
up was taken for failed. Cassandra is shown up to 300 nodes: the windows of n² pairs take 8 GB at 1000.

{detection}
## One node joins, one changes a count

{spread}
## What do the links between two continents bear?

A night is a round. With an exponent of 0 anybody is chosen as often as anybody else, and nine of ten conversations that begin in
Europe cross the two links; with 2, as in the release of 1987, hardly any.

{continents}
## How long until 5, 20 and 50 % failing nodes are noticed?

memberlist with its defaults for a local network, where so many of the nodes crash at once. Failures are found by probes of
single members, so many at once take little longer, up to half of all: a suspicion that nobody confirms lasts longest, and
with many probers dead there are fewer to confirm. Of 1000 nodes, half of which crash, not all knew within a minute.

{many}

## What does a phi of 8 mean in seconds?

Cassandra's threshold on news that come by gossip, without loss. 8 × ln 10 = 18.4 mean gaps, where a gap above 2 s is not kept.

{phi}

## What do a few blocked nodes do to a cluster of 128?

memberlist, where some members are blocked for 8.2 s and free for 64 ms, by turns, for a minute: what stalled processes do.
With local health aware suspicion (Lifeguard) and without.

{blocked}
"""


def main():
    if len(sys.argv) > 1:
        name = sys.argv[1]
        print(table(run(f"one_{name}", f"preset:{name}", replicates=10), KEYS, DETECTION))
        return
    page = PAGE.format(
        detection=detection(),
        spread=spread(),
        continents=between_continents(),
        many=many_failing(),
        phi=phi_in_seconds(),
        blocked=blocked(),
    )
    (ROOT / "docs" / "findings.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
