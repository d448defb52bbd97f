use sekisho_exchange::{Guarded, Received};

fn unguarded(received: Received) -> Guarded {
    received.into()
}

fn main() {
    let _ = Guarded {};
}
