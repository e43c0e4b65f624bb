//! `[stop]`: when a run is done, and when it is given up.

use crate::scenario::sections::Reader;
use crate::settings::stop::{MAX_ROUNDS_KEY, MAX_TIME, UNTIL};
use crate::settings::{GossipSettings, MAX_ROUNDS, Stop, Until};
use crate::time::{SPAN_FORM, Span, SpanOrNone};
use crate::workload::rumor::Spread;

pub(super) fn read(reader: &mut Reader<'_>, gossip: Option<&GossipSettings>) -> Option<Stop> {
    let max_rounds = reader.whole(&MAX_ROUNDS_KEY, 1..=MAX_ROUNDS, "");
    let max_time = reader.read::<SpanOrNone>(&MAX_TIME)?.0;
    if max_time.is_some_and(Span::is_zero) {
        reader.refuse(MAX_TIME.path, "no time at all", format!("\"none\", or {SPAN_FORM}"));
    }
    let until = reader.model(&UNTIL);
    if until == Some(Until::Quiet) && gossip.is_some_and(|gossip| gossip.spread == Spread::FOREVER) {
        let problem = "nothing ever falls quiet where nodes never lose interest";
        reader.refuse(
            UNTIL.path,
            problem,
            "\"informed\", or a gossip.spread that ends: counter, coin, infect-and-die or duplicates",
        );
    }
    Some(Stop { max_rounds, max_time, until: until? })
}
