//! Failures before identity, counted instead of recorded one by one, so that nobody unknown can fill the log.
//!
//! Rows are kept per source and reason. Beyond [`ROWS_MAX`] rows in one interval only a sum is kept, so memory and
//! the size of the record are bounded whatever arrives.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use sekisho_audit::{Notice, StrangerCount, Term};

/// Most rows in one interval.
pub const ROWS_MAX: usize = 256;

/// What has been counted since the last record.
#[derive(Debug, Default)]
pub struct Strangers {
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    rows: HashMap<(IpAddr, Term), u32>,
    others: u64,
}

impl Strangers {
    /// Counts one refusal of a caller who could not be identified.
    pub fn count(&self, source: IpAddr, reason: Term) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (network(source), reason);
        let room = counted.rows.len() < ROWS_MAX;
        match counted.rows.get_mut(&key) {
            Some(row) => *row = row.saturating_add(1),
            None if room => {
                counted.rows.insert(key, 1);
            }
            None => counted.others = counted.others.saturating_add(1),
        }
    }

    /// Takes what was counted as the notice to record; `None` if nobody came.
    pub fn take(&self) -> Option<Notice> {
        let counted = std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.rows.is_empty() && counted.others == 0 {
            return None;
        }
        let row = |((source, reason), count)| StrangerCount { source, reason, count };
        let mut counts: Vec<StrangerCount> = counted.rows.into_iter().map(row).collect();
        counts.sort_by(|a, b| (a.source, &a.reason).cmp(&(b.source, &b.reason)));
        Some(Notice::Strangers { counts, others: counted.others })
    }
}

/// One host may own a whole IPv6 /64; it counts as one source.
fn network(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: Term = Term::of("token");

    #[test]
    fn the_same_source_and_reason_share_a_row() {
        let strangers = Strangers::default();
        strangers.count("2001:db8::1".parse().unwrap(), REASON);
        strangers.count("2001:db8::2".parse().unwrap(), REASON);
        strangers.count("2001:db8:0:1::1".parse().unwrap(), REASON);
        let Some(Notice::Strangers { counts, others: 0 }) = strangers.take() else {
            panic!("nothing was counted")
        };
        assert_eq!(counts.iter().map(|row| row.count).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(strangers.take(), None, "what was taken is not told twice");
    }

    #[test]
    fn a_crowd_of_sources_is_summed_not_stored() {
        let strangers = Strangers::default();
        for n in 0..u32::try_from(ROWS_MAX).unwrap() + 10 {
            strangers.count(IpAddr::from(n.to_be_bytes()), REASON);
        }
        let Some(Notice::Strangers { counts, others }) = strangers.take() else {
            panic!("nothing was counted")
        };
        assert_eq!((counts.len(), others), (ROWS_MAX, 10));
    }
}
