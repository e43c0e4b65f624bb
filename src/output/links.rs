//! Traffic by link: summed over the runs of a point, and what the links of a point come to.

use serde::{Deserialize, Serialize};

use super::rows::{LinkEnd, LinkRow, PointColumns, Swept, Tables};
use crate::experiment::Record;
use crate::scenario::Point;
use crate::topology::Load;
use crate::units::NodeId;

/// How many of the most loaded links are named.
const MOST_NAMED: usize = 3;

/// A row of `links_summary.csv`: the links of one point. The columns of [`PointColumns`] and of the swept keys come
/// first. All figures are per round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinksRow {
    /// Number of links.
    pub links: u64,
    /// Conversations over a link, mean over links.
    pub conversations_mean: f64,
    /// Conversations over the link that most went over.
    pub conversations_max: f64,
    /// Messages over a link, mean over links.
    pub messages_mean: f64,
    /// Messages over the link that most went over.
    pub messages_max: f64,
    /// The links that most messages went over, the most loaded first: `511-512 510-511 512-513`, or
    /// `Rome-"New York"`.
    pub critical_links: String,
}

impl LinksRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] =
        &["links", "conversations_mean", "conversations_max", "messages_mean", "messages_max", "critical_links"];
}

/// What went over the links of a point, over all rounds of all its runs.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    loads: Vec<Load>,
    turns: u64,
}

impl Traffic {
    /// Adds what a run recorded, and takes it away from its record, which may be kept for long.
    pub fn add(&mut self, record: &mut Record) {
        let Some(loads) = record.traffic.take() else { return };
        self.turns += record.ending.tally.ticks;
        if self.loads.is_empty() {
            self.loads = loads;
            return;
        }
        // The links of a point are the same, and in the same order, in all its runs.
        for (sum, load) in self.loads.iter_mut().zip(loads) {
            sum.conversations += load.conversations;
            sum.messages += load.messages;
        }
    }

    /// The rows of `links.csv` for `point`. A round is a turn of every node: where the last round of a run is not
    /// complete, the part of it that was simulated counts.
    pub fn rows(&self, point: &Point) -> impl Iterator<Item = LinkRow> {
        let (index, nodes) = (point.index, f64::from(point.settings.network.nodes));
        let rounds = self.turns as f64 / nodes;
        let names = point.settings.network.topology.names();
        let end = move |node: NodeId| match &names {
            Some(names) => LinkEnd::from(&*names.name(node)),
            None => LinkEnd::Number(node.number()),
        };
        let per_round = move |count: u64| if rounds > 0.0 { count as f64 / rounds } else { 0.0 };
        self.loads.iter().map(move |load| LinkRow {
            point: index,
            from: end(load.from),
            to: end(load.to),
            conversations_per_round: per_round(load.conversations),
            messages_per_round: per_round(load.messages),
        })
    }
}

/// A point, the values of its other swept keys, and what its links come to.
pub type Summed = (PointColumns, Swept, LinksRow);

/// The rows of `links_summary.csv`: every point whose traffic was recorded.
pub fn summaries(tables: &Tables) -> Vec<Summed> {
    let points = tables.summary.iter().filter_map(|(point, swept, _)| {
        let links: Vec<&LinkRow> = of_point(tables, point.point).collect();
        (!links.is_empty()).then(|| (point.clone(), swept.clone(), summary(links)))
    });
    points.collect()
}

/// The links of a point, in ascending order.
pub fn of_point(tables: &Tables, point: u32) -> impl Iterator<Item = &LinkRow> {
    // Points come in order.
    let first = tables.links.partition_point(|link| link.point < point);
    tables.links[first..].iter().take_while(move |link| link.point == point)
}

fn summary(mut links: Vec<&LinkRow>) -> LinksRow {
    let count = links.len() as u64;
    let mean = |of: fn(&LinkRow) -> f64| links.iter().map(|link| of(link)).sum::<f64>() / count as f64;
    let most = |of: fn(&LinkRow) -> f64| links.iter().map(|link| of(link)).fold(0.0, f64::max);
    let (conversations, messages) =
        (|link: &LinkRow| link.conversations_per_round, |link: &LinkRow| link.messages_per_round);
    let (conversations_mean, conversations_max) = (mean(conversations), most(conversations));
    let (messages_mean, messages_max) = (mean(messages), most(messages));
    // Of equals, the first stays first.
    links.sort_by(|one, other| messages(other).total_cmp(&messages(one)));
    let named = links.iter().take(MOST_NAMED).map(|link| format!("{}-{}", link.from, link.to));
    let critical_links = named.collect::<Vec<_>>().join(" ");
    LinksRow { links: count, conversations_mean, conversations_max, messages_mean, messages_max, critical_links }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::rows::SummaryRow;

    fn link(point: u32, from: u32, messages: f64) -> LinkRow {
        let half = messages / 2.0;
        LinkRow {
            point,
            from: LinkEnd::Number(from),
            to: LinkEnd::Number(from + 1),
            conversations_per_round: half,
            messages_per_round: messages,
        }
    }

    #[test]
    fn a_point_has_the_mean_the_most_and_the_most_loaded_of_its_links() {
        let columns = PointColumns::COLUMNS.iter().map(|name| if *name == "point" { "4" } else { "1" });
        let point: PointColumns = columns.collect::<csv::StringRecord>().deserialize(None).unwrap();
        let none = SummaryRow::COLUMNS.iter().map(|_| "0").collect::<csv::StringRecord>().deserialize(None).unwrap();
        let mut tables = Tables { summary: vec![(point.clone(), vec![], none)], ..Tables::default() };
        tables.links = vec![link(3, 0, 90.0), link(4, 0, 2.0), link(4, 1, 6.0), link(4, 2, 6.0), link(4, 3, 4.0)];
        let expected = LinksRow {
            links: 4,
            conversations_mean: 2.25,
            conversations_max: 3.0,
            messages_mean: 4.5,
            messages_max: 6.0,
            critical_links: "1-2 2-3 3-4".into(),
        };
        assert_eq!(summaries(&tables), [(point, vec![], expected)]);
        tables.links[2].from = "New York".into();
        tables.links[2].to = "Rome".into();
        assert_eq!(summaries(&tables)[0].2.critical_links, "\"New York\"-Rome 2-3 3-4");
        tables.links.truncate(1);
        assert_eq!(summaries(&tables), []);
    }
}
