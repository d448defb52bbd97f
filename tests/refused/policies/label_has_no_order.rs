//! Labels with compartments are only partly ordered; `<` would lie.
use sekisho_policies::Label;

fn less(a: Label, b: Label) -> bool {
    a < b
}

fn main() {}
