//! Traffic by link: summed over the runs of a point, and what the links of a point come to.

use super::frame::Row;
pub use super::link_end::LinkEnd;
pub use super::link_rows::{LinkRow, LinksRow};
use super::list::List;
use super::tables::Tables;
use crate::columns::Cell;
use crate::experiment::Record;
use crate::scenario::Point;
use crate::topology::LinkLoad;
use crate::units::NodeId;

/// How many of the most loaded links are named.
const MOST_NAMED: usize = 3;

/// What went over the links of a point, over all rounds of all its runs.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    loads: Vec<LinkLoad>,
    turns: u64,
}

impl Traffic {
    /// Adds what a run recorded, and takes it away from its record, which may be kept for long.
    pub fn add(&mut self, record: &mut Record) {
        let Some(loads) = record.traffic.take() else { return };
        self.turns += record.ending.tally.turns;
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
        let (index, nodes) = (u64::from(point.index), f64::from(point.settings.all_nodes()));
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

/// Every point whose traffic was recorded, by its row of the summary, and what its links come to.
pub fn summaries(tables: &Tables) -> Vec<(Row<'_>, LinksRow)> {
    let points = tables.summary.rows().filter_map(|row| {
        let links: Vec<&LinkRow> = of_point(tables, row.point()).collect();
        (!links.is_empty()).then(|| (row, summary(links)))
    });
    points.collect()
}

/// The values of a row of `links_summary.csv`: those of the point's columns and swept keys, and what its links come to.
pub fn cells(list: &List, row: Row<'_>, links: &LinksRow) -> Vec<Cell> {
    let place = list.point.iter().map(|column| row.cell(column.name));
    let keys = row.swept().into_iter().map(|(_, value)| value.into());
    place.chain(keys).chain(LinksRow::COLUMNS.iter().map(|column| (column.of)(links))).collect()
}

/// The links of a point, in ascending order.
pub fn of_point(tables: &Tables, point: u64) -> impl Iterator<Item = &LinkRow> {
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
    use super::super::testing;
    use super::*;

    fn link(point: u64, from: u32, messages: f64) -> LinkRow {
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
        let mut tables = Tables { summary: testing::summary(&[&[("point", 4_u64.into())]]), ..Tables::default() };
        tables.links = vec![link(3, 0, 90.0), link(4, 0, 2.0), link(4, 1, 6.0), link(4, 2, 6.0), link(4, 3, 4.0)];
        let expected = LinksRow {
            links: 4,
            conversations_mean: 2.25,
            conversations_max: 3.0,
            messages_mean: 4.5,
            messages_max: 6.0,
            critical_links: "1-2 2-3 3-4".into(),
        };
        let [(row, found)] = &summaries(&tables)[..] else { panic!("one configuration") };
        assert_eq!((row.point(), found), (4, &expected));
        tables.links[2].from = "New York".into();
        tables.links[2].to = "Rome".into();
        assert_eq!(summaries(&tables)[0].1.critical_links, "\"New York\"-Rome 2-3 3-4");
        tables.links.truncate(1);
        assert!(summaries(&tables).is_empty());
    }

    #[test]
    fn a_row_is_made_again_of_its_values() {
        for row in [link(2, 7, 1.5), LinkRow { from: "Rome".into(), to: "New York".into(), ..link(0, 0, 3.0) }] {
            let text: Vec<Cell> = LinkRow::COLUMNS.iter().map(|column| (column.of)(&row)).collect();
            let read = |cell: &Cell| cell.whole().map_or_else(|| cell.clone(), |number| number.to_string().into());
            let cells = [text[0].clone(), read(&text[1]), read(&text[2]), text[3].clone(), text[4].clone()];
            assert_eq!(LinkRow::of_cells(&cells), row);
        }
    }
}
