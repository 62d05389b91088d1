use std::collections::BTreeMap;

use expect_test::{Expect, expect};

use super::*;

#[test]
fn the_table_can_be_read() {
    let table = table::parse(include_str!("adapters.yml")).unwrap();
    assert_eq!(table.adapters.len(), TABLE.adapters.len());
    assert!(is_secret_key("PWD") && is_secret_key("starburst_secret_key"));
    assert!(!is_secret_key("user") && !is_secret_key("private_key_path"));
}

#[test]
fn every_key_that_is_needed_or_recognised_is_a_key() {
    for adapter in adapters() {
        let needs = |it: &Each<Vec<Need>>| [it.core.clone(), it.v2.clone()].concat();
        let of_logins = adapter.logins.iter().flat_map(|it| needs(&it.needs));
        for need in needs(&adapter.needs).into_iter().chain(of_logins) {
            for key in need.0 {
                assert!(adapter.key(&key).is_some(), "{}: {key}", adapter.name);
            }
        }
        for (key, value) in adapter.logins.iter().flat_map(Login::named_by) {
            let known = adapter.key(key).unwrap_or_else(|| panic!("{}: {key}", adapter.name));
            let offered = known.examples.iter().any(|it| it.eq_ignore_ascii_case(value));
            assert!(offered || value == "ServicePrincipal", "{}: {key}={value}", adapter.name);
        }
        for key in &adapter.keys {
            assert!(key.documentation.ends_with('.'), "{}: {}", adapter.name, key.name);
            assert!(
                key.is_read_by(Generation::Core) || key.is_read_by(Generation::V2),
                "{}: nobody reads {}",
                adapter.name,
                key.name
            );
        }
    }
}

#[track_caller]
fn login(name: &str, fields: &[(&str, &str)], expect: Expect) {
    let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
    let value = |key: &str| fields.get(key).map(|it| (*it).to_owned());
    let found = |generation| {
        let found = adapter(name).unwrap().login(generation, &value);
        found.map_or("unknown", |it| &it.name)
    };
    let (core, v2) = (found(Generation::Core), found(Generation::V2));
    let text = if core == v2 { core.to_owned() } else { format!("Core: {core}, v2: {v2}") };
    expect.assert_eq(&text);
}

#[test]
fn how_an_output_logs_in() {
    login("snowflake", &[("user", "u")], expect!["password"]);
    login("snowflake", &[("private_key_path", "k")], expect!["key pair"]);
    login("snowflake", &[("authenticator", "externalbrowser")], expect!["single sign-on"]);
    login("snowflake", &[("authenticator", "https://acme.okta.com")], expect!["Okta"]);
    login("snowflake", &[("authenticator", "something")], expect!["unknown"]);
    login("snowflake", &[("method", "sso")], expect!["Core: unknown, v2: single sign-on"]);
    login("snowflake", &[("method", "so")], expect!["unknown"]);
    login("bigquery", &[("dataset", "d")], expect!["unknown"]);
    login("bigquery", &[("method", "oauth")], expect!["OAuth"]);
    login("databricks", &[("auth_type", "whatever")], expect!["token"]);
    login("databricks", &[("auth_type", "oauth")], expect!["OAuth"]);
    login("redshift", &[], expect!["password"]);
    login("fabric", &[("auth", "CLI")], expect!["Azure CLI"]);
    login("trino", &[("method", "ldap")], expect!["Core: LDAP, v2: unknown"]);
}

/// What dbt v2 did with each of these under a key that wants text.
#[test]
fn rendered_text_is_read_as_yaml_again() {
    for text in ["12345", "1e10", "true", "0x1F", ".inf", "[a]", "{a: b}", "a: b", "- x", "!x"] {
        assert!(!as_v2_reads(text).is_string(), "{text}");
    }
    for text in ["null", "~", "#abc", ""] {
        assert!(as_v2_reads(text).is_null(), "{text}");
    }
    for text in
        ["0123", "1_000", "2026-01-31", "yes", "a#b", "\"q\"", "p@ss:word", "-x", "{x", "1.2.3"]
    {
        assert_eq!(as_v2_reads(text), text, "{text}");
    }
    assert_eq!(as_v2_reads("-5"), -5);
}
