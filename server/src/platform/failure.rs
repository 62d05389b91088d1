use std::fmt;

/// Why the platform gave no answer: the step that failed, the reason and what to do next. Holds
/// nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was being done: `asking whose token this is`.
    pub step: &'static str,
    pub host: String,
    pub cause: Cause,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    BadHost(String),
    /// A file of certificates that cannot be used.
    Certificates(String),
    /// No connection; the reason in the words of the system.
    Unreachable(String),
    TimedOut,
    /// An answer other than success, with the platform's own words for the user.
    Status {
        code: u16,
        message: Option<String>,
    },
    /// Followed nowhere: the token belongs to this host alone.
    Redirect {
        to: Option<String>,
    },
    TooLarge,
    /// Not what the platform answers: a log-in page, half an answer.
    NotJson {
        begins: String,
    },
    /// JSON, but without what was asked for.
    Incomplete(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, host, cause } = self;
        write!(f, "{step} failed at `{host}`: ")?;
        match cause {
            Cause::BadHost(reason) => write!(f, "{reason}"),
            Cause::Certificates(reason) => write!(
                f,
                "the certificates of `SSL_CERT_FILE` cannot be used ({reason}); correct the variable or take it away"
            ),
            Cause::Unreachable(reason) => write!(
                f,
                "no connection ({reason}); check the host, the network and, behind a proxy, `HTTPS_PROXY` and `SSL_CERT_FILE`"
            ),
            Cause::TimedOut => f.write_str("no answer in time; try again later"),
            Cause::Status { code, message } => {
                write!(f, "status {code}")?;
                if let Some(message) = message {
                    write!(f, " (“{message}”)")?;
                }
                f.write_str(match code {
                    401 => "; the token is not valid here: download `dbt_cloud.yml` again, or correct `DBT_CLOUD_TOKEN`",
                    403 => "; the token may not read this: a personal token of somebody who works in the project can",
                    404 => "; nothing is there: check the account and project ids, and that the host is the account's own",
                    429 => "; too many requests: wait a minute and try again",
                    500.. => "; the platform has a problem: try again later",
                    _ => "",
                })
            }
            Cause::Redirect { to } => {
                let to = to.as_deref().unwrap_or("somewhere else");
                write!(
                    f,
                    "it points to `{to}`, where the token does not go; write the account's own host"
                )
            }
            Cause::TooLarge => f.write_str("the answer is too large to be one"),
            Cause::NotJson { begins } => write!(
                f,
                "the answer is no JSON (it begins with `{begins}`); check that the host is that of the platform, and no log-in page stands between"
            ),
            Cause::Incomplete(what) => write!(f, "the answer has no {what}"),
        }
    }
}

impl std::error::Error for Failure {}
