//! `sekisho audit`: is a log whole, and what stands in it.

mod tail;

use std::fs;
use std::io;
use std::path::Path;

use sekisho_audit::{Fault, FaultKind, Options, Report, Segment, Vkey};

use super::args::{AuditCommand, VerifyArgs};
use super::out::{BAD, GOOD, paint};
use super::{Ended, Lang, Out, Trouble, Verdict};

/// Verifies or prints.
pub fn run(command: AuditCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        AuditCommand::Verify(args) => verify(&args, lang, out),
        AuditCommand::Tail(args) => tail::run(&args, out),
    }
}

/// Verifies the log in a folder and says what came of it.
pub fn verify(args: &VerifyArgs, lang: Lang, out: &mut Out) -> Ended {
    let keys = keys(&args.key)?;
    let names = segments(&args.log).map_err(|error| Trouble::at(args.log.display(), error))?;
    let options = Options { open: args.open, all: args.all };
    let verified = read_and_verify(&args.log, &names, &keys, options)?;
    match verified {
        Ok(report) => {
            whole(&report, lang, out)?;
            Ok(Verdict::Positive)
        }
        Err(fault) => {
            broken(&args.log, &fault, lang, out)?;
            let open = Options { open: true, ..options };
            if let (false, Ok(report)) = (args.open, read_and_verify(&args.log, &names, &keys, open)?) {
                only_if_open(&report, lang, out)?;
            }
            Ok(Verdict::Negative)
        }
    }
}

/// Holds one segment at a time in memory. A segment that cannot be read is trouble, not a fault of the log.
fn read_and_verify(
    log: &Path,
    names: &[String],
    keys: &[Vkey],
    options: Options,
) -> Result<Result<Report, Fault>, Trouble> {
    let mut trouble = None;
    let segments = names.iter().map_while(|name| match fs::read(log.join(name)) {
        Ok(bytes) => Some(Segment { name: name.clone(), bytes }),
        Err(error) => {
            trouble = Some(Trouble::at(log.join(name).display(), error));
            None
        }
    });
    let verified = sekisho_audit::verify(segments, keys, options, |_, _| {});
    trouble.map_or(Ok(verified), Err)
}

fn whole(report: &Report, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    let (title, state) = match report.closed {
        true => (lang.pick("完全です", "whole"), lang.pick("閉じられている", "closed")),
        false => (
            lang.pick("最後のチェックポイントまで完全です", "whole up to the last checkpoint"),
            lang.pick("開いている", "open"),
        ),
    };
    out.line(&paint(GOOD, title))?;
    let mut row = |ja: &str, en: &str, value: &str| out.line(&format!("{} {value}", lang.pick(ja, en)));
    row("記録", "records", &report.records.to_string())?;
    row("チェックポイント", "checkpoints", &report.checkpoints.to_string())?;
    row("根", "root", &report.root.iter().map(|byte| format!("{byte:02x}")).collect::<String>())?;
    row("最後の記録", "last record", &time(report.last_time.0))?;
    row("状態", "state", state)?;
    if report.uncovered_bytes > 0 {
        row("未署名のバイト", "bytes not covered", &report.uncovered_bytes.to_string())?;
    }
    Ok(())
}

fn broken(log: &Path, fault: &Fault, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    out.line(&paint(BAD, lang.pick("完全ではありません", "NOT whole")))?;
    let place = log.join(&fault.file);
    out.line(&lang.pick(
        format!("{} の{}バイト目：{}", place.display(), fault.offset, in_japanese(fault.kind)),
        format!("{} at byte {}: {}", place.display(), fault.offset, fault.kind),
    ))
}

fn only_if_open(report: &Report, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    out.line(&lang.pick(
        format!(
            "注意：--openなら最後のチェックポイントまでの{}件を確かめられますが、その後に何があったかは分かりません。動作中でも異常終了の後でもないログなら、切り詰められています",
            report.records
        ),
        format!(
            "warning: with --open, {} records up to the last checkpoint can be accounted for, but not what came after; a log that is neither in use nor left by a crash was cut short",
            report.records
        ),
    ))
}

fn in_japanese(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Keys => "鍵ファイルには一つのログの検証鍵が必要です",
        FaultKind::MissingSegment => "セグメントがないか、名前が違います",
        FaultKind::Header => "セグメントの先頭がこのログの続きではありません",
        FaultKind::Damaged => "バイトが変えられています（正しいフレームではありません）",
        FaultKind::Origin => "別のログの記録です",
        FaultKind::AfterEnd => "ログが閉じられた後に、同じセグメントに記録があります",
        FaultKind::Index => "記録が欠けているか、重複しているか、順序が違います",
        FaultKind::Time => "記録の時刻が前の記録より古くなっています",
        FaultKind::Checkpoint => "チェックポイントが、その前の記録と合いません",
        FaultKind::Signature => "チェックポイントが、この鍵だけで署名されたものではありません",
        FaultKind::Uncovered => "最後のチェックポイントの後にバイトがあります",
        FaultKind::NotClosed => "閉じられないまま終わっています（切り詰められたか、まだ開いています）",
    }
}

fn time(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| "?".to_owned(), |time| time.to_string())
}

/// One verifier key a line; empty lines do not count.
fn keys(file: &Path) -> Result<Vec<Vkey>, Trouble> {
    let text = fs::read_to_string(file).map_err(|error| Trouble::at(file.display(), error))?;
    let lines = (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let key = |(number, line): (usize, &str)| {
        Vkey::parse(line.trim()).map_err(|error| Trouble::at(format!("{}:{number}", file.display()), error))
    };
    lines.map(key).collect()
}

/// The names of the folder's segments, in order.
fn segments(log: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(log)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".seg") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_key_is_named_by_its_line() {
        let path = std::env::temp_dir().join(format!("sekisho-vkey-{}", std::process::id()));
        fs::write(&path, "\n  \nnot a key\n").unwrap();
        let Err(Trouble::Message(message)) = keys(&path) else { panic!("it was taken for a key") };
        assert!(message.contains(":3: "), "{message}");
        fs::remove_file(path).unwrap();
    }
}
