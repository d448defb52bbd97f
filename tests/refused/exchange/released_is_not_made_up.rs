use sekisho_exchange::{Opened, Released, Reply};

fn unguarded(bytes: Vec<u8>) -> Released {
    Released(bytes)
}

fn opened(reply: Reply) -> Opened {
    Opened(reply)
}

fn main() {}
