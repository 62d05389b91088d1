//! What no engine will bring: tools and scripts around a project that are made for dbt Core.

use base::{Db, File, Project, range};
use project::{Version, VersionRange, package_facts, packages};

use super::{ReadinessNote, is_installed};

pub(super) fn notes(db: &dyn Db, project: Project) -> Vec<ReadinessNote> {
    let mut notes = Vec::new();
    let root = project.root(db);
    for name in [".sqlfluff", "setup.cfg", "tox.ini", "pyproject.toml"] {
        sqlfluff(db, db.file(&root.join(name)), &mut notes);
    }
    // Where teams keep what starts dbt; anything else would mean to read a whole repository.
    for name in ["scripts", "dags", "orchestration", "bin"] {
        for file in db.folder(&root.join(name)).files(db).iter() {
            if file.path(db).extension() == "py" {
                python(db, *file, &mut notes);
            }
        }
    }
    for package in packages(db, project).iter().filter(|it| is_installed(db, **it)) {
        let facts = package_facts(db, *package);
        let Some(required) = facts.get(&["require-dbt-version"]) else { continue };
        let texts: Vec<&str> = match required {
            project::Json::Array(items) => items.iter().filter_map(|it| it.as_str()).collect(),
            it => it.as_str().into_iter().flat_map(|it| it.split(',')).collect(),
        };
        let (range_of, v2) = (VersionRange::parse(&texts.join(",")), Version::parse("2.0.0"));
        if range_of.zip(v2).is_some_and(|(range, v2)| !range.contains(&v2)) {
            let name = project::package_name(db, *package);
            let required = texts.join(", ");
            notes.push(ReadinessNote {
                file: Some(package.file(db)),
                range: range(0, 0),
                text: format!(
                    "the package `{name}` asks for dbt {required}: v2 warns of it and goes on"
                ),
            });
        }
    }
    notes
}

/// The linter asks dbt Core to render templates where its templater is dbt.
fn sqlfluff(db: &dyn Db, file: File, notes: &mut Vec<ReadinessNote>) {
    let text = file.text(db);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut parts = line.splitn(2, '=');
        let (key, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if key.trim() == "templater" && value.trim().trim_matches(['"', '\'']) == "dbt" {
            notes.push(ReadinessNote {
                file: Some(file),
                range: range(start, start + line.trim_end().len()),
                text: "`templater = dbt` runs dbt Core; with v2 the templater is `jinja`"
                    .to_owned(),
            });
        }
        start += line.len();
    }
}

/// v2 is a program, not a library of Python.
fn python(db: &dyn Db, file: File, notes: &mut Vec<ReadinessNote>) {
    let text = file.text(db);
    for name in ["dbtRunner", "dbt.cli.main", "dbt.adapters.factory"] {
        if let Some(at) = text.find(name) {
            notes.push(ReadinessNote {
                file: Some(file),
                range: range(at, at + name.len()),
                text: format!("`{name}` is dbt Core as a library; v2 is started as a program"),
            });
            return;
        }
    }
}
