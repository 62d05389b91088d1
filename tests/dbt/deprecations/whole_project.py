"""What is said of a project as a whole: paths, flags, packages, templates that call what is to go."""
from . import Case, project

PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"
PROFILE = """\
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: dev.duckdb, schema: s}
"""
ONE = ("snowflake",)
DUCKDB = ("duckdb",)


def cases():
    yield from paths()
    yield from flags()
    yield from templates()
    yield from dates()


def paths():
    for key, other in [("log-path", "out/logs"), ("target-path", "build")]:
        code = f"«config-{key}»"
        usual = key.removesuffix("-path").replace("log", "logs")
        yield project(f"{key}: another folder", f"{code}{key}: {other}\n", adapters=ONE)
        yield project(f"{key}: quoted", f"{code}\"{key}\": '{other}'\n", adapters=ONE)
        yield project(f"{key}: the usual folder", f"{key}: {usual}\n", adapters=ONE)
        yield project(f"{key}: Jinja", f"{code}{key}: \"{{{{ env_var('NOT_SET', '{other}') }}}}\"\n",
                      adapters=ONE)
        yield project(f"{key}: Jinja for the usual folder",
                      f"{key}: \"{{{{ env_var('NOT_SET', '{usual}') }}}}\"\n", adapters=ONE)
    code = "«package-install-path»"
    yield project("clean-targets: dbt_modules", f"clean-targets: [target, {code}dbt_modules]\n",
                  adapters=ONE)
    yield project("clean-targets: a list of lines", f"clean-targets:\n- target\n- {code}dbt_modules\n",
                  adapters=ONE)
    yield project("clean-targets: both folders", "clean-targets: [dbt_modules, dbt_packages]\n",
                  adapters=ONE)
    yield project("clean-targets: where packages are", "clean-targets: [dbt_modules]\npackages-install-path: dbt_modules\n",
                  adapters=ONE)


def flags():
    code = "«weo-include-exclude»"
    head = "flags:\n  warn_error_options:\n"
    yield project("warn_error_options: include",
                  f"{head}    {code}include: [NoNodesForSelectionCriteria]\n", adapters=ONE)
    yield project("warn_error_options: exclude",
                  f"{head}    error: [NoNodesForSelectionCriteria]\n    {code}exclude: []\n", adapters=ONE)
    yield project("warn_error_options: both of old", f"flags: {{warn_error_options: {{{code}include: [NoNodesForSelectionCriteria], {code}exclude: []}}}}\n",
                  adapters=ONE)
    yield project("warn_error_options: both names", f"{head}    {code}include: [NoNodesForSelectionCriteria]\n    error: []\n",
                  adapters=ONE)
    yield project("warn_error_options: new names", f"{head}    error: []\n    warn: []\n    silence: []\n",
                  adapters=ONE)

    code = "«project-flags-moved»"
    for title, text in [
        ("one flag", f"{code}config:\n  use_colors: false\n"),
        ("in braces", f"{code}config: {{use_colors: false, printer_width: 90}}\n"),
    ]:
        yield Case(f"config in profiles.yml: {title}", {"profiles.yml": text + PROFILE}, alone=True,
                   adapters=DUCKDB)
    yield Case("config in profiles.yml: empty", {"profiles.yml": "config: {}\n" + PROFILE}, alone=True,
               adapters=DUCKDB)

    code = "«source-freshness-project-hooks-not-run»"
    off = "flags:\n  %ssource_freshness_run_project_hooks: false\n"
    yield project("freshness without hooks", off % code + "on-run-start: select 1\n", adapters=ONE)
    yield project("freshness without hooks that are there", off % "«removed-behavior-flag»",
                  adapters=ONE)
    code = "«package-materialization-override»"
    off = "flags:\n  %srequire_explicit_package_overrides_for_builtin_materializations: false\n"
    package = {"packages.yml": "packages:\n  - local: audit\n",
               "audit/dbt_project.yml": "name: audit\nversion: '1.0'\n",
               "dbt_packages/audit/dbt_project.yml": "name: audit\nversion: '1.0'\n"}
    text = "{% materialization view, default %}{{ return({'relations': []}) }}{% endmaterialization %}\n"
    package |= {"audit/macros/m.sql": text, "dbt_packages/audit/macros/m.sql": text}
    yield project("a package's materialization", off % code, package, adapters=DUCKDB)
    yield project("no package's materialization", off % "«removed-behavior-flag»", adapters=DUCKDB)


def templates():
    code = "«modules-itertools-usage 1.11 1.12»"
    for title, call in [
        ("chain", f"{{{{ {code}modules.itertools.chain([1], [2]) | list | length }}}}"),
        ("islice", f"{{{{ {code}modules.itertools.islice([1, 2], 1) | list | length }}}}"),
        ("in a loop", f"{{% for a in {code}modules.itertools.repeat(1, 2) %}}{{{{ a }}}}{{{{ '' if loop.last else ', ' }}}}{{% endfor %}}"),
        ("under another name", f"{{% set tools = {code}modules.itertools %}}{{{{ tools.cycle([1]) | string | length }}}}"),
    ]:
        yield Case(f"itertools: {title}", {"models/@.sql": f"select {call} as id\n"}, alone=True,
                   adapters=ONE)
    yield Case("itertools: in a macro", {
        "macros/@.sql": f"{{% macro m_@() %}}{{{{ {code}modules.itertools.tee([1]) | length }}}}{{% endmacro %}}\n",
        "models/@.sql": "select {{ m_@() }} as id\n",
    }, alone=True, adapters=ONE)
    yield Case("itertools: other modules", {
        "models/@.sql": "select {{ modules.re.escape('a') | length }} as id -- modules.itertools\n",
    }, adapters=ONE)

    code = "«adapter-deprecation»"
    for method in ("get_columns_in_table", "already_exists"):
        yield Case(f"a method of old: {method}", {
            "models/@.sql": f"select {{{{ adapter.{code}{method}('a', 'b') | string | length }}}} as id\n",
        }, adapters=ONE)


def dates():
    past, ahead = "2020-01-01", "2099-01-01"
    old, soon, model = "«deprecated-reference»", "«upcoming-reference»", "«deprecated-model»"
    yield Case("a model whose day has passed", {
        "models/@.sql": "select 1 as id\n",
        "models/@_child.sql": f"select * from {{{{ ref('{old}@') }}}}\n",
        "models/@.yml": f"models:\n  - name: @\n    deprecation_date: {model}{past}\n",
    }, alone=True, adapters=ONE)
    yield Case("a model whose day comes", {
        "models/@.sql": "select 1 as id\n",
        "models/@_child.sql": f"select * from {{{{ ref('{soon}@') }}}}\n",
        "analyses/@_analysis.sql": "select * from {{ ref('@') }}\n",
        "models/@.yml": f"models:\n  - name: @\n    deprecation_date: {ahead} 10:00:00\n    data_tests:\n      - unique: {{column_name: id}}\n",
    }, alone=True, adapters=ONE)
    yield Case("a version whose day has passed", {
        "models/@_v1.sql": "select 1 as id\n",
        "models/@_v2.sql": "select 1 as id\n",
        "models/@_child.sql": f"select * from {{{{ ref('{old}@', v=1) }}}} join {{{{ ref('@') }}}}\n",
        "models/@.yml": f"models:\n  - name: @\n    latest_version: 2\n    versions:\n      - v: 1\n        deprecation_date: {model}{past}\n      - v: 2\n",
    }, alone=True, adapters=ONE)
    yield Case("a model that is disabled", {
        "models/@.sql": "{{ config(enabled=false) }} select 1 as id\n",
        "models/@.yml": f"models:\n  - name: @\n    deprecation_date: {past}\n",
    }, alone=True, adapters=ONE)
