//! What a workload hands over to be simulated and measured; past it nothing knows its types.

use crate::column::{Cell, Column, Figure};
use crate::engine::{Observer, Protocol, Run, View};
use crate::observe::MAX_FIGURES;
use crate::time::Time;
use crate::units::NodeId;

/// What is measured of the runs of a workload.
#[derive(Debug, Default)]
pub struct Measures {
    /// The columns of `runs.csv` after those of every workload: what they are called and mean.
    pub runs: Vec<Column<()>>,
    /// What `curve.csv` says of the rounds.
    pub curve: &'static [Figure<Sampling>],
}

impl Measures {
    /// These columns and figures.
    pub fn of<M>(columns: &[Column<M>], curve: &'static [Figure<Sampling>]) -> Self {
        Measures { runs: columns.iter().map(|column| column.filled(|()| Cell::Empty)).collect(), curve }
    }
}

/// The figures of a run at the end of a round, in the order of the list.
pub type Sampling = [f64; MAX_FIGURES];

/// A protocol, and all that a run of it needs and leaves behind.
pub struct Setup<'a, P: Protocol, M: 'static> {
    /// What nodes do.
    pub protocol: P,
    /// What is done to them from outside, in order of time.
    pub inputs: Box<dyn Iterator<Item = (Time, NodeId, P::Input)> + 'a>,
    /// The figures at the end of a round.
    pub sample: fn(&P, &View<'_, P>) -> Sampling,
    /// What is measured at the end of a run.
    pub measure: fn(&P, &Run<P>) -> M,
    /// What `runs.csv` says of that.
    pub columns: &'static [Column<M>],
    /// When it was that a run which has converged did; `None` if that was so from the start.
    pub converged_at: fn(&Run<P>) -> Option<Time>,
    /// Whether there was anything for it to come to: a run without has converged, but not in any number of rounds.
    pub has_goal: fn(&Run<P>) -> bool,
}

/// Who can run the protocol of any workload.
pub trait Runner {
    /// What comes of it.
    type Output;

    /// Runs a protocol.
    fn run<P: Protocol, M>(self, setup: Setup<'_, P, M>) -> Self::Output
    where
        Self: Sized,
    {
        self.run_observed(setup, None)
    }

    /// The same before the eyes of an observer of that protocol, which has a last look at the end.
    fn run_observed<'o, P: Protocol, M>(
        self,
        setup: Setup<'o, P, M>,
        observer: Option<&'o mut (dyn Observer<P> + 'o)>,
    ) -> Self::Output;
}
