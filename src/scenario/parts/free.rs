//! The keys that are free within their section, those of `[sweep]` and `[expect]`.

/// Keys that are free within their section: what each is called, what its value is, and what it means.
pub const FREE_KEYS: [(&str, &str, &str); 4] = [
    (
        "sweep.KEY",
        "list, or a range: \"2^6..2^16\", \"10^2..10^6\", \"1..8\", \"0..0.5 step 0.1\", \"1%..10% step 1%\"",
        "the values of any key of a section, or of seed; every combination is a configuration",
    ),
    ("sweep.zip", "tables [[sweep.zip]] of keys with lists of one length", "keys that go in step with each other"),
    (
        "sweep.where",
        "condition, such as \"gossip.fanout < network.nodes and network.loss <= 10%\"",
        "combinations of which it does not hold are left out",
    ),
    (
        "expect.FIGURE",
        "range such as [1, 2], or a bound such as \">= 0.99\"",
        "what must hold of a figure of the results",
    ),
];
