use sekisho_exchange::Guarded;

fn twice(guarded: Guarded) -> (Guarded, Guarded) {
    (guarded.clone(), guarded)
}

fn main() {}
