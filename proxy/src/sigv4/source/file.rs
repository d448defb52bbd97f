//! AWS's file for shared credentials: profiles in brackets, and below each `name = value`.

use std::fs;
use std::path::Path;

use super::Written;

/// The keys of a profile.
pub(super) fn read(file: &Path, profile: &str) -> Result<Written, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
    keys(&text, profile)
}

/// Other settings of the profile are passed over; what stands twice is an error, since readers differ about it.
pub(super) fn keys(text: &str, profile: &str) -> Result<Written, String> {
    let (mut here, mut seen) = (false, 0);
    let [mut id, mut secret, mut session] = [const { None }; 3];
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            here = name.trim() == profile;
            seen += u32::from(here);
            continue;
        }
        let (name, value) =
            line.split_once('=').ok_or_else(|| format!("line {number}: write `name = value`"))?;
        let place = match name.trim() {
            _ if !here => continue,
            "aws_access_key_id" => &mut id,
            "aws_secret_access_key" => &mut secret,
            "aws_session_token" => &mut session,
            _ => continue,
        };
        if place.replace(value.trim().to_owned()).is_some() {
            return Err(format!("line {number}: it stands there twice"));
        }
    }
    match seen {
        0 => return Err(format!("there is no profile `[{profile}]` in it")),
        1 => {}
        _ => return Err(format!("the profile `[{profile}]` is there twice")),
    }
    let must = |value: Option<String>, name: &str| {
        value.ok_or_else(|| format!("the profile `[{profile}]` has no `{name}`"))
    };
    let (id, secret) = (must(id, "aws_access_key_id")?, must(secret, "aws_secret_access_key")?);
    Ok(Written { id, secret, session, expires_at: None })
}
