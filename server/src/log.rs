use std::io::Write;
use std::sync::OnceLock;

use tokio::sync::mpsc::UnboundedSender;

/// How much a line matters; `TANDEM_LOG` names the least that goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

static THRESHOLD: OnceLock<Option<Level>> = OnceLock::new();
static EDITOR: OnceLock<UnboundedSender<(Level, String)>> = OnceLock::new();

/// Says what goes to standard error.
pub fn start(level: Option<&str>) {
    let level = match level {
        Some("error") => Some(Level::Error),
        Some("warn") => Some(Level::Warn),
        Some("info") => Some(Level::Info),
        Some("debug" | "trace") => Some(Level::Debug),
        _ => None,
    };
    let _ = THRESHOLD.set(level);
}

/// Sends lines that matter to the editor's log too.
pub fn also_to(editor: UnboundedSender<(Level, String)>) {
    let _ = EDITOR.set(editor);
}

/// Whoever writes a line sees to it that no value of a variable or profile is in it.
pub fn write(level: Level, line: impl Into<String>) {
    let line = line.into();
    if THRESHOLD.get().copied().flatten().is_some_and(|it| level <= it) {
        // A closed standard error is no reason to stop.
        let _ = writeln!(std::io::stderr(), "tandem {level:?}: {line}");
    }
    if level <= Level::Info
        && let Some(editor) = EDITOR.get()
    {
        let _ = editor.send((level, line));
    }
}

pub fn error(line: impl Into<String>) {
    write(Level::Error, line);
}

pub fn warn(line: impl Into<String>) {
    write(Level::Warn, line);
}

pub fn info(line: impl Into<String>) {
    write(Level::Info, line);
}

/// A panic is reported by its place and, where it is part of the program, its text: a text made at
/// run time can quote what the user wrote.
pub fn hook_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |it| format!(" at {it}"));
        let text = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("");
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed");
        let line = format!("internal error in thread {name}{place}: {text}");
        let _ = writeln!(std::io::stderr(), "tandem: {line}");
        if let Some(editor) = EDITOR.get() {
            let _ = editor.send((Level::Error, line));
        }
    }));
}
