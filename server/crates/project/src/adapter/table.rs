//! The table as it is written, and what it means.

use indexmap::IndexMap;
use serde::Deserialize;

use super::login::Sign;
use super::{Adapter, Each, Login, Need, ProfileKey, Support, Table, ValueType};
use crate::{Json, to_json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    secrets: Vec<String>,
    common: IndexMap<String, WrittenKey>,
    adapters: IndexMap<String, WrittenAdapter>,
    others: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAdapter {
    title: String,
    core: Option<String>,
    v2: Support,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    core_needs: Vec<String>,
    #[serde(default)]
    v2_needs: Vec<String>,
    #[serde(default)]
    conflicts: Vec<String>,
    #[serde(default)]
    v2_conflicts: Vec<String>,
    login: Option<WrittenLogins>,
    keys: IndexMap<String, WrittenKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLogins {
    by: String,
    ways: IndexMap<String, WrittenLogin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLogin {
    #[serde(default)]
    when: Vec<String>,
    #[serde(default, rename = "default")]
    is_default: bool,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    core_needs: Vec<String>,
    #[serde(default)]
    v2_needs: Vec<String>,
    v2: Support,
    #[serde(default)]
    passwordless: bool,
    doc: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    #[serde(rename = "type")]
    both: Option<String>,
    core: Option<String>,
    v2: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    v2_aliases: Option<Vec<String>>,
    #[serde(default)]
    values: Vec<String>,
    core_values: Option<Vec<String>>,
    v2_values: Option<Vec<String>>,
    #[serde(default)]
    examples: Vec<String>,
    default: Option<String>,
    #[serde(default)]
    secret: bool,
    doc: String,
}

/// A table that cannot be read is empty; a test sees to it that this one can.
pub(super) fn read(text: &str) -> Table {
    parse(text).unwrap_or_default()
}

pub(super) fn parse(text: &str) -> Result<Table, serde_json::Error> {
    let data = syntax::yaml::parse(text).root.as_ref().map_or(Json::Null, to_json);
    let written: Written = serde_json::from_value(data)?;
    let common: Vec<ProfileKey> =
        written.common.into_iter().map(|(name, it)| key(name, it, true, true)).collect();
    let adapters: IndexMap<String, Adapter> =
        written.adapters.into_iter().map(|(name, it)| (name.clone(), adapter(name, it))).collect();
    let mut secrets: rustc_hash::FxHashSet<String> = written.secrets.into_iter().collect();
    let secret = adapters.values().flat_map(|it| &it.keys).filter(|it| it.secret);
    secrets.extend(secret.flat_map(|it| it.spellings().map(str::to_owned)));
    Ok(Table { adapters, common, others: written.others.into_iter().collect(), secrets })
}

fn adapter(name: String, written: WrittenAdapter) -> Adapter {
    let core = written.core.as_deref() != Some("none");
    let v2 = written.v2 != Support::Unsupported;
    let (login_key, ways) = match written.login {
        Some(it) => (Some(it.by), it.ways),
        None => (None, IndexMap::new()),
    };
    Adapter {
        name,
        title: written.title,
        core,
        v2: written.v2,
        needs: needs(&written.needs, &written.core_needs, &written.v2_needs),
        conflicts: Each {
            core: conflicts(&written.conflicts),
            v2: conflicts(&[written.conflicts, written.v2_conflicts].concat()),
        },
        login_key,
        logins: ways.into_iter().map(|(name, it)| login(name, it)).collect(),
        keys: written.keys.into_iter().map(|(name, it)| key(name, it, core, v2)).collect(),
    }
}

fn login(name: String, written: WrittenLogin) -> Login {
    Login {
        name,
        when: written.when.iter().map(|it| Sign::read(it)).collect(),
        is_default: written.is_default,
        needs: needs(&written.needs, &written.core_needs, &written.v2_needs),
        v2: written.v2,
        passwordless: written.passwordless,
        documentation: written.doc,
    }
}

fn needs(both: &[String], core: &[String], v2: &[String]) -> Each<Vec<Need>> {
    let read = |it: &String| Need(it.split(" or ").map(str::to_owned).collect());
    let with = |more: &[String]| both.iter().chain(more).map(read).collect();
    Each { core: with(core), v2: with(v2) }
}

fn conflicts(written: &[String]) -> Vec<(String, String)> {
    let pairs = written.iter().filter_map(|it| it.split_once(" and "));
    pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn key(name: String, written: WrittenKey, core: bool, v2: bool) -> ProfileKey {
    let both = written.both.unwrap_or_else(|| "text".to_owned());
    let types = |own: Option<String>, there: bool| {
        let words = own.unwrap_or_else(|| both.clone());
        // `none` names no type.
        let types = words.split(" or ").filter_map(ValueType::named);
        if there { types.collect() } else { Vec::new() }
    };
    ProfileKey {
        name,
        types: Each { core: types(written.core, core), v2: types(written.v2, v2) },
        aliases: Each {
            v2: written.v2_aliases.unwrap_or_else(|| written.aliases.clone()),
            core: written.aliases,
        },
        values: Each {
            core: written.core_values.unwrap_or_else(|| written.values.clone()),
            v2: written.v2_values.unwrap_or_else(|| written.values.clone()),
        },
        examples: if written.examples.is_empty() { written.values } else { written.examples },
        default: written.default,
        secret: written.secret,
        documentation: written.doc,
    }
}
