//! Figures painted on several threads, each with a page of pixels of its own that it keeps from one to the next.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::figure::Figure;
use super::grid;
use super::pixels::{PAGE, Page};
use crate::machine;
use crate::output::chart::{Chart, Drawing};
use crate::output::chart_error::ChartError;

/// Paints `figures`; the charts come in their order.
pub(super) fn paint_all(figures: &[Figure], drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    let wanted = drawing.threads.count().min(figures.len());
    let workers = if drawing.formats.png() { wanted.min(pages()) } else { wanted };
    match paint_on(workers, figures, drawing) {
        // Somebody else has taken it meanwhile; there may be enough for one page.
        Err(ChartError::Memory(_)) if workers > 1 => paint_on(1, figures, drawing),
        done => done,
    }
}

/// Pages that there is memory for, beside as much again.
fn pages() -> usize {
    let pages = machine::free().map_or(u64::MAX, |free| free.bytes / (2 * PAGE));
    usize::try_from(pages).unwrap_or(usize::MAX).max(1)
}

/// Paints `figures` by so many workers: each takes the next that nobody has.
fn paint_on(workers: usize, figures: &[Figure], drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    let next = AtomicUsize::new(0);
    let work = |(): &mut (), _: usize| {
        let mut page = Page::default();
        let mut painted = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(figure) = figures.get(place) else { return Ok(painted) };
            painted.push((place, grid::paint(figure, drawing.formats, &mut page)?));
        }
    };
    let shares: Vec<Result<Vec<(usize, Chart)>, ChartError>> = drawing.threads.map((0..workers).collect(), || (), work);
    let mut painted = Vec::with_capacity(figures.len());
    for share in shares {
        painted.extend(share?);
    }
    painted.sort_by_key(|(place, _)| *place);
    Ok(painted.into_iter().map(|(_, chart)| chart).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{figures, sample};
    use super::*;
    use crate::output::chart::Formats;
    use crate::threads::Threads;

    #[test]
    fn charts_are_the_same_by_however_many_threads() {
        let tables = sample::sizes(3);
        let figures = figures(&tables, &sample::conditions(&tables));
        let on = |threads: &Threads, formats| paint_all(&figures, Drawing { formats, threads }).unwrap();
        let alone = on(&Threads::none(), Formats::All);
        assert_eq!(on(&Threads::start(3), Formats::All), alone);
        for (formats, svg, png) in [(Formats::Svg, true, false), (Formats::Png, false, true)] {
            let drawn = on(&Threads::none(), formats);
            assert!(drawn.iter().all(|chart| (chart.svg.is_some(), chart.png.is_some()) == (svg, png)));
            assert!(drawn.iter().zip(&alone).all(|(one, both)| one.svg.is_none() || one.svg == both.svg));
            assert!(drawn.iter().zip(&alone).all(|(one, both)| one.png.is_none() || one.png == both.png));
        }
    }
}
