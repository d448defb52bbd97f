//! A guarded answer must be recorded before it can be released.

use sekisho::front::Answer;
use sekisho_exchange::Guarded;

fn answer(guarded: Guarded) -> Answer {
    guarded.into()
}

fn main() {}
