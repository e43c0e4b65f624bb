//! What the event log says of messages that are broadcast, read back.

/// The kinds of messages of a workload that broadcasts, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Published messages.
    pub copy: usize,
    /// That a node has some.
    pub announcement: usize,
    /// That it asks for some.
    pub request: usize,
    /// Whether announcements are made in turns.
    pub in_turns: bool,
}

/// The published messages that what a message says is about, by their numbers.
pub fn mentioned(content: &str) -> impl Iterator<Item = u32> {
    content.split(' ').filter_map(|word| word.strip_prefix("message=")?.parse().ok())
}

/// Whether a published message, by what it says, was asked for.
pub fn was_asked_for(content: &str) -> bool {
    content.ends_with("by=asked")
}

/// What is said of several published messages.
pub(crate) fn listed(messages: &[u32]) -> String {
    let each: Vec<String> = messages.iter().map(|message| format!("message={message}")).collect();
    each.join(" ")
}
