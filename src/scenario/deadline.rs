//! `deadline`: a time, or a time by which a share of the nodes should have the update.

use serde::{Deserialize, Deserializer};

use super::sections::Reader;
use super::tree::Value;
use crate::observe::COVERAGES;
use crate::scalar::{self, Refusal};
use crate::settings::{DEADLINE, Deadline};
use crate::time::{SPAN_FORM, Span, SpanOrNone};

/// The form of a deadline for a share of the nodes, for messages.
const TABLE_FORM: &str = "{ time = \"2s\", coverage = \"99.9%\" }";

/// What `deadline` says, if there is one.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Deadline> {
    let read = match reader.look(&DEADLINE, |value| matches!(value, Some(Value::Table(_)))) {
        true => reader.model::<Written>(&DEADLINE).map(|Written { time, coverage }| (Some(time), coverage.0)),
        false => reader.one_of::<SpanOrNone>(&DEADLINE, form).map(|SpanOrNone(time)| (time, 1000)),
    };
    let (time, permille) = read?;
    let time = time?;
    if time.is_zero() {
        reader.refuse(DEADLINE.path, "no time at all", form());
    }
    Some(Deadline { time, permille })
}

/// What may be written, for messages.
fn form() -> String {
    format!("\"none\", {SPAN_FORM}, or {TABLE_FORM}")
}

/// A deadline for a share of the nodes, as written.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    time: Span,
    coverage: Share,
}

/// A share of the nodes, in thousandths, of which it is known when it had the update.
#[derive(Clone, Copy)]
struct Share(u64);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read_number(
            deserializer,
            "\"50%\", \"90%\", \"99%\", \"99.9%\" or \"100%\", or the share as a number",
            |written| {
                let share = written.number()?;
                let meant = |permille: &u64| (share * 1000.0 - *permille as f64).abs() < 1e-6;
                COVERAGES.into_iter().chain([1000]).find(meant).map(Share).ok_or(Refusal::Value)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Overrides, Problems, Scenario, Source};

    fn scenario(deadline: &str, more: &str) -> Result<Scenario, Problems> {
        let text = format!("deadline = {deadline}\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n{more}");
        scenario::read(Source::text("demo.toml", &text), &Overrides::default())
    }

    #[test]
    fn a_deadline_is_a_time_or_a_time_for_a_share_and_reads_back_as_itself() {
        let second = |permille| Some(Deadline { time: "1s".parse().unwrap(), permille });
        for (text, deadline) in [
            ("\"none\"", None),
            ("\"1s\"", second(1000)),
            ("\"1000ms\"", second(1000)),
            ("{ time = \"1s\", coverage = \"99.9%\" }", second(999)),
            ("{ time = \"1s\", coverage = 0.5 }", second(500)),
            ("{ time = \"1s\", coverage = 1 }", second(1000)),
        ] {
            let first = scenario(text, "").unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(first.deadline, deadline, "{text}");
            let again = scenario::read(Source::text("demo.toml", &first.resolved_toml()), &Overrides::default());
            assert_eq!(again.unwrap_or_else(|problems| panic!("{problems}")).deadline, deadline, "{text}");
        }
        // It decides what is said of runs, and no run.
        let hash = |text| scenario(text, "").unwrap().hash();
        assert_eq!(hash("\"1s\""), hash("\"none\""));
    }

    #[test]
    fn what_is_no_deadline_is_refused_at_its_place() {
        for (text, more, parts) in [
            ("\"0s\"", "", ["no time at all", TABLE_FORM]),
            ("2", "", ["the number 2 has no unit", TABLE_FORM]),
            ("\"soon\"", "", ["soon", TABLE_FORM]),
            ("{ time = \"1s\", coverage = 0.98 }", "", ["0.98", "\"99.9%\""]),
            ("{ time = \"1s\" }", "", ["coverage", ""]),
            ("{ time = \"1s\", coverage = 1, x = 1 }", "", ["`x` is not a setting", "coverage"]),
            (
                "{ time = \"1s\", coverage = 0.9 }",
                "[workload]\nkind = \"average\"\n",
                ["no share of the nodes", "coverage = \"100%\""],
            ),
            ("\"1s\"", "[sweep]\ndeadline = [\"1s\", \"2s\"]\n", ["the same in every configuration", ""]),
        ] {
            let problems = scenario(text, more).unwrap_err().to_string();
            assert!(parts.iter().all(|part| problems.contains(part)), "{text}: {problems}");
        }
    }
}
