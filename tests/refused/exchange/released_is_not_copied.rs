use sekisho_exchange::Released;

fn twice(released: Released) -> (Released, Released) {
    (released.clone(), released)
}

fn main() {}
