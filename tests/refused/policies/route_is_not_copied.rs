//! A route does not outlive its permit.
use sekisho_policies::{Permit, Route};

fn keep(permit: &Permit) -> Route {
    permit.first().clone()
}

fn main() {}
