//! Other programs: run with a limit of time and of output.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(5);

/// What a program that came to its end has said. It may hold secrets.
pub struct Ran {
    pub status: ExitStatus,
    pub output: String,
    pub errors: String,
}

/// Runs a program that gets no input. What takes longer than `patience` is ended, with all that it
/// started, and gives nothing; what it says beyond `limit` bytes is left out.
pub fn run(command: &mut Command, patience: Duration, limit: u64) -> io::Result<Option<Ran>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn()?;
    let output = read(child.stdout.take(), limit);
    let errors = read(child.stderr.take(), limit);
    let deadline = Instant::now() + patience;
    let Some(status) = wait(&mut child, deadline)? else {
        end(&mut child);
        return Ok(None);
    };
    // A process that it left behind may hold the pipe.
    let left = || deadline.saturating_duration_since(Instant::now()).max(STEP);
    let output = output.recv_timeout(left()).unwrap_or_default();
    let errors = errors.recv_timeout(left()).unwrap_or_default();
    Ok(Some(Ran { status, output, errors }))
}

/// Read on the side: a program that says more than a pipe holds would wait for a reader.
fn read(pipe: Option<impl Read + Send + 'static>, limit: u64) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut pipe = pipe.take(limit);
            // What came until an error counts.
            let _ = pipe.read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
    }
    receiver
}

fn wait(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(STEP);
    }
}

fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // It may have ended meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
