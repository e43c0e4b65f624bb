//! The fonts that are part of the program, so that text looks the same on a bare machine: how wide text is, and what its
//! glyphs cover, placed to a fraction of a pixel.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId, PxScale, point};

use crate::output::chart_error::ChartError;

/// One of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// DejaVu Sans.
    Normal,
    /// DejaVu Sans Bold.
    Bold,
}

impl Face {
    fn font(self) -> Result<&'static FontRef<'static>, ChartError> {
        static NORMAL: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
        static BOLD: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
        let font = match self {
            Face::Normal => NORMAL.get_or_init(|| read(include_bytes!("fonts/DejaVuSans-subset.ttf"))),
            Face::Bold => BOLD.get_or_init(|| read(include_bytes!("fonts/DejaVuSans-Bold-subset.ttf"))),
        };
        font.as_ref().ok_or(ChartError::Font)
    }
}

fn read(file: &'static [u8]) -> Option<FontRef<'static>> {
    FontRef::try_from_slice(file).ok()
}

/// Em that `text` takes. A sign of a script the fonts lack counts as one em.
pub(super) fn width(text: &str, face: Face) -> Result<f64, ChartError> {
    let font = face.font()?;
    Ok(placed(text, font).last().map_or(0.0, |(_, left, width)| left + width))
}

/// Calls `pixel` for what `text` covers, in a font of `em` pixels whose baseline begins at `origin`: the place of a
/// pixel, and how much of it is covered, from 0 to 1.
pub(super) fn glyphs(
    text: &str,
    face: Face,
    em: f64,
    origin: (f64, f64),
    mut pixel: impl FnMut((i32, i32), f64),
) -> Result<(), ChartError> {
    let font = face.font()?;
    let scale = PxScale::from((em * f64::from(font.height_unscaled()) / units_per_em(font)) as f32);
    for (glyph, left, _) in placed(text, font) {
        let place = point((origin.0 + left * em) as f32, origin.1 as f32);
        let Some(outline) = font.outline_glyph(glyph.with_scale_and_position(scale, place)) else { continue };
        let corner = outline.px_bounds().min;
        // Pages are a few thousand pixels wide.
        let corner = (corner.x as i32, corner.y as i32);
        outline.draw(|x, y, covered| {
            if covered > 0.0 {
                pixel((corner.0 + x as i32, corner.1 + y as i32), f64::from(covered.min(1.0)));
            }
        });
    }
    Ok(())
}

/// The glyphs of `text`, each with its left end and its width in em.
fn placed<'a>(text: &'a str, font: &'a FontRef<'static>) -> impl Iterator<Item = (GlyphId, f64, f64)> + 'a {
    let per_em = units_per_em(font);
    let mut right = 0.0;
    let mut before: Option<GlyphId> = None;
    text.chars().map(move |sign| {
        let glyph = font.glyph_id(sign);
        let kern = before.replace(glyph).map_or(0.0, |before| f64::from(font.kern_unscaled(before, glyph)) / per_em);
        let foreign = u32::from(sign) >= 0x2E80;
        let width = if foreign { 1.0 } else { f64::from(font.h_advance_unscaled(glyph)) / per_em };
        let left = right + kern;
        right = left + width;
        (glyph, left, width)
    })
}

fn units_per_em(font: &FontRef<'static>) -> f64 {
    f64::from(font.units_per_em().unwrap_or(2048.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The centres of the columns of pixels that a text covers, each run of them one.
    fn strokes(text: &str, em: f64, left: f64) -> Vec<f64> {
        let mut columns: Vec<f64> = vec![0.0; 400];
        glyphs(text, Face::Normal, em, (left, 50.0), |(x, _), covered| columns[x as usize] += covered).unwrap();
        let runs = columns.iter().enumerate().collect::<Vec<_>>();
        let runs = runs.split(|(_, covered)| **covered == 0.0).filter(|run| !run.is_empty());
        let centre = |run: &[(usize, &f64)]| {
            let sum: f64 = run.iter().map(|(_, covered)| **covered).sum();
            run.iter().map(|(x, covered)| *x as f64 * **covered).sum::<f64>() / sum
        };
        runs.map(centre).collect()
    }

    #[test]
    fn equal_letters_lie_equally_far_apart_whatever_the_size() {
        for em in [11.5 * 4.0, 12.0 * 4.0, 13.3] {
            let strokes = strokes("llllllll", em, 10.3);
            assert_eq!(strokes.len(), 8, "{em}");
            let advance = width("l", Face::Normal).unwrap() * em;
            for pair in strokes.windows(2) {
                // Glyphs placed at whole pixels are up to one off.
                assert!((pair[1] - pair[0] - advance).abs() < 0.25, "{em}: {strokes:?}");
            }
        }
    }

    #[test]
    fn a_glyph_keeps_its_bearing_and_moves_by_fractions_of_a_pixel() {
        let at = |left: f64| strokes("l", 48.0, left)[0];
        // The stroke of `l` begins 193 units of 2048 behind its left end and is 184 wide.
        assert!((at(10.0) - (10.0 + (193.0 + 92.0) / 2048.0 * 48.0 - 0.5)).abs() < 0.15, "{}", at(10.0));
        assert!((at(10.5) - at(10.0) - 0.5).abs() < 0.15);
    }

    #[test]
    fn a_sign_that_the_fonts_lack_takes_one_em() {
        assert_eq!(width("漢字", Face::Normal).unwrap(), 2.0);
        assert_eq!(width("", Face::Bold).unwrap(), 0.0);
    }
}
