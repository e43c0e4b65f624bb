//! Rows of `links.csv` and `links_summary.csv`: what went over a link, and what all links of a point come to.

use super::link_end::LinkEnd;
use crate::columns::{Cell, Column};

/// A row of `links.csv`: one link of a point whose traffic was recorded, over all rounds of all its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRow {
    /// Number of the point, from 0.
    pub point: u64,
    /// The end of the link with the smaller number, by its name.
    pub from: LinkEnd,
    /// Its other end.
    pub to: LinkEnd,
    /// Conversations whose first message went over it, in either direction.
    pub conversations_per_round: f64,
    /// Messages that went over it, answers included.
    pub messages_per_round: f64,
}

impl LinkRow {
    /// The columns of `links.csv`.
    pub const COLUMNS: &[Column<LinkRow>] = &[
        Column::whole("point", "", "Number of the configuration in the sweep, from 0.", |row| row.point.into()),
        Column::word("from", "The end of the link with the smaller number, by its name.", |row| (&row.from).into()),
        Column::word("to", "The end of the link with the larger number, by its name.", |row| (&row.to).into()),
        Column::real("conversations_per_round", "messages", "Conversations whose first message went over it.", |row| {
            row.conversations_per_round.into()
        }),
        Column::real("messages_per_round", "messages", "Messages that went over it, answers included.", |row| {
            row.messages_per_round.into()
        }),
    ];

    /// The row with these values in its columns.
    pub fn of_cells(cells: &[Cell]) -> Self {
        let at = |place: usize| cells.get(place).unwrap_or(&Cell::Empty);
        LinkRow {
            point: at(0).whole().unwrap_or(0),
            from: LinkEnd::from(at(1).word()),
            to: LinkEnd::from(at(2).word()),
            conversations_per_round: at(3).number().unwrap_or(0.0),
            messages_per_round: at(4).number().unwrap_or(0.0),
        }
    }
}

/// What the links of a point come to, per round.
#[derive(Clone, Debug, PartialEq)]
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
    /// The columns of `links_summary.csv` after those of the point and of swept keys.
    pub const COLUMNS: &[Column<LinksRow>] = &[
        Column::whole("links", "links", "Number of links.", |row| row.links.into()),
        Column::real(
            "conversations_mean",
            "messages",
            "Conversations over a link per round, mean over links.",
            |row| row.conversations_mean.into(),
        ),
        Column::real(
            "conversations_max",
            "messages",
            "Conversations per round over the link that most went over.",
            |row| row.conversations_max.into(),
        ),
        Column::real("messages_mean", "messages", "Messages over a link per round, mean over links.", |row| {
            row.messages_mean.into()
        }),
        Column::real("messages_max", "messages", "Messages per round over the link that most went over.", |row| {
            row.messages_max.into()
        }),
        Column::word("critical_links", "The three links that most messages went over, the most loaded first.", |row| {
            row.critical_links.as_str().into()
        }),
    ];
}
