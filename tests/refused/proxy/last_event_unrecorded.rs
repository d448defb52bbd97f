//! The last events of a stream must be recorded before they can be told.

use sekisho::front::Sluice;
use sekisho_exchange::Ended;

async fn tell(sluice: &Sluice, ended: Ended) {
    sluice.end(ended).await;
}

fn main() {}
