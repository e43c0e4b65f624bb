//! Records out: tables, charts and the results folder. Reads only records, never the engine.

pub mod charts;
pub mod coverage;
pub mod csv_file;
pub mod exactly;
pub mod expectations;
pub mod folder;
mod formula;
pub mod graph_export;
pub mod groups;
pub mod growth;
pub mod label;
mod link_end;
pub mod links;
pub mod manifest;
pub mod pairs;
pub mod places;
pub mod results;
pub mod rows;
pub mod statement;
pub mod summary_json;
pub mod tabulate;
pub mod theory_folder;
