//! Cleared bytes must be recorded before they can leave.

use sekisho::outbound::Outbound;
use sekisho_exchange::Cleared;

fn outbound(cleared: Cleared) -> Outbound {
    Outbound::new(cleared)
}

fn main() {}
