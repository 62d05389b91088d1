use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value as Json;
use ureq::http::{HeaderMap, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::failure::{Cause, Failure};
use super::host::base_url;

/// Where to ask and with which right.
pub struct Access {
    pub host: String,
    pub token: String,
}

/// A connection to one host. Every method blocks until the answer is there or the time is up.
pub struct Client {
    agent: ureq::Agent,
    host: String,
    base: String,
    token: String,
    pause: Duration,
}

/// For one request, repeats not counted.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// As dbt does: after 429 and 503 up to three times more, each time after twice the pause.
const REPEATS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(400);
/// So long a pause that the platform asks for is kept.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What is asked for here takes some kilobytes.
const MAX_ANSWER: u64 = 4 << 20;

impl Client {
    /// The environment names a file of certificates and, to the library, a proxy.
    pub fn new(access: Access, environment: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let Access { host, token } = access;
        let failure =
            |cause| Failure { step: "preparing the connection", host: host.clone(), cause };
        let base = base_url(&host).map_err(|it| failure(Cause::BadHost(it)))?;
        let roots = match environment.get("SSL_CERT_FILE").filter(|it| !it.is_empty()) {
            Some(path) => certificates(path).map_err(|it| failure(Cause::Certificates(it)))?,
            None => RootCerts::PlatformVerifier,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(roots)
            .build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(TIME_LIMIT))
            // Where a token goes is decided here and not by an answer.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("tandem/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Ok(Self { agent, host, base, token, pause: FIRST_PAUSE })
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// What stands under `data` in the answer.
    pub fn get(&self, step: &'static str, path: &str) -> Result<Json, Failure> {
        let failure = |cause| Failure { step, host: self.host.clone(), cause };
        let mut pause = self.pause;
        for repeat in 0.. {
            let answer = self.ask(path).map_err(failure)?;
            if matches!(answer.code, 429 | 503) && repeat < REPEATS {
                thread::sleep(answer.pause.unwrap_or(pause).min(LONGEST_PAUSE));
                pause *= 2;
                continue;
            }
            return answer.data(&self.token).map_err(failure);
        }
        Err(failure(Cause::TimedOut))
    }

    fn ask(&self, path: &str) -> Result<Answer, Cause> {
        let request = self.agent.get(format!("{}{path}", self.base));
        let request = request
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let response = request.call().map_err(cause)?;
        let (head, body) = response.into_parts();
        let mut text = Vec::new();
        let mut reader = body.into_reader().take(MAX_ANSWER + 1);
        reader.read_to_end(&mut text).map_err(|it| match it.kind() {
            std::io::ErrorKind::TimedOut => Cause::TimedOut,
            _ => Cause::Unreachable(format!("the answer breaks off: {it}")),
        })?;
        if text.len() as u64 > MAX_ANSWER {
            return Err(Cause::TooLarge);
        }
        let location = value(&head.headers, &header::LOCATION).map(without_secrets);
        let pause = value(&head.headers, &header::RETRY_AFTER)
            .and_then(|it| it.parse().ok())
            .map(Duration::from_secs);
        Ok(Answer { code: head.status.as_u16(), location, pause, text })
    }
}

struct Answer {
    code: u16,
    location: Option<String>,
    /// How long the platform wants us to wait.
    pause: Option<Duration>,
    text: Vec<u8>,
}

impl Answer {
    /// The platform's own words are passed on, but not what they may repeat of the question.
    fn data(self, token: &str) -> Result<Json, Cause> {
        let body: Option<Json> = serde_json::from_slice(&self.text).ok();
        match self.code {
            200..300 => {
                let Some(mut body) = body else { return Err(self.not_json()) };
                match body.get_mut("data") {
                    Some(data) if !data.is_null() => Ok(data.take()),
                    _ => Err(Cause::Incomplete("`data`".to_owned())),
                }
            }
            300..400 => Err(Cause::Redirect { to: self.location }),
            code => {
                let message = body.as_ref().and_then(|it| it.pointer("/status/user_message"));
                let message = message.and_then(Json::as_str).map(str::trim);
                let message = message
                    .filter(|it| !it.is_empty())
                    .map(|it| begin(&it.replace(token, "*****"), 200));
                Err(Cause::Status { code, message })
            }
        }
    }

    fn not_json(&self) -> Cause {
        Cause::NotJson { begins: begin(String::from_utf8_lossy(&self.text).trim_start(), 40) }
    }
}

/// The beginning of a text, on one line.
fn begin(text: &str, letters: usize) -> String {
    text.chars().take(letters).map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// An address without what comes behind the path: codes and signatures stand there.
fn without_secrets(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            format!("{}{}", &address[..scheme + 3], &address[at + 1..])
        }
        _ => address.to_owned(),
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn cause(error: ureq::Error) -> Cause {
    match error {
        ureq::Error::Timeout(_) => Cause::TimedOut,
        ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => Cause::TooLarge,
        other => Cause::Unreachable(other.to_string()),
    }
}

/// As for other programs, the file takes the place of the system's own certificates.
fn certificates(path: &str) -> Result<RootCerts, String> {
    let text = std::fs::read(path).map_err(|it| format!("`{path}`: {it}"))?;
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&text) {
        match item {
            Ok(PemItem::Certificate(it)) => found.push(it),
            Ok(_) => {}
            Err(error) => return Err(format!("`{path}`: {error}")),
        }
    }
    if found.is_empty() {
        return Err(format!("`{path}` holds none"));
    }
    Ok(RootCerts::Specific(Arc::new(found)))
}
