//! What may leave once cannot be made to leave twice.

use sekisho::outbound::Outbound;

fn twice(outbound: Outbound) -> (Outbound, Outbound) {
    (outbound.clone(), outbound)
}

fn main() {}
