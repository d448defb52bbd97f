//! The file of sealing keys, as `sekisho key sealing` writes it.

use aws_lc_rs::rand;
use sekisho_audit::hex;
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use crate::identity::{at_line, moment};

/// The file: `[[key]]`, once each. No `Debug`: it holds keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// All of them; the first seals.
    #[serde(default, rename = "key")]
    pub keys: Vec<SealingKey>,
}

/// One key, as the file says it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealingKey {
    /// By which what it has sealed names it: 8 hex digits.
    pub id: String,
    /// 32 bytes as 64 hex digits.
    pub key: String,
    /// When it was made.
    pub made: Datetime,
}

impl KeyFile {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, as a person reads it, with its line.
    pub fn read(text: &str) -> Result<KeyFile, String> {
        toml::from_str(text).map_err(|error| at_line(text, &error))
    }

    /// Makes a key; it seals from now on, or only opens until it is the first. Says its id.
    ///
    /// # Errors
    /// No randomness, or a moment that cannot be written.
    pub fn make(&mut self, now_s: u64, last: bool) -> Result<String, String> {
        let id = hex(&random::<4>()?);
        let key = SealingKey { id: id.clone(), key: hex(&random::<32>()?), made: moment(now_s)? };
        let place = if last { self.keys.len() } else { 0 };
        self.keys.insert(place, key);
        Ok(id)
    }
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| "no randomness is to be had".to_owned())?;
    Ok(bytes)
}
