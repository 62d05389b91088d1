//! A dbt platform on this machine: the paths and shapes of the real one, over real HTTP and TLS, with
//! every fault that a network has. It notes what it was asked.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

/// What a path answers; the last one for ever.
pub type Answers = HashMap<&'static str, Vec<Answer>>;

#[derive(Clone)]
pub enum Answer {
    /// `data` in the platform's envelope.
    Data(Value),
    /// A status with the platform's words for the user.
    Status(u16, &'static str),
    /// With headers of its own.
    Raw(Vec<u8>),
    /// The head promises more than comes.
    CutOff,
    /// Nothing, for so long.
    Silence(Duration),
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub authorization: Option<String>,
}

pub struct Platform {
    address: SocketAddr,
    tls: bool,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// The certificate that a client has to trust.
    pub certificate: Option<String>,
}

impl Platform {
    /// Without TLS, as only this machine is spoken to.
    pub fn plain(answers: Answers) -> Result<Self> {
        Self::start(answers, None, None)
    }

    /// With a certificate made for this run.
    pub fn with_tls(answers: Answers) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        Self::start(answers, Some(Arc::new(config)), Some(made.cert.pem()))
    }

    fn start(
        answers: Answers,
        tls: Option<Arc<ServerConfig>>,
        certificate: Option<String>,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (noted, answers) = (Arc::clone(&asked), Arc::new(Mutex::new(answers)));
        let uses_tls = tls.is_some();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, answers, tls) = (Arc::clone(&noted), Arc::clone(&answers), tls.clone());
                thread::spawn(move || {
                    // A client that hangs up is one of the things that happen.
                    let _ = serve(stream, tls, &noted, &answers);
                });
            }
        });
        Ok(Self { address, tls: uses_tls, asked, certificate })
    }

    /// As one writes it into `dbt_cloud.yml`.
    pub fn host(&self) -> String {
        if self.tls { self.address.to_string() } else { format!("http://{}", self.address) }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    asked: &Mutex<Vec<Asked>>,
    answers: &Mutex<Answers>,
) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    match tls {
        None => speak(stream, asked, answers),
        Some(config) => {
            speak(StreamOwned::new(ServerConnection::new(config)?, stream), asked, answers)
        }
    }
}

fn speak(
    stream: impl Read + Write,
    asked: &Mutex<Vec<Asked>>,
    answers: &Mutex<Answers>,
) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let request = head.first().context("no request")?;
    let path = request.split(' ').nth(1).context("no path")?.to_owned();
    let authorization = head.iter().find_map(|it| {
        let (name, value) = it.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
    });
    let known = Asked { path: path.clone(), authorization };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(known);
    let answer = {
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.get_mut(path.as_str()) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list.first().cloned().context("no answer")?,
            None => Answer::Status(404, "Not found."),
        }
    };
    let out = stream.get_mut();
    match answer {
        Answer::Data(data) => {
            let status = json!({"code": 200, "is_success": true, "user_message": "Success!", "developer_message": ""});
            respond(out, 200, &json!({"status": status, "data": data}).to_string())?;
        }
        Answer::Status(code, message) => {
            let status = json!({"code": code, "is_success": false, "user_message": message, "developer_message": ""});
            respond(out, code, &json!({"status": status, "data": null}).to_string())?;
        }
        Answer::Raw(bytes) => out.write_all(&bytes)?,
        Answer::CutOff => {
            out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"data\":")?
        }
        Answer::Silence(time) => thread::sleep(time),
    }
    out.flush()?;
    Ok(())
}

fn respond(out: &mut impl Write, code: u16, body: &str) -> Result<()> {
    let length = body.len();
    write!(
        out,
        "HTTP/1.1 {code} Status\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    Ok(())
}
