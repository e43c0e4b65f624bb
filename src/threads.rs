//! The threads that work: as many as were asked for, or as the system lets start; at the least the one that asks.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::machine;

/// Threads to work on.
#[derive(Debug)]
pub struct Threads {
    wanted: usize,
    /// `None` where the thread that asks does the work itself.
    pool: Option<ThreadPool>,
}

impl Threads {
    /// Starts `wanted` threads (0: one for each core), or as many of them as the system lets start. One alone is the
    /// thread that asks, for which none is started.
    pub fn start(wanted: usize) -> Self {
        Threads::start_by(wanted, |thread| Builder::new().name("gossipsim".to_owned()).spawn(|| thread.run()).map(drop))
    }

    /// The thread that asks, and no other.
    pub fn none() -> Self {
        Threads { wanted: 1, pool: None }
    }

    /// Starts threads by `spawn`.
    fn start_by(wanted: usize, spawn: impl Fn(rayon::ThreadBuilder) -> io::Result<()>) -> Self {
        let wanted = if wanted == 0 { cores() } else { wanted };
        let mut trial = wanted.min(machine::threads());
        while trial > 1 {
            let started = AtomicUsize::new(0);
            let builder = ThreadPoolBuilder::new()
                .num_threads(trial)
                .spawn_handler(|thread| spawn(thread).inspect(|()| _ = started.fetch_add(1, Ordering::Relaxed)));
            match builder.build() {
                Ok(pool) => return Threads { wanted, pool: Some(pool) },
                // The next one did not start; those that did are on their way out.
                Err(_) => trial = started.into_inner().min(trial - 1),
            }
        }
        Threads { wanted, pool: None }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, ThreadPool::current_num_threads)
    }

    /// What to know where fewer threads were started than were asked for.
    pub fn note(&self) -> Option<String> {
        let (count, wanted) = (self.count(), self.wanted);
        (count < wanted)
            .then(|| format!("the system let {count} of {wanted} threads start; the results do not depend on it"))
    }

    /// The pool, unless the thread that asks works alone.
    pub fn pool(&self) -> Option<&ThreadPool> {
        self.pool.as_ref()
    }

    /// What `make` makes of all `items`, in their order; `begin` gives what a thread keeps from one to the next.
    pub fn map<I: Send, S, T: Send>(
        &self,
        items: Vec<I>,
        begin: impl Fn() -> S + Sync + Send,
        make: impl Fn(&mut S, I) -> T + Sync + Send,
    ) -> Vec<T> {
        match &self.pool {
            Some(pool) => pool.install(|| items.into_par_iter().map_init(begin, make).collect()),
            None => {
                let mut kept = begin();
                items.into_iter().map(|item| make(&mut kept, item)).collect()
            }
        }
    }
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    /// Threads on a system that lets `most` of them live at a time, forgetful of those that ended.
    fn where_only(most: usize, wanted: usize) -> Threads {
        let living = AtomicUsize::new(0);
        Threads::start_by(wanted, |thread| {
            if thread.index() == 0 {
                living.store(0, Ordering::Relaxed);
            }
            if living.fetch_add(1, Ordering::Relaxed) >= most {
                return Err(io::Error::from(io::ErrorKind::WouldBlock));
            }
            Builder::new().spawn(|| thread.run()).map(drop)
        })
    }

    #[test]
    fn as_many_threads_work_as_the_system_lets_start() {
        for (most, wanted, count) in [(9, 4, 4), (3, 8, 3), (2, 1024, 2), (1, 8, 1), (0, 8, 1), (0, 1, 1)] {
            let threads = where_only(most, wanted);
            assert_eq!((threads.count(), threads.note().is_some()), (count, count < wanted), "{most} of {wanted}");
            let squares = threads.map((0..100).collect(), || (), |(), number: u64| number * number);
            assert!(squares.into_iter().eq((0..100).map(|number| number * number)));
        }
        assert!(Threads::start(0).note().is_none());
    }

    #[test]
    fn one_alone_is_the_thread_that_asks() {
        let asked = std::thread::current().id();
        let elsewhere = AtomicBool::new(false);
        let work = |(): &mut (), _: u8| elsewhere.fetch_or(std::thread::current().id() != asked, Ordering::Relaxed);
        Threads::start(1).map(vec![0; 10], || (), work);
        assert!(!elsewhere.into_inner());
    }
}
