//! A permit is made by `decide` alone.
use sekisho_policies::{Permit, Route};

fn forge(first: Route) -> Permit {
    Permit { first }
}

fn main() {}
