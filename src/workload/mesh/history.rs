//! The messages that a node has for others who ask for them, heartbeat by heartbeat.

use crate::units::NodeId;

/// A message that a node has for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cached {
    /// Its number.
    pub message: u32,
    /// Who published it.
    pub author: NodeId,
    /// In which topic.
    pub topic: u16,
    /// Over how many hops it has come.
    pub hops: u16,
    /// How many heartbeats the node had had when it came.
    pub beat: u32,
}

/// The messages of the last heartbeats, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    cached: Vec<Cached>,
    /// Who got which message how often on request.
    answers: Vec<Answers>,
}

/// How often one other got a message on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answers {
    message: u32,
    to: NodeId,
    times: u32,
}

impl History {
    /// A message comes.
    pub(super) fn add(&mut self, cached: Cached) {
        self.cached.push(cached);
    }

    /// Those of `topic` that came after heartbeat `since`, counted from 0.
    pub(super) fn since(&self, since: u32, topic: u16) -> impl Iterator<Item = u32> {
        let recent = self.cached.iter().rev().take_while(move |cached| cached.beat >= since);
        recent.filter(move |cached| cached.topic == topic).map(|cached| cached.message)
    }

    /// Whether nothing came after heartbeat `since`.
    pub(super) fn is_silent_since(&self, since: u32) -> bool {
        self.cached.last().is_none_or(|last| last.beat < since)
    }

    /// The message with this number, which `to` asks for, unless it has got it `most` times on request; 0 for no limit.
    pub(super) fn answer(&mut self, message: u32, to: NodeId, most: u32) -> Option<Cached> {
        let cached = *self.cached.iter().find(|cached| cached.message == message)?;
        if most > 0 {
            let key = (message, to);
            match self.answers.binary_search_by_key(&key, |answers| (answers.message, answers.to)) {
                Ok(place) if self.answers[place].times >= most => return None,
                Ok(place) => self.answers[place].times += 1,
                Err(place) => self.answers.insert(place, Answers { message, to, times: 1 }),
            }
        }
        Some(cached)
    }

    /// Forgets what came before heartbeat `since`.
    pub(super) fn forget_before(&mut self, since: u32) {
        let kept = self.cached.iter().position(|cached| cached.beat >= since).unwrap_or(self.cached.len());
        if kept > 0 {
            self.cached.drain(..kept);
            let Self { cached, answers } = self;
            answers.retain(|answers| cached.iter().any(|cached| cached.message == answers.message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_there_for_some_heartbeats_and_each_asks_so_often() {
        let mut history = History::default();
        for (message, beat) in [(4, 0), (2, 1), (9, 1), (7, 3)] {
            let topic = u16::from(message == 9);
            history.add(Cached { message, author: NodeId::new(0), topic, hops: 1, beat });
        }
        let since = |history: &History, beat| history.since(beat, 0).collect::<Vec<u32>>();
        assert_eq!([0, 1, 2, 4].map(|beat| since(&history, beat)), [vec![7, 2, 4], vec![7, 2], vec![7], vec![]]);
        assert_eq!([3, 4].map(|beat| history.is_silent_since(beat)), [false, true]);
        let mut answer = |message, to| history.answer(message, NodeId::new(to), 2).is_some();
        assert_eq!([answer(2, 5), answer(2, 5), answer(2, 5), answer(2, 6)], [true, true, false, true]);
        assert!(!answer(3, 5) && answer(7, 5));
        history.forget_before(3);
        assert_eq!((since(&history, 0), history.answers.len()), (vec![7], 1));
        assert!((0..9).all(|_| history.answer(7, NodeId::new(8), 0).is_some()));
    }
}
