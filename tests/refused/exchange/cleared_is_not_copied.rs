use sekisho_exchange::Cleared;

fn twice(cleared: Cleared) -> (Cleared, Cleared) {
    (cleared.clone(), cleared)
}

fn main() {}
