use std::sync::Arc;

use base::{File, TextRange, line_index, range};
use project::document;
use semantic::{
    Node, PatchKind, is_source_enabled, is_surely_enabled, macro_names, macros_named, nodes_in,
    nodes_named, patch, properties, source_named,
};
use syntax::jinja::DefinitionKind;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// Something is defined twice in one package.
    ///
    /// Models of one name, seeds, snapshots, macros of one name, source tables of one name, and
    /// two entries of properties files about the same model, seed, snapshot, analysis or macro. dbt
    /// refuses the whole project. Disabled nodes do not count.
    pub static DUPLICATE_NODE = {
        name: "duplicate-node",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, PythonModel, Seed, Snapshot, Macro, GenericTest, Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    match context.kind {
        FileKind::Macro | FileKind::GenericTest => macros(findings, context),
        FileKind::Properties => {
            entries(findings, context);
            source_tables(findings, context);
        }
        _ => nodes(findings, context),
    }
}

fn nodes(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        if !is_surely_enabled(db, node) {
            continue;
        }
        let same = nodes_named(db, context.project, node.name(db).to_owned());
        let other = same.iter().copied().find(|it: &Node| {
            *it != node
                // Of different types it is another finding.
                && it.kind(db).resource_type() == node.kind(db).resource_type()
                && it.package(db) == node.package(db)
                && it.version(db) == node.version(db)
                && is_surely_enabled(db, *it)
        });
        if let Some(other) = other {
            let path = path(context, other.file(db));
            let kind = other.kind(db).resource_type();
            let name = node.display_name(db);
            findings.add(range(0, 0), format!("the {kind} in `{path}` is named `{name}` too"));
        }
    }
}

fn macros(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for it in macro_names(db, context.file).iter() {
        // Materializations of one name are told apart by their adapter.
        if it.kind == DefinitionKind::Materialization {
            continue;
        }
        let same = macros_named(db, context.package, &it.name);
        let is_this = |other: &semantic::Macro| {
            other.file == context.file && other.definition == it.definition
        };
        let (Some(other), Some(this)) =
            (same.iter().find(|it| !is_this(it)), same.iter().find(|it| is_this(it)))
        else {
            continue;
        };
        let place = place(context, other.file, other.range(db));
        findings.add(this.name_range(db), format!("`{}` is defined in {place} too", it.name));
    }
}

/// The later one of two entries of properties files has the finding.
fn entries(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let document = document(db, context.file);
    for it in &properties(db, context.file).resources {
        if !matches!(
            it.kind,
            PatchKind::Model
                | PatchKind::Seed
                | PatchKind::Snapshot
                | PatchKind::Analysis
                | PatchKind::Macro
        ) {
            continue;
        }
        let Some(first) = patch(db, context.package, it.kind, it.name.clone()) else { continue };
        if first.file == context.file && first.patch.index == it.index {
            continue;
        }
        // dbt looks for what exists and is enabled.
        let exists = if it.kind == PatchKind::Macro {
            !macros_named(db, context.package, &it.name).is_empty()
        } else {
            nodes_named(db, context.project, it.name.clone())
                .iter()
                .any(|it| it.package(db) == context.package && is_surely_enabled(db, *it))
        };
        let items = document.root.as_ref().and_then(|root| root.get(it.kind.key()));
        let name = items.and_then(|items| items.items().get(it.index)?.get("name"));
        if let Some(name) = name.filter(|_| exists) {
            let path = path(context, first.file);
            findings.add(name.range, format!("`{}` is described in `{path}` too", it.name));
        }
    }
}

fn source_tables(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let document = document(db, context.file);
    for it in &properties(db, context.file).sources {
        let first = source_named(db, context.project, it.source.clone(), it.name.clone());
        let Some(first) = first.filter(|it| it.package == context.package) else { continue };
        let is_this = first.file == context.file && first.table.index == it.index;
        let this = semantic::SourcePlace {
            package: context.package,
            file: context.file,
            table: Arc::clone(it),
        };
        if is_this || !is_source_enabled(db, &first) || !is_source_enabled(db, &this) {
            continue;
        }
        let (source, table) = it.index;
        let sources = document.root.as_ref().and_then(|root| root.get("sources"));
        let tables = sources.and_then(|it| it.items().get(source)?.get("tables"));
        let node = tables.and_then(|it| it.items().get(table));
        let name = node.map(|it| it.get("name").unwrap_or(it));
        if let Some(name) = name {
            let path = path(context, first.file);
            let message = format!("`{}.{}` is declared in `{path}` too", it.source, it.name);
            findings.add(name.range, message);
        }
    }
}

fn path(context: &FileContext<'_>, file: File) -> String {
    let path = file.path(context.db);
    path.relative_to(context.package.root(context.db)).unwrap_or(path.as_str()).to_owned()
}

fn place(context: &FileContext<'_>, file: File, at: TextRange) -> String {
    let line = line_index(context.db, file).line_of(at.start()) + 1;
    if file == context.file {
        format!("line {line}")
    } else {
        format!("`{}` line {line}", path(context, file))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DUPLICATE_NODE;
    use crate::testing::check_in;

    const A: (&str, &str) = ("models/a.sql", "select 1\n");

    #[test]
    fn macros_of_one_package() {
        check_in(
            &DUPLICATE_NODE,
            &[
                ("macros/a.sql", "{% macro f() %}{% endmacro %}\n{% macro g() %}{% endmacro %}\n"),
                ("macros/b.sql", "{% macro f() %}{% endmacro %}\n"),
                ("packages.yml", "packages:\n  - local: inner\n"),
                ("inner/dbt_project.yml", "name: inner\n"),
                ("inner/macros/g.sql", "{% macro g() %}{% endmacro %}\n"),
            ],
            expect![[r#"
                1:10-1:11 error[duplicate-node] `f` is defined in `macros/b.sql` line 1 too
            "#]],
        );
        check_in(
            &DUPLICATE_NODE,
            &[(
                "macros/a.sql",
                "{% macro f() %}{% endmacro %}\n{% test f(model) %}{% endtest %}\n{% macro f() %}{% endmacro %}\n",
            )],
            expect![[r#"
                1:10-1:11 error[duplicate-node] `f` is defined in line 3 too
                3:10-3:11 error[duplicate-node] `f` is defined in line 1 too
            "#]],
        );
    }

    #[test]
    fn entries_of_one_resource() {
        let twice = "models:\n  - name: a\n  - name: b\n  - name: a\n  - name: b\n";
        check_in(
            &DUPLICATE_NODE,
            &[("models/s.yml", twice), A],
            expect![[r#"
            4:11-4:12 error[duplicate-node] `a` is described in `models/s.yml` too
        "#]],
        );
        let off = ("models/a.sql", "{{ config(enabled=false) }} select 1\n");
        check_in(&DUPLICATE_NODE, &[("models/s.yml", twice), off], expect![[r#""#]]);
        let (here, there) = ("models:\n  - name: a\n", "models:\n  - name: a\n");
        check_in(
            &DUPLICATE_NODE,
            &[("models/z.yml", here), ("models/a.yml", there), A],
            expect![[r#"
                2:11-2:12 error[duplicate-node] `a` is described in `models/a.yml` too
            "#]],
        );
    }

    #[test]
    fn tables_of_one_source() {
        let twice = "sources:\n  - name: s\n    tables: [{name: t}, {name: u}]\n  - name: s\n    tables:\n      - name: t\n      - name: u\n        config: {enabled: false}\n";
        check_in(
            &DUPLICATE_NODE,
            &[("models/s.yml", twice)],
            expect![[r#"
            6:15-6:16 error[duplicate-node] `s.t` is declared in `models/s.yml` too
        "#]],
        );
    }
}
