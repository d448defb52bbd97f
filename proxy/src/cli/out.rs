//! Standard output: colour only on a terminal that wants it (`NO_COLOR`), and a quiet end when the reader has gone.

use std::io::{self, BufWriter, ErrorKind, Write};

use anstyle::{AnsiColor, Style};

use super::Trouble;

/// Green, for what holds.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Red, for what does not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Yellow, for what deserves a look.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// For headings.
pub const STRONG: Style = Style::new().bold();
/// For what explains the rest.
pub const FAINT: Style = Style::new().dimmed();

/// Where a command writes its results. Style codes are dropped where they would not be shown.
pub struct Out {
    sink: BufWriter<Box<dyn Write + Send>>,
}

impl Out {
    /// The process's standard output, buffered.
    pub fn stdout() -> Out {
        Out { sink: BufWriter::new(Box::new(anstream::AutoStream::auto(io::stdout()))) }
    }

    /// Writes a line; the end of line is added.
    pub fn line(&mut self, text: &str) -> Result<(), Trouble> {
        self.sink.write_all(text.as_bytes()).and_then(|()| self.sink.write_all(b"\n")).map_err(trouble)
    }

    /// Writes a line in a style.
    pub fn styled(&mut self, style: Style, text: &str) -> Result<(), Trouble> {
        self.line(&paint(style, text))
    }

    /// Hands everything written so far to the reader.
    pub fn flush(&mut self) -> Result<(), Trouble> {
        self.sink.flush().map_err(trouble)
    }
}

/// A piece of text with a style around it.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Tells the person what went wrong, on standard error. A closed standard error is nobody's business.
pub fn complain(message: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "{BAD}sekisho:{BAD:#} {message}");
}

/// Tells the person something beside the result, on standard error.
pub fn note(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{FAINT}{message}{FAINT:#}");
}

fn trouble(error: io::Error) -> Trouble {
    match error.kind() {
        ErrorKind::BrokenPipe => Trouble::Hangup,
        _ => Trouble::at("standard output", error),
    }
}
