//! Who makes what the notation names: people, places, numbers, addresses of machines, tokens, and decoys.

mod abroad;
mod accounts;
mod decoys;
mod japan;
mod kana;
mod network;
mod people;
mod places;
pub mod said;
pub mod secrets;

use crate::draw::Draw;
use people::Person;
use secrets::Issuer;

/// Everything that a text's made parts are drawn from; a person who is named twice is the same one.
pub struct Stage {
    draw: Draw,
    cast: Vec<Person>,
    issuer: Option<&'static Issuer>,
}

/// A maker of texts by name.
type Maker = fn(&mut Draw, &str) -> Option<String>;

const MAKERS: [Maker; 8] = [
    places::make,
    japan::make,
    accounts::make,
    abroad::make,
    network::make,
    said::make,
    decoys::make,
    secrets::make,
];

/// Persons that a text may name by number.
const CAST: usize = 9;

impl Stage {
    /// The stage that belongs to `seed`.
    pub fn of(seed: &str) -> Self {
        let mut draw = Draw::of(seed);
        let cast = (0..CAST).map(|_| Person::draw(&mut draw)).collect();
        Self { draw, cast, issuer: None }
    }

    /// The same, with an issuer of tokens.
    pub fn with(seed: &str, issuer: &'static Issuer) -> Self {
        Self { issuer: Some(issuer), ..Self::of(seed) }
    }

    /// What the maker of this name makes; `full/2` is the second person's.
    pub fn make(&mut self, name: &str) -> Option<String> {
        let (maker, number) = self.person_of(name);
        let person = self.cast.get(number)?.clone();
        if let Some(text) = person.make(maker) {
            return Some(text);
        }
        if let (Some(issuer), "token" | "variable" | "vendor") = (self.issuer, maker) {
            return Some(issuer.make(maker, &mut self.draw));
        }
        MAKERS.iter().find_map(|make| make(&mut self.draw, maker))
    }

    /// How hard a name is to find.
    pub fn kind_of_name(&mut self, name: &str) -> &'static str {
        let (maker, number) = self.person_of(name);
        match maker {
            "kana" | "kana.tight" | "kana.family" | "hiragana" | "half-kana" => "name.kana",
            "romaji" | "western" | "romaji.family" => "name.romaji",
            "" => "name.common",
            _ if self.cast.get(number).is_some_and(|p| p.rare) => "name.rare",
            _ => "name.common",
        }
    }

    fn person_of<'n>(&self, name: &'n str) -> (&'n str, usize) {
        let (maker, number) = name.split_once('/').unwrap_or((name, "1"));
        (maker, number.parse::<usize>().map_or(0, |n| n.saturating_sub(1)))
    }
}
