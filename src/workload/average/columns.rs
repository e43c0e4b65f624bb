//! What is measured of averaging: how far off nodes are, round by round and at the end, and what mass is left.

use std::iter;

use super::averaging::{Averaging, Method};
use super::mass::Target;
use crate::column::{Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{Run, View};
use crate::workload::{Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    target: f64,
    errors: Errors,
    sum_kept: f64,
    weight_kept: f64,
}

/// How far off live nodes are, as shares of the target; nodes without an estimate count for the share of them alone. Nothing
/// where there are no such nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Errors {
    greatest: Option<f64>,
    root_mean_square: Option<f64>,
    without: Option<f64>,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::real("target", "", "What every node is to know: the mean, the sum or the number of nodes.", |run: &Measured| {
        run.target.into()
    }),
    Column::real(
        "error_max",
        "",
        "Greatest error of a live node at the end, as a share of the target; nodes without weight have no estimate and none.",
        |run: &Measured| run.errors.greatest.into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Share("greatest error"))
    .summed(Summary::Distribution),
    Column::real(
        "error_rms",
        "",
        "Root of the mean squared error over the live nodes at the end, as a share of the target.",
        |run: &Measured| run.errors.root_mean_square.into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real("without_estimate", "", "Share of the live nodes that have no weight, and so no estimate, at the end.", |run: &Measured| {
        run.errors.without.into()
    })
    .optional()
    .summed(Summary::Mean),
    Column::real(
        "sum_kept",
        "",
        "Sum that live nodes hold at the end, as a share of that at the start: the rest is lost, or on its way.",
        |run: &Measured| run.sum_kept.into(),
    )
    .printed(Printed::Share("sum kept"))
    .summed(Summary::Mean),
    Column::real(
        "weight_kept",
        "",
        "Weight that live nodes hold at the end, as a share of that at the start.",
        |run: &Measured| run.weight_kept.into(),
    )
    .printed(Printed::Share("weight kept"))
    .summed(Summary::Mean),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "error_max",
        unit: "",
        doc: "the greatest error of a live node, as a share of the target",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "error_rms",
        unit: "",
        doc: "the root of the mean squared error over the live nodes, as a share of the target",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "weight_kept",
        unit: "",
        doc: "the weight that live nodes hold, as a share of that at the start",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: &[Statistic::Mean],
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup<M: Method>(protocol: Averaging<M>) -> Setup<'static, Averaging<M>, Measured> {
    Setup {
        protocol,
        inputs: Box::new(iter::empty()),
        sample,
        measure,
        columns: COLUMNS,
        converged_at: |run| run.counts.last_close,
        has_goal: |_| true,
    }
}

fn sample<M: Method>(protocol: &Averaging<M>, view: &View<'_, Averaging<M>>) -> Sampling {
    let target = &protocol.target;
    let errors = errors(view, target);
    let [greatest, root_mean_square] =
        [errors.greatest, errors.root_mean_square].map(|error| error.unwrap_or(f64::NAN));
    [greatest, root_mean_square, share(view.counts.held.weight, target.total.weight)]
}

fn measure<M: Method>(protocol: &Averaging<M>, run: &Run<Averaging<M>>) -> Measured {
    let (target, held) = (&protocol.target, run.counts.held);
    Measured {
        target: target.value,
        errors: errors(&run.view(), target),
        sum_kept: share(held.sum, target.total.sum),
        weight_kept: share(held.weight, target.total.weight),
    }
}

fn share(part: i128, whole: i128) -> f64 {
    part as f64 / whole as f64
}

fn errors<M: Method>(view: &View<'_, Averaging<M>>, target: &Target) -> Errors {
    let live = view.states.iter().enumerate().filter(|&(node, _)| view.is_up(node));
    let known = live.map(|(_, &mass)| target.error(mass)).filter(|error| error.is_finite());
    let (count, greatest, squares) = known.fold((0_u64, 0.0_f64, 0.0), |(count, greatest, squares), error| {
        (count + 1, greatest.max(error), squares + error * error)
    });
    let without = (view.live > 0).then(|| 1.0 - count as f64 / view.live as f64);
    let of_known = |error: f64| (count > 0).then_some(error);
    Errors { greatest: of_known(greatest), root_mean_square: of_known((squares / count as f64).sqrt()), without }
}
