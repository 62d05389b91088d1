#!/usr/bin/env python3
"""Writes server/crates/project/data/config_keys.json: which keys dbt takes where, by version.

    tests/dbt/generate-config-keys.py [--v2 PROGRAM]

Sources are the JSON schemas inside dbt Core 1.10, 1.11 and 1.12 (`dbt/jsonschemas` of the package;
the environments are those of compare-deprecations.py) and what the v2 engine prints with
`dbt man --schema`. Only names, shapes and fixed words are taken, no descriptions.

The table holds shapes. A shape is what a mapping may hold: `keys`, and whether others are refused
(`open` says that they are not). A key is written

    ""                 a value that the table says nothing about
    "Shape"            a mapping
    "[Shape]"          a list of mappings
    "?Shape"           a mapping, or something else: dbt Core does not look into it, but for `config`
    "?[Shape]"         a list of mappings, or something else
    "a|b"              one of these words; "?a|b" where dbt Core does not look
    "… @1.12 2"        only in these versions; in all without it

Shapes are matched by their place, so one that was renamed between versions is one shape.
"""
import argparse
import ast
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "server/crates/project/data/config_keys.json"
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
ENGINES = ["1.10", "1.11", "1.12", "2"]
# What the v2 engine takes for a config at the top of a generic test besides. Measured: no schema has it.
TEST_CONFIGS_OF_V2 = ["group", "quoting", "sql_header", "static_analysis"]
FILES = {"properties": "schema", "project": "project", "packages": "packages", "selectors": "selector"}


def core_schemas(version):
    folder = next((CACHE / f"dbt-{version}-snowflake").glob("lib/python3*/site-packages/dbt"))
    module = (folder / "jsonschemas" / "jsonschemas.py").read_text()
    # The file that this version reads.
    names = {
        node.args[0].value if node.args else node.keywords[0].value.value:
            (node.keywords[1] if not node.args else node.keywords[0]).value.value
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_json_from_package"
    }
    read = {kind: json.loads((folder / "jsonschemas" / kind / name).read_text())
            for kind, name in names.items()}
    extra = {}
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Assign) and node.targets[0].id in (
                "_ADAPTER_TO_CONFIG_ALIASES", "_ADAPTER_TO_EXTRA_KEYS"):
            extra = ast.literal_eval(node.value)
    builder = ast.parse((folder / "parser" / "generic_test_builders.py").read_text())
    sections = next(
        ast.literal_eval(node.value) for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.Assign) and node.targets[0].id == "_HIERARCHICAL_CONFIG_KEYS")
    of_tests = next(
        sorted(ast.literal_eval(node.value)) for node in ast.walk(builder)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CONFIG_ARGS")
    release = next(folder.parent.glob("dbt_core-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    return {"properties": read["resources"], "project": read["project"]}, extra, of_tests, sections, release


def v2_schemas(program):
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "dbt_project.yml").write_text("name: a\nprofile: a\n")
        (work / "profiles.yml").write_text(
            "a: {target: b, outputs: {b: {type: duckdb, path: c.duckdb, schema: d}}}\n")
        say = lambda *words: subprocess.run(
            [program, *words], cwd=work, capture_output=True, text=True, check=True).stdout
        release = say("--version").split()[-1]
        return {file: json.loads(say("man", "--schema", name)) for file, name in FILES.items()}, release


class Table:
    def __init__(self):
        self.shapes, self.names = {}, {}

    def shape(self, schemas):
        """The shape of what stands at one place: for each engine its definition, or nothing."""
        found = {engine: it for engine, it in schemas.items() if it}
        identity = tuple(sorted((engine, name) for engine, (name, _) in found.items()))
        if identity in self.names:
            return self.names[identity]
        name = found[max(found, key=ENGINES.index)][0]
        self.names[identity] = name
        keys, required, is_open = {}, {}, []
        for engine, (_, where) in found.items():
            definition = where[0]
            if definition.get("additionalProperties") is not False:
                is_open.append(engine)
            for key, schema in definition.get("properties", {}).items():
                keys.setdefault(key, {})[engine] = (schema, where[1])
            for key in definition.get("required", []):
                required.setdefault(key, []).append(engine)
        shape = self.shapes.setdefault(name, {"keys": {}})
        if is_open:
            shape["open"] = " ".join(it for it in ENGINES if it in is_open)
        if required:
            shape["required"] = {key: " ".join(it for it in ENGINES if it in engines)
                                 for key, engines in sorted(required.items())}
        for key, by_engine in keys.items():
            shape["keys"][key] = self.key(by_engine, found)
        return name

    def key(self, by_engine, holders):
        """How the key is written in the table. Of versions that differ, the newest counts."""
        inner = {engine: look(schema, definitions) for engine, (schema, definitions) in by_engine.items()}
        newest = inner[max(inner, key=ENGINES.index)]
        same = {engine: (it[2], it[3]) for engine, it in inner.items() if it[1] == newest[1] and it[2]}
        text = ""
        if newest[1] == "words":
            text = "|".join(newest[2])
        elif newest[2]:
            text = self.shape(same)
            if newest[1] == "list":
                text = f"[{text}]"
        if text and not newest[0]:
            text = f"?{text}"
        engines = [it for it in ENGINES if it in by_engine]
        if set(engines) != set(holders):
            text = f"{text} @{' '.join(engines)}".strip()
        return text


def look(schema, definitions, depth=0):
    """Whether Core looks into it, and what it is: a mapping, a list of mappings, words."""
    nothing = (True, "value", None, None)
    # Some definitions hold themselves.
    if not isinstance(schema, dict) or depth > 6:
        return nothing
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        definition = definitions[name]
        if not isinstance(definition, dict):
            return nothing
        if words := fixed_words(definition):
            return True, "words", words, None
        # What may hold more than its own keys is not a list of them.
        if any(it in definition for it in ("anyOf", "oneOf", "allOf")) and "properties" in definition:
            return nothing
        if definition.get("type") == "object" and (
                definition.get("properties") or definition.get("additionalProperties") is False):
            return True, "mapping", name, (definition, definitions)
        alternatives = definition.get("anyOf") or []
        return in_alternatives(alternatives, definitions, depth + 1) or nothing
    if words := fixed_words(schema):
        return True, "words", words, None
    if isinstance(schema.get("items"), dict):
        seen, kind, name, found = look(schema["items"], definitions, depth + 1)
        return (seen, "list", name, found) if kind == "mapping" else nothing
    if "allOf" in schema:
        return look(schema["allOf"][0], definitions, depth + 1)
    return in_alternatives(
        schema.get("anyOf") or schema.get("oneOf") or [], definitions, depth + 1) or nothing


def in_alternatives(alternatives, definitions, depth):
    found = [look(it, definitions, depth + 1) for it in alternatives]
    shapes = [it for it in found if it[1] in ("mapping", "list")]
    others = [it for it in alternatives if it.get("type") != "null"]
    if len(shapes) == 1:
        return False, *shapes[0][1:]
    if not shapes and len(others) == 1:
        words = [it for it in found if it[1] == "words"]
        return (False, *words[0][1:]) if words else None
    return None


def fixed_words(schema):
    if schema.get("enum") and all(isinstance(it, str) for it in schema["enum"]):
        return schema["enum"]
    options = schema.get("oneOf") or []
    if options and all(it.get("type") == "string" and it.get("enum") for it in options):
        return [word for it in options for word in it["enum"]]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--v2", default=str(CACHE / "dbt-v2" / "bin" / "dbt"), help="the v2 engine")
    options = parser.parse_args()
    schemas, releases, adapters, tests, sections = {}, {}, {}, {}, {}
    for version in ENGINES[:-1]:
        subprocess.run([HERE / "make-venv.sh", CACHE / f"dbt-{version}-snowflake", "dbt-snowflake",
                        version], check=True)
        schemas[version], extra, of_tests, named, releases[version] = core_schemas(version)
        for section in named & schemas[version]["project"]["properties"].keys():
            sections.setdefault(section, []).append(version)
        for key in of_tests:
            tests.setdefault(key, []).append(version)
        for adapter, keys in extra.items():
            for key in keys:
                adapters.setdefault(adapter, {}).setdefault(key, []).append(version)
    schemas["2"], releases["2"] = v2_schemas(options.v2)
    for section, schema in schemas["2"]["project"]["properties"].items():
        # A tree of configs holds itself.
        _, kind, name, found = look(schema, schemas["2"]["project"]["definitions"])
        inner = found[0].get("additionalProperties") if kind == "mapping" else None
        if isinstance(inner, dict) and inner.get("$ref", "").endswith(f"/{name}"):
            sections.setdefault(section, []).append("2")
    table = Table()
    files = {}
    for file in FILES:
        roots = {}
        for engine in ENGINES:
            if root := schemas[engine].get(file):
                roots[engine] = (root["title"], (root, root["definitions"]))
        files[file] = table.shape(roots)
    written = {
        "about": "Generated by tests/dbt/generate-config-keys.py, which says how to read it.",
        "sources": {
            **{version: f"the JSON schemas in dbt-core {releases[version]}" for version in ENGINES[:-1]},
            "2": f"`dbt man --schema` of dbt {releases['2']}",
        },
        "files": files,
        # What Core takes for a config besides, with these adapters.
        "adapters": {adapter: {key: " ".join(it) for key, it in keys.items()}
                     for adapter, keys in adapters.items()},
        # Trees of configs in dbt_project.yml that are looked at.
        "sections": {section: " ".join(it) for section, it in sorted(sections.items())},
        # Configs that may stand at the top of a generic test.
        "tests": dict.fromkeys(TEST_CONFIGS_OF_V2, "2")
        | {key: " ".join([*engines, "2"]) for key, engines in tests.items()},
        "shapes": dict(sorted(table.shapes.items())),
    }
    TABLE.parent.mkdir(exist_ok=True)
    lines = json.dumps(written, indent=1, ensure_ascii=False)
    TABLE.write_text(lines + "\n")
    print(f"{len(table.shapes)} shapes, {sum(len(it['keys']) for it in table.shapes.values())} keys")


if __name__ == "__main__":
    sys.exit(main())
