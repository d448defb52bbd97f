use sekisho_audit::Timestamp;
use sekisho_exchange::{Case, Decided};

fn twice(case: &mut Case, decided: Decided) {
    let _ = case.clear(decided, Timestamp(0));
    let _ = case.clear(decided, Timestamp(0));
}

fn main() {}
