#!/usr/bin/env python3
"""Proves with dbt Core 1.11 that each fix mends what Core calls deprecated and changes nothing else.

    tests/dbt/prove-fixes.py [--only TEXT] [--show]

A case is a folder `fixes/RULE/CASE` with files `before/` and `after/` that are laid over
`fixes/project`. Core parses both: before, it reports the rule's event; after, it does not, and the
manifests agree; or they differ in the paths that the case's `changes.txt` lists, for fixes that are
offered as a choice and not as safe, or its `moved.txt`: there a key that dbt does not know has gone
under `meta`. That our fix makes `after` of `before` is checked by a test of the rules
(server/crates/rules/tests/fixes.rs), which reads the same folders. Core compares properties with
its JSON schema for four warehouses only; here it does so for duckdb too. Needs Python 3.10 or later
and, the first time, its package index.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXES = HERE / "fixes"
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")

sys.path.insert(0, str(HERE))
EVENTS = __import__("check-deprecations").EVENTS

# Where a file lies, how it was written and when it was read. `unrendered_config` is what
# `state:modified` compares: a config that moves counts as one modification there.
LEFT_OUT = {"checksum", "created_at", "root_path", "unrendered_config"}


def plain(value):
    """The manifest without what may differ; the order of tags means nothing to dbt."""
    if isinstance(value, dict):
        return {
            key: sorted(it, key=str) if key == "tags" and isinstance(it, list) else plain(it)
            for key, it in value.items()
            if key not in LEFT_OUT
        }
    return [plain(it) for it in value] if isinstance(value, list) else value


def differences(before, after, path=""):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif before != after:
        yield path, f"{path}: {json.dumps(before)[:200]} became {json.dumps(after)[:200]}"


def parse(project):
    """In this process: the events of deprecations, counted, and the manifest."""
    from dbt.cli.main import dbtRunner
    from dbt.jsonschemas import jsonschemas

    jsonschemas._can_run_validations = lambda: True
    events = collections.Counter()

    def keep(event):
        if event.info.name.endswith("Deprecation"):
            events[event.info.name] += 1

    result = dbtRunner(callbacks=[keep]).invoke([
        "--quiet", "parse", "--show-all-deprecations", "--no-partial-parse",
        "--project-dir", str(project), "--profiles-dir", str(project),
    ])
    if not result.success:
        sys.exit(f"dbt parse failed: {result.exception}")
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    del manifest["metadata"]
    return events, plain(manifest)


def prove(case, work, show):
    rule = case.parent.name
    seen = {}
    for stage in ("before", "after"):
        project = work / rule / case.name / stage
        shutil.copytree(FIXES / "project", project)
        shutil.copytree(case / stage, project, dirs_exist_ok=True)
        seen[stage] = parse(project)
    event = EVENTS[rule]
    (events, manifest), (events_after, manifest_after) = seen["before"], seen["after"]
    complaints = []
    if not events[event]:
        complaints.append(f"Core reports no {event} before")
    # A fix may mend more than its own finding, and must not bring in another.
    complaints += [f"Core reports {name} ({number}) after" for name, number in
                   events_after.items() if name == event or number > events[name]]
    changes = case / ("moved.txt" if (case / "moved.txt").exists() else "changes.txt")
    expected = changes.read_text().split("\n")[:-1] if changes.exists() else []
    found = dict(differences(manifest, manifest_after))
    complaints += [text for path, text in found.items() if path not in expected]
    complaints += [f"{path} stays as it was" for path in expected if path not in found]
    print(f"{'FAILED' if complaints else 'proved'}  {rule}/{case.name}: {events[event]} × {event}")
    for complaint in complaints if show else complaints[:10]:
        print(f"        {complaint}")
    return not complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="cases whose folder contains this")
    parser.add_argument("--show", action="store_true", help="all differences")
    arguments = parser.parse_args()
    venv = CACHE / "dbt-1.11"
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        subprocess.run([HERE / "make-venv.sh", venv], check=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
        kept["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        done = subprocess.run([venv / "bin" / "python", __file__, *sys.argv[1:]], env=kept)
        sys.exit(done.returncode)
    cases = sorted(it for it in FIXES.glob("*/*") if (it / "before").is_dir())
    cases = [it for it in cases if arguments.only in str(it.relative_to(FIXES))]
    if not cases:
        sys.exit("there is no such case")
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        proved = [prove(case, pathlib.Path(work), arguments.show) for case in cases]
    print(f"{sum(proved)} of {len(proved)} fixes proved")
    sys.exit(0 if all(proved) else 1)


if __name__ == "__main__":
    main()
