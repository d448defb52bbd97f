//! One record vouches for one use.

fn twice(recorded: sekisho_log::Recorded<u8>) -> (u8, u8) {
    let copy = recorded.clone();
    (recorded.into_inner(), copy.into_inner())
}

fn main() {
    let _ = twice;
}
