//! Pairs whose secrets lie sealed in the file of keys, and the file of the keys that seal them.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use sekisho::identity::KeyList;
use sekisho::sealing::{KeyFile, SealingKeys};
use serde_json::json;

use super::{HEAD, write};
use crate::cli::args::{KeyFormat, KeyIssueArgs, KeyResealArgs, KeySealingArgs};
use crate::cli::clock::now_s;
use crate::cli::{Ended, Lang, Out, Trouble, Verdict};

const SEALING_HEAD: &str = "# Written by `sekisho key sealing`. Secret: it opens the secrets of all pairs. The first key seals, all open.\n";

/// Makes a pair and adds it; what is printed of it, in the forms that AWS's SDKs read: their credentials file, and the answer of
/// a `credential_process`.
pub(super) fn issue(
    args: &KeyIssueArgs,
    sealing: &Path,
    list: &mut KeyList,
    lifetime_s: u64,
) -> Result<String, Trouble> {
    let pair = list.issue_pair(&args.service, now_s(), lifetime_s, &keys(sealing)?)?;
    let (id, secret) = (pair.id, pair.secret);
    Ok(match args.format {
        KeyFormat::Text => format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}"),
        KeyFormat::Json => {
            let expires = list.keys.last().map(|issued| issued.expires.to_string());
            let service = &args.service;
            json!({ "Version": 1, "AccessKeyId": id, "SecretAccessKey": secret, "Expiration": expires, "Service": service })
                .to_string()
        }
    })
}

/// Keys that are there stay: they open what they have sealed.
pub(super) fn make(args: &KeySealingArgs, lang: Lang, out: &mut Out) -> Ended {
    let at = |cause: &dyn std::fmt::Display| Trouble::at(args.file.display(), cause);
    let mut file = match fs::read_to_string(&args.file) {
        Ok(text) => KeyFile::read(&text).map_err(|cause| at(&cause))?,
        Err(error) if error.kind() == ErrorKind::NotFound => KeyFile::default(),
        Err(error) => return Err(at(&error)),
    };
    let id = file.make(now_s(), args.last)?;
    write(&args.file, SEALING_HEAD, &file)?;
    let (count, path) = (file.keys.len(), args.file.display());
    out.line(&lang.pick(
        format!("鍵{id}を{path}に作りました（鍵は{count}個。最初の鍵で封じ、すべての鍵で開きます）"),
        format!("made key {id} in {path}, of {count}: the first seals, all open"),
    ))?;
    Ok(Verdict::Positive)
}

pub(super) fn reseal(args: &KeyResealArgs, lang: Lang, out: &mut Out) -> Ended {
    let mut list = super::read(&args.file, false)?;
    let count =
        list.reseal(&keys(&args.sealing)?).map_err(|cause| Trouble::at(args.file.display(), cause))?;
    write(&args.file, HEAD, &list)?;
    out.line(&lang.pick(
        format!("{count}組の秘密を最初の鍵で封じ直しました"),
        format!("sealed the secrets of {count} pairs anew, with the first key"),
    ))?;
    Ok(Verdict::Positive)
}

fn keys(file: &Path) -> Result<SealingKeys, Trouble> {
    let at = |cause: &dyn std::fmt::Display| Trouble::at(file.display(), cause);
    let text = fs::read_to_string(file).map_err(|error| at(&error))?;
    SealingKeys::read(&text).map_err(|cause| at(&cause))
}
