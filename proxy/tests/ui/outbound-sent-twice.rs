//! Sending spends what is sent.

use sekisho::front::Share;
use sekisho::outbound::{Client, Outbound};
use sekisho_audit::Timestamp;

async fn twice(client: &Client, outbound: Outbound, share: &Share) {
    let _ = client.send(outbound, share, Timestamp(0), |_| {}).await;
    let _ = client.send(outbound, share, Timestamp(0), |_| {}).await;
}

fn main() {}
