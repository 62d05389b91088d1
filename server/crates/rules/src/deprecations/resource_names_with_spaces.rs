use base::range;
use project::{document, is_behavior_flag_on};
use semantic::{is_enabled, nodes_in};
use syntax::yaml::Node;
use syntax::yaml::edit::{Editor, Place, scalar};

use super::renames;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix, Severity};

declare_rule! {
    /// A blank in the name of a model, seed, snapshot, analysis, test or source.
    ///
    /// Of what lies in a file of its own the file's name counts. dbt Core refuses such a project
    /// from 1.10 on, unless `require_resource_names_without_spaces` is off; dbt v2 always. In the
    /// name of a source dbt Core 1.12 warns of it, and dbt v2 refuses it. Tables and columns may have
    /// blanks.
    ///
    /// A source is renamed with everybody who names it; the schema stays what it was. A file is
    /// yours to rename, with the refs to it.
    ///
    /// ```yaml
    /// sources:
    ///   - name: web shop         # before
    ///   - name: web_shop         # after
    ///     schema: web shop
    /// ```
    pub static RESOURCE_NAMES_WITH_SPACES = {
        name: "resource-names-with-spaces",
        event: Some("ResourceNamesWithSpacesDeprecation"),
        severity: Warning,
        since: "dbt 1.8",
        files: [Model, PythonModel, Seed, Snapshot, Analysis, SingularTest, Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if context.kind == FileKind::Properties {
        sources(findings, context);
    } else {
        files(findings, context);
    }
}

fn files(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let is_refused =
        is_behavior_flag_on(db, context.project, "require_resource_names_without_spaces");
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    for node in nodes_in(db, context.package, context.file) {
        let name = node.name(db);
        if name.contains(' ') && is_enabled(db, node) {
            let new = name.replace(' ', "_");
            let kind = node.kind(db).resource_type();
            let message = format!(
                "the name of a {kind} cannot have blanks: call the file `{new}`, and name it so where it is referred to"
            );
            findings.add_as(severity, range(0, 0), message);
        }
    }
}

fn sources(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let flag = "require_source_and_semantic_model_names_without_spaces";
    let severity = match findings.version() {
        (2.., _) => Severity::Error,
        (1, 12..) if is_behavior_flag_on(context.db, context.project, flag) => Severity::Error,
        (1, 12..) => Severity::Warning,
        _ => return,
    };
    let document = document(context.db, context.file);
    let editor = Editor::new(context.file.text(context.db), &document);
    for list in ["sources", "semantic_models"] {
        let items = document.get(list).map_or(&[][..], Node::items);
        for item in items {
            let Some(name) = item.get("name") else { continue };
            let Some(old) = name.as_str().filter(|it| it.contains(' ')) else { continue };
            let is_source = list == "sources";
            // A source without tables is nothing to dbt Core.
            if is_source
                && findings.is_core()
                && item.get("tables").is_none_or(|it| it.items().is_empty())
            {
                continue;
            }
            let fix = if is_source { renamed(context, &editor, item, old) } else { None };
            let noun = if is_source { "source" } else { "semantic model" };
            let message = format!("the name of a {noun} cannot have blanks");
            findings.add_with_fixes(
                severity,
                name.text_range(),
                message,
                fix.into_iter().collect(),
            );
        }
    }
}

fn renamed(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    source: &Node,
    old: &str,
) -> Option<Fix> {
    let new = old.replace(' ', "_");
    let entry = source.as_mapping()?.entry("name")?;
    let is_own = entry.value.alias().is_none() && entry.value.anchor().is_none();
    if editor.is_shared(source) || !is_own || source.get("overrides").is_some() {
        return None;
    }
    let mut edits = editor.replace_value(entry, &scalar(&new));
    if source.get("schema").is_none() {
        let schema = format!("schema: {}", scalar(old));
        edits.extend(editor.insert_entry(source, Place::After(entry), &schema)?);
    }
    let edits = super::edits::joined(edits).filter(|it| editor.is_readable(it))?;
    let mut fix = Fix::of(context.file, format!("Rename to `{new}`, with all references"), edits);
    fix.edits.extend(renames::source_calls(context, old, &new));
    fix.edits.extend(renames::selectors(context, "source", old, &new));
    fix.edits.extend(renames::project_paths(context, "sources", old, &new));
    Some(fix.as_choice("whoever selects it by the old name has to follow"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base::{TextEdit, apply};
    use expect_test::expect;

    use super::RESOURCE_NAMES_WITH_SPACES;
    use crate::testing::{check_in, findings};

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");

    #[test]
    fn files_with_blanks() {
        check_in(
            &RESOURCE_NAMES_WITH_SPACES,
            &[("models/my model.sql", "select 1"), CORE],
            expect![[r#"
                1:1-1:1 error[resource-names-with-spaces] the name of a model cannot have blanks: call the file `my_model`, and name it so where it is referred to
            "#]],
        );
        let off = "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\nflags: {require_resource_names_without_spaces: false}\n";
        check_in(
            &RESOURCE_NAMES_WITH_SPACES,
            &[("seeds/my seed.csv", "id\n1\n"), ("dbt_project.yml", off)],
            expect![[r#"
                1:1-1:1 warning[resource-names-with-spaces] the name of a seed cannot have blanks: call the file `my_seed`, and name it so where it is referred to
            "#]],
        );
        let folder = [("models/my folder/a.sql", "select 1"), CORE];
        check_in(&RESOURCE_NAMES_WITH_SPACES, &folder, expect![""]);
    }

    #[test]
    fn a_source_is_renamed_everywhere() {
        let files = [
            (
                "models/s.yml",
                "sources:\n- name: web shop # orders\n  tables: [{name: all orders}]\nmodels:\n- name: a\n  columns:\n  - name: id\n    data_tests:\n    - relationships: {arguments: {to: \"source('web shop', 'all orders')\", field: id}}\n",
            ),
            ("models/a.sql", "select * from {{ source('web shop', 'all orders') }} -- web shop\n"),
            (
                "models/b.py",
                "def model(dbt, session):\n    return dbt.source(\"web shop\", \"all orders\")\n",
            ),
            (
                "dbt_project.yml",
                "name: shop\nprofile: shop\nsources:\n  shop:\n    web shop: {+enabled: true}\n",
            ),
            (
                "selectors.yml",
                "selectors:\n- name: a\n  definition: source:web shop.all orders\n- name: b\n  definition: {method: source, value: web shop}\n",
            ),
        ];
        let (fixture, found) = findings(&RESOURCE_NAMES_WITH_SPACES, &files);
        assert_eq!(found.len(), 1);
        let fix = found[0].fix.as_ref().unwrap();
        let mut of_file: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for it in &fix.edits {
            let path = it.file.path(&fixture.db).as_str().trim_start_matches("/p/").to_owned();
            of_file.entry(path).or_default().push(it.edit.clone());
        }
        let after: String = files
            .iter()
            .map(|(path, text)| apply(text, &of_file.remove(*path).unwrap_or_default()))
            .collect();
        expect![[r#"
            sources:
            - name: web_shop # orders
              schema: web shop
              tables: [{name: all orders}]
            models:
            - name: a
              columns:
              - name: id
                data_tests:
                - relationships: {arguments: {to: "source('web_shop', 'all orders')", field: id}}
            select * from {{ source('web_shop', 'all orders') }} -- web shop
            def model(dbt, session):
                return dbt.source("web_shop", "all orders")
            name: shop
            profile: shop
            sources:
              shop:
                web_shop: {+enabled: true}
            selectors:
            - name: a
              definition: source:web_shop.all orders
            - name: b
              definition: {method: source, value: web_shop}
        "#]]
        .assert_eq(&after);
    }
}
