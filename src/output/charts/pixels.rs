//! A page as PNG: drawn twice as fine as it is shown, to each side, and averaged row by row on its way into the file.

use std::io::Write;

use plotters::backend::{BitMapBackend, DrawingBackend};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};

use super::canvas::{Canvas, OVERSAMPLING, PIXELS, PNG_DETAIL};
use crate::memory;
use crate::output::chart_error::ChartError;

/// Bytes of a usual page.
pub(super) const PAGE: u64 = 960 * 600 * (PNG_DETAIL * OVERSAMPLING).pow(2) as u64 * 3;
/// Bytes a pixel.
const CHANNELS: usize = 3;

/// A page of pixels, kept from one chart to the next.
#[derive(Default)]
pub(super) struct Page(Vec<u8>);

impl Page {
    /// A white page of so many bytes.
    fn blank(&mut self, bytes: usize) -> Result<&mut [u8], ChartError> {
        if self.0.len() < bytes {
            self.0 = Vec::new();
            // The file takes less than a quarter.
            self.0 = memory::having(bytes as u64 * 5 / 4, || vec![255; bytes])?;
        } else {
            self.0[..bytes].fill(255);
        }
        Ok(&mut self.0[..bytes])
    }
}

/// The PNG of a page of `size` units that `draw` fills, at twice its size.
pub(super) fn png(
    page: &mut Page,
    size: (u32, u32),
    draw: impl FnOnce(&mut Canvas<BitMapBackend<'_>>) -> Result<(), ChartError>,
) -> Result<Vec<u8>, ChartError> {
    let fine = (size.0 * PIXELS.detail, size.1 * PIXELS.detail);
    let pixels = page.blank(fine.0 as usize * fine.1 as usize * CHANNELS)?;
    let mut canvas = Canvas { backend: BitMapBackend::with_buffer(pixels, fine), page_format: PIXELS };
    draw(&mut canvas)?;
    canvas.backend.present().map_err(ChartError::drawing)?;
    drop(canvas);
    encode(pixels, fine).map_err(|error| ChartError::Png(error.to_string()))
}

/// The file of a page. A line of a chart is mostly that above it, of which the filter leaves zeros: the fastest level
/// finds them as well as the slow ones.
fn encode(pixels: &[u8], fine: (u32, u32)) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, fine.0 / OVERSAMPLING, fine.1 / OVERSAMPLING);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_filter(Filter::Up);
    encoder.set_deflate_compression(DeflateCompression::Level(1));
    let mut writer = encoder.write_header()?;
    let mut lines = writer.stream_writer()?;
    let width = fine.0 as usize * CHANNELS;
    let mut line = vec![0; width / 2];
    for rows in pixels.chunks_exact(2 * width) {
        let (upper, lower) = rows.split_at(width);
        average(upper, lower, &mut line);
        lines.write_all(&line)?;
    }
    lines.finish()?;
    writer.finish()?;
    Ok(file)
}

/// Of two rows of RGB pixels, one of half their width: each pixel is the mean of 2 x 2.
fn average(upper: &[u8], lower: &[u8], line: &mut [u8]) {
    let pairs = upper.as_chunks::<{ 2 * CHANNELS }>().0.iter().zip(lower.as_chunks::<{ 2 * CHANNELS }>().0);
    for (pixel, (above, below)) in line.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(pairs) {
        for (channel, mean) in pixel.iter_mut().enumerate() {
            let two = |row: &[u8; 2 * CHANNELS]| u16::from(row[channel]) + u16::from(row[channel + CHANNELS]);
            // The mean of four bytes is a byte.
            *mean = ((two(above) + two(below) + 2) / 4) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_pixels_become_their_mean() {
        let mut line = [0; 3];
        average(&[0, 10, 255, 2, 10, 255], &[4, 10, 255, 6, 10, 255], &mut line);
        assert_eq!(line, [3, 10, 255]);
    }

    #[test]
    fn a_kept_page_is_white_again() {
        let mut page = Page::default();
        page.blank(12).unwrap().fill(7);
        assert_eq!(page.blank(6).unwrap(), [255; 6]);
        assert_eq!(page.blank(24).unwrap(), [255; 24]);
    }

    #[test]
    fn the_file_holds_the_means_of_the_page() {
        // A red pixel and its right and lower neighbours, then white.
        let mut pixels = vec![255; 4 * 4 * CHANNELS];
        for at in [0, 1, 4, 5] {
            pixels[at * CHANNELS..][..CHANNELS].copy_from_slice(&[200, 0, 0]);
        }
        let file = encode(&pixels, (4, 4)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut shown = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut shown).unwrap();
        assert_eq!(shown, [200, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
    }
}
