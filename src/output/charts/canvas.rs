//! What figures are drawn on: plotters' SVG and bitmap backends behind one set of strokes, in units of 1/96 inch.
//!
//! Both media are drawn finer than they are shown, as plotters' coordinates are whole numbers: tenths of a unit for
//! SVG, and 4 x 4 pixels a unit for PNG, averaged down to 2 x 2 (see `pixels`).

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::prelude::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::fonts::{self, Face};
use crate::output::chart_error::ChartError;

/// A place on the page: units from the left and from the top.
pub(super) type Position = (f64, f64);

/// Plotters' font size for a font of 1 em, and how far its top anchor lies above the baseline, em.
const PLOTTERS_TEXT: (f64, f64) = (1.24, 0.76);
/// Coordinates a unit of the SVG.
const SVG_DETAIL: u32 = 10;

/// Pixels a unit of the PNG, to each side.
pub(super) const PNG_DETAIL: u32 = 2;
/// Pixels drawn for each of those, to each side.
pub(super) const OVERSAMPLING: u32 = 2;
/// What differs between the two backends.
#[derive(Clone, Copy)]
pub(super) struct PageFormat {
    /// Backend coordinates a unit.
    pub(super) detail: u32,
    /// Whether strokes are put together from segments, and text from glyphs: plotters' own joints grow spikes at sharp
    /// turns, and its glyphs lie on whole pixels, unevenly apart, while SVG viewers do both well.
    pixels: bool,
}

const VECTOR: PageFormat = PageFormat { detail: SVG_DETAIL, pixels: false };
pub(super) const PIXELS: PageFormat = PageFormat { detail: PNG_DETAIL * OVERSAMPLING, pixels: true };

/// How text looks.
#[derive(Clone, Copy)]
pub(super) struct Font {
    /// Units an em.
    pub(super) em: f64,
    /// Bold or normal.
    pub(super) bold: bool,
    /// Its colour.
    pub(super) color: RGBColor,
}

impl Font {
    fn face(self) -> Face {
        if self.bold { Face::Bold } else { Face::Normal }
    }
}

/// Which point of a text its place means; vertically it is always the baseline.
#[derive(Clone, Copy)]
pub(super) enum Align {
    /// Its beginning.
    Left,
    /// Its middle.
    Center,
    /// Its end.
    Right,
}

/// One page under the pen.
pub(super) struct Canvas<B> {
    pub(super) backend: B,
    pub(super) page_format: PageFormat,
}

impl<B: DrawingBackend> Canvas<B> {
    fn at(&self, position: Position) -> (i32, i32) {
        // Spots lie on the page, far within 32 bits; a float cast saturates.
        let place = |units: f64| (units * f64::from(self.page_format.detail)).round() as i32;
        (place(position.0), place(position.1))
    }

    fn pen(&self, color: RGBColor, opacity: f64, width: f64) -> ShapeStyle {
        let width = (width * f64::from(self.page_format.detail)).round().max(1.0) as u32;
        ShapeStyle { color: color.mix(opacity), filled: true, stroke_width: width }
    }

    /// The whole page in one colour.
    pub(super) fn blank(&mut self, size: (u32, u32), color: RGBColor) -> Result<(), ChartError> {
        let end = self.at((size.0.into(), size.1.into()));
        let pen = self.pen(color, 1.0, 0.0);
        self.backend.draw_rect((0, 0), end, &pen, true).map_err(ChartError::drawing)
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, corners: &[Position], color: RGBColor, opacity: f64) -> Result<(), ChartError> {
        let corners: Vec<_> = corners.iter().map(|position| self.at(*position)).collect();
        let pen = self.pen(color, opacity, 0.0);
        self.backend.fill_polygon(corners, &pen).map_err(ChartError::drawing)
    }

    /// A filled disc.
    pub(super) fn disc(&mut self, center: Position, radius: f64, color: RGBColor) -> Result<(), ChartError> {
        let radius = (radius * f64::from(self.page_format.detail)).round() as u32;
        let (center, pen) = (self.at(center), self.pen(color, 1.0, 0.0));
        self.backend.draw_circle(center, radius, &pen, true).map_err(ChartError::drawing)
    }

    /// A line through `positions`, `width` units wide.
    pub(super) fn line(&mut self, positions: &[Position], color: RGBColor, width: f64) -> Result<(), ChartError> {
        if self.page_format.pixels {
            return self.line_of_segments(positions, color, width);
        }
        let path: Vec<_> = positions.iter().map(|position| self.at(*position)).collect();
        let pen = self.pen(color, 1.0, width);
        self.backend.draw_path(path, &pen).map_err(ChartError::drawing)
    }

    fn line_of_segments(&mut self, positions: &[Position], color: RGBColor, width: f64) -> Result<(), ChartError> {
        let half = width / 2.0;
        for pair in positions.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = (dx * dx + dy * dy).sqrt();
            if length > 0.0 {
                let (nx, ny) = (-dy / length * half, dx / length * half);
                let corners = [
                    (from.0 + nx, from.1 + ny),
                    (to.0 + nx, to.1 + ny),
                    (to.0 - nx, to.1 - ny),
                    (from.0 - nx, from.1 - ny),
                ];
                self.area(&corners, color, 1.0)?;
            }
        }
        for joint in positions.iter().skip(1).take(positions.len().saturating_sub(2)) {
            self.disc(*joint, half, color)?;
        }
        Ok(())
    }

    /// A broken line through `positions`.
    pub(super) fn dashes(&mut self, positions: &[Position], color: RGBColor, width: f64) -> Result<(), ChartError> {
        self.broken(positions, color, width, (7.0, 4.5))
    }

    /// A line through `positions` of which so many units are drawn and so many left out by turns.
    pub(super) fn broken(
        &mut self,
        positions: &[Position],
        color: RGBColor,
        width: f64,
        (on, off): (f64, f64),
    ) -> Result<(), ChartError> {
        dashes(positions, on, off).iter().try_for_each(|dash| self.line(dash, color, width))
    }

    /// One line of text; `position` is on its baseline.
    pub(super) fn text(&mut self, text: &str, position: Position, align: Align, font: Font) -> Result<(), ChartError> {
        if self.page_format.pixels {
            return self.text_of_glyphs(text, position, align, font);
        }
        let (size_per_em, baseline) = PLOTTERS_TEXT;
        let size = font.em * size_per_em * f64::from(self.page_format.detail);
        let across = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let weight = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = TextStyle::from(FontDesc::new(FontFamily::SansSerif, size, weight));
        let style = style.color(&font.color).pos(Pos::new(across, VPos::Top));
        let place = self.at((position.0, position.1 - baseline * font.em));
        self.backend.draw_text(text, &style, place).map_err(ChartError::drawing)
    }

    /// Text glyph by glyph, each where the widths of those before it add up to, and not at the nearest pixel.
    fn text_of_glyphs(&mut self, text: &str, at: Position, align: Align, font: Font) -> Result<(), ChartError> {
        let detail = f64::from(self.page_format.detail);
        let width = text_width(text, font)?;
        let left = match align {
            Align::Left => at.0,
            Align::Center => at.0 - width / 2.0,
            Align::Right => at.0 - width,
        };
        // The baseline lies between two pixels of the file: feet of letters are sharp.
        let step = f64::from(OVERSAMPLING);
        let baseline = (at.1 * detail / step).round() * step;
        let mut drawn = Ok(());
        fonts::glyphs(text, font.face(), font.em * detail, (left * detail, baseline), |place, covered| {
            let color = font.color.mix(covered).to_backend_color();
            if drawn.is_ok() {
                drawn = self.backend.draw_pixel(place, color).map_err(ChartError::drawing);
            }
        })?;
        drawn
    }
}

/// The pieces of a line that its dashes cover, `on` units drawn and `off` units left out by turns.
fn dashes(positions: &[Position], on: f64, off: f64) -> Vec<Vec<Position>> {
    let (mut pieces, mut piece, mut drawing, mut left) = (Vec::new(), Vec::new(), true, on);
    for pair in positions.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = (dx * dx + dy * dy).sqrt();
            if drawing && piece.is_empty() {
                piece.push(from);
            }
            if length <= left {
                left -= length;
                if drawing {
                    piece.push(to);
                }
                break;
            }
            from = (from.0 + dx * left / length, from.1 + dy * left / length);
            if drawing {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
    }
    pieces.extend((piece.len() > 1).then_some(piece));
    pieces
}

/// Units that `text` takes, whichever the medium.
pub(super) fn text_width(text: &str, font: Font) -> Result<f64, ChartError> {
    Ok(fonts::width(text, font.face())? * font.em)
}

/// The SVG of a page of `size` units that `draw` fills.
pub(super) fn svg(
    title: &str,
    size: (u32, u32),
    draw: impl FnOnce(&mut Canvas<SVGBackend<'_>>) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let fine = (size.0 * SVG_DETAIL, size.1 * SVG_DETAIL);
    let mut text = String::new();
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut text, fine), page_format: VECTOR };
    draw(&mut canvas)?;
    canvas.backend.present().map_err(ChartError::drawing)?;
    drop(canvas);
    // Plotters would show the page at its fine size, and cut corners sharply.
    let (_, body) = text.split_once('\n').unwrap_or_default();
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         stroke-linejoin=\"round\">\n<title>{title}</title>\n{body}",
        size.0, size.1, fine.0, fine.1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let positions: Vec<Position> = (0..=230).map(|x| (f64::from(x), 0.0)).collect();
        let pieces = dashes(&positions, 7.0, 4.5);
        let drawn: f64 = pieces.iter().map(|piece| piece[piece.len() - 1].0 - piece[0].0).sum();
        // 20 full turns of 11.5 units.
        assert_eq!(pieces.len(), 20);
        assert!((drawn - 140.0).abs() < 1e-9, "{drawn}");
        assert!(dashes(&[(0.0, 0.0)], 7.0, 4.5).is_empty());
    }

    #[test]
    fn text_is_as_wide_as_its_font_says() {
        let font = Font { em: 2048.0, bold: false, color: RGBColor(0, 0, 0) };
        // DejaVu Sans: H is 1540 units of 2048 wide.
        assert_eq!(text_width("H", font).unwrap(), 1540.0);
        assert!(text_width("H", Font { bold: true, ..font }).unwrap() > 1540.0);
        assert!((text_width("漢字", font).unwrap() - 4096.0).abs() < 1.0);
    }
}
