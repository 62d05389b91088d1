//! Keys of `config(…)` in templates and Python models.

use base::{TextRange, nearest};
use project::config_keys::{self, Engine, Shape};
use project::dbt_version;
use semantic::{adapter, nodes_in, parsed};

use super::config_call::{ConfigArgument, ConfigCall, Form, Moved, with_config_calls};
use super::{config_readers, edits};
use crate::{FileContext, FileKind, Findings, Fix};

/// A key that dbt does not know where it stands.
pub(super) struct Unknown {
    pub(super) range: TextRange,
    pub(super) message: String,
    pub(super) fixes: Vec<Fix>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// `config(own=1)`
    Config,
    /// `config(docs={'own': 1})`
    Object,
}

/// What the configs of a kind of file are called in the table.
fn shape(kind: FileKind) -> Option<&'static Shape> {
    config_keys::config_shape(match kind {
        FileKind::Model | FileKind::PythonModel => "models",
        FileKind::Snapshot => "snapshots",
        FileKind::Analysis => "analyses",
        FileKind::SingularTest => "data_tests",
        _ => return None,
    })
}

/// The keys that dbt really gets: a call in a branch that is not taken is none.
pub(super) fn each(
    findings: &Findings<'_>,
    context: &FileContext<'_>,
    level: Level,
) -> Vec<Unknown> {
    let db = context.db;
    let engine = Engine::of(&dbt_version(db, context.project));
    let is_model = matches!(context.kind, FileKind::Model | FileKind::PythonModel);
    // dbt Core looks at models only, and from 1.10 on.
    if (engine.is_core() && !is_model) || findings.version() < (1, 10) {
        return Vec::new();
    }
    let Some(shape) = shape(context.kind) else { return Vec::new() };
    let mut found = Vec::new();
    let nodes = nodes_in(db, context.package, context.file);
    let is_made = |name: &str| {
        let name = match name {
            "pre_hook" => "pre-hook",
            "post_hook" => "post-hook",
            name => name,
        };
        nodes.iter().any(|it| parsed(db, *it).config.contains_key(name))
    };
    let adapter = adapter(db, context.project);
    let is_known = |name: &str, form: Form| {
        let is_hook = matches!(name, "pre-hook" | "post-hook");
        shape.key(name, engine).is_some()
            || config_keys::is_config_of_adapter(&adapter, name, engine)
            // What dbt Core calls hooks itself.
            || (is_hook && (engine.is_core() || form != Form::Mapping))
    };
    with_config_calls(db, context.file, |call| {
        let check = Check { context, shape, engine, call };
        match level {
            Level::Config => {
                let unknown =
                    |it: &ConfigArgument| !is_known(&it.name, call.form()) && is_made(&it.name);
                check.arguments(&unknown, &mut found);
            }
            Level::Object => {
                let mut arguments = call.arguments.iter();
                let has_unknown = arguments.any(|it| !is_known(&it.name, call.form()));
                check.pairs(&is_made, has_unknown, &mut found);
            }
        }
    });
    found
}

struct Check<'a> {
    context: &'a FileContext<'a>,
    shape: &'static Shape,
    engine: Engine,
    call: &'a ConfigCall<'a>,
}

impl Check<'_> {
    fn arguments(&self, is_unknown: &dyn Fn(&ConfigArgument) -> bool, found: &mut Vec<Unknown>) {
        let call = self.call;
        let unknown: Vec<usize> =
            (0..call.arguments.len()).filter(|it| is_unknown(&call.arguments[*it])).collect();
        let near: Vec<Option<&str>> =
            unknown.iter().map(|it| self.near(&call.arguments[*it].name)).collect();
        // What moves, moves at once: one after the other each would make a `meta`.
        let moved: Vec<usize> =
            unknown.iter().zip(&near).filter(|it| it.1.is_none()).map(|it| *it.0).collect();
        let all = self.moved(&moved);
        for (index, near) in unknown.into_iter().zip(near) {
            let argument = &call.arguments[index];
            let name = &argument.name;
            let mut message = format!("`{name}` is no config of {}", self.noun());
            let mut fixes = Vec::new();
            if let Some(later) = self.shape.later(name, self.engine) {
                message += &format!(" before dbt {}", later.name());
            } else if let Some(near) = near {
                message += &format!("; `{near}` is");
            }
            match near {
                None => fixes.extend(all.clone()),
                Some(near) => {
                    let written = call.slice(argument.key).replacen(name.as_str(), near, 1);
                    let edits = [(argument.key, written)];
                    let fix = Fix::of(self.context.file, format!("Rename to `{near}`"), edits);
                    // dbt Core reads both ways to write a hook.
                    let is_hook = near.replace('_', "-") == *name;
                    fixes.push(if is_hook { fix } else { fix.as_guess() });
                    fixes.extend(self.moved(&[index]).filter(|_| !is_hook));
                }
            }
            found.push(Unknown { range: argument.key, message, fixes });
        }
    }

    fn noun(&self) -> &'static str {
        match self.context.kind {
            FileKind::Snapshot => "a snapshot",
            FileKind::Analysis => "an analysis",
            FileKind::SingularTest => "a data test",
            _ => "a model",
        }
    }

    /// A config that may have been meant and is not set already.
    fn near(&self, name: &str) -> Option<&'static str> {
        let is_set = |it: &str| self.call.arguments.iter().any(|argument| argument.name == it);
        nearest(name, self.shape.names(self.engine).filter(|it| !is_set(it)))
    }

    fn moved(&self, arguments: &[usize]) -> Option<Fix> {
        let moved: Vec<Moved> =
            arguments.iter().map(|it| Moved { argument: *it, pair: None }).collect();
        let names: Vec<&str> =
            arguments.iter().map(|it| self.call.arguments[*it].name.as_str()).collect();
        self.shape.key("meta", self.engine)?;
        let edits = self.call.moved_to_meta(&moved)?;
        let title = format!("Move {} under `meta`", edits::listed(names.iter().copied()));
        let fix = Fix::of(self.context.file, title, edits);
        config_readers::with_readers(self.context, fix, &names)
    }

    fn pairs(
        &self,
        is_made: &dyn Fn(&str) -> bool,
        has_unknown_arguments: bool,
        found: &mut Vec<Unknown>,
    ) {
        let mut unknown = Vec::new();
        for (index, argument) in self.call.arguments.iter().enumerate() {
            let inner = self.shape.key(&argument.name, self.engine).and_then(|it| it.holds.shape());
            let Some(inner) = inner.filter(|it| !it.is_open(self.engine)) else { continue };
            for (pair, it) in argument.pairs.iter().enumerate() {
                if inner.key(&it.name, self.engine).is_none() && is_made(&argument.name) {
                    let is_set = |name: &str| argument.pairs.iter().any(|it| it.name == name);
                    let names = inner.names(self.engine).filter(|it| !is_set(it));
                    let moved = Moved { argument: index, pair: Some(pair) };
                    unknown.push((argument, it, moved, nearest(&it.name, names)));
                }
            }
        }
        let moved: Vec<Moved> = unknown.iter().filter(|it| it.3.is_none()).map(|it| it.2).collect();
        let all = self.moved_pairs(&moved).filter(|_| !has_unknown_arguments);
        for (argument, pair, moved, near) in &unknown {
            let mut message =
                format!("`{}` is nothing that dbt knows of `{}`", pair.name, argument.name);
            let mut fixes = Vec::new();
            match near {
                None => fixes.extend(all.clone()),
                Some(near) => {
                    message += &format!("; `{near}` is");
                    let written = self.call.slice(pair.key).replacen(pair.name.as_str(), near, 1);
                    let title = format!("Rename to `{near}`");
                    let fix = Fix::of(self.context.file, title, [(pair.key, written)]);
                    fixes.push(fix.as_guess());
                    fixes.extend(self.moved_pairs(&[*moved]).filter(|_| !has_unknown_arguments));
                }
            }
            found.push(Unknown { range: pair.key, message, fixes });
        }
    }

    fn moved_pairs(&self, moved: &[Moved]) -> Option<Fix> {
        let names = moved.iter().filter_map(|it| self.call.name(*it));
        let title = format!("Move {} under `meta`", edits::listed(names));
        Some(Fix::of(self.context.file, title, self.call.moved_to_meta(moved)?))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base::{TextEdit, apply};
    use expect_test::{Expect, expect};

    use crate::deprecations::custom_key_in_config::CUSTOM_KEY_IN_CONFIG;
    use crate::deprecations::custom_key_in_object::CUSTOM_KEY_IN_OBJECT;
    use crate::testing::{check, check_fix, check_in, findings};

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<1.12.0'\n");

    #[track_caller]
    fn fixed(before: &str, after: &str) {
        check_fix(&CUSTOM_KEY_IN_CONFIG, "models/a.sql", before, after);
    }

    #[test]
    fn keys_of_calls_that_are_made() {
        let text = "{{ config(materialized='table', owner_team='core', tgas=['a'], pre_hook='select 1') }}\n{% if false %}{{ config(never=1) }}{% endif %}\n{{ config({'pre-hook': 'select 1', 'own': 1}) }}\nselect 1\n";
        check(
            &CUSTOM_KEY_IN_CONFIG,
            "models/a.sql",
            text,
            expect![[r#"
                1:33-1:43 error[custom-key-in-config] `owner_team` is no config of a model
                    fix: Move `owner_team` under `meta`
                1:52-1:56 error[custom-key-in-config] `tgas` is no config of a model; `tags` is
                    choice: Rename to `tags` (a guess from the spelling)
                    fix: Move `tgas` under `meta`
                3:12-3:22 error[custom-key-in-config] `pre-hook` is no config of a model; `pre_hook` is
                    fix: Rename to `pre_hook`
                3:36-3:41 error[custom-key-in-config] `own` is no config of a model
                    fix: Move `own` under `meta`
            "#]],
        );
        check_in(
            &CUSTOM_KEY_IN_CONFIG,
            &[("models/a.sql", text), CORE],
            expect![[r#"
                1:33-1:43 warning[custom-key-in-config] `owner_team` is no config of a model
                    fix: Move `owner_team` under `meta`
                1:52-1:56 warning[custom-key-in-config] `tgas` is no config of a model; `tags` is
                    choice: Rename to `tags` (a guess from the spelling)
                    fix: Move `tgas` under `meta`
                3:36-3:41 warning[custom-key-in-config] `own` is no config of a model
                    fix: Move `own` under `meta`
            "#]],
        );
    }

    #[test]
    fn dbt_core_looks_at_models_only() {
        let text = "{{ config(own=1) }} select 1\n";
        for path in ["tests/a.sql", "analyses/a.sql"] {
            check_in(&CUSTOM_KEY_IN_CONFIG, &[(path, text), CORE], expect![""]);
            let (_, found) = findings(&CUSTOM_KEY_IN_CONFIG, &[(path, text)]);
            assert_eq!(found.len(), 1, "{path}");
        }
    }

    #[test]
    fn nothing_but_the_argument_moves() {
        fixed(
            "{{ config(materialized='table', owner_team='core', tags=['x']) }} select 1\n",
            "{{ config(materialized='table', meta={'owner_team': 'core'}, tags=['x']) }} select 1\n",
        );
        fixed(
            "{{\n  config(\n    owner=(1, {'a': var('b', 2)}),\n    materialized = 'table',\n    team = \"x\" ~ 'y',\n  )\n}} select 1\n",
            "{{\n  config(\n    meta={'owner': (1, {'a': var('b', 2)}), 'team': \"x\" ~ 'y'},\n    materialized = 'table',\n  )\n}} select 1\n",
        );
        fixed(
            "{{ config(own=1, meta={'a': 1}, other=none) }} select 1\n",
            "{{ config(meta={'a': 1, 'own': 1, 'other': none}) }} select 1\n",
        );
        fixed(
            "{{ config(meta={}, own=1) }} select 1\n",
            "{{ config(meta={'own': 1}) }} select 1\n",
        );
        fixed(
            "{{ config({'materialized': 'table', 'own': [1], \"pre-hook\": 'a'}) }} select 1\n",
            "{{ config({'materialized': 'table', 'meta': {'own': [1]}, \"pre_hook\": 'a'}) }} select 1\n",
        );
    }

    #[test]
    fn what_cannot_be_moved() {
        for text in [
            "{{ config(own=1, meta=var('m', {})) }} select 1\n",
            "{{ config(own=1, meta={'own': 2}) }} select 1\n",
        ] {
            let (_, found) = findings(&CUSTOM_KEY_IN_CONFIG, &[("models/a.sql", text)]);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fix.is_none(), "{text}");
        }
    }

    #[test]
    fn python_models() {
        let text = "def model(dbt, session):\n    dbt.config(materialized=\"table\", own=[1],  # mine\n        packages=[\"x\"])\n    return dbt.ref(\"b\")\n";
        let (_, found) = findings(&CUSTOM_KEY_IN_CONFIG, &[("models/a.py", text)]);
        assert_eq!(found.len(), 1);
        check_fix(
            &CUSTOM_KEY_IN_CONFIG,
            "models/a.py",
            text,
            &text.replace("own=[1]", "meta={\"own\": [1]}"),
        );
        let last = "def model(dbt, session):\n    dbt.config(a=1,  # mine\n        b=2)\n    return dbt.ref(\"b\")\n";
        let (_, found) = findings(&CUSTOM_KEY_IN_CONFIG, &[("models/a.py", last)]);
        assert!(found.iter().all(|it| it.fix.is_none()), "a comment would get lost");
    }

    #[test]
    fn pairs_of_mappings() {
        let text = "{{ config(materialized='view', persist_docs={'relation': true, 'own': 1}, docs={'shw': true}) }} select 1\n";
        check(
            &CUSTOM_KEY_IN_OBJECT,
            "models/a.sql",
            text,
            expect![[r#"
                1:64-1:69 error[custom-key-in-object] `own` is nothing that dbt knows of `persist_docs`
                    fix: Move `own` under `meta`
                1:81-1:86 error[custom-key-in-object] `shw` is nothing that dbt knows of `docs`; `show` is
                    choice: Rename to `show` (a guess from the spelling)
                    fix: Move `shw` under `meta`
            "#]],
        );
        check_fix(
            &CUSTOM_KEY_IN_OBJECT,
            "models/a.sql",
            text,
            "{{ config(materialized='view', persist_docs={'relation': true}, meta={'own': 1}, docs={'show': true}) }} select 1\n",
        );
    }

    /// What the first fix leaves behind of all files.
    #[track_caller]
    fn moved(files: &[(&str, &str)], expect: Expect) {
        let (fixture, found) = findings(&CUSTOM_KEY_IN_CONFIG, files);
        let Some(fix) = found.first().and_then(|it| it.fix.as_ref()) else {
            expect.assert_eq("no fix");
            return;
        };
        let mut of_file: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for it in &fix.edits {
            let path = it.file.path(&fixture.db).as_str().trim_start_matches("/p/").to_owned();
            of_file.entry(path).or_default().push(it.edit.clone());
        }
        let mut after =
            fix.consequence.as_ref().map_or_else(String::new, |it| format!("choice: {it}\n"));
        for (path, text) in files {
            if let Some(edits) = of_file.remove(*path) {
                after += &apply(text, &edits);
            }
        }
        expect.assert_eq(&after);
    }

    const MODEL: (&str, &str) = ("models/a.sql", "{{ config(team='core') }} select 1\n");

    #[test]
    fn readers_move_along() {
        let files = [
            MODEL,
            ("models/b.sql", "{{ config(materialized='table', team='web') }} select 1\n"),
            (
                "models/c.py",
                "def model(dbt, session):\n    t = dbt.config.get(\"team\")\n    return dbt.ref(\"a\")\n",
            ),
            (
                "macros/m.sql",
                "{% macro m() %}{{ config.get('team', 'none') }}{{ config.require('team') }}{{ model.config.get('team') }}{{ config.get('other') }}{% endmacro %}\n",
            ),
        ];
        moved(
            &files,
            expect![[r#"
                {{ config(meta={'team': 'core'}) }} select 1
                {{ config(materialized='table', meta={'team': 'web'}) }} select 1
                def model(dbt, session):
                    t = dbt.config.meta_get("team")
                    return dbt.ref("a")
                {% macro m() %}{{ config.meta_get('team', 'none') }}{{ config.meta_require('team') }}{{ config.meta_get('team') }}{{ config.get('other') }}{% endmacro %}
            "#]],
        );
    }

    #[test]
    fn readers_that_cannot_move() {
        let with = |path, text| [MODEL, (path, text)];
        for (path, text) in [
            ("macros/m.sql", "{% macro m(k) %}{{ config.get(k) }}{% endmacro %}\n"),
            ("macros/m.sql", "{% macro m(n) %}{{ n.config.team }}{% endmacro %}\n"),
        ] {
            let (_, found) = findings(&CUSTOM_KEY_IN_CONFIG, &with(path, text));
            assert!(found[0].fix.as_ref().is_some_and(|it| !it.is_safe()), "{text}");
        }
        let package = [
            MODEL,
            ("dbt_packages/p/dbt_project.yml", "name: p\n"),
            (
                "dbt_packages/p/macros/m.sql",
                "{% macro m() %}{{ config.get('team') }}{% endmacro %}\n",
            ),
        ];
        moved(
            &package,
            expect![[r#"
                choice: the package `p` reads `team` and would not find it
                {{ config(meta={'team': 'core'}) }} select 1
            "#]],
        );
        let in_yaml = [
            MODEL,
            ("macros/m.sql", "{% macro m() %}{{ config.get('team') }}{% endmacro %}\n"),
            ("models/m.yml", "models:\n- name: b\n  config: {team: web}\n"),
        ];
        moved(
            &in_yaml,
            expect![[r#"
                choice: `team` is set in `models/m.yml` too, where it has to move as well
                {{ config(meta={'team': 'core'}) }} select 1
                {% macro m() %}{{ config.meta_get('team') }}{% endmacro %}
            "#]],
        );
    }
}
