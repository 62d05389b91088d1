"""Keys of properties files: custom ones, configs beside `config`, top-level keys, overrides."""
from . import Case, properties

MOVED, CUSTOM = "«property-moved-to-config»", "«custom-key-in-object»"
CONFIG, TOP = "«custom-key-in-config»", "«custom-top-level-key»"

# What dbt reads at the top of an object, and what it ignores.
OF_MODELS = {
    "meta": "{a: 1}", "docs": "{show: true}", "access": "protected", "contract": "{enforced: false}",
    "tags": "[a]", "materialized": "view", "schema": "x", "alias": "a_@", "database": "x",
    "enabled": "true", "grants": "{}", "pre_hook": "[]", "post_hook": "'select 1'",
    "unique_key": "id", "persist_docs": "{relation: true}", "quoting": "{}", "event_time": "id",
    "full_refresh": "false", "on_schema_change": "fail", "incremental_strategy": "append",
    "cluster_by": "[id]", "transient": "true", "query_tag": "x", "sql_header": "x",
    "static_analysis": "off", "column_types": "{}", "lookback": "1", "begin": "x",
}
OF_SEEDS = {"meta": "{a: 1}", "docs": "{}", "tags": "[a]", "column_types": "{}",
            "quote_columns": "true", "enabled": "true", "delimiter": "','", "schema": "x"}
OF_SNAPSHOTS = {"meta": "{a: 1}", "docs": "{}", "tags": "[a]", "target_schema": "x",
                "unique_key": "id", "strategy": "check", "enabled": "true"}
OF_TABLES = {"meta": "{a: 1}", "tags": "[a]", "freshness": "null", "loaded_at_field": "id",
             "loaded_at_query": "select 1", "enabled": "true", "event_time": "id"}
OF_SOURCES = {"meta": "{a: 1}", "tags": "[a]", "freshness": "{warn_after: {count: 1, period: day}}",
              "loaded_at_field": "id"}
SEED = {"seeds/@.csv": "id\n1\n"}
SNAPSHOT = {"snapshots/@.sql": """\
{% snapshot s_@ %}
{{ config(target_schema='s', unique_key='id', strategy='check', check_cols=['id']) }}
select 1 as id
{% endsnapshot %}
"""}


def cases():
    yield from beside_config()
    yield from custom()
    yield from in_config()
    yield from shapes()
    yield from top_level()
    yield from refused()
    yield from flag_off()
    yield from words()
    yield from overrides()


def beside_config():
    for key, value in OF_MODELS.items():
        yield properties(f"{key} of a model", f"models:\n  - name: @\n    {MOVED}{key}: {value}\n")
    for key, value in OF_SEEDS.items():
        text = f"seeds:\n  - name: @\n    {MOVED}{key}: {value}\n"
        yield Case(f"{key} of a seed", {"models/@.yml": text, **SEED})
    for key, value in OF_SNAPSHOTS.items():
        text = f"snapshots:\n  - name: s_@\n    {MOVED}{key}: {value}\n"
        # dbt Core 1.10 does not know all of them.
        versions = ("1.11", "1.12") if key == "target_schema" else ("1.10", "1.11", "1.12")
        yield Case(f"{key} of a snapshot", {"models/@.yml": text, **SNAPSHOT}, versions=versions)
    for key, value in OF_TABLES.items():
        yield properties(f"{key} of a table", f"sources:\n  - name: s_@\n    tables:\n      - name: a\n        {MOVED}{key}: {value}\n")
    for key, value in OF_SOURCES.items():
        yield properties(f"{key} of a source", f"sources:\n  - name: s_@\n    {MOVED}{key}: {value}\n    tables: [{{name: a}}]\n")
    for key, value in {"meta": "{a: 1}", "tags": "[a]"}.items():
        yield properties(f"{key} of a column", f"models:\n  - name: @\n    columns:\n      - name: id\n        {MOVED}{key}: {value}\n")
        yield properties(f"{key} of a source's column", f"sources:\n  - name: s_@\n    tables:\n      - name: a\n        columns:\n          - {{name: id, {MOVED}{key}: {value}}}\n")
        yield properties(f"{key} of an exposure", f"exposures:\n  - name: e_@\n    type: notebook\n    owner: {{name: a}}\n    {MOVED}{key}: {value}\n")
    text = f"analyses:\n  - name: an_@\n    {MOVED}meta: {{a: 1}}\n    {MOVED}tags: [a]\n"
    yield Case("configs of an analysis", {"models/@.yml": text, "analyses/an_@.sql": "select 1 as id"})
    yield properties("several, with a config", f"models:\n  - name: @\n    {MOVED}docs: {{}}\n    config: {{enabled: true}}\n    {MOVED}tags: a\n")
    yield properties("also under config, ignored", f"models:\n  - name: @\n    {MOVED}tags: [a]\n    config: {{tags: [b]}}\n")
    yield properties("also under config, joined", f"models:\n  - name: @\n    columns:\n      - name: id\n        {MOVED}tags: [a]\n        {MOVED}meta: {{a: 1}}\n        config: {{tags: [b], meta: {{b: 1}}}}\n")
    yield properties("in braces", f"models:\n  - {{name: @, {MOVED}meta: {{a: 1}}, {MOVED}'tags': [b]}}\n")
    yield properties("quoted, with a comment", f"models:\n  - name: @\n    # why\n    {MOVED}\"meta\": {{a: 1}} # because\n")
    yield properties("Windows line ends", f"models:\r\n  - name: @\r\n    {MOVED}meta:\r\n      a: 1\r\n")
    yield properties("a byte order mark", f"\ufeffmodels:\n  - name: @\n    {MOVED}meta: {{a: 1}}\n")
    yield properties("an anchor of two models", f"""\
models:
  - name: @
    columns: &columns
      - name: id
        {MOVED}tags: [a]
  - name: other_@
    columns: *columns
""")
    yield properties("merged into a model", f"""\
anchors:
  - &shared
    meta: {{a: 1}}
models:
  - name: @
    {MOVED}<<: *shared
""")
    yield properties("a key twice", f"""\
models:
  - name: @
    meta: {{a: 1}}
    «duplicate-yaml-keys»{MOVED}meta: {{b: 1}}
""")
    yield properties("no object", "models:\n  - name: @\n    columns: []\n    config:\n      meta: {meta: 1, tags: [x], enabled: false}\n")


def custom():
    for title, key, value in [("a word", "pii", "true"), ("a mapping", "owner", "{name: a}"),
                              ("a list", "labels_of_mine", "\n      - a\n      - b"), ("a misspelling", "desciption", "x"),
                              ("near a config", "tag", "x"), ("with a dash", "my-key", "1"),
                              ("a hook", "pre-hook", "x"), ("Jinja", "'{{x}}'", "1"), ("a blank in the key", "my key", "1"), ("a null", "nothing", ""),
                              ("a text", "note", "|\n      one\n      two")]:
        yield properties(f"custom key of a model: {title}", f"models:\n  - name: @\n    {CUSTOM}{key}: {value}\n")
        yield properties(f"custom key of a column: {title}", f"models:\n  - name: @\n    columns:\n      - name: id\n        {CUSTOM}{key}: {value}\n".replace("\n      - a\n      - b", "[a, b]").replace("|\n      one\n      two", "x"))
    text = f"seeds:\n  - name: @\n    {CUSTOM}pii: true\n    columns: [{{name: id, {CUSTOM}pii: true}}]\n"
    yield Case("custom keys of a seed", {"models/@.yml": text, **SEED})
    text = f"snapshots:\n  - name: s_@\n    {CUSTOM}pii: true\n    columns: [{{name: id, {CUSTOM}pii: true}}]\n"
    yield Case("custom keys of a snapshot", {"models/@.yml": text, **SNAPSHOT})
    text = f"analyses:\n  - name: an_@\n    {CUSTOM}pii: true\n    columns: [{{name: id, {CUSTOM}pii: true}}]\n"
    yield Case("custom keys of an analysis", {"models/@.yml": text, "analyses/an_@.sql": "select 1 as id"})
    yield properties("custom keys of a table", f"sources:\n  - name: s_@\n    tables:\n      - name: a\n        {CUSTOM}pii: true\n        columns:\n          - name: id\n            {CUSTOM}pii: true\n")
    yield properties("custom keys of an owner", f"exposures:\n  - name: e_@\n    type: notebook\n    owner:\n      name: a\n      {CUSTOM}slack: b\n")
    yield properties("custom keys of constraints", f"models:\n  - name: @\n    constraints:\n      - type: check\n        expression: id > 0\n        {CUSTOM}why: x\n    columns:\n      - name: id\n        constraints: [{{type: not_null, {CUSTOM}why: x}}]\n")
    yield Case("custom keys of a macro", {"models/@.yml": f"macros:\n  - name: m_@\n    {CUSTOM}pii: true\n", "macros/m_@.sql": "{% macro m_@() %}{% endmacro %}"})
    yield properties("a custom key with configs", f"models:\n  - name: @\n    {CUSTOM}pii: true\n    {MOVED}meta: {{a: 1}}\n    config: {{enabled: true, {CONFIG}mine: 1}}\n")


def in_config():
    for title, holder, indent in [
        ("a model", "models:\n  - name: @\n    config:", "      "),
        ("a column", "models:\n  - name: @\n    columns:\n      - name: id\n        config:", "          "),
        ("a source", "sources:\n  - name: s_@\n    tables: [{name: a}]\n    config:", "      "),
        ("a table", "sources:\n  - name: s_@\n    tables:\n      - name: a\n        config:", "          "),
        ("an exposure", "exposures:\n  - name: e_@\n    type: ml\n    owner: {name: a}\n    config:", "      "),
    ]:
        yield properties(f"custom config of {title}", f"{holder}\n{indent}{CONFIG}mine: true\n")
        yield properties(f"custom configs of {title}, with a known one", f"{holder}\n{indent}meta: {{a: 1}}\n{indent}{CONFIG}mine: 1\n{indent}{CONFIG}'other': [x]\n")
        yield properties(f"custom config of {title}, in braces", f"{holder} {{{CONFIG}mine: true}}\n")
    for kind, files in [("seed", SEED), ("snapshot", SNAPSHOT)]:
        name = "s_@" if kind == "snapshot" else "@"
        text = f"{kind}s:\n  - name: {name}\n    config:\n      {CONFIG}mine: true\n"
        yield Case(f"custom config of a {kind}", {"models/@.yml": text, **files})
    yield properties("hooks with a dash", f"models:\n  - name: @\n    config:\n      {CONFIG}pre-hook: select 1\n      {CONFIG}post-hook: [select 1]\n")
    yield properties("materialised", f"models:\n  - name: @\n    config:\n      {CONFIG}materialised: table\n")
    yield properties("a config that newer versions know", "models:\n  - name: @\n    config:\n      «custom-key-in-config 1.10 1.11»copy_tags: true\n")
    yield properties("config of a test", "models:\n  - name: @\n    columns:\n      - name: id\n        data_tests:\n          - unique: {config: {mine: true}}\n")
    yield properties("mappings under config", "models:\n  - name: @\n    config:\n      docs: {other: true}\n      persist_docs: {other: true}\n      meta: {other: true}\n")
    yield properties("the database of BigQuery", f"models:\n  - name: @\n    config:\n      {CONFIG}dataset: x\n")
    yield properties("the database of BigQuery, there", "models:\n  - name: @\n    config:\n      dataset: x\n      project: y\n", adapters=("bigquery",), versions=("1.11",))
    yield properties("what Databricks knows", "models:\n  - name: @\n    config:\n      «custom-key-in-config 1.10 1.11»zorder: x\n", adapters=("databricks",), versions=("1.11",))


def shapes():
    yield properties("a list of texts", "models:\n  - name: @\n    columns: []\n")
    yield properties("versions", "models:\n  - name: @\n    latest_version: 1\n    versions:\n      - v: 1\n        defined_in: @\n        config: {alias: x_@}\n")


def top_level():
    yield properties("an unknown list", f"models: [{{name: @}}]\n{TOP}something: [1]\n")
    yield properties("two unknown keys", f"{TOP}one: 1\nmodels: [{{name: @}}]\n{TOP}two: 2\n")
    yield properties("only unknown keys", f"{TOP}one: 1\n")
    yield properties("a misspelt list", f"{TOP}model:\n  - name: @\n")
    yield properties("an anchor at the top", f"{TOP}id: &id\n  name: id\nmodels:\n  - name: @\n    columns:\n      - *id\n")
    yield properties("anchors in their place", "anchors:\n  - &id {name: id}\nmodels:\n  - name: @\n    columns: [*id]\n")
    yield properties("a blank in the key", f"models: [{{name: @}}]\n{TOP}my key: 1\n")


def overrides():
    yield properties("overrides of a source", "sources:\n  - name: s_@\n    «source-override»overrides: shop\n    tables: [{name: a}]\n")
    yield properties("overrides in braces", "sources:\n  - {name: s_@, «source-override»overrides: shop, tables: [{name: a}]}\n")
    yield properties("overrides of a model", f"models:\n  - name: @\n    {CUSTOM}overrides: shop\n")


def flag_off():
    """Only where the flag is off; the event names no file."""
    flag = "flags:\n  «removed-behavior-flag»require_generic_test_arguments_property: false\n"
    code = "«arguments-property-in-generic-test»"
    text = f"models:\n  - name: @\n    columns:\n      - name: id\n        data_tests:\n          - t_@:\n              {code}arguments: [1]\n          - accepted_values: {{values: [1], severity: warn}}\n"
    macro = "{% test t_@(model, column_name, arguments) %}select 1{% endtest %}\n"
    yield Case("arguments of a test, with the flag off",
               {"dbt_project.yml": flag, "models/@.yml": text, "tests/generic/t_@.sql": macro}, alone=True)


def words():
    code = "«generic-json-schema-validation»"
    yield properties("an unknown type of a constraint", f"models:\n  - name: @\n    columns:\n      - name: id\n        constraints:\n          - type: {code}not-null\n", alone=True, refused=True)
    yield properties("an unknown type of a model's constraint", f"models:\n  - name: @\n    constraints: [{{type: {code}bogus}}]\n", alone=True, refused=True)
    yield properties("an unknown format of rows", f"unit_tests:\n  - name: u_@\n    model: @\n    given:\n      - {{input: ref('@'), format: {code}xml, rows: []}}\n    expect: {{rows: []}}\n", alone=True, refused=True)


def refused():
    """dbt stops behind its warning."""
    for title, text in [
        ("custom key of a source", f"sources:\n  - name: s_@\n    {CUSTOM}pii: true\n    tables: [{{name: a}}]\n"),
        ("enabled of a source", f"sources:\n  - name: s_@\n    {MOVED}enabled: true\n    tables: [{{name: a}}]\n"),
        ("custom key of an exposure", f"exposures:\n  - name: e_@\n    type: ml\n    owner: {{name: a}}\n    {CUSTOM}pii: true\n"),
        ("enabled of an exposure", f"exposures:\n  - name: e_@\n    type: ml\n    owner: {{name: a}}\n    {MOVED}enabled: true\n"),
        ("custom key of a group", f"groups:\n  - name: g_@\n    owner: {{name: a}}\n    {CUSTOM}pii: true\n"),
        ("custom key of a unit test", f"unit_tests:\n  - name: u_@\n    model: @\n    given: []\n    expect: {{rows: []}}\n    {CUSTOM}pii: true\n"),
        ("custom key of an input", f"unit_tests:\n  - name: u_@\n    model: @\n    given:\n      - input: ref('@')\n        rows: []\n        {CUSTOM}pii: true\n    expect: {{rows: []}}\n"),
        ("meta in both places", f"models:\n  - name: @\n    {MOVED}meta: {{a: 1}}\n    config: {{meta: {{b: 1}}}}\n"),
    ]:
        yield properties(title, text, alone=True, refused=True)
    yield Case("custom key of a macro's argument", {
        "models/@.yml": f"macros:\n  - name: m_@\n    arguments:\n      - name: a\n        {CUSTOM}pii: true\n",
        "macros/m_@.sql": "{% macro m_@(a) %}{% endmacro %}"}, alone=True, refused=True)
