//! A reply that was built but not recorded cannot be answered.

use sekisho::front::Answer;
use sekisho_exchange::Reply;

fn answer(reply: Reply) -> Answer {
    Answer::of(reply)
}

fn main() {}
