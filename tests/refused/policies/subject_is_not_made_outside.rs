//! Whom a policy knows, the policy says.
use sekisho_policies::{GrantIndex, Label, Subject};

fn pretend(clearance: Label, grants: Vec<GrantIndex>) -> Subject {
    Subject { clearance, grants }
}

fn main() {}
