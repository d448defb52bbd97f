//! The file of the keys that seal labels of conversations, as `sekisho key conversation` writes it.

use aws_lc_rs::rand;
use jiff::Timestamp;
use sekisho_audit::hex;
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use crate::identity::at_line;

/// The file: `[[key]]`, once each.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Whether `sekisho dev` made it: anybody may have read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub development: bool,
    /// All of them; the first seals.
    #[serde(default, rename = "key")]
    pub keys: Vec<ConversationKey>,
}

/// One key, as the file says it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationKey {
    /// By which labels name it: 8 hex digits.
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
        let key = ConversationKey { id: id.clone(), key: hex(&random::<32>()?), made: moment(now_s)? };
        let place = if last { self.keys.len() } else { 0 };
        self.keys.insert(place, key);
        Ok(id)
    }
}

impl ConversationKey {
    /// The id as labels have it, if it is one.
    pub fn id_bytes(&self) -> Option<[u8; 4]> {
        let number = u32::from_str_radix(&self.id, 16).ok()?;
        // One id has one spelling.
        Some(number.to_be_bytes()).filter(|bytes| hex(bytes) == self.id)
    }
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| "no randomness is to be had".to_owned())?;
    Ok(bytes)
}

fn moment(at_s: u64) -> Result<Datetime, String> {
    let at = i64::try_from(at_s).ok().and_then(|s| Timestamp::from_second(s).ok());
    at.and_then(|at| at.to_string().parse().ok()).ok_or_else(|| "that day cannot be written".to_owned())
}
