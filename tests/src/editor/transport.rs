//! Starts a server and carries messages to and from it, over its pipes or over a socket.
//!
//! One thread reads, so that a server that talks while we write is never blocked, and so that the
//! moment a message arrived is known however late we look at it. Another answers the server's own
//! requests, which an editor does without being asked.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How to start a server.
#[derive(Clone, Debug)]
pub enum Launch {
    /// The server speaks over its standard input and output.
    Pipe(Vec<String>),
    /// The server connects to a port of ours; `{port}` in its arguments stands for the number.
    Socket(Vec<String>),
}

impl Launch {
    /// Reads `program argument …`, or `tcp:program … {port}`. Quotes group words as in a shell.
    pub fn parse(command: &str) -> Result<Launch> {
        let (socket, line) = match command.strip_prefix("tcp:") {
            Some(rest) => (true, rest),
            None => (false, command),
        };
        let words = words(line);
        if words.is_empty() {
            bail!("the command of a server is empty");
        }
        Ok(if socket { Launch::Socket(words) } else { Launch::Pipe(words) })
    }

    fn words(&self) -> &[String] {
        match self {
            Launch::Pipe(words) | Launch::Socket(words) => words,
        }
    }
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut quote = None;
    for it in line.chars() {
        match quote {
            Some(open) if it == open => quote = None,
            Some(_) => word.get_or_insert_default().push(it),
            None if it == '"' || it == '\'' => {
                quote = Some(it);
                word.get_or_insert_default();
            }
            None if it.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    words
}

/// A message from the server and when it arrived.
#[derive(Debug)]
pub struct Message {
    pub at: Instant,
    pub value: Value,
}

type Output = Arc<Mutex<Option<Box<dyn Write + Send>>>>;

pub struct Transport {
    process: Child,
    output: Output,
    pub incoming: Receiver<Message>,
    errors: Arc<Mutex<Vec<u8>>>,
    /// What `workspace/configuration` answers: one value per section, null where there is none.
    pub settings: Arc<Mutex<Value>>,
}

/// More of a server's log than this says nothing new.
const LOG_LIMIT: usize = 4 << 20;

impl Transport {
    pub fn start(launch: &Launch, prepare: impl FnOnce(&mut Command)) -> Result<Transport> {
        let listener = match launch {
            Launch::Pipe(_) => None,
            Launch::Socket(_) => Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?),
        };
        let port = listener.as_ref().map(TcpListener::local_addr).transpose()?.map(|it| it.port());
        let words: Vec<String> = launch
            .words()
            .iter()
            .map(|word| port.map_or(word.clone(), |it| word.replace("{port}", &it.to_string())))
            .collect();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stderr(Stdio::piped());
        if listener.is_some() {
            command.stdin(Stdio::null()).stdout(Stdio::null());
        } else {
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
        }
        prepare(&mut command);
        let mut process =
            command.spawn().with_context(|| format!("cannot start the server `{}`", words[0]))?;
        let errors = Arc::new(Mutex::new(Vec::new()));
        if let Some(stream) = process.stderr.take() {
            let errors = Arc::clone(&errors);
            thread::spawn(move || keep_log(stream, &errors));
        }
        let (reader, writer): (Box<dyn Read + Send>, Box<dyn Write + Send>) = match listener {
            Some(listener) => {
                let stream = accept(&listener, &mut process)?;
                stream.set_nodelay(true)?;
                (Box::new(stream.try_clone()?), Box::new(stream))
            }
            None => match (process.stdout.take(), process.stdin.take()) {
                (Some(stdout), Some(stdin)) => (Box::new(stdout), Box::new(stdin)),
                _ => bail!("the server has no pipes"),
            },
        };
        let output: Output = Arc::new(Mutex::new(Some(writer)));
        let settings = Arc::new(Mutex::new(Value::Null));
        let (sender, incoming) = channel();
        let (to_answer, requests) = channel();
        thread::spawn(move || read_all(reader, &sender, &to_answer));
        thread::spawn({
            let (output, settings) = (Arc::clone(&output), Arc::clone(&settings));
            move || answer_all(&requests, &output, &settings)
        });
        Ok(Transport { process, output, incoming, errors, settings })
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    pub fn send(&self, message: &Value) -> Result<()> {
        send(&self.output, message).context("the server does not read any more")
    }

    /// Bytes as they are, for what no well-behaved client would send.
    pub fn send_raw(&self, bytes: &[u8]) -> Result<()> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = output.as_mut().context("the input of the server is closed")?;
        stream.write_all(bytes)?;
        Ok(stream.flush()?)
    }

    pub fn close_input(&self) {
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub fn log(&self) -> String {
        let bytes = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How the process ended, or nothing when it still runs after `patience`.
    pub fn wait_exit(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            // Gone between the two calls is as good as killed.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

fn accept(listener: &TcpListener, process: &mut Child) -> Result<std::net::TcpStream> {
    listener.set_nonblocking(true)?;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(status) = process.try_wait()? {
            bail!("the server ended before it connected: {status}");
        }
        if Instant::now() >= deadline {
            bail!("the server did not connect within a minute");
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn send(output: &Output, message: &Value) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let mut framed = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    framed.extend_from_slice(&body);
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    let stream = output.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
    stream.write_all(&framed)?;
    stream.flush()
}

fn keep_log(mut stream: impl Read, log: &Mutex<Vec<u8>>) {
    let mut chunk = [0; 4096];
    while let Ok(read) = stream.read(&mut chunk) {
        if read == 0 {
            return;
        }
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() < LOG_LIMIT {
            log.extend_from_slice(&chunk[..read]);
        }
    }
}

/// Ends with the stream, or at the first thing that is not a message.
fn read_all(stream: impl Read, messages: &Sender<Message>, requests: &Sender<Value>) {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    while let Ok(Some(body)) = read_body(&mut stream) {
        let at = Instant::now();
        let Ok(value) = serde_json::from_slice::<Value>(&body) else { return };
        if value.get("method").is_some() && value.get("id").is_some() {
            // Whoever waits for answers has gone when this fails; the messages still matter.
            let _ = requests.send(value.clone());
        }
        if messages.send(Message { at, value }).is_err() {
            return;
        }
    }
}

fn read_body(stream: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
    stream.read_exact(&mut body)?;
    Ok(Some(body))
}

fn answer_all(requests: &Receiver<Value>, output: &Output, settings: &Mutex<Value>) {
    for request in requests {
        let result = match request["method"].as_str().unwrap_or_default() {
            "workspace/configuration" => {
                let settings = settings.lock().unwrap_or_else(PoisonError::into_inner);
                let items = request["params"]["items"].as_array().cloned().unwrap_or_default();
                Value::Array(items.iter().map(|item| section(&settings, item)).collect())
            }
            "workspace/applyEdit" => json!({ "applied": false }),
            _ => Value::Null,
        };
        let answer = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
        if send(output, &answer).is_err() {
            return;
        }
    }
}

/// The part of the settings that an item of a request names: `dbt.flag` is `settings.dbt.flag`.
fn section(settings: &Value, item: &Value) -> Value {
    let Some(name) = item["section"].as_str() else { return settings.clone() };
    name.split('.').try_fold(settings, |value, key| value.get(key)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_group_the_words_of_a_command() {
        assert_eq!(words("a 'b c' \"d'e\" f''g ''"), ["a", "b c", "d'e", "fg", ""]);
    }

    #[test]
    fn a_message_is_read_whatever_else_its_head_says() {
        let mut stream: &[u8] =
            b"Content-Type: application/vscode-jsonrpc\r\ncontent-length: 2\r\n\r\n{}rest";
        assert_eq!(read_body(&mut stream).unwrap().unwrap(), b"{}");
        assert_eq!(stream, b"rest");
    }

    #[test]
    fn a_section_is_found_by_its_dotted_name() {
        let settings = json!({ "dbt": { "flag": { "defer": false } } });
        assert_eq!(section(&settings, &json!({ "section": "dbt.flag" })), json!({"defer": false}));
        assert_eq!(section(&settings, &json!({ "section": "other" })), Value::Null);
    }
}
