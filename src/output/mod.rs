//! Records out: tables, charts and the results folder. Reads only records, never the engine.

pub mod bandwidth;
pub mod by_region;
pub mod by_update;
pub mod caption;
mod chart;
mod chart_error;
pub mod chart_request;
#[cfg(feature = "charts")]
pub mod charts;
pub mod conditions;
pub mod coverage;
pub mod csv_file;
mod curve;
pub mod dictionary;
pub mod drawing;
mod error;
mod events;
pub mod exact_columns;
pub mod expectations;
mod fit;
pub mod folder;
#[cfg(test)]
mod foreign_file;
mod formula;
pub mod frame;
pub mod front;
pub mod gexf;
pub mod graph_export;
pub mod groups;
pub mod growth;
pub mod label;
mod law_rows;
mod link_end;
mod link_rows;
pub mod links;
mod list;
pub mod manifest;
pub mod network_picture;
mod notes;
pub mod overlay;
mod pages;
mod pair_columns;
pub mod pairs;
pub mod places;
pub mod provenance;
pub mod results;
pub mod rows;
pub mod run_tables;
pub mod statement;
mod summary;
pub mod summary_json;
pub mod suspicion_picture;
pub mod tables;
#[cfg(test)]
pub(crate) mod testing;
pub mod theory_folder;
pub mod until;
