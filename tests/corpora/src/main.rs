//! How much the built-in rules find: `cargo run --release -p sekisho-corpora [-- OPTIONS]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command that prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sekisho_corpora::benign::{Benign, benign, files_below};
use sekisho_corpora::corpus::{Share, texts};
use sekisho_corpora::families::within;
use sekisho_corpora::report::{json, markdown};
use sekisho_corpora::score::{Score, Slip, score};
use sekisho_detectors::{RuleError, RuleFile, RuleSet};

const USAGE: &str = "\
score [OPTIONS]

  --misses CATEGORY    list the gold spans of this category (or all below it; `all`) that are not wholly covered
  --false-alarms       list findings in hard negatives, and markings found in mentions
  --extra              list findings in positive texts that touch no gold span
  --rules FOLDER       score the rule files below this folder instead of the built-in ones; nothing is built anew
  --held               score the texts that are held back, of which nothing else can be listed
  --from FOLDER        score texts of your own, in its positive/, negative/ and mentions/
  --texts              print every text as it is made, its gold spans marked, and scan nothing
  --benign             also scan installed code and prose (minutes; asks the npm registry once)
  --benign-findings    the same, and list what was found
  --benign-others CAT  the same, and list the first findings of this category there (such as `pii.jp`)
  --benign-mb N        read at most N MB of each kind of file (10)
  --format FORMAT      markdown (default) or json
  --out FILE           write the result there as well, with the date in its first line";

#[derive(Default)]
struct Options {
    misses: Option<String>,
    false_alarms: bool,
    extra: bool,
    rules: Option<String>,
    texts: bool,
    held: bool,
    from: Option<PathBuf>,
    benign: bool,
    benign_findings: bool,
    benign_others: Option<String>,
    benign_mb: Option<usize>,
    json: bool,
    out: Option<String>,
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` wants a value"));
        match word.as_str() {
            "--misses" => options.misses = Some(value()?),
            "--false-alarms" => options.false_alarms = true,
            "--extra" => options.extra = true,
            "--rules" => options.rules = Some(value()?),
            "--held" => options.held = true,
            "--from" => options.from = Some(value()?.into()),
            "--texts" => options.texts = true,
            "--benign" => options.benign = true,
            "--benign-findings" => (options.benign, options.benign_findings) = (true, true),
            "--benign-others" => (options.benign, options.benign_others) = (true, Some(value()?)),
            "--benign-mb" => {
                options.benign_mb = Some(value()?.parse().map_err(|_| "`--benign-mb` wants a number")?);
            }
            "--format" => match value()?.as_str() {
                "json" => options.json = true,
                "markdown" => {}
                other => return Err(format!("`{other}` is no format")),
            },
            "--out" => options.out = Some(value()?),
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let lists_texts = options.misses.is_some() || options.false_alarms || options.extra || options.texts;
    let share = if options.held { Share::Held } else { Share::Open };
    let folder = options.from.clone().unwrap_or_else(|| share.folder());
    if lists_texts && folder.ends_with("held") {
        return Err(
            "what is held back is scored and not listed: rules that are mended by it would know it".into()
        );
    }
    if options.texts {
        texts(&folder)?
            .iter()
            .for_each(|text| println!("%% {} {}\n{}\n", text.place, text.shape, text.marked.shown()));
        return Ok(());
    }
    let rules = match &options.rules {
        Some(folder) => rules_below(Path::new(folder))?,
        None => RuleSet::built_in().map_err(|errors| lines(&errors))?,
    };
    let score = score(&rules, &texts(&folder)?);
    let benign = match options.benign {
        true => Some(benign(&rules, options.benign_mb.unwrap_or(10) * 1_000_000)?),
        false => None,
    };
    let report = match options.json {
        true => json(&score, benign.as_ref()).to_string(),
        false => markdown(&score, benign.as_ref()),
    };
    println!("{report}");
    if let Some(file) = &options.out {
        fs::write(file, dated(&report, options.json)).map_err(|e| format!("{file}: {e}"))?;
    }
    lists(options, &score, benign.as_ref());
    Ok(())
}

fn rules_below(folder: &Path) -> Result<RuleSet, String> {
    let mut paths = files_below(folder);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok((path.display().to_string(), text))
    };
    let files: Vec<(String, String)> = paths.iter().map(read).collect::<Result<_, String>>()?;
    let files: Vec<RuleFile<'_>> = files.iter().map(|(name, text)| RuleFile { name, text }).collect();
    RuleSet::load(&files).map_err(|errors| lines(&errors))
}

fn lines(errors: &[RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// JSON has no place for a line that is not JSON; the file's own date must do.
fn dated(report: &str, json: bool) -> String {
    let date = std::process::Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]).output();
    let date =
        date.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    if json {
        format!("{{\"date\":\"{date}\",\"result\":{report}}}\n")
    } else {
        format!("Measured {date}.\n\n{report}")
    }
}

fn lists(options: &Options, score: &Score, benign: Option<&Benign>) {
    if let Some(category) = &options.misses {
        let meant = |slip: &&Slip| category == "all" || within(&slip.what, category);
        list("missed", score.misses.iter().filter(meant));
    }
    if options.false_alarms {
        list("false alarm", score.false_alarms.iter().chain(&score.mentions_flagged));
    }
    if options.extra {
        list("beside gold", score.extra.iter());
    }
    let Some(benign) = benign else { return };
    let secrets = benign.findings.iter().filter(|_| options.benign_findings);
    let meant =
        |named: &str| options.benign_others.as_ref().is_some_and(|category| within(plain(named), category));
    let others = benign.samples.iter().filter(|(_, named, _)| meant(named));
    for (path, named, says) in secrets.chain(others) {
        println!("{named} {}: {says}", path.display());
    }
}

/// The category in `category (rule)`.
fn plain(named: &str) -> &str {
    named.split(' ').next().unwrap_or_default()
}

fn list<'s>(title: &str, slips: impl Iterator<Item = &'s Slip>) {
    for Slip { place, issuer, what, says } in slips {
        println!(
            "{title} {what} {}{place}: {says}",
            issuer.map_or_else(String::new, |issuer| format!("{issuer} "))
        );
    }
}
