#!/usr/bin/env python3
"""Writes examples/jaffle-hybrid/prod-state/manifest.json anew.

    ~/.cache/tandem/dbt-1.11/bin/python tests/dbt/make-prod-state.py

Run with the python of the virtual environment that prove-example.sh makes. dbt Core parses a copy
of the example as production would: target `prod`, production's databases, and without the models
that are new on this branch. What differs from run to run or from machine to machine is taken out,
and so are the macros and docs of dbt's own packages; one node stays on one line, so that a diff
shows the nodes that changed.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "jaffle-hybrid"
NEW_ON_THIS_BRANCH = ["models/marts/growth/rpt_cohort_retention.sql"]
PRODUCTION = {
    "DBT_JAFFLE_SCHEMA": "prod",
    "DBT_JAFFLE_RAW_DATABASE": "landing",
    "DBT_JAFFLE_RAW_SCHEMA": "raw",
    "DBT_JAFFLE_FINANCE_SCHEMA": "finance",
    "DBT_JAFFLE_REPORTING_CURRENCY": "USD",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    # dbt lists some tags in the order of a set.
    "PYTHONHASHSEED": "0",
}
# The platform keeps production's credentials; all a parse needs is the names.
PROFILE = """
jaffle_hybrid:
  target: prod
  outputs:
    prod: {type: duckdb, path: analytics.duckdb, schema: prod}
"""
OURS = {"jaffle_hybrid", "jaffle_utils"}


def parse(work):
    project, profiles = work / "project", work / "profiles"
    ignore = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb", ".env", "prod-state")
    shutil.copytree(EXAMPLE, project, ignore=ignore)
    for path in NEW_ON_THIS_BRANCH:
        (project / path).unlink()
    profiles.mkdir()
    (profiles / "profiles.yml").write_text(PROFILE)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    dbt = pathlib.Path(sys.executable).with_name("dbt")
    for command in (["deps"], ["parse", "--vars", "{with_mesh: false}"]):
        subprocess.run(
            [dbt, "--quiet", *command, "--profiles-dir", profiles],
            cwd=project, env={**inherited, **PRODUCTION}, check=True, stdout=sys.stderr,
        )
    return json.loads((project / "target" / "manifest.json").read_text())


def trimmed(manifest):
    metadata = manifest["metadata"]
    for key in ("invocation_id", "invocation_started_at", "run_started_at", "user_id",
                "send_anonymous_usage_stats"):
        if key in metadata:
            metadata[key] = None
    metadata["env"] = {}
    metadata["generated_at"] = "2026-09-01T04:00:00.000000Z"
    for kind in ("macros", "docs"):
        manifest[kind] = {k: v for k, v in manifest[kind].items() if v["package_name"] in OURS}
    for entries in manifest.values():
        for entry in entries.values() if isinstance(entries, dict) else ():
            for one in entry if isinstance(entry, list) else [entry]:
                if isinstance(one, dict):
                    one.pop("created_at", None)
                    if "root_path" in one:
                        one["root_path"] = None
    return manifest


def lines(manifest):
    sections = []
    for section, entries in manifest.items():
        if isinstance(entries, dict) and section != "metadata" and entries:
            rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(entries.items()))
            sections.append(f"{json.dumps(section)}: {{\n{rows}\n}}")
        else:
            sections.append(f"{json.dumps(section)}: {json.dumps(entries)}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def main():
    with tempfile.TemporaryDirectory() as folder:
        manifest = parse(pathlib.Path(folder))
        text = lines(trimmed(manifest))
        if folder in text or str(ROOT) in text:
            sys.exit("a path of this machine is left in the manifest")
    out = EXAMPLE / "prod-state" / "manifest.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(text)
    print(f"{out.relative_to(ROOT)}: {len(manifest['nodes'])} nodes, {len(text)} bytes")


if __name__ == "__main__":
    main()
