use sekisho_exchange::Received;

fn leak(received: Received) -> Vec<u8> {
    received.body
}

fn main() {}
