//! `sekisho certs`: a development authority in a folder, and server certificates from it. Nothing is overwritten.

use std::fs;
use std::path::Path;

use sekisho_certs::{Authority, CertError, Host};

use super::args::{CertsCommand, InitArgs, IssueArgs};
use super::clock::now_s;
use super::files::create_both;
use super::{Ended, Lang, Out, Trouble, Verdict};

const DAY_S: u64 = 24 * 60 * 60;
/// The file names of the authority.
const CA: (&str, &str) = ("ca.pem", "ca.key");

/// Makes an authority or a certificate.
pub fn run(command: CertsCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        CertsCommand::Init(args) => init(&args, lang, out),
        CertsCommand::Issue(args) => issue(&args, lang, out),
    }
}

fn init(args: &InitArgs, lang: Lang, out: &mut Out) -> Ended {
    fs::create_dir_all(&args.dir).map_err(|error| Trouble::at(args.dir.display(), error))?;
    let authority =
        Authority::development("Sekisho CA", now_s(), u64::from(args.days) * DAY_S).map_err(refused)?;
    put(&args.dir, CA, authority.certificate_pem(), &authority.key_pem())?;
    let ca = args.dir.join(CA.0);
    out.line(&lang.pick(
        format!(
            "認証局を作りました：{}（{}日間有効）。鍵は同じフォルダーのca.keyです",
            ca.display(),
            args.days
        ),
        format!(
            "made a certificate authority: {} (for {} days); its key is ca.key beside it",
            ca.display(),
            args.days
        ),
    ))?;
    Ok(Verdict::Positive)
}

fn issue(args: &IssueArgs, lang: Lang, out: &mut Out) -> Ended {
    let read = |name: &str| {
        let path = args.dir.join(name);
        fs::read_to_string(&path).map_err(|error| Trouble::at(path.display(), error))
    };
    let authority = Authority::from_pem(&read(CA.0)?, &read(CA.1)?).map_err(refused)?;
    authority.about().check_validity(now_s()).map_err(refused)?;
    let mut hosts = vec![Host::parse(&args.name).map_err(refused)?];
    hosts.extend(
        args.ip
            .iter()
            .map(|ip| Host::parse(&ip.to_string()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(refused)?,
    );
    let issued = authority.issue_server(&hosts, now_s(), u64::from(args.days) * DAY_S).map_err(refused)?;
    let names = (format!("{}.pem", args.name), format!("{}.key", args.name));
    put(&args.dir, (&names.0, &names.1), &issued.certificate_pem, &issued.key_pem)?;
    let path = args.dir.join(&names.0);
    out.line(&lang.pick(
        format!("証明書を発行しました：{}（{}日間有効）。鍵は{}です", path.display(), args.days, names.1),
        format!("issued {} (for {} days); its key is {}", path.display(), args.days, names.1),
    ))?;
    Ok(Verdict::Positive)
}

/// Writes a certificate and its key; neither if one of them exists.
fn put(dir: &Path, names: (&str, &str), certificate_pem: &str, key_pem: &str) -> Result<(), Trouble> {
    create_both((&dir.join(names.1), key_pem), (&dir.join(names.0), certificate_pem))
}

fn refused(error: CertError) -> Trouble {
    Trouble::Message(error.to_string())
}
