//! Names of people, of places in Japan, area codes and postal codes: what is one, and what only looks like one.
//!
//! The lists are text in the binary, written by `gazetteers/build`; they are searched as they are, so nothing is built
//! and nothing but the text is kept. Kana are looked up in katakana, the caller folds.

mod list;
pub(crate) mod names;
mod numbers;
pub(crate) mod places;
mod romaji;
mod world;

pub(crate) use names::{
    Given, Standing, Surname, given, given_in_kana, kana_given, kana_surname, not_a_name, romaji_given,
    romaji_surname, surname, surname_prefixes,
};
pub(crate) use numbers::{area_code, postal_code};
pub(crate) use places::{
    is_municipality, is_prefecture, municipality_prefix, prefecture_prefix, town_prefix, ward_prefix,
};
pub(crate) use world::{world_given, world_in_kana, world_surname};

#[cfg(test)]
mod tests;
