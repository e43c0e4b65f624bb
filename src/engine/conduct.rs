//! How nodes behave that do not do their part.

/// How a node behaves that does not do its part. It has its turns, is chosen as a peer, and is told what others are; what is
/// known of nodes, and whether all of them know something, goes by the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// It sends nothing.
    Mute,
    /// It asks, and passes nothing on (a free-rider: Guerraoui et al. 2010, "LiFTinG: Lightweight Freerider-Tracking in
    /// Gossip").
    NeverForwards,
    /// It keeps the first version that it has of everything, and tells that.
    Stale,
    /// It claims to have newer versions of all that it has than anybody, and passes nothing on.
    Liar,
}

impl Conduct {
    /// As it stands in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Conduct::Mute => "mute",
            Conduct::NeverForwards => "never_forward",
            Conduct::Stale => "stale",
            Conduct::Liar => "liar",
        }
    }
}
