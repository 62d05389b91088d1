"""The trees of configs in dbt_project.yml."""
from . import project as plant_project

PLUS, CUSTOM, TOP = "«missing-plus-prefix»", "«custom-key-in-config»", "«custom-top-level-key»"
DEEP = {"models/marts/m_@.sql": "select 1 as id"}


def project(title, text, files=None, **more):
    return plant_project(f"project: {title}", text, files, **more)


def cases():
    # A few in each file: each stands alone, and Core has to read each.
    yield project("configs of models without a plus", f"""\
models:
  {PLUS}materialized: view
  shop:
    {PLUS}schema: x
    {PLUS}'tags': [a, b]
    marts:
      {PLUS}enabled: true # why
      +docs: {{show: true}}
""", DEEP)
    yield project("every other section", f"""\
seeds:
  {PLUS}quote_columns: true
  shop: {{{PLUS}delimiter: ','}}
snapshots:
  shop:
    {PLUS}strategy: check
sources:
  shop:
    {PLUS}enabled: true
exposures:
  {PLUS}enabled: true
metrics:
  {PLUS}enabled: true
unit_tests:
  {PLUS}enabled: true
""")
    yield project("tests", f"tests:\n  {PLUS}severity: warn\n  shop:\n    {PLUS}store_failures: true\n")
    yield project("data_tests", f"data_tests:\n  shop:\n    {PLUS}limit: 10\n    +severity: warn\n")
    yield project("custom configs", f"""\
models:
  {CUSTOM}mine: 1
  {CUSTOM}+owner_team: core
  shop:
    {CUSTOM}mine: [a]
    +meta: {{a: 1}}
    marts:
      {CUSTOM}'+other': x
seeds:
  shop:
    {CUSTOM}+mine: true
""", DEEP)
    yield project("spellings", f"""\
models:
  {CUSTOM}pre_hook: select 1
  {CUSTOM}+post_hook: select 1
  {CUSTOM}+ tags: x
  {CUSTOM}+materialised: table
""")
    yield project("an empty folder", f"models:\n  shop:\n    {CUSTOM}marts:\n", DEEP)
    yield project("right ones", """\
models:
  +materialized: view
  shop:
    +persist_docs: {relation: true}
    +pre-hook: select 1
    marts:
      +tags: [a]
saved-queries: {+enabled: true}
""", DEEP)
    yield project("a config as a mapping", f"models:\n  shop:\n    {CUSTOM}persist_docs: {{relation: true, columns: true}}\n")
    yield project("quoting as a mapping", f"models:\n  shop:\n    {PLUS}quoting:\n      database: true\n")
    yield project("a custom one as a mapping", f"models:\n  {CUSTOM}+mine: {{a: 1}}\n")
    yield project("a folder that is called like a config", f"models:\n  shop:\n    tags:\n      {PLUS}materialized: view\n", {"models/tags/m_@.sql": "select 1 as id"})
    yield project("below a right one", "models:\n  shop:\n    +meta:\n      materialized: view\n    +grants:\n      select: [a]\n")
    yield project("configs that newer versions know", "models:\n  «custom-key-in-config 1.10 1.11»+copy_tags: true\n")
    yield project("a key twice", f"models:\n  {PLUS}materialized: view\n«duplicate-yaml-keys»models:\n  {PLUS}materialized: table\n".replace(f"{PLUS}materialized: view", "materialized: view"))
    yield project("an unknown section", f"{TOP}modles:\n  +materialized: view\n", refused=True)
    yield project("an unknown key", f"{TOP}owner: me\n", refused=True)
    yield project("Windows line ends", f"models:\r\n  {PLUS}materialized: view\r\n")
    yield project("the alias of BigQuery", f"models:\n  {PLUS}dataset: x\n  +project: y\n", adapters=("bigquery",), versions=("1.11",))
