#!/usr/bin/env python3
"""Runs the presets of `docs/systems.md` and writes what came of them to `docs/findings.md`.

    cargo build --release
    python3 docs/findings.py            # a few minutes on two cores
    python3 docs/findings.py cassandra  # one preset, without writing the page
    python3 docs/findings.py lifeguard  # one section, the longest, without writing the page
    python3 docs/findings.py broadcasts # another

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
    cells = [[row[key] for key, _ in keys] + [cell(row, column, by) for column, _, by in columns] for row in rows]
    return of_cells(head, cells)


def of_cells(head, rows):
    """A table of cells that are texts."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def figure(name, *options):
    """Draws one chart of the results called `name` into the gallery."""
    command = [str(PROGRAM), "plot", str(OUTPUT / name), *options, "--charts", "svg"]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    drawn = max((OUTPUT / name / "charts").glob("*.svg"), key=lambda path: path.stat().st_mtime_ns)
    target = ROOT / "output" / "gallery" / f"findings_{name}.svg"
    target.write_bytes(drawn.read_bytes())
    return f"![{name}](../output/gallery/{target.name})"


# The five configurations of Lifeguard: its probe, its suspicion, its buddy system; and table IV of the paper: FP and FP- (failure
# events about healthy members, and those of them at healthy members), messages (millions) and GiB, in ten runs of each of 432
# settings; seconds until the first knows, median and 99 %, and until all do, median.
LIFEGUARD = {
    ("false", "false", "false"): ("SWIM", 339002, 1326, 435.33, 149.15, 12.44, 16.96, 12.90),
    ("true", "false", "false"): ("LHA-Probe", 229574, 436, 428.62, 134.28, 12.42, 17.75, 12.90),
    ("false", "true", "false"): ("LHA-Suspicion", 10174, 89, 484.55, 158.87, 12.42, 17.47, 12.89),
    ("false", "false", "true"): ("Buddy System", 318935, 591, 435.62, 147.67, 12.45, 17.12, 12.92),
    ("true", "true", "true"): ("Lifeguard", 5193, 25, 481.42, 146.13, 12.45, 17.90, 12.91),
}
GRID_RUNS, GRID_REPLICATES, CRASHES = 4320, 2, 300
PARTS = [f"workload.{part}" for part in ("local_health_probe", "local_health_suspicion", "buddy")]
# Table VII: what median detection by Lifeguard takes with a smaller alpha, in % of SWIM with 5 (beta is 6).
ALPHAS = {2: 54.34, 4: 83.12, 5: 100.08}


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


def broadcasts():
    """How soon a message is everywhere over gossipsub, by size, loss, and nodes that are silent."""
    parts = []
    for name, deadline in (("ethereum_blocks", [("in_time_share_mean", "within 4 s", 0.01)]), ("kubo", [])):
        columns = [
            ("delivery_share_mean", "delivered (%)", 0.01),
            *[(column, f"{shown} (%)", by) for column, shown, by in deadline],
            ("latency_p50_ms_mean", "half of the deliveries (ms)", 1),
            ("latency_p99_ms_mean", "99 % (ms)", 1),
            ("latency_max_ms_mean", "slowest (ms)", 1),
            ("last_hop_mean", "hops", 1),
            ("redundancy_mean", "redundancy", 1),
            ("bytes_per_node_second_mean", "bytes/node/s", 1),
        ]
        lossy = run(name, f"preset:{name}", sizes([100, 1000, 10000]), "sweep.network.loss=[0, 0.01, 0.05]", replicates=3)
        silent = run(
            f"{name}_mute",
            f"preset:{name}",
            sizes([100, 1000, 10000]),
            "sweep.adversaries.mute=[0.1, 0.3]",
            replicates=3,
        )
        rows = [{**row, "mute": "0"} for row in lossy] + [{**row, "mute": row["adversaries.mute"]} for row in silent]
        rows.sort(key=lambda row: (int(row["nodes"]), float(row["mute"]), float(row["loss"])))
        parts.append(f"### {name}\n\n{table(rows, [*KEYS, ('mute', 'silent')], columns)}\n")
    drawn = figure("ethereum_blocks", "--x", "nodes", "--y", "latency_p99_ms", "--color", "loss")
    return "\n".join([*parts, drawn]) + "\n"


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
        ("mistakes_mean", "mistakes", 1),
        ("false_positives_about_healthy_mean", "about members that are never blocked", 1),
        ("false_positives_between_healthy_mean", "of these at members that are never blocked", 1),
        ("bytes_per_node_second_mean", "bytes/node/s", 1),
    ]
    return table(rows, keys, columns)


def configurations(*names):
    """The switches of these configurations of Lifeguard, as keys of a sweep taken in step."""
    chosen = [parts for parts, (name, *_) in LIFEGUARD.items() if name in names]
    keys = [f'"{key}"=[{", ".join(parts[place] for parts in chosen)}]' for place, key in enumerate(PARTS)]
    return f"sweep.zip=[{{{', '.join(keys)}}}]"


def of_configuration(rows, parts):
    return [row for row in rows if tuple(row[part] for part in PARTS) == parts]


def mean(rows, column):
    """The mean of a column over configurations, all of which have as many runs."""
    return sum(float(row[column]) for row in rows) / len(rows)


def percent(value, whole):
    return f"{100 * value / whole:.3g}" if whole > 0 else "-"


def false_positives(rows):
    """FP and FP- in a run, by configuration."""
    columns = [f"false_positives_{which}_healthy_mean" for which in ("about", "between")]
    return {parts: [mean(of_configuration(rows, parts), column) for column in columns] for parts in LIFEGUARD}


def intervals():
    """The interval experiment of Lifeguard: false positives and load of the five configurations, beside the paper."""
    rows = run("lifeguard", "docs/lifeguard.toml", replicates=GRID_REPLICATES)
    found, (swim, paper) = false_positives(rows), next(iter(LIFEGUARD.items()))
    loads = [f"{what}_per_node_second_mean" for what in ("messages", "bytes")]
    cells = []
    for parts, (name, *published) in LIFEGUARD.items():
        own = of_configuration(rows, parts)
        cells.append([name])
        for place in (0, 1):
            cells[-1] += [f"{found[parts][place]:.3g}", f"{published[place] / GRID_RUNS:.3g}"]
            cells[-1] += [percent(found[parts][place], found[swim][place]), percent(published[place], paper[1 + place])]
        cells[-1] += [number(str(mean(own, load)), 1) for load in loads]
        for place, load in enumerate(loads):
            relative = percent(mean(own, load), mean(of_configuration(rows, swim), load))
            cells[-1].append(f"{relative} ({percent(published[2 + place], paper[3 + place])})")
    head = ["configuration", "FP a run", "paper", "% of SWIM", "paper", "FP- a run", "paper", "% of SWIM", "paper"]
    return of_cells([*head, "messages/node/s", "bytes/node/s", "messages, % (paper)", "bytes, % (paper)"], cells)


def reading():
    """The same by how long a released member reads each message that waits."""
    cells = []
    swim, probe, suspicion = list(LIFEGUARD)[:3]
    for time in ("0s", "10us", "30us", "100us"):
        some = configurations("SWIM", "LHA-Probe", "LHA-Suspicion")
        blocks = 'sweep.event.0.block=["4/n", "16/n", "32/n"]'
        rows = run(f"lifeguard_{time}", "docs/lifeguard.toml", f"event.0.reading={time}", blocks, some, replicates=1)
        counts = [mean(of_configuration(rows, one), "false_positives_about_healthy_mean") for one in (swim, probe, suspicion)]
        cells.append([time, f"{counts[0]:.3g}", percent(counts[1], counts[0]), percent(counts[2], counts[0])])
    return of_cells(["read in", "FP a run of SWIM", "LHA-Probe, %", "LHA-Suspicion, %"], cells)


def one_crash():
    """How soon a crash is noticed, by configuration and by alpha, beside tables V and VII of the paper."""
    crash = ("sweep={}", 'event=[{at="5400ms", crash="1/n"}]', "workload.during=45s")
    every = configurations(*(name for name, *_ in LIFEGUARD.values()))
    rows = run("lifeguard_crash", "docs/lifeguard.toml", *crash, every, replicates=CRASHES)
    cells = []
    for parts, (name, *published) in LIFEGUARD.items():
        (row,) = of_configuration(rows, parts)
        columns = ("first_detection_ms_p50", "first_detection_ms_p99", "full_detection_ms_p50")
        first, late, full = (number(row[column], 1000) for column in columns)
        cells.append([name, first, f"{published[4]}", late, f"{published[5]}", full, f"{published[6]}"])
    head = ["configuration", "first knows (s)", "paper", "99 % of runs (s)", "paper", "all know (s)", "paper"]
    alphas = f"sweep.workload.suspicion_mult=[{', '.join(map(str, ALPHAS))}]"
    switches = [f"{part}=true" for part in PARTS]
    rows = run("lifeguard_alpha", "docs/lifeguard.toml", *crash, alphas, *switches, replicates=CRASHES)
    swim = float(of_configuration(run("lifeguard_crash", ""), next(iter(LIFEGUARD)))[0]["first_detection_ms_p50"])
    by_alpha = [
        [row["workload.suspicion_mult"], number(row["first_detection_ms_p50"], 1000)]
        + [percent(float(row["first_detection_ms_p50"]), swim), f"{ALPHAS[int(row['workload.suspicion_mult'])]}"]
        for row in rows
    ]
    return of_cells(head, cells), of_cells(["alpha", "first knows (s)", "% of SWIM with 5", "paper"], by_alpha)


def lifeguard():
    detection_by_part, detection_by_alpha = one_crash()
    drawn = figure(
        "lifeguard", "--x", "event.0.blocked", "--y", "false_positives_about_healthy_mean",
        "--color", "workload.local_health_suspicion", "--where", "event.0.block=16/n", "--where", "event.0.free=1ms,64ms",
    )  # fmt: skip
    return LIFEGUARD_PAGE.format(
        replicates=GRID_REPLICATES,
        crashes=CRASHES,
        intervals=intervals(),
        reading=reading(),
        crash=detection_by_part,
        alpha=detection_by_alpha,
        drawn=drawn,
    )


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
## A message is broadcast

Gossipsub over nodes in twelve regions of the world: which share of the nodes that are to get a message does, and when; how many hops the
longest way has; copies sent for each delivery, less one. Connections are TCP: loss costs time, not messages. Silent nodes (`mute`) are in
the meshes of others, and send nothing; shares are of the others. Bandwidth is not limited: what 100 KiB take to be sent is not in the times of
blocks. Numbers are means over three runs; times are quantiles over the deliveries of all messages of a run. Ten times as many nodes are two
to three hops more for a block, 0.1 s. Where three of ten nodes are silent, half of the deliveries take 5 % longer for blocks and 10 to
20 % for Kubo, and the slowest up to a quarter. Messages of Kubo take no time at a node, where blocks take 50 ms, and come soonest over
many short hops; their authors send them to all neighbours.

{broadcasts}
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

memberlist, where some members are blocked for 16.4 s and free for 64 ms, by turns, for a minute: what stalled processes do.
With local health aware suspicion (Lifeguard) and without. Most mistakes are about the blocked members, who do not answer.

{blocked}

{lifeguard}"""


LIFEGUARD_PAGE = """## Lifeguard's experiment

The interval experiment of the paper (Dadgar, Phillips and Currey 2018, section V): of 128 members 1 to 32 are blocked together for
128 ms to 32.8 s, free for 1 ms to 16.4 s, and so on for two minutes; 432 settings, {replicates} runs of each beside ten in the paper
([lifeguard.toml](lifeguard.toml)). FP are mistakes about members that are never blocked, FP- those of them that such members make,
both for each run; alpha is 5, beta 6, K 3. One number is not the paper's: a member that is released reads each message that waits in
20 µs.

{intervals}

{drawn}

- **Where the mistakes come from.** A member that is released finds that the ping of before its block is unanswered, and suspects
  its target at once. It tells others, also those that are released with it; the target refutes that, and the refutation waits
  behind the next block. With a suspicion of 10.5 s a block of 16 s or 33 s is too long: the suspicion runs out meanwhile. So nearly all
  mistakes are at blocked members. Without blocks longer than the shortest suspicion there are hardly any, unless a member is
  free for too short a time to read all that has come.
- **What agrees.** SWIM makes as many mistakes as in the paper, to a seventh; LHA-Suspicion, which lasts 63 s while nobody confirms it,
  leaves 2 % of them, and all of Lifeguard as many. Of FP- Lifeguard and LHA-Suspicion leave next to nothing. The load, and what
  LHA-Suspicion adds to it by confirmations, is that of the paper to some 10 %.
- **What does not.** LHA-Probe saves nothing of FP here, and a third in the paper. Blocks of 16 s and 33 s make most of our mistakes,
  and no probe lasts that long; LHA-Probe saves the targets of members that are blocked for up to 8 s, and those are
  mistaken only where reading takes longer. So in the paper more mistakes may come of shorter blocks: its agents compete for the
  processors of one machine when they are released together, and messages that find a full socket buffer are lost. Here only
  reading takes time, and all waits. Lifeguard and LHA-Suspicion cannot be told apart, nor SWIM and the buddy system, which tells
  a suspect at once what a blocked member then does not read.
- FP- rest on a few of the runs: where a wrong verdict gets round before its refutation, a hundred members share it. Their order
  among SWIM, LHA-Probe and the buddy system is chance.

How long it takes to read a message decides what LHA-Suspicion leaves, with 4, 16 and 32 blocked members, one run of each setting:

{reading}

Read at once, hardly any suspicion of 63 s outlasts the wait. In a tenth of a millisecond each, ten messages are read in the shortest
time between two blocks, fewer than have come: news get older from block to block. The 3 % of the paper lie in between.

How soon one crash is noticed, of {crashes} runs (in the paper of up to 32 members that block at once, and 0.2 s to 0.5 s later):

{crash}

And by Lifeguard with a smaller alpha:

{alpha}
"""


def main():
    if sys.argv[1:] == ["lifeguard"]:
        print(lifeguard())
        return
    if sys.argv[1:] == ["broadcasts"]:
        print(broadcasts())
        return
    if len(sys.argv) > 1:
        name = sys.argv[1]
        print(table(run(f"one_{name}", f"preset:{name}", replicates=10), KEYS, DETECTION))
        return
    page = PAGE.format(
        detection=detection(),
        spread=spread(),
        broadcasts=broadcasts(),
        continents=between_continents(),
        many=many_failing(),
        phi=phi_in_seconds(),
        blocked=blocked(),
        lifeguard=lifeguard(),
    )
    (ROOT / "docs" / "findings.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
