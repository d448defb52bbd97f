//! `sekisho key`: pairs with which services sign contexts; keys that seal the labels of conversations; and keys of services,
//! in the file that the gate reads. Such a key is shown once, when it is issued; the file has its SHA-256 alone, or its
//! secret sealed.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sekisho::conversation::KeyFile;
use sekisho::identity::KeyList;
use serde::Serialize;
use serde_json::json;

use super::args::{
    KeyCommand, KeyConversationArgs, KeyFormat, KeyIssueArgs, KeyListArgs, KeyPairArgs, KeyRevokeArgs,
};
use super::clock::now_s;
use super::files::create_both;
use super::{Ended, Lang, Out, Trouble, Verdict, out};

pub mod pair;
mod sealed;

const DAY_S: u64 = 24 * 60 * 60;

const HEAD: &str = "# Written by `sekisho key`. The keys themselves are not in it.\n";

const CONVERSATION_HEAD: &str = "# Written by `sekisho key conversation`. Secret: whoever has it can seal any label. The first key seals, all open.\n";

/// Issues, revokes or lists keys.
pub fn run(command: KeyCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        KeyCommand::Issue(args) => issue(&args, lang, out),
        KeyCommand::Sealing(args) => sealed::make(&args, lang, out),
        KeyCommand::Reseal(args) => sealed::reseal(&args, lang, out),
        KeyCommand::Pair(args) => make(&args, lang, out),
        KeyCommand::Conversation(args) => conversation(&args, lang, out),
        KeyCommand::Revoke(args) => revoke(&args, lang, out),
        KeyCommand::List(args) => list(&args, out),
    }
}

/// The key goes to standard output, so that it can be piped into a vault; what is said about it does not.
fn issue(args: &KeyIssueArgs, lang: Lang, out: &mut Out) -> Ended {
    let mut list = read(&args.file, true)?;
    let lifetime_s = u64::from(args.days) * DAY_S;
    let lines = match &args.sealing {
        Some(sealing) => sealed::issue(args, sealing, &mut list, lifetime_s)?,
        None => {
            let key = list.issue(&args.service, now_s(), lifetime_s)?;
            let issued = list.keys.last().map(|issued| (issued.id.clone(), issued.expires.to_string()));
            let (id, expires) = issued.unwrap_or_default();
            match args.format {
                KeyFormat::Text => key,
                KeyFormat::Json => {
                    json!({ "id": id, "service": args.service, "key": key, "expires": expires }).to_string()
                }
            }
        }
    };
    write(&args.file, HEAD, &list)?;
    out.line(&lines)?;
    if let Some(issued) = list.keys.last() {
        out::note(&lang.pick(
            format!(
                "{}の鍵{}を発行しました（{}まで）。鍵は二度と表示されません",
                issued.service, issued.id, issued.expires
            ),
            format!(
                "issued key {} for {} (until {}); it is shown this once",
                issued.id, issued.service, issued.expires
            ),
        ));
    }
    Ok(Verdict::Positive)
}

/// Neither file if one of them exists.
fn make(args: &KeyPairArgs, lang: Lang, out: &mut Out) -> Ended {
    let key = pair::p256()?;
    let jwks = pair::jwks(&key, &args.kid)? + "\n";
    create_both((&args.private, &pair::pem(&key)), (&args.public, &jwks))?;
    let (private, public) = (args.private.display(), args.public.display());
    out.line(&lang.pick(
        format!("鍵の組を作りました：秘密鍵 {private}、公開鍵 {public}"),
        format!("made a key pair: the private key is {private}, the public one {public}"),
    ))?;
    Ok(Verdict::Positive)
}

/// Keys that are there stay: they open what they have sealed.
fn conversation(args: &KeyConversationArgs, lang: Lang, out: &mut Out) -> Ended {
    let mut file = match fs::read_to_string(&args.file) {
        Ok(text) => KeyFile::read(&text).map_err(|cause| Trouble::at(args.file.display(), cause))?,
        Err(error) if error.kind() == ErrorKind::NotFound => KeyFile::default(),
        Err(error) => return Err(Trouble::at(args.file.display(), error)),
    };
    let id = file.make(now_s(), args.last)?;
    write(&args.file, CONVERSATION_HEAD, &file)?;
    let (keys, path) = (file.keys.len(), args.file.display());
    out.line(&lang.pick(
        format!("鍵{id}を{path}に作りました（鍵は{keys}個。最初の鍵で封じ、すべての鍵で開きます）"),
        format!("made key {id} in {path}, of {keys}: the first seals, all open"),
    ))?;
    Ok(Verdict::Positive)
}

fn revoke(args: &KeyRevokeArgs, lang: Lang, out: &mut Out) -> Ended {
    let mut list = read(&args.file, false)?;
    let before = list.keys.len();
    list.keys.retain(|key| key.id != args.id);
    if list.keys.len() == before {
        return Err(Trouble::at(
            args.file.display(),
            format!("no key `{}` in it; see `sekisho key list`", args.id),
        ));
    }
    write(&args.file, HEAD, &list)?;
    out.line(&lang.pick(
        format!("鍵{}を失効させました。数秒のうちに使えなくなります", args.id),
        format!("revoked key {}; within seconds it no longer counts", args.id),
    ))?;
    Ok(Verdict::Positive)
}

fn list(args: &KeyListArgs, out: &mut Out) -> Ended {
    for key in read(&args.file, false)?.keys {
        out.line(&match args.format {
            KeyFormat::Text => format!("{}  {}  {} – {}", key.id, key.service, key.issued, key.expires),
            KeyFormat::Json => {
                let kind = if key.sealed.is_some() { "sigv4" } else { "service-key" };
                let (issued, expires) = (key.issued.to_string(), key.expires.to_string());
                json!({ "id": key.id, "service": key.service, "kind": kind, "issued": issued, "expires": expires })
                    .to_string()
            }
        })?;
    }
    Ok(Verdict::Positive)
}

fn read(file: &Path, may_be_new: bool) -> Result<KeyList, Trouble> {
    match fs::read_to_string(file) {
        Ok(text) => KeyList::read(&text).map_err(|cause| Trouble::at(file.display(), cause)),
        Err(error) if may_be_new && error.kind() == ErrorKind::NotFound => Ok(KeyList::default()),
        Err(error) => Err(Trouble::at(file.display(), error)),
    }
}

/// Puts the new list in place of the old one at once: a gate that reads it meanwhile sees one of the two.
fn write(file: &Path, head: &str, list: &impl Serialize) -> Result<(), Trouble> {
    let next = file.with_extension("next");
    let at = |error: &dyn std::fmt::Display| Trouble::at(next.display(), error);
    let text = toml::to_string(list).map_err(|error| at(&error))?;
    // Two at a time would lose a key: the second finds the first one's file.
    let opened = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&next);
    let mut opened = opened.map_err(|error| at(&error))?;
    let written = opened.write_all(format!("{head}{text}").as_bytes()).and_then(|()| opened.sync_all());
    let placed = written.and_then(|()| fs::rename(&next, file));
    placed.map_err(|error| {
        let _ = fs::remove_file(&next);
        at(&error)
    })
}
