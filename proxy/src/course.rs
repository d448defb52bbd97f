//! How far an exchange has come, and when: what its record, the metrics and the traces say of its stages.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use sekisho_audit::{Stage, Stages};

/// The stages of one exchange that are over.
pub struct Course {
    began: Instant,
    /// In microseconds since then; 0 for those that are not over.
    over: [AtomicU32; Stage::ALL.len()],
}

impl Course {
    /// An exchange that begins now.
    pub fn begin() -> Course {
        Course { began: Instant::now(), over: Default::default() }
    }

    /// Notes that a stage is over.
    pub fn over(&self, stage: Stage) {
        let after = u32::try_from(self.elapsed_us()).unwrap_or(u32::MAX).max(1);
        if let Some(over) = self.over.get(stage as usize) {
            over.store(after, Ordering::Relaxed);
        }
    }

    /// Since the exchange began, in microseconds.
    pub fn elapsed_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The stages that are over.
    pub fn stages(&self) -> Stages {
        let mut stages = Stages::NONE;
        for (stage, over) in Stage::ALL.into_iter().zip(&self.over) {
            match over.load(Ordering::Relaxed) {
                0 => {}
                after => stages.over(stage, after.into()),
            }
        }
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_that_are_over_are_told_in_order_and_no_others() {
        let course = Course::begin();
        assert_eq!(course.stages(), Stages::NONE);
        course.over(Stage::Identify);
        course.over(Stage::Record);
        let stages = course.stages();
        let names: Vec<_> = stages.spans().map(|(stage, ..)| stage).collect();
        assert_eq!(names, [Stage::Identify, Stage::Record]);
        assert!(stages.spans().all(|(_, begin, end)| begin <= end && end <= 60_000_000));
    }
}
