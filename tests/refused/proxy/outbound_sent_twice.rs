//! Sending spends what is sent.

use sekisho::outbound::{Client, Outbound};
use sekisho_audit::Timestamp;

async fn twice(client: &Client, outbound: Outbound) {
    let _ = client.send(outbound, Timestamp(0), &mut |_| {}).await;
    let _ = client.send(outbound, Timestamp(0), &mut |_| {}).await;
}

fn main() {}
