//! What goes wrong again and again is told to the operator once, on standard error.

use std::io::Write as _;

/// What was told last.
#[derive(Default)]
pub(crate) struct Complaint(Option<String>);

impl Complaint {
    /// Tells of a fault unless it is the one that was told last; without a fault the next one is new.
    pub(crate) fn tell(&mut self, fault: Option<String>) {
        if let Some(fault) = fault.as_ref().filter(|fault| self.0.as_ref() != Some(fault)) {
            // A closed standard error is nobody's business.
            let _ = writeln!(std::io::stderr(), "sekisho: {fault}");
        }
        self.0 = fault;
    }
}
