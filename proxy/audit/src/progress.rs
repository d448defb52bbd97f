//! How an exchange went, in time: its stages, and how the answer flowed.

/// A stage of an exchange, in the order in which they come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Who asks.
    Identify,
    /// The body comes in.
    Read,
    /// The rules look at it.
    Inspect,
    /// The policy decides, and what it obliges to is carried out.
    Decide,
    /// The decision becomes durable.
    Record,
    /// It goes to the backend, until the head of the answer is there.
    Send,
    /// The answer comes and is guarded, to its end.
    Guard,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 7] = [
        Stage::Identify,
        Stage::Read,
        Stage::Inspect,
        Stage::Decide,
        Stage::Record,
        Stage::Send,
        Stage::Guard,
    ];

    /// Its name in records, metrics and traces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Identify => "identify",
            Stage::Read => "read",
            Stage::Inspect => "inspect",
            Stage::Decide => "decide",
            Stage::Record => "record",
            Stage::Send => "send",
            Stage::Guard => "guard",
        }
    }
}

/// When each stage was over, in microseconds since the exchange began. A stage begins where the one before it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stages([Option<u32>; Stage::ALL.len()]);

impl Stages {
    /// None of them.
    pub const NONE: Stages = Stages([None; Stage::ALL.len()]);

    /// Notes that a stage was over after so long; a later word about the same stage takes its place.
    pub fn over(&mut self, stage: Stage, after_us: u64) {
        if let Some(end) = self.0.get_mut(stage as usize) {
            *end = Some(u32::try_from(after_us).unwrap_or(u32::MAX));
        }
    }

    /// The stages that the exchange came through: when each began and when it was over.
    pub fn spans(&self) -> impl Iterator<Item = (Stage, u32, u32)> {
        let mut last = 0;
        Stage::ALL.into_iter().zip(self.0).filter_map(move |(stage, end)| {
            let (begin, end) = (last, end?.max(last));
            last = end;
            Some((stage, begin, end))
        })
    }
}

/// What guarding a stream did to its bytes, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// Bytes that came from the backend.
    pub received_bytes: u64,
    /// Bytes that were released to the client's connection.
    pub released_bytes: u64,
    /// Bytes of text whose place was taken by placeholders.
    pub removed_bytes: u64,
    /// Most bytes of text that were kept back at once.
    pub held_bytes_max: u64,
    /// Longest time that text was kept back, in milliseconds.
    pub held_ms_max: u64,
    /// From arrival to the first event released, in milliseconds; `None` if there was none.
    pub first_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::{Stage, Stages};

    #[test]
    fn a_stage_begins_where_the_last_that_was_come_to_ended() {
        let mut stages = Stages::NONE;
        assert_eq!(stages.spans().count(), 0);
        stages.over(Stage::Read, 90);
        stages.over(Stage::Guard, 5_000_000_000);
        stages.over(Stage::Identify, 40);
        stages.over(Stage::Read, 100);
        let spans: Vec<_> = stages.spans().collect();
        assert_eq!(spans, [(Stage::Identify, 0, 40), (Stage::Read, 40, 100), (Stage::Guard, 100, u32::MAX)]);
    }
}
