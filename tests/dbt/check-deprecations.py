#!/usr/bin/env python3
"""Parses the dbt project in the current folder and compares dbt Core's deprecations with a README.

    python check-deprecations.py README.md --vars '{…}'

The table of the README names code, file and line of each planted problem. dbt Core names no line,
so pairs of (event, file) are counted. Core parses twice: as it is, and once more with its check of
properties against the JSON schema turned on, which it otherwise does for four warehouses only
(duckdb is not one of them). The exit code is 1 when the events are not the planted ones.
"""
import collections
import pathlib
import re
import sys

EVENTS = {
    "config-data-path": "ConfigDataPathDeprecation",
    "config-source-path": "ConfigSourcePathDeprecation",
    "custom-key-in-config": "CustomKeyInConfigDeprecation",
    "custom-key-in-object": "CustomKeyInObjectDeprecation",
    "custom-top-level-key": "CustomTopLevelKeyDeprecation",
    "duplicate-yaml-keys": "DuplicateYAMLKeysDeprecation",
    "missing-arguments-property-in-generic-test": "MissingArgumentsPropertyInGenericTestDeprecation",
    "missing-plus-prefix": "MissingPlusPrefixDeprecation",
    "property-moved-to-config": "PropertyMovedToConfigDeprecation",
    "unexpected-jinja-block": "UnexpectedJinjaBlockDeprecation",
}
ONLY_WITH_SCHEMA = {"PropertyMovedToConfigDeprecation"}
# Core's schema does not know `data-paths`, so that one mistake is reported under two names.
SECOND_NAMES = {"CustomTopLevelKeyDeprecation": "ConfigDataPathDeprecation"}


def planted(readme):
    rows = re.findall(r"^\| `([\w-]+)` \| `([^`:]+):\d+` \|", readme.read_text(), re.MULTILINE)
    return collections.Counter((EVENTS[code], file) for code, file in rows if code in EVENTS)


def file_of(event):
    """The events have no common field for the file; some carry it in their text only."""
    data = event.data
    for field in ("file_path", "file", "project_root"):
        if getattr(data, field, ""):
            return getattr(data, field)
    text = " ".join(event.info.msg.split())
    found = re.search(r"in file `([^`]+)`|\(([^()\s]+\.ya?ml)\)", text)
    if found:
        return found.group(1) or found.group(2)
    return "dbt_project.yml" if "`dbt_project.yml`" in text else text


def reported(arguments, with_schema):
    from dbt.cli.main import dbtRunner
    from dbt.jsonschemas import jsonschemas

    if with_schema:
        jsonschemas._can_run_validations = lambda: True
    events = []

    def keep(event):
        if event.info.name.endswith("Deprecation"):
            file = file_of(event)
            if pathlib.Path(file).is_absolute():
                file = pathlib.Path(file).relative_to(pathlib.Path.cwd()).as_posix()
            events.append((event.info.name, file))

    result = dbtRunner(callbacks=[keep]).invoke(
        ["--quiet", "parse", "--show-all-deprecations", "--no-partial-parse", *arguments]
    )
    if not result.success:
        sys.exit(f"dbt parse failed: {result.exception}")
    counted = collections.Counter(events)
    for second, first in SECOND_NAMES.items():
        for name, file in [key for key in counted if key[0] == second]:
            if (first, file) in counted:
                del counted[name, file]
    return counted


def main():
    expected = planted(pathlib.Path(sys.argv[1]))
    without = collections.Counter({k: n for k, n in expected.items() if k[0] not in ONLY_WITH_SCHEMA})
    failed = False
    for title, want, with_schema in (
        ("as it is", without, False),
        ("with its schema", expected, True),
    ):
        got = reported(sys.argv[2:], with_schema)
        print(f"   dbt Core {title}: {sum(got.values())} deprecations, {sum(want.values())} planted")
        for (name, file), number in sorted((want - got).items()):
            print(f"   missing: {name} in {file} ({number})")
        for (name, file), number in sorted((got - want).items()):
            print(f"   not planted: {name} in {file} ({number})")
        failed = failed or got != want
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
