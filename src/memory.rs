//! Memory that may be refused: large blocks are asked for before they are taken, and a shortage is an error that can be
//! told instead of the end of the process.
//!
//! The standard library ends the process where memory is refused. So whoever is about to take much asks first, for a
//! little more than that, so that what is small goes through without asking. Deep in a run, where a shortage may come up
//! anywhere, it unwinds to [`catch`], which makes it an error again.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

/// Blocks below this are not asked for.
const LARGE: u64 = 1 << 18;
/// What must be left after every large block, for everything that is not asked for.
const SLACK: u64 = 8 << 20;

/// One at a time asks and takes: what was granted is not taken by another thread in between.
static TURN: Mutex<()> = Mutex::new(());

/// Memory was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not enough memory for {} MB more", .bytes.div_ceil(1_000_000))]
pub struct Shortage {
    /// What was asked for.
    pub bytes: u64,
}

impl From<Shortage> for io::Error {
    fn from(shortage: Shortage) -> Self {
        io::Error::new(io::ErrorKind::OutOfMemory, shortage)
    }
}

/// Whether so many bytes can be had now, and a little more.
///
/// # Errors
/// They cannot.
pub fn ask(bytes: u64) -> Result<(), Shortage> {
    let mut block: Vec<u8> = Vec::new();
    let size = usize::try_from(bytes.saturating_add(SLACK)).map_err(|_| Shortage { bytes })?;
    let refused = block.try_reserve_exact(size).is_err();
    // Otherwise it might be found that nobody reads the block, and it would never be taken.
    std::hint::black_box(&mut block);
    if refused { Err(Shortage { bytes }) } else { Ok(()) }
}

/// What `take` takes, of at most so many `bytes`.
///
/// # Errors
/// They cannot be had; nothing was taken.
pub fn having<T>(bytes: u64, take: impl FnOnce() -> T) -> Result<T, Shortage> {
    if bytes < LARGE {
        return Ok(take());
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    ask(bytes)?;
    Ok(take())
}

/// Room for `more` items in `list`, which grows by at least its half.
///
/// # Errors
/// There is not enough memory; the list is as it was.
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> Result<(), Shortage> {
    if list.capacity() - list.len() >= more {
        return Ok(());
    }
    let size = list.len().saturating_add(more.max(list.capacity() / 2));
    having(bytes_of::<T>(size), || list.reserve_exact(size - list.len()))
}

/// Adds an item to a list that may become long.
///
/// # Errors
/// There is not enough memory; the list is as it was.
pub fn push<T>(list: &mut Vec<T>, item: T) -> Result<(), Shortage> {
    if list.len() == list.capacity() {
        reserve(list, 4)?;
    }
    list.push(item);
    Ok(())
}

/// The bytes of so many items.
pub const fn bytes_of<T>(items: usize) -> u64 {
    (items as u64).saturating_mul(size_of::<T>() as u64)
}

/// `value`, or a shortage that unwinds to [`catch`].
pub fn or_unwind<T>(value: Result<T, Shortage>) -> T {
    value.unwrap_or_else(|shortage| panic_any(shortage))
}

/// Does `work`, and makes an error of a shortage that unwinds out of it. Anything else that unwinds goes on.
///
/// # Errors
/// The shortage.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Shortage> {
    // What the work had under way is lost with it.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<Shortage>() {
        Ok(shortage) => *shortage,
        Err(other) => resume_unwind(other),
    })
}

/// Counts what is taken in small pieces, and asks for memory before every few megabytes of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    since: u64,
}

impl Meter {
    /// So many `bytes` are taken in small pieces.
    ///
    /// # Errors
    /// There is not enough memory for many more.
    pub fn count(&mut self, bytes: u64) -> Result<(), Shortage> {
        self.since = self.since.saturating_add(bytes);
        if self.since < SLACK / 4 {
            return Ok(());
        }
        self.since = 0;
        ask(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any machine has.
    const ENDLESS: u64 = 1 << 60;

    #[test]
    fn what_cannot_be_had_is_refused_and_nothing_is_taken() {
        assert_eq!(ask(1 << 20), Ok(()));
        assert_eq!(ask(ENDLESS), Err(Shortage { bytes: ENDLESS }));
        assert_eq!(ask(u64::MAX), Err(Shortage { bytes: u64::MAX }));
        assert_eq!(having(ENDLESS, || unreachable!("it was refused") as u8), Err(Shortage { bytes: ENDLESS }));
        let mut list = vec![1_u64, 2];
        assert!(reserve(&mut list, ENDLESS as usize).is_err());
        assert_eq!(list, [1, 2]);
    }

    #[test]
    fn a_list_grows_in_few_steps() {
        let (mut list, mut steps) = (Vec::new(), 0);
        for item in 0..100_000_u32 {
            let before = list.capacity();
            push(&mut list, item).unwrap();
            steps += u32::from(list.capacity() != before);
        }
        assert!(list.iter().copied().eq(0..100_000) && steps < 40, "{steps}");
    }

    #[test]
    fn a_shortage_deep_in_the_work_is_an_error() {
        let deep = || or_unwind(having(ENDLESS, || 1));
        assert_eq!(catch(deep), Err(Shortage { bytes: ENDLESS }));
        assert_eq!(catch(|| 2), Ok(2));
        assert!(catch_unwind(|| catch(|| panic_any("another"))).is_err());
    }

    #[test]
    fn many_small_pieces_are_asked_for_now_and_then() {
        let mut meter = Meter::default();
        assert!((0..1000).all(|_| meter.count(100_000).is_ok()));
        assert!(meter.count(ENDLESS).is_err());
    }
}
