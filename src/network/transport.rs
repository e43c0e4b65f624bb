//! How messages are carried: by datagrams, each of which arrives or does not, or over connections that repeat what is lost.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Synonyms;
use crate::time::Span;

/// How messages are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// A message is one datagram: what is lost is lost.
    #[default]
    Udp,
    /// What does not get through is sent again, so that loss costs time; a node that is down refuses what reaches it, and the
    /// sender may be told.
    Tcp,
}

impl Transport {
    /// What people write for transports that are called otherwise.
    pub const SYNONYMS: &'static [Synonyms] = &[
        Synonyms { name: "udp", beside: "", words: &["datagram", "datagrams", "unreliable"] },
        Synonyms { name: "tcp", beside: "", words: &["stream", "connection", "connections", "reliable", "quic"] },
    ];

    /// Whether it is that of a scenario that names none.
    pub fn is_default(&self) -> bool {
        *self == Transport::default()
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        })
    }
}

/// How long after it was first sent what goes over TCP is sent again, until it gets through: after a timeout that begins at
/// the 200 ms that Linux never goes below (`TCP_RTO_MIN`), doubles each time (RFC 6298, section 5.5), is 120 s at most
/// (`TCP_RTO_MAX`), and is waited for 15 times (`tcp_retries2`) before the connection is given up.
pub const RETRANSMISSIONS: [Span; 15] = retransmissions();

/// How long a message waits in the mean, in nanoseconds, until it is sent for the last time over TCP, where each time it is
/// lost with this probability on its own.
pub fn mean_wait(loss: f64) -> f64 {
    let mut before = 0;
    let waits = RETRANSMISSIONS.map(|after| after.nanos() - std::mem::replace(&mut before, after.nanos()));
    waits.into_iter().rev().fold(0.0, |wait, timeout| loss * (timeout as f64 + wait))
}

const fn retransmissions() -> [Span; 15] {
    let (first, longest) = (200_000_000_u64, 120_000_000_000);
    let mut sent_again = [Span::from_nanos(0); 15];
    let (mut timeout, mut after, mut attempt) = (first, 0, 0);
    while attempt < sent_again.len() {
        after += timeout;
        sent_again[attempt] = Span::from_nanos(after);
        timeout = if 2 * timeout < longest { 2 * timeout } else { longest };
        attempt += 1;
    }
    sent_again
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.2 s + 0.4 s + … + 102.4 s, then 120 s each: the 924.6 s that Linux documents for `tcp_retries2` are these and the
    /// last wait of 120 s.
    #[test]
    fn what_is_lost_is_sent_again_as_linux_does() {
        let millis = RETRANSMISSIONS.map(|span| span.nanos() / 1_000_000);
        assert_eq!(millis[..5], [200, 600, 1400, 3000, 6200]);
        assert_eq!([0.0, 1.0].map(mean_wait), [0.0, 804.6e9]);
        // 0.2 s / 2 + 0.4 s / 4 + …: every timeout that doubles adds 0.1 s, the first of 120 s the 2^-11 of it, and so on.
        let capped: f64 = (11..=15).map(|attempt| 120.0 / f64::from(1 << attempt)).sum();
        assert!((mean_wait(0.5) / 1e9 - 1.0 - capped).abs() < 1e-9, "{}", mean_wait(0.5));
        assert_eq!(millis[9..], [204_600, 324_600, 444_600, 564_600, 684_600, 804_600]);
    }
}
