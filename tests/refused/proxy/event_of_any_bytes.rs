//! A stream's sluice takes what a guard released, and nothing else.

use sekisho::front::Sluice;

async fn tell(sluice: &Sluice) {
    sluice.pass(b"data: anything\n\n".to_vec()).await;
}

fn main() {}
