use sekisho_exchange::Cleared;

fn main() {
    let _ = Cleared { body: b"undecided".to_vec() };
}
