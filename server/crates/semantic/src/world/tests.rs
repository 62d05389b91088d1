use test_support::Fixture;

use crate::{Node, nodes_in, parsed};
use project::packages;

fn node(fixture: &Fixture, path: &str) -> Node {
    let root = packages(&fixture.db, fixture.project)[0];
    nodes_in(&fixture.db, root, fixture.file(path))[0]
}

fn refs(text: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    let parsed = parsed(&fixture.db, node(&fixture, "models/a.sql"));
    parsed.refs.iter().map(|it| it.name.clone()).collect()
}

fn problems(text: &str) -> Vec<String> {
    let fixture = Fixture::new(text);
    let parsed = parsed(&fixture.db, node(&fixture, "models/a.sql"));
    let range = |it: &crate::Site| format!("{:?}", it.range);
    parsed
        .problems
        .iter()
        .map(|it| format!("{} {:?} {}", range(&it.site), it.kind, it.site.explain(&it.message)))
        .collect()
}

#[test]
fn refs_are_those_of_the_branch_that_is_taken() {
    assert_eq!(
        refs("//- models/a.sql\n{% if true %}{{ ref('b') }}{% else %}{{ ref('c') }}{% endif %}\n"),
        ["b"]
    );
    assert_eq!(refs("//- models/a.sql\n{% if execute %}{{ ref('b') }}{% endif %}\n"), [""; 0]);
}

#[test]
fn refs_in_macros_and_loops_count() {
    let fixture = "//- models/a.sql\n{% for x in ['b', 'c'] %}{{ ref(x) }}{% endfor %}{{ pick('d') }}\n\
                   //- macros/m.sql\n{% macro pick(name) %}{{ return(ref(name)) }}{% endmacro %}\n";
    assert_eq!(refs(fixture), ["b", "c", "d"]);
}

#[test]
fn a_macro_of_a_package_is_found_by_its_namespace() {
    let fixture = "//- models/a.sql\n{{ utils.pick() }}\n\
                   //- dbt_packages/utils/dbt_project.yml\nname: utils\n\
                   //- dbt_packages/utils/macros/m.sql\n{% macro pick() %}{{ ref(utils.helper()) }}{% endmacro %}\n\
                   {% macro helper() %}b{% endmacro %}\n";
    assert_eq!(refs(fixture), ["b"]);
}

/// As in dbt: a macro sees what the node sees that it is called for, and nothing of its own file.
#[test]
fn a_macro_of_a_package_does_not_see_its_neighbours() {
    let fixture = "//- models/a.sql\n{{ utils.pick() }}{{ utils.other() }}\n\
                   //- macros/m.sql\n{% macro of_root() %}{{ ref('b') }}{% endmacro %}\n\
                   //- dbt_packages/utils/dbt_project.yml\nname: utils\n\
                   //- dbt_packages/utils/macros/m.sql\n{% macro pick() %}{{ helper() }}{% endmacro %}\n\
                   {% macro helper() %}b{% endmacro %}\n\
                   {% macro other() %}{{ of_root() }}{% endmacro %}\n";
    assert_eq!(refs(fixture), ["b"]);
    assert_eq!(
        problems(fixture),
        [
            "3..15 UndefinedCall `helper` is undefined: no macro or function has this name (in macro `utils.pick`)"
        ]
    );
}

#[test]
fn the_root_project_overrides_what_dbt_dispatches() {
    let fixture = "//- models/a.sql\n{{ ref(dbt.length('x') | trim) }}{{ ref(dbt.concat(['y'])) }}\n\
                   //- macros/m.sql\n{% macro default__length(it) %}own_length{% endmacro %}\n\
                   {% macro concat(fields) %}own_concat{% endmacro %}\n";
    // The namespace `dbt` is dbt's own alone; only its dispatch asks the root project.
    assert_eq!(refs(fixture), ["own_length", "y"]);
}

#[test]
fn an_adapter_counts_before_its_parents() {
    let fixture = "//- profiles.yml\ndefault: {target: d, outputs: {d: {type: redshift}}}\n\
                   //- dbt_project.yml\nname: shop\nprofile: default\n\
                   //- models/a.sql\n{{ ref(pick()) }}{{ ref(choose()) }}\n\
                   //- macros/m.sql\n{% macro pick() %}{{ return(adapter.dispatch('pick')()) }}{% endmacro %}\n\
                   {% macro postgres__pick() %}parent{% endmacro %}\n\
                   {% macro default__pick() %}plain{% endmacro %}\n\
                   {% macro choose() %}{{ return(adapter.dispatch('choose')()) }}{% endmacro %}\n\
                   {% macro redshift__choose() %}own{% endmacro %}\n\
                   {% macro postgres__choose() %}parent{% endmacro %}\n";
    assert_eq!(refs(fixture), ["parent", "own"]);
}

#[test]
fn a_dispatch_that_finds_nothing_says_where_it_looked() {
    let fixture = "//- models/a.sql\n{{ adapter.dispatch('pick', 'utils')() }}\n\
                   //- dbt_packages/utils/dbt_project.yml\nname: utils\n";
    let found = problems(fixture).join("\n");
    assert!(
        found.contains(
            "In dispatch: No macro named 'pick' found within namespace: 'utils'\n    Searched for: \
             'shop.duckdb__pick', 'shop.default__pick', 'utils.duckdb__pick', 'utils.default__pick'"
        ),
        "{found}"
    );
}

#[test]
fn dispatch_prefers_the_adapter() {
    let fixture = "//- models/a.sql\n{{ pick() }}\n//- macros/m.sql\n\
                   {% macro pick() %}{{ return(adapter.dispatch('pick')()) }}{% endmacro %}\n\
                   {% macro default__pick() %}{{ ref('plain') }}{% endmacro %}\n\
                   {% macro duckdb__pick() %}{{ ref('duck') }}{% endmacro %}\n";
    assert_eq!(refs(fixture), ["duck"]);
}

#[test]
fn an_unknown_macro_is_named_where_it_is_called() {
    assert_eq!(
        problems("//- models/a.sql\nselect {{ missing(1) }}, {{ ref('b') }}\n"),
        ["10..17 UndefinedCall `missing` is undefined: no macro or function has this name"]
    );
}

#[test]
fn a_problem_in_a_macro_stands_on_its_call() {
    let fixture = "//- models/a.sql\nselect {{ m() }}\n//- macros/m.sql\n\
                   {% macro m() %}{{ missing() }}{% endmacro %}\n";
    assert_eq!(
        problems(fixture),
        [
            "10..13 UndefinedCall `missing` is undefined: no macro or function has this name (in macro `m`)"
        ]
    );
}

#[test]
fn dbts_own_macros_are_known() {
    let fixture = "//- models/a.sql\n{{ dbt.date_trunc('day', 'x') }} {{ dbt.hash('a') }} {{ type_string() }}\n\
                   {{ dbt_utils.star(ref('b')) }}\n";
    assert_eq!(
        problems(fixture),
        ["76..90 UndefinedCall `dbt_utils` is undefined: no package and no variable has this name"]
    );
}

/// That it is missing is said once, in `packages.yml`.
#[test]
fn nothing_is_known_of_a_package_that_is_not_installed() {
    let fixture = "//- models/a.sql\n{{ dbt_utils.star('x') }} {{ no_such_macro() }}\n\
                   //- packages.yml\npackages:\n  - {package: dbt-labs/dbt_utils, version: 1.3.0}\n";
    assert_eq!(
        problems(fixture),
        ["29..42 UndefinedCall `no_such_macro` is undefined: no macro or function has this name"]
    );
}

#[test]
fn a_tag_that_is_half_typed_calls_nothing() {
    let fixture = "//- models/a.sql\nselect * from {{ ref('b') }} where {{ env_var('X) }}\n";
    let fixture = Fixture::new(fixture);
    let parsed = parsed(&fixture.db, node(&fixture, "models/a.sql"));
    assert_eq!(parsed.refs.len(), 1);
    assert_eq!(parsed.environment, []);
}

#[test]
fn names_are_sorted_to_be_found() {
    assert!(super::names::BUILTIN_MACROS.is_sorted());
}

#[test]
fn a_loop_without_end_is_stopped() {
    let found = problems(
        "//- models/a.sql\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}\n",
    );
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("Limit"), "{found:?}");
}

#[test]
fn configs_are_collected() {
    let fixture = Fixture::new(
        "//- models/a.sql\n{{ config(materialized='table', tags=['x'], meta={'a': 1}) }}\n{{ config({'schema': 'y'}) }}\n",
    );
    let parsed = parsed(&fixture.db, node(&fixture, "models/a.sql"));
    assert_eq!(
        serde_json::to_string(&parsed.config).unwrap(),
        r#"{"materialized":"table","tags":["x"],"meta":{"a":1},"schema":"y"}"#
    );
}

#[test]
fn an_edit_renders_what_it_touches_and_nothing_else() {
    let mut fixture = Fixture::new(
        "//- models/a.sql\n{{ ref('b') }}\n//- models/b.sql\nselect 1\n//- models/c.sql\n{{ ref('a') }}\n",
    );
    let [a, b, c] = ["a", "b", "c"].map(|it| node(&fixture, &format!("models/{it}.sql")));
    for it in [a, b, c] {
        crate::chosen_relation(&fixture.db, it);
    }
    fixture.db.take_query_log();
    fixture.write("models/b.sql", "\n\nselect 2 as {{ 'x' }}\n");
    for it in [a, b, c] {
        crate::chosen_relation(&fixture.db, it);
    }
    // The text is parsed and rendered again; what that brings to light is the same, so nothing
    // else runs.
    assert_eq!(fixture.db.take_query_log(), ["parsed"]);
}

/// Where a dbt is installed, its macros are what it will run: ours are not asked.
#[test]
fn an_installed_dbt_answers_with_its_own_macros() {
    let mut fixture = Fixture::new(
        "//- models/a.sql\n{{ ref(dbt.length('x') | trim) }}{{ dbt.string_literal('y') }}\n\
         //- engine/global_project/dbt_project.yml\nname: dbt\n\
         //- engine/global_project/macros/m.sql\n{% macro length(it) %}installed{% endmacro %}\n",
    );
    let root = fixture.project.root(&fixture.db).clone();
    fixture.change_settings(|it| {
        it.engines = vec![base::Engine {
            include: Some(root.join("engine")),
            ..test_support::engine(base::EngineKind::Core, "1.11.0", "engine")
        }];
    });
    let parsed = parsed(&fixture.db, node(&fixture, "models/a.sql"));
    assert_eq!(parsed.refs.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["installed"]);
    // The adapter's macros are not installed there, so ours stand in for them.
    let packages = project::internal_packages(&fixture.db, fixture.project);
    let origins: Vec<_> = packages.iter().map(|it| it.origin(&fixture.db)).collect();
    assert_eq!(origins, [project::Origin::Library, project::Origin::Engine]);
}

/// The library is parsed once; typing in a model does not look at it again.
#[test]
fn typing_does_not_wake_the_library() {
    let mut fixture = Fixture::new("//- models/a.sql\n{{ dbt.length('x') }}\n");
    let a = node(&fixture, "models/a.sql");
    let _ = parsed(&fixture.db, a);
    fixture.write("models/a.sql", "{{ dbt.length('xy') }}\n");
    fixture.db.take_query_log();
    let _ = parsed(&fixture.db, a);
    assert_eq!(fixture.db.take_query_log(), ["parsed"]);
}

/// What a model compiles to.
fn compiled(text: &str) -> String {
    let fixture = Fixture::new(text);
    let node = node(&fixture, "models/a.sql");
    let template = crate::node_template(&fixture.db, node).unwrap();
    let world = super::World::new(
        &fixture.db,
        node.package(&fixture.db),
        Some(node),
        node.file(&fixture.db),
        super::Mode::Compile,
    );
    let options = jinja::Options { dbt_macro_names: true, ..jinja::Options::default() };
    let rendered = jinja::render(world.rendered_file(), &template, &world, options);
    assert_eq!(rendered.error, None);
    assert_eq!(world.into_facts().parsed.problems, []);
    rendered.text
}

const PROFILE: &str = "//- dbt_project.yml\nname: shop\nversion: 1.2.3\nprofile: shop\n\
    flags: {some_behavior: true}\n//- profiles.yml\nshop:\n  target: dev\n  outputs:\n    dev: \
    {type: duckdb, path: dev.duckdb, schema: main}\n";

#[test]
fn relations_are_as_the_adapter_has_them() {
    let text = format!(
        "//- models/a.sql\n{{{{ this }}}}|{{{{ this.schema }}}}|{{{{ this.include(database=false) }}}}|\
         {{{{ this.quote(identifier=false) }}}}|{{{{ this.without_identifier() }}}}|\
         {{{{ this.information_schema('TABLES') }}}}|{{{{ this.incorporate(type='view').is_view }}}}|\
         {{{{ api.Relation.create(schema='x', identifier='y', type='table') }}}}|{{{{ this == this }}}}\n{PROFILE}"
    );
    assert_eq!(
        compiled(&text).trim(),
        "\"dev\".\"main\".\"a\"|main|\"main\".\"a\"|\"dev\".\"main\".a|\"dev\".\"main\"|\
         \"dev\".INFORMATION_SCHEMA.TABLES|True|\"x\".\"y\"|True"
    );
}

#[test]
fn columns_come_from_what_the_project_says() {
    let text = format!(
        "//- models/a.sql\n{{% for it in adapter.get_columns_in_relation(ref('s')) %}}\
         {{{{ it.quoted }}}} {{{{ it.data_type }}}},{{% endfor %}}\
         {{{{ adapter.get_columns_in_relation(ref('b')) | length }}}}\
         {{{{ api.Column.translate_type('string') }}}}\n\
         //- models/b.sql\nselect 1\n//- seeds/s.csv\nid,name\n1,x\n\
         //- seeds/s.yml\nseeds:\n  - name: s\n    config: {{column_types: {{id: int}}}}\n{PROFILE}"
    );
    assert_eq!(compiled(&text).trim(), "\"id\" int,\"name\" ,0TEXT");
}

#[test]
fn packages_reach_the_configuration() {
    let text = format!(
        "//- models/a.sql\n{{{{ builtins.ref.config.dependencies['shop'].version }}}}|\
         {{{{ adapter.config.quoting.schema }}}}|{{{{ 1 if adapter.behavior.some_behavior }}}}|\
         {{{{ context['builtins'].ref('a') }}}}|{{{{ flags.WHICH }}}}|{{{{ graph.nodes | length }}}}\n{PROFILE}"
    );
    assert_eq!(compiled(&text).trim(), "1.2.3|True|1|\"dev\".\"main\".\"a\"|compile|1");
}

#[test]
fn functions_of_the_database_have_a_section_of_their_own() {
    let text = format!(
        "//- models/a.sql\n{{{{ graph.nodes.keys() | list }}}}|{{{{ graph.functions.keys() | list }}}}|\
         {{{{ function('f') }}}}|{{{{ function('f').type }}}}\n\
         //- functions/f.sql\n1\n{PROFILE}"
    );
    assert_eq!(
        compiled(&text).trim(),
        "['model.shop.a']|['function.shop.f']|\"dev\".\"main\".\"f\"|function"
    );
}

#[test]
fn a_model_as_data_keeps_what_is_the_users() {
    let text = format!(
        "//- models/a.sql\n{{{{ config(meta={{'a': none}}) }}}}{{{{ model.refs }}}}|{{{{ model.meta }}}}|\
         {{{{ model.docs }}}}|{{{{ model.config_call_dict }}}}|{{{{ ref('b') }}}}\n\
         //- models/b.sql\n1\n{PROFILE}"
    );
    assert_eq!(
        compiled(&text).trim(),
        "[{'name': 'b'}]|{'a': None}|{'show': True}|{'meta': {'a': None}}|\"dev\".\"main\".\"b\""
    );
}

#[test]
fn the_same_clock_runs_everywhere() {
    let text = format!(
        "//- models/a.sql\n{{{{ run_started_at.strftime('%Y-%m-%d') }}}}|\
         {{{{ modules.datetime.datetime.now().year }}}}|{{{{ invocation_id | length }}}}\n{PROFILE}"
    );
    assert_eq!(compiled(&text).trim(), "1970-01-01|1970|36");
}

#[test]
fn the_result_of_a_query_has_no_rows() {
    let text = format!(
        "//- models/a.sql\n{{% set found = run_query('select 1') %}}{{% for it in found.columns[0].values() %}}\
         x{{% endfor %}}{{{{ found.rows | length }}}}{{% if found %}}y{{% endif %}}\
         {{% call statement('s', fetch_result=true) %}}select{{% endcall %}}{{{{ load_result('s')['data'] }}}}\n{PROFILE}"
    );
    assert_eq!(compiled(&text).trim(), "0[]");
}

#[test]
fn doc_and_ref_refuse_what_dbt_refuses() {
    let found =
        problems("//- models/a.sql\n{{ ref(1) }}{{ ref() }}{{ source('a') }}{{ set_strict(1) }}\n");
    assert_eq!(found.len(), 4, "{found:?}");
}
