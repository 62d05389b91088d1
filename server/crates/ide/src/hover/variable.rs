use project::{
    Json, Package, command_line_vars, package_facts, package_name, packages, variable as value_of,
};

use super::text::{Teller, code, join_paragraphs, value_text};

/// What `var(name, default)` gives and why.
pub(super) fn variable(teller: &Teller<'_>, name: &str, default: Option<&str>) -> String {
    let heading = format!("**{}**", code(name));
    let Some(value) = value_of(teller.db, teller.package, name.to_owned()) else {
        let otherwise = match default {
            Some(default) => format!("Not set: the default {} is used.", teller.code(default)),
            None => "Not set, and no default is given: dbt stops with an error.".to_owned(),
        };
        return join_paragraphs([format!("{heading} · variable"), otherwise]);
    };
    let default = default.map(|it| format!("Default, not used: {}", teller.code(it)));
    join_paragraphs([
        format!("{heading} = {}", teller.code(&value_text(&value))),
        origin(teller, name).map(|it| format!("From {it}")).unwrap_or_default(),
        default.unwrap_or_default(),
    ])
}

/// The place that has the last word, in dbt's order.
pub(crate) fn origin(teller: &Teller<'_>, name: &str) -> Option<String> {
    let (db, package) = (teller.db, teller.package);
    if command_line_vars(db, teller.project).get(name).is_some() {
        return Some("`--vars`".to_owned());
    }
    let own = package_name(db, package);
    let root = packages(db, teller.project).first().copied()?;
    let holders: &[Package] = if root == package { &[root] } else { &[root, package] };
    holders.iter().find_map(|holder| {
        let facts = package_facts(db, *holder);
        let vars = facts.data.get("vars")?;
        let file = code(&teller.path(holder.file(db)));
        if vars.get(&*own).and_then(Json::as_object).is_some_and(|it| it.contains_key(name)) {
            return Some(format!("{}, where it is set for {}", file, code(&own)));
        }
        vars.get(name).map(|_| file)
    })
}
