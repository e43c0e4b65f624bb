//! What the event log says of a message: words that several workloads use.

pub(super) fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
