use std::net::IpAddr;

/// The address that requests go to, made of what a person writes as the host: bare, with a scheme,
/// or with a slash at the end. Without TLS only this machine is spoken to.
pub fn base_url(written: &str) -> Result<String, String> {
    let written = written.trim();
    let (scheme, rest) = match written.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), written),
    };
    let host = rest.trim_end_matches('/');
    let is_name =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(is_name) {
        return Err(format!("`{written}` is not the name of a host, like `cloud.getdbt.com`"));
    }
    match scheme.as_str() {
        "https" => Ok(format!("https://{host}")),
        "http" if is_this_machine(host) => Ok(format!("http://{host}")),
        _ => Err(format!("`{written}` would send the token without encryption; use https")),
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_people_write_them() {
        let read = |it: &str| base_url(it).unwrap_or_else(|error| error);
        assert_eq!(read("ab123.us1.dbt.com"), "https://ab123.us1.dbt.com");
        assert_eq!(read(" https://cloud.getdbt.com/ "), "https://cloud.getdbt.com");
        assert_eq!(read("HTTPS://emea.dbt.com"), "https://emea.dbt.com");
        assert_eq!(read("127.0.0.1:8443"), "https://127.0.0.1:8443");
        assert_eq!(read("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(read("http://[::1]:8080"), "http://[::1]:8080");
    }

    #[test]
    fn nothing_else_is_spoken_to() {
        for host in [
            "",
            "http://cloud.getdbt.com",
            "ftp://x",
            "a b",
            "user@host",
            "host/path",
            "http://127.0.0.1.evil.com",
        ] {
            assert!(base_url(host).is_err(), "{host}");
        }
    }
}
