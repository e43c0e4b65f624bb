//! The formats of graph files.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{self, Refusal, Scalar};

/// How a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    /// Two node names a line.
    Edges,
    /// A table with an edge a row.
    Csv,
    /// A node a line, and after it its neighbours.
    Adjacency,
    /// XML of graphml.graphdrawing.org.
    Graphml,
    /// Graph Modelling Language (Himsolt 1997).
    Gml,
    /// The language of Graphviz.
    Dot,
    /// Adjacency lists of METIS and Chaco.
    Metis,
    /// A sparse matrix of the Matrix Market, by coordinates.
    MatrixMarket,
    /// JSON of nodes and links.
    Json,
}

impl Format {
    /// As a scenario names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Edges => "edges",
            Format::Csv => "csv",
            Format::Adjacency => "adjacency",
            Format::Graphml => "graphml",
            Format::Gml => "gml",
            Format::Dot => "dot",
            Format::Metis => "metis",
            Format::MatrixMarket => "matrix-market",
            Format::Json => "json",
        }
    }

    /// As its authors name it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Format::Edges => "an edge list",
            Format::Csv => "CSV",
            Format::Adjacency => "adjacency lists",
            Format::Graphml => "GraphML",
            Format::Gml => "GML",
            Format::Dot => "DOT",
            Format::Metis => "METIS",
            Format::MatrixMarket => "Matrix Market",
            Format::Json => "node-link JSON",
        }
    }

    /// What is expected where a file of this format is broken.
    pub(super) fn form(self) -> &'static str {
        match self {
            Format::Edges => "two node names a line, separated by white space, or a comment after #, % or //",
            Format::Csv => {
                "a row for each edge, with the names of its nodes, and perhaps a header such as source,target"
            }
            Format::Adjacency => "a node a line, followed by its neighbours",
            Format::Graphml => "<graphml> with a <graph> of <node id=…> and <edge source=… target=…>",
            Format::Gml => "graph [ node [ id … ] edge [ source … target … ] ]",
            Format::Dot => "graph { a -- b } or digraph { a -> b }",
            Format::Metis => {
                "a line with the numbers of nodes and edges, and for each node a line of its neighbours, from 1"
            }
            Format::MatrixMarket => {
                "%%MatrixMarket matrix coordinate, a line of rows, columns and entries, and an entry a line"
            }
            Format::Json => "an object with a list of nodes and a list of links (or edges) with source and target",
        }
    }
}

/// Which column or attribute holds weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WeightKey {
    /// A column by its number, from 1.
    Column(u32),
    /// A column or an attribute by its name.
    Name(String),
}

impl fmt::Display for WeightKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WeightKey::Column(column) => write!(f, "column {column}"),
            WeightKey::Name(name) => write!(f, "`{}`", super::fault::shown(name)),
        }
    }
}

impl Serialize for WeightKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WeightKey::Column(column) => serializer.serialize_u32(*column),
            WeightKey::Name(name) => serializer.serialize_str(name),
        }
    }
}

impl<'de> Deserialize<'de> for WeightKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer, "the name or the number of a column, from 3", |written| match written {
            Scalar::Text(text) => Ok(WeightKey::Name(text.to_owned())),
            Scalar::Unsigned(number) => {
                let column = u32::try_from(number).ok().filter(|&column| column > 0);
                column.map(WeightKey::Column).ok_or(Refusal::Value)
            }
            Scalar::Signed(_) => Err(Refusal::Value),
            Scalar::Real(_) => Err(Refusal::Kind),
        })
    }
}
