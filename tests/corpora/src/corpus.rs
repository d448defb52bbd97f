//! The texts below `texts/`: read, repeated where they ask for it, and made.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::made::Stage;
use crate::made::secrets::{ISSUERS, Issuer};
use crate::mark::Marked;

/// What a text is there for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// It holds what must be found, marked.
    Positive,
    /// Nothing in it may be flagged.
    Negative,
    /// It speaks of markings and has none.
    Mention,
}

impl Kind {
    /// Every kind, with the folder that its files lie in.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Positive, "positive"), (Self::Negative, "negative"), (Self::Mention, "mentions")];
}

/// One text of a corpus.
#[derive(Clone, Debug)]
pub struct Text {
    /// What it is there for.
    pub kind: Kind,
    /// Where it is written.
    pub place: Place,
    /// What people would call it: `mail`, `csv`, `log` ….
    pub shape: String,
    /// Whether it stands there as it is; others are made from a template, several from one.
    pub by_hand: bool,
    /// Whose token it shows, if it is one of those that every issuer has.
    pub issuer: Option<&'static str>,
    /// What it says.
    pub marked: Marked,
}

/// A line of a file of the corpora.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Line of its header.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The folder of this crate.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How many texts each issuer of tokens has.
const FRAMES: usize = 5;

/// Which texts of this crate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Share {
    /// Those whose misses are read, and by which rules are mended.
    Open,
    /// Those of which nothing but the score is known.
    Held,
}

impl Share {
    /// The folder that has them, as `positive`, `negative` and `mentions`.
    pub fn folder(self) -> PathBuf {
        match self {
            Self::Open => home().join("texts"),
            Self::Held => home().join("texts/held"),
        }
    }
}

/// Every text below `folder`, in the order of the files.
///
/// # Errors
/// The place and the fault of the first text that cannot be read; that there is none.
pub fn texts(folder: &Path) -> Result<Vec<Text>, String> {
    let mut texts = Vec::new();
    for (kind, below) in Kind::ALL {
        for path in files(&folder.join(below)) {
            let content = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            for entry in entries(kind, &format!("{below}/{name}"), &content)? {
                entry.write(&mut texts)?;
            }
        }
    }
    if texts.is_empty() {
        return Err(format!("{}: no text in positive/, negative/ or mentions/", folder.display()));
    }
    Ok(texts)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths
}

/// A text as it is written, before anything is made.
struct Entry {
    kind: Kind,
    place: Place,
    header: Header,
    source: String,
    /// Which of the frames of its file it is.
    number: usize,
}

/// `%% shape x8 ~reversed`, `%% shape each`.
#[derive(Default)]
struct Header {
    shape: String,
    copies: Option<usize>,
    disguise: Option<String>,
    each: Option<bool>,
}

fn entries(kind: Kind, file: &str, content: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, line) in content.lines().enumerate() {
        if let Some(header) = line.strip_prefix("%% ") {
            let place = Place { file: file.to_owned(), line: number + 1 };
            let header = read_header(header).map_err(|e| format!("{place}: {e}"))?;
            entries.push(Entry { kind, place, header, source: String::new(), number: entries.len() });
        } else if let Some(entry) = entries.last_mut() {
            entry.source += line;
            entry.source.push('\n');
        }
    }
    for entry in &mut entries {
        entry.source.truncate(entry.source.trim_end().len());
    }
    Ok(entries)
}

fn read_header(text: &str) -> Result<Header, String> {
    let mut header = Header::default();
    for word in text.split_whitespace() {
        if header.shape.is_empty() {
            word.clone_into(&mut header.shape);
        } else if let Some(copies) = word.strip_prefix('x').and_then(|n| n.parse().ok()) {
            header.copies = Some(copies);
        } else if let Some(spelling) = word.strip_prefix('~') {
            header.disguise = Some(spelling.to_owned());
        } else if word == "each:telling" || word == "each:named" {
            header.each = Some(word == "each:telling");
        } else {
            return Err(format!("`{word}` is no word of a header"));
        }
    }
    Ok(header)
}

impl Entry {
    fn write(&self, texts: &mut Vec<Text>) -> Result<(), String> {
        if let Some(telling) = self.header.each {
            return self.write_each(telling, texts);
        }
        for copy in 0..self.header.copies.unwrap_or(1) {
            let mut stage = Stage::of(&self.seed(&copy.to_string()));
            texts.push(self.text(&mut stage, None)?);
        }
        Ok(())
    }

    /// Frames are dealt to the issuers in turn, so that each gets some and every frame is used.
    fn write_each(&self, telling: bool, texts: &mut Vec<Text>) -> Result<(), String> {
        let issuers: Vec<&'static Issuer> = ISSUERS.iter().filter(|i| i.telling == telling).collect();
        for (turn, issuer) in issuers.into_iter().enumerate() {
            if (turn * FRAMES..(turn + 1) * FRAMES)
                .any(|n| n % FRAMES_IN_FILE == self.number % FRAMES_IN_FILE)
            {
                let mut stage = Stage::with(&self.seed(issuer.id), issuer);
                texts.push(self.text(&mut stage, Some(issuer.id))?);
            }
        }
        Ok(())
    }

    /// Draws belong to the words of a text and not to its place: a text more does not change the others.
    fn seed(&self, copy: &str) -> String {
        format!("{}/{copy}", self.source)
    }

    fn text(&self, stage: &mut Stage, issuer: Option<&'static str>) -> Result<Text, String> {
        let fault = |e| format!("{}: {e}", self.place);
        let mut marked = Marked::read(&self.source, stage).map_err(fault)?;
        if let Some(spelling) = &self.header.disguise {
            marked = marked.disguise(spelling).map_err(fault)?;
        }
        Ok(Text {
            kind: self.kind,
            place: self.place.clone(),
            shape: self.header.shape.clone(),
            by_hand: self.header.copies.is_none() && issuer.is_none(),
            issuer,
            marked,
        })
    }
}

/// Frames that a file of frames has; they are dealt round.
const FRAMES_IN_FILE: usize = 16;
