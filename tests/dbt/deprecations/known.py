"""The rules that Tandem had first: renamed paths, duplicate keys, blocks between macros, arguments
of generic tests."""
from . import Case, project, properties


def cases():
    yield project("the old name of model-paths", "«config-source-path»source-paths: [models]\n")
    yield project("the old name of model-paths, quoted", "«config-source-path»'source-paths': [models]\n")
    yield project("the old name of seed-paths", "«config-data-path»data-paths: [seeds]\n")
    yield project("the old name of both paths", "«config-source-path»source-paths: [models]\n«config-data-path»data-paths:\n  - seeds\n")

    yield properties("a description twice", """\
models:
  - name: @
    description: one
    «duplicate-yaml-keys»description: two
""")
    yield properties("in braces", """\
models:
  - {name: @, description: one, «duplicate-yaml-keys»description: two}
""")
    yield properties("three times", """\
models:
  - name: @
    description: one
    «duplicate-yaml-keys»description: two
    «duplicate-yaml-keys»description: three
""")
    yield properties("of a column", """\
models:
  - name: @
    columns:
      - name: id
        description: one
        # why
        «duplicate-yaml-keys»description: two
""")
    yield properties("two lists", """\
models:
  - name: lost
«duplicate-yaml-keys»models:
  - name: @
""")
    yield project("in the project's file", "vars: {a: 1}\n«duplicate-yaml-keys»vars: {b: 2}\n")

    for title, block in [
        ("an end tag", "{% macro @() %}1{% endmacro %}\n«unexpected-jinja-block»{% endmacro %}\n"),
        ("a set", "«unexpected-jinja-block»{% set a = 1 %}\n{% macro @() %}1{% endmacro %}\n"),
        ("a do", "«unexpected-jinja-block»{% do log('a') %}\n{% macro @() %}1{% endmacro %}\n"),
        ("an if", "«unexpected-jinja-block»{% if true %}\n{% endif %}\n{% macro @() %}1{% endmacro %}\n"),
        ("a for", "«unexpected-jinja-block»{%- for a in [1] -%}\n{% endfor %}\n{% macro @() %}1{% endmacro %}\n"),
        ("a call", "«unexpected-jinja-block»{% call @() %}a{% endcall %}\n{% macro @() %}1{% endmacro %}\n"),
    ]:
        yield Case(f"macro file: {title}", {"macros/@.sql": block})
    yield Case("snapshot file: a set", {"snapshots/@.sql": """\
«unexpected-jinja-block»{% set a = 1 %}
{% snapshot snap_@ %}
{{ config(target_schema='s', unique_key='id', strategy='check', check_cols=['id']) }}
select 1 as id
{% endsnapshot %}
"""})
    yield Case("output, comments and text", {"macros/@.sql": "{{ log('a') }} text {# {% do b() %} #}\n{% macro @() %}1{% endmacro %}\n"})

    def tests(lines):
        indented = "".join(f"          {line}\n" for line in lines.split("\n"))
        return f"models:\n  - name: @\n    columns:\n      - name: id\n        data_tests:\n{indented}"

    code = "«missing-arguments-property-in-generic-test»"
    moved = "«property-moved-to-config»"
    for title, lines in [
        ("values", f"- accepted_values:\n    {code}values: [1]"),
        ("in braces", f"- accepted_values: {{{code}values: [1]}}"),
        ("two arguments", f"- relationships:\n    {code}to: ref('@')\n    field: id"),
        ("with a name", f"- accepted_values:\n    name: n_@\n    {code}values: [1]"),
        ("with a config", f"- accepted_values:\n    {code}values: [1]\n    config: {{severity: warn}}"),
        ("test_name", f"- test_name: accepted_values\n  name: n_@\n  {code}values: [1]"),
        ("empty arguments", f"- accepted_values:\n    {code}values: [1]\n    arguments: {{}}"),
        ("beside arguments", "- accepted_values:\n    quote: false\n    arguments: {values: [1]}"),
        ("in their place", "- accepted_values:\n    arguments: {values: [1]}"),
        ("a name alone", "- unique"),
        ("description", "- unique:\n    description: one"),
        ("severity", f"- unique:\n    {moved}severity: warn"),
        ("severity and an argument", f"- accepted_values:\n    {code}values: [1]\n    {moved}severity: warn"),
        ("where, meta and tags", f"- unique:\n    {moved}where: id > 1\n    {moved}meta: {{a: 1}}\n    {moved}tags: [a]"),
    ]:
        yield properties(f"tests of a column: {title}", tests(lines))
    for config in ["alias", "database", "enabled", "error_if", "fail_calc", "limit", "schema",
                   "store_failures", "store_failures_as", "warn_if"]:
        value = {"enabled": "true", "limit": "1", "store_failures": "false",
                 "store_failures_as": "view", "error_if": "'>1'", "warn_if": "'>1'",
                 "fail_calc": "count(*)"}.get(config, "a_@")
        yield properties(f"tests of a column: {config}", tests(f"- unique:\n    {moved}{config}: {value}"))
    yield properties("tests of a model, a seed, a snapshot, a source", f"""\
models:
  - name: @
    tests:
      - accepted_values:
          column_name: id
          {code}values: [1]
sources:
  - name: source_@
    tables:
      - name: a
        data_tests:
          - unique:
              column_name: id
              {code}b: 1
        columns:
          - name: id
            tests: [{{accepted_values: {{{code}values: [1]}}}}]
""")
