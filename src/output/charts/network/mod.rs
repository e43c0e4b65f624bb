//! The network of one run, coloured by the time of first receipt, with the infection tree.

mod force;
mod layout;
mod scale;

use plotters::backend::DrawingBackend;
use plotters::prelude::RGBColor;

use super::canvas::{Align, Canvas, Font, Position, svg, text_width};
use super::pixels::{Page, png};
use super::style::{DETAIL, HEADING, NOTE, PAPER, TICK};
use super::text::plain;
use crate::output::chart_error::ChartError;
use crate::output::network_picture::NetworkPicture;
use crate::topology::Layout;
use crate::units::NodeId;
use scale::Scale;

/// More edges would cover everything else.
const MOST_EDGES: usize = 3000;
/// More names would cover each other.
const MOST_NAMES: usize = 64;

/// The page, and the part of it that the network fills.
const PAGE: (u32, u32) = (960, 820);
const CORNER: Position = (48.0, 120.0);
const EXTENT: Position = (700.0, 656.0);
/// The colour bar: from its left and top, its width and height.
const BAR: (Position, Position) = ((826.0, 148.0), (20.0, 420.0));

/// Lines for edges of the graph.
const EDGE: RGBColor = RGBColor(222, 222, 222);
/// What marks the origin.
const ORIGIN: RGBColor = RGBColor(213, 94, 0);
/// Rims of nodes.
const RIM: RGBColor = RGBColor(70, 70, 70);

/// The picture as it is laid out.
struct Drawing<'a> {
    picture: &'a NetworkPicture<'a>,
    layout: Layout,
    places: Vec<Position>,
    scale: Scale,
    radius: f64,
    notes: Vec<String>,
}

/// What the picture shows.
const TITLE: &str = "Who learned when, and from whom";

/// The picture as SVG.
///
/// # Errors
/// The drawing library fails.
pub fn as_svg(picture: &NetworkPicture<'_>) -> Result<String, ChartError> {
    let drawing = Drawing::of(picture);
    svg(TITLE, PAGE, |canvas| drawing.draw(canvas))
}

/// The picture as PNG, at twice the size.
///
/// # Errors
/// The drawing library fails, or memory is short.
pub fn as_png(picture: &NetworkPicture<'_>) -> Result<Vec<u8>, ChartError> {
    let drawing = Drawing::of(picture);
    png(&mut Page::default(), PAGE, |canvas| drawing.draw(canvas))
}

impl<'a> Drawing<'a> {
    fn of(picture: &'a NetworkPicture<'a>) -> Self {
        let settings = &picture.trace.point.settings;
        let layout = settings.network.topology.layout(settings.all_nodes());
        let raw = layout::positions(&layout, picture.neighbors);
        let places = layout::fitted(&raw, CORNER, EXTENT);
        let radius = (nearest(&places) * 0.36).clamp(2.0, 11.0);
        let mut notes = picture.notes.clone();
        let edges = picture.neighbors.edges().count();
        if edges > MOST_EDGES {
            notes.push(format!("The {edges} links of the graph are not drawn."));
        }
        Drawing { picture, layout, places, scale: Scale::of(picture.trace, picture.infection), radius, notes }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<(), ChartError> {
        canvas.blank(PAGE, PAPER)?;
        canvas.text(TITLE, (28.0, 46.0), Align::Left, HEADING)?;
        for (line, note) in self.notes.iter().enumerate() {
            let text = shortened(&plain(note), NOTE, f64::from(PAGE.0) - 56.0)?;
            canvas.text(&text, (28.0, 68.0 + 17.0 * line as f64), Align::Left, NOTE)?;
        }
        self.draw_edges(canvas)?;
        self.draw_tree(canvas)?;
        self.draw_nodes(canvas)?;
        self.scale.draw(canvas, BAR)?;
        self.draw_key(canvas)
    }

    fn draw_edges<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<(), ChartError> {
        let edges: Vec<[NodeId; 2]> = self.picture.neighbors.edges().collect();
        if edges.len() > MOST_EDGES {
            return Ok(());
        }
        let width = if edges.len() > 600 { 0.6 } else { 1.0 };
        edges.into_iter().try_for_each(|ends| self.connect(canvas, ends, EDGE, width))
    }

    /// Who told whom, each in the colour of the one who learned.
    fn draw_tree<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<(), ChartError> {
        let width = (self.radius * 0.35).clamp(1.2, 3.0);
        for receipt in self.picture.infection.firsts() {
            let Some(message) = self.picture.trace.brought_by(receipt) else { continue };
            self.connect(canvas, [message.from, message.to], self.scale.color(receipt), width)?;
        }
        Ok(())
    }

    /// A line between two nodes; across joined borders of a lattice the two ends of it.
    fn connect<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        ends: [NodeId; 2],
        color: RGBColor,
        width: f64,
    ) -> Result<(), ChartError> {
        let [from, to] = ends.map(|node| self.places[node.index()]);
        match self.border(ends) {
            None => canvas.line(&[from, to], color, width),
            Some(step) => {
                let length = (step.0 * step.0 + step.1 * step.1).sqrt();
                let (dx, dy) = (step.0 / length * self.radius * 2.1, step.1 / length * self.radius * 2.1);
                canvas.line(&[from, (from.0 - dx, from.1 - dy)], color, width)?;
                canvas.line(&[(to.0 + dx, to.1 + dy), to], color, width)
            }
        }
    }

    /// The way on the page from one end of an edge to the other, if it goes across a joined border of a lattice.
    fn border(&self, ends: [NodeId; 2]) -> Option<Position> {
        let Layout::Lattice { sides, joined: true } = &self.layout else { return None };
        let axes = sides.iter().filter(|&&side| side > 1).count();
        if !(2..=3).contains(&axes) {
            return None;
        }
        let [mut one, mut other] = ends.map(NodeId::number);
        for &side in sides.iter().rev() {
            if (one % side).abs_diff(other % side) > 1 {
                let [from, to] = ends.map(|node| self.places[node.index()]);
                return Some((to.0 - from.0, to.1 - from.1));
            }
            (one, other) = (one / side, other / side);
        }
        None
    }

    fn draw_nodes<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<(), ChartError> {
        let (trace, radius) = (self.picture.trace, self.radius);
        let rim = (radius * 0.14).clamp(0.5, 1.2);
        for node in trace.nodes() {
            let place = self.places[node.index()];
            let first = self.picture.infection.first(node);
            if trace.origins.contains(&node) {
                canvas.disc(place, radius + rim + (radius * 0.5).max(2.5), ORIGIN)?;
                canvas.disc(place, radius + rim + (radius * 0.2).max(1.0), PAPER)?;
            }
            canvas.disc(place, radius + rim, RIM)?;
            canvas.disc(place, radius, first.map_or(PAPER, |first| self.scale.color(first)))?;
        }
        if self.places.len() <= MOST_NAMES {
            trace.nodes().try_for_each(|node| self.draw_name(canvas, node))?;
        }
        Ok(())
    }

    /// The name of a node, on the side away from the middle.
    fn draw_name<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, node: NodeId) -> Result<(), ChartError> {
        let place = self.places[node.index()];
        let (dx, dy) = (place.0 - CORNER.0 - EXTENT.0 / 2.0, place.1 - CORNER.1 - EXTENT.1 / 2.0);
        let length = (dx * dx + dy * dy).sqrt();
        let (dx, dy) = match self.layout {
            // Between the lines of a lattice.
            Layout::Lattice { .. } | Layout::Hypercube => (0.8, -0.8),
            _ if length > 1.0 => (dx / length, dy / length),
            _ => (0.0, -1.0),
        };
        let away = self.radius * 1.25 + if self.picture.trace.origins.contains(&node) { 9.0 } else { 5.0 };
        let text = shortened(&plain(&self.picture.trace.name(node)), TICK, 90.0)?;
        let half = text_width(&text, TICK)? / 2.0;
        let at = (place.0 + dx * (away + half * dx.abs()), place.1 + dy * (away + 3.0) + 4.0);
        canvas.text(&text, at, Align::Center, TICK)
    }

    /// What the marks mean.
    fn draw_key<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<(), ChartError> {
        let reached = |node| self.picture.infection.first(node).is_some();
        let mut symbols = vec![(Symbol::Origin, "origin")];
        symbols.extend((!self.picture.trace.nodes().all(reached)).then_some((Symbol::NotReached, "not reached")));
        symbols.push((Symbol::Tree, "who told whom"));
        let drawn = self.picture.neighbors.edges().count() <= MOST_EDGES;
        symbols.extend(drawn.then_some((Symbol::Edge, "link")));
        let left = BAR.0.0 - 6.0;
        for (place, (symbol, text)) in symbols.into_iter().enumerate() {
            let y = BAR.0.1 + BAR.1.1 + 62.0 + 24.0 * place as f64;
            self.draw_symbol(canvas, symbol, (left + 9.0, y - 4.0))?;
            canvas.text(text, (left + 26.0, y), Align::Left, DETAIL)?;
        }
        Ok(())
    }

    fn draw_symbol<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        symbol: Symbol,
        at: Position,
    ) -> Result<(), ChartError> {
        let discs: &[(f64, RGBColor)] = match symbol {
            Symbol::Origin => &[(8.5, ORIGIN), (6.5, PAPER), (5.4, RIM), (4.6, self.scale.first())],
            Symbol::NotReached => &[(6.0, RIM), (5.0, PAPER)],
            Symbol::Tree | Symbol::Edge => {
                let (color, width) = if symbol == Symbol::Tree { (self.scale.middle(), 2.4) } else { (EDGE, 1.4) };
                return canvas.line(&[(at.0 - 9.0, at.1), (at.0 + 9.0, at.1)], color, width);
            }
        };
        discs.iter().try_for_each(|&(radius, color)| canvas.disc(at, radius, color))
    }
}

/// What the key explains.
#[derive(Clone, Copy, PartialEq)]
enum Symbol {
    Origin,
    NotReached,
    Tree,
    Edge,
}

/// How far the two nodes that are nearest to each other are apart.
fn nearest(places: &[Position]) -> f64 {
    let mut least = f64::INFINITY;
    for (node, one) in places.iter().enumerate() {
        for other in &places[..node] {
            let (dx, dy) = (one.0 - other.0, one.1 - other.1);
            least = least.min(dx * dx + dy * dy);
        }
    }
    least.sqrt()
}

/// As much of `text` as is at most so wide.
fn shortened(text: &str, font: Font, width: f64) -> Result<String, ChartError> {
    if text_width(text, font)? <= width {
        return Ok(text.to_owned());
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let shown: String = kept.iter().chain(['…'].iter()).collect();
        if text_width(&shown, font)? <= width {
            return Ok(shown);
        }
    }
    Ok(String::new())
}
