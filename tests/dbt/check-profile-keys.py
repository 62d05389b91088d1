#!/usr/bin/env python3
"""Compares the table of profile keys with dbt's own adapters, and with the v2 engine.

    python check-profile-keys.py [--v2 DBT] [ADAPTER …]

For dbt Core, each adapter's class of credentials is asked in that adapter's environment (made by
make-venv.sh, `dbt-1.11-ADAPTER` under ~/.cache/tandem; duckdb's is `dbt-1.11`): names, aliases,
what is required, and by trial which kinds of values are accepted. With `--v2`, that program parses
a small project once for each key and kind of value, and once without each required key. Prints how
many facts agree; the exit code is 1 when one does not. Needs PyYAML.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "server/crates/project/src/adapter/adapters.yml"
CACHE = pathlib.Path.home() / ".cache/tandem"
SAMPLES = {"text": "a", "number": 7, "decimal": 1.5, "flag": True, "list": ["a"], "map": {"a": "b"}}
# A list or a mapping may be refused for what is in it.
PLAIN = ["text", "number", "decimal", "flag"]

# Runs inside of an adapter's environment.
ASK = r"""
import dataclasses, importlib, json, sys
name, samples = sys.argv[1], json.loads(sys.argv[2])
credentials = importlib.import_module("dbt.adapters." + name).Plugin.credentials
if dataclasses.is_dataclass(credentials):
    classes = [credentials]
else:
    # Trino chooses the class by the way to log in.
    module = sys.modules[credentials.__module__]
    every = [it for it in vars(module).values() if isinstance(it, type) and dataclasses.is_dataclass(it)]
    classes = [it for it in every if it.__name__.endswith("Credentials") and hasattr(it, "trino_auth")]
    classes = [it for it in classes if "trino_auth" in vars(it) and not it.__abstractmethods__]
fields, required, accepted = set(), None, {}
for it in classes:
    own = [f for f in dataclasses.fields(it) if not f.name.startswith("_")]
    fields |= {f.name for f in own}
    needed = {f.name for f in own
              if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING}
    required = needed if required is None else required & needed
    schema = it.json_schema()["properties"]
    import jsonschema
    for f in own:
        if f.name not in schema:
            continue
        for kind, value in samples.items():
            rules = dict(schema[f.name])
            definitions = it.json_schema().get("definitions", {})
            try:
                jsonschema.validate(value, {**rules, "definitions": definitions})
                accepted.setdefault(f.name, set()).add(kind)
            except jsonschema.ValidationError as refused:
                # A word that is not in the list is a word nevertheless.
                if kind == "text" and "is not one of" in refused.message:
                    accepted.setdefault(f.name, set()).add(kind)
                for inner in refused.context or []:
                    if kind == "text" and "is not one of" in inner.message:
                        accepted.setdefault(f.name, set()).add(kind)
aliases = {a: c for a, c in classes[0]._ALIASES.items() if not a.startswith("target_")}
print(json.dumps({"fields": sorted(fields), "required": sorted(required), "aliases": aliases,
                  "accepted": {k: sorted(v) for k, v in accepted.items()}}))
"""


class Tally:
    def __init__(self):
        self.same = self.other = 0

    def check(self, holds, text):
        if holds:
            self.same += 1
        else:
            self.other += 1
            print("    not so:", text)


def types(key, generation):
    words = key.get(generation, key.get("type", "text")).split(" or ")
    return [] if words == ["none"] else words


def accepts(words, kind):
    # What is whole is a number of either kind.
    return "any" in words or kind in words or (kind == "number" and "decimal" in words)


def spellings(name, key, generation="core"):
    aliases = key.get("aliases", [])
    if generation == "v2":
        aliases = key.get("v2_aliases", aliases)
    return [name, *aliases]


def check_core(name, adapter, tally):
    environment = CACHE / ("dbt-1.11" if name == "duckdb" else f"dbt-1.11-{name}")
    python = environment / "bin/python"
    if not python.exists():
        print(f"{name}: no environment {environment}, not compared")
        return
    samples = json.dumps({kind: SAMPLES[kind] for kind in PLAIN})
    asked = subprocess.run([python, "-c", ASK, name, samples], capture_output=True, text=True)
    if asked.returncode != 0:
        print(f"{name}: {asked.stderr.strip().splitlines()[-1]}")
        tally.other += 1
        return
    real = json.loads(asked.stdout.strip().splitlines()[-1])
    ours = {n: k for n, k in adapter["keys"].items() if types(k, "core")}
    by_spelling = {s: (n, k) for n, k in ours.items() for s in spellings(n, k)}
    canonical = set(real["fields"])
    # The way to log in is no field where it chooses the class.
    unread = {"method"} if name == "trino" else set()
    for field in sorted(canonical):
        tally.check(field in by_spelling, f"dbt Core reads `{field}`")
    for alias, field in real["aliases"].items():
        same = by_spelling.get(alias, (None,))[0] == by_spelling.get(field, (0,))[0]
        tally.check(same, f"dbt Core takes `{alias}` for `{field}`")
    for spelling in by_spelling:
        known = spelling in canonical or spelling in real["aliases"] or spelling in unread
        tally.check(known, f"dbt Core does not read `{spelling}`")
    needs = {by_spelling[n][0] for n in adapter.get("needs", []) + adapter.get("core_needs", [])
             if n in by_spelling}
    for field in real["required"]:
        if field in by_spelling:
            tally.check(by_spelling[field][0] in needs, f"dbt Core requires `{field}`")
    for field, kinds in real["accepted"].items():
        if field not in by_spelling:
            continue
        words = types(by_spelling[field][1], "core")
        if words == ["any"]:
            continue
        for kind in PLAIN:
            said = accepts(words, kind)
            tally.check(said == (kind in kinds), f"dbt Core: `{field}` as {kind}: we say {said}")


def parse_v2(program, folder, name, output):
    (folder / "profiles.yml").write_text(
        json.dumps({"p": {"target": "dev", "outputs": {"dev": {"type": name, **output}}}}))
    environment = {**os.environ, "DBT_ALLOW_EXPERIMENTAL_ADAPTERS": "true", "HOME": str(folder)}
    ran = subprocess.run([program, "parse"], cwd=folder, env=environment, capture_output=True, text=True)
    text = ran.stdout + ran.stderr
    return next((it for it in text.splitlines() if "dbt1005" in it or "dbt1103" in it), None)


def valid(adapter):
    """An output that the engine reads: only what is required, with values of the right kind."""
    output = {}
    keys = adapter["keys"]
    for need in adapter.get("needs", []) + adapter.get("v2_needs", []):
        name = need.split(" or ")[0]
        key = keys[name]
        words = types(key, "v2")
        if not words:
            continue
        values = key.get("v2_values", key.get("values", []))
        output[name] = values[0] if values else SAMPLES["text" if "any" in words else words[0]]
    return output


def check_v2(program, name, adapter, tally):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        (folder / "dbt_project.yml").write_text("name: p\nprofile: p\n")
        (folder / "models").mkdir()
        (folder / "models/a.sql").write_text("select 1 as a\n")
        base = valid(adapter)
        refused = parse_v2(program, folder, name, base)
        if adapter["v2"] == "unsupported":
            tally.check(refused is not None and "unknown variant" in refused, f"v2 lacks {name}")
            return
        tally.check(refused is None, f"v2 reads {base}: {refused}")
        for key, facts in adapter["keys"].items():
            words = types(facts, "v2")
            if not words or words == ["any"]:
                continue
            values = facts.get("v2_values", facts.get("values", []))
            for spelling in spellings(key, facts, "v2"):
                for kind in PLAIN:
                    if values and kind == "text":
                        continue
                    output = {k: v for k, v in base.items() if k != key}
                    said = accepts(words, kind)
                    answer = parse_v2(program, folder, name, {**output, spelling: SAMPLES[kind]})
                    text = f"v2: `{spelling}` as {kind}: we say {said}, it says {answer}"
                    tally.check(said == (answer is None), text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--v2", help="the program of a v2 engine")
    parser.add_argument("adapters", nargs="*")
    arguments = parser.parse_args()
    table = yaml.safe_load(TABLE.read_text())
    bad = 0
    for name, adapter in table["adapters"].items():
        if arguments.adapters and name not in arguments.adapters:
            continue
        core, v2 = Tally(), Tally()
        if adapter.get("core") != "none":
            check_core(name, adapter, core)
        if arguments.v2:
            check_v2(arguments.v2, name, adapter, v2)
        print(f"{name}: dbt Core {core.same} of {core.same + core.other}, v2 {v2.same} of {v2.same + v2.other}")
        bad += core.other + v2.other
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
