//! Updates that a node passes on with what it sends: each so many times, those first that were sent least often.

use super::belief::Belief;
use crate::units::NodeId;

/// A statement about a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Which member.
    pub about: NodeId,
    /// Who says so at first hand: an accuser, or the member itself.
    pub from: NodeId,
    /// What is said.
    pub belief: Belief,
}

/// Updates in a message. They lie elsewhere: most messages have none, and are moved more often than these are read.
pub type News = Vec<Update>;

/// The updates that a node passes on.
///
/// Least often sent first, of those the latest first, each until it has been sent as often as the limit says; a later
/// update about a member takes the place of the one before (SWIM, section 4.1; memberlist, `TransmitLimitedQueue`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broadcasts {
    /// The next one last.
    queue: Vec<Queued>,
    /// How many have been added.
    added: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Queued {
    update: Update,
    number: u32,
    sent: u32,
}

impl Queued {
    /// Those with a greater rank go first.
    fn rank(&self) -> (u32, u32) {
        (u32::MAX - self.sent, self.number)
    }
}

impl Broadcasts {
    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether there is one about `member`.
    pub fn holds(&self, member: NodeId) -> bool {
        self.queue.iter().any(|queued| queued.update.about == member)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// `update` is to be passed on, in place of what there was about the member.
    pub fn add(&mut self, update: Update) {
        if let Some(place) = self.queue.iter().position(|queued| queued.update.about == update.about) {
            self.queue.remove(place);
        }
        self.added = self.added.wrapping_add(1);
        self.queue.push(Queued { update, number: self.added, sent: 0 });
    }

    /// Takes updates for one message, as long as `fits` says that the next one fits in; each is sent `limit` times in all.
    #[inline]
    pub fn take(&mut self, limit: u32, mut fits: impl FnMut(&Update) -> bool) -> News {
        let mut kept = self.queue.len();
        while kept > 0 && fits(&self.queue[kept - 1].update) {
            kept -= 1;
        }
        if kept == self.queue.len() {
            return News::new();
        }
        let news = self.queue[kept..].iter().rev().map(|queued| queued.update).collect();
        self.put_back(kept, limit);
        news
    }

    /// Those from place `kept` on have been sent once more.
    fn put_back(&mut self, kept: usize, limit: u32) {
        let mut end = kept;
        for place in kept..self.queue.len() {
            let Queued { update, number, sent } = self.queue[place];
            if sent + 1 < limit {
                self.queue[end] = Queued { update, number, sent: sent + 1 };
                end += 1;
            }
        }
        self.queue.truncate(end);
        // They are still in order among themselves, and go behind those that have been sent less often.
        if let Some(first) = self.queue.get(kept).map(Queued::rank) {
            let start = self.queue[..kept].partition_point(|queued| queued.rank() < first);
            self.queue[start..].sort_by_key(Queued::rank);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(about: u32) -> Update {
        Update { about: NodeId::new(about), from: NodeId::new(about), belief: Belief::FIRST }
    }

    /// Whom the next message with room for `room` updates is about.
    fn sent(broadcasts: &mut Broadcasts, limit: u32, room: usize) -> Vec<u32> {
        let mut left = room;
        let news = broadcasts.take(limit, |_| {
            let fits = left > 0;
            left -= usize::from(fits);
            fits
        });
        news.iter().map(|update| update.about.number()).collect()
    }

    #[test]
    fn the_least_sent_goes_first_and_each_is_sent_as_often_as_the_limit_says() {
        let mut broadcasts = Broadcasts::default();
        (0..3).for_each(|about| broadcasts.add(update(about)));
        assert_eq!(sent(&mut broadcasts, 3, 2), [2, 1]);
        assert_eq!(sent(&mut broadcasts, 3, 2), [0, 2]);
        broadcasts.add(update(9));
        assert_eq!(sent(&mut broadcasts, 3, 1), [9]);
        let mut counts = [0; 10];
        while !broadcasts.is_empty() {
            sent(&mut broadcasts, 3, 6).into_iter().for_each(|about| counts[about as usize] += 1);
        }
        assert_eq!(counts, [2, 2, 1, 0, 0, 0, 0, 0, 0, 2], "three times each, with those before");
    }

    #[test]
    fn an_update_takes_the_place_of_the_one_before_about_that_member() {
        let mut broadcasts = Broadcasts::default();
        (0..2).for_each(|about| broadcasts.add(update(about)));
        assert_eq!(sent(&mut broadcasts, 2, 2), [1, 0]);
        broadcasts.add(Update { belief: Belief::FIRST.suspected(), ..update(0) });
        assert_eq!(broadcasts.len(), 2);
        assert_eq!(sent(&mut broadcasts, 2, 9), [0, 1]);
        assert_eq!(sent(&mut broadcasts, 2, 9), [0]);
        assert!(broadcasts.is_empty() && sent(&mut broadcasts, 2, 9).is_empty());
    }

    #[test]
    fn more_updates_than_lie_in_place_travel_too() {
        let mut broadcasts = Broadcasts::default();
        (0..40).for_each(|about| broadcasts.add(update(about)));
        assert_eq!(sent(&mut broadcasts, 1, 28), (12..40).rev().collect::<Vec<_>>());
        assert_eq!(sent(&mut broadcasts, 1, 28), (0..12).rev().collect::<Vec<_>>());
    }
}
