//! What the settings of protocols that probe members must satisfy alike.

use crate::catalog::Incompatible;
use crate::key::Key;
use crate::time::{SPAN_FORM, Span};
use crate::workload::Common;

/// A probe must end within a period, somebody must be watched, and everybody be reached.
///
/// # Errors
/// It does not: `timeout` is the time for an answer, and `during` how long the run lasts, each with its key.
pub fn check_probing(common: &Common, timeout: (Key, Span), during: (Key, Span)) -> Result<(), Incompatible> {
    if timeout.1.is_zero() || timeout.1 >= common.interval {
        let problem = format!("the time for an answer, {}, does not end within the period", timeout.1);
        let allowed = format!("more than nothing and less than gossip.interval = {}", common.interval);
        return Err(Incompatible::of(timeout.0.name(), problem, allowed));
    }
    common.check_complete("members probe those that they know, who can be anybody")?;
    if during.1.is_zero() {
        return Err(Incompatible::of(during.0.name(), "nothing is watched", SPAN_FORM));
    }
    Ok(())
}

/// Whether each number is at least what stands behind it, and at most `most`.
///
/// # Errors
/// The first that is not.
pub fn check_numbers<const N: usize>(numbers: [(Key, u32, u32); N], most: u32) -> Result<(), Incompatible> {
    match numbers.into_iter().find(|(_, number, least)| !(*least..=most).contains(number)) {
        Some((key, number, least)) => {
            Err(Incompatible::of(key.name(), format!("{number} is out of range"), format!("{least} to {most}")))
        }
        None => Ok(()),
    }
}
