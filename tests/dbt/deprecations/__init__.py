"""What compare-deprecations.py plants: one file for each group of rules, with a function `cases()`.

A case is a few files. In front of a token that Tandem underlines stands a mark with the rule:

    models:
      - name: @
        «property-moved-to-config»meta: {a: 1}

`@` becomes a name that no other case has, and `models/@.sql` is there unless the case brings it. A
mark may name the versions of dbt that it counts for: `«duplicate-name-distinct-node-types 1.12»`.

What dbt Core says is not planted but compared: what Core says of each file is what Tandem says of
it. Where that is not so, a `*differences.json` says why.
"""
import dataclasses
import re

MARK = re.compile(r"«([\w-]+)((?: [\d.]+)*)»")
ALL_VERSIONS = ("1.10", "1.11", "1.12")
FOUR_ADAPTERS = ("snowflake", "bigquery", "databricks", "redshift")


@dataclasses.dataclass
class Case:
    """`alone`: in a project of its own, because something of the project as a whole is planted or
    because dbt refuses the project (`refused`). Other cases share one."""
    title: str
    files: dict
    alone: bool = False
    refused: bool = False
    adapters: tuple = ("snowflake", "duckdb")
    versions: tuple = ALL_VERSIONS
    # for cases that stand alone: variables of the environment, and the files that go with `@`
    env: dict = dataclasses.field(default_factory=dict)
    name: str = ""


def properties(title, text, **more):
    """One properties file."""
    return Case(title, {"models/@.yml": text}, **more)


def project(title, text, files=None, **more):
    """Lines of `dbt_project.yml`, which has name, version and profile already."""
    return Case(title, {"dbt_project.yml": text, **(files or {})}, alone=True, **more)


@dataclasses.dataclass(frozen=True, order=True)
class Planted:
    file: str
    line: int
    column: int
    code: str
    token: str
    versions: tuple


def planted(file, text):
    """The text as it is written, and the marks in it with their places."""
    found, lines = [], []
    for number, line in enumerate(text.split("\n"), 1):
        while mark := MARK.search(line):
            line = line[:mark.start()] + line[mark.end():]
            found.append((number, mark.start() + 1, mark[1], tuple(mark[2].split())))
        lines.append(line)
    marks = []
    for number, column, code, versions in found:
        marks.append(Planted(file, number, column, code, lines[number - 1][column - 1:], versions))
    return "\n".join(lines), marks
