"""Keys of `config(…)` in templates and Python models, and names of resources."""
from . import Case

CONFIG = "«custom-key-in-config»"
OBJECT = "«custom-key-in-object»"


def cases():
    for title, call in [
        ("one key", f"config({CONFIG}owner_team='core')"),
        ("among others", f"config(materialized='table', {CONFIG}owner_team='core', tags=['x'])"),
        ("two keys", f"config({CONFIG}owner_team='core', alias='alias_@', {CONFIG}tier=1)"),
        ("with meta", f"config(meta={{'a': 1}}, {CONFIG}owner_team='core')"),
        ("in a mapping", f"config({{'materialized': 'view', {CONFIG}'owner_team': 'core'}})"),
        ("on lines", f"config(\n    materialized='view',\n    {CONFIG}owner_team = 'core',\n    tags=['x']\n)"),
        ("a computed value", f"config({CONFIG}owner_team='a' ~ 'b')"),
        ("nearly right", f"config({CONFIG}materialised='view')"),
        ("none", "config(materialized='view', tags=['x'], pre_hook='select 1')"),
        ("hooks in a mapping", "config({'pre-hook': 'select 1'})"),
        ("a mapping's key", f"config(docs={{'show': true, {OBJECT}'own': 1}})"),
        ("a key of persist_docs", f"config(persist_docs={{'relation': true, {OBJECT}'own': true}})"),
    ]:
        yield Case(f"config in SQL: {title}", {"models/@.sql": f"{{{{ {call} }}}}\nselect 1 as id\n"})
    yield Case("config in SQL: two calls", {
        "models/@.sql": f"{{{{ config({CONFIG}own_a=1) }}}}\n{{{{ config({CONFIG}own_b=1) }}}}\nselect 1 as id\n"})
    yield Case("config in SQL: not taken", {
        "models/@.sql": "{% if false %}{{ config(own_a=1) }}{% endif %}\nselect 1 as id\n"})
    yield Case("config in SQL: a test and an analysis", {
        "tests/@_test.sql": "{{ config(own_a=1) }}\nselect 1 as id where false\n",
        "analyses/@_analysis.sql": "{{ config(own_a=1) }}\nselect 1 as id\n"})
    yield Case("config in Python", {
        "models/@.py": f"def model(dbt, session):\n    dbt.config(materialized='table', {CONFIG}owner_team='core')\n    return session.sql('select 1')\n",
    }, adapters=("snowflake",))

    name = "«exposure-name»"
    for title, text in [
        ("a blank", f"{name}my dash @"), ("a dot", f"{name}my.@"), ("quoted", f"'{name}a b @'"),
        ("a hyphen", "my-@"), ("letters", "ü_@"),
    ]:
        yield Case(f"exposure: {title}", {
            "models/@.yml": f"exposures:\n  - name: {text}\n    type: dashboard\n    owner: {{name: a}}\n"})
    yield Case("source: a blank", {
        "models/@.yml": "sources:\n  - name: «resource-names-with-spaces 1.12»my @\n    tables: [{name: a b}]\n",
    }, alone=True, adapters=("snowflake",))
