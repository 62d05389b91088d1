#!/usr/bin/env python3
"""Hands the manifest that `tandem parse` writes to programs that read dbt's manifests.

    tests/dbt/manifest-accepted.py [--tandem PROGRAM] [--show 5]

  * dbt Core 1.11 takes it as --state: `state:modified` must select nothing, in the same project;
  * dbt-artifacts-parser reads it.

The projects are examples/jaffle-hybrid and tests/dbt/selection/project. Of what dbt takes for
modified it is said which part differs. The exit code is 1 when anything is not as it must be.
"""
import argparse
import collections
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
PROJECTS = {
    "jaffle-hybrid": (ROOT / "examples" / "jaffle-hybrid", "{with_mesh: false}"),
    "selection": (HERE / "selection" / "project", "{}"),
}
PARTS = ("body", "configs", "persisted_descriptions", "relation", "macros", "contract")
READER = """
import json, sys
from dbt_artifacts_parser.parser import parse_manifest
read = parse_manifest(json.load(open(sys.argv[1])))
print(len(read.nodes), "nodes")
"""


def in_environment():
    venv = CACHE / "dbt-1.11"
    subprocess.run([HERE / "make-venv.sh", venv], check=True)
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        os.execv(venv / "bin" / "python", [venv / "bin" / "python", __file__, *sys.argv[1:]])


def reader():
    """A Python with dbt-artifacts-parser, which does not go together with dbt itself."""
    venv = CACHE / "artifacts-parser"
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "pip", "-q", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "dbt-artifacts-parser"], check=True)
    return venv / "bin" / "python"


def program(options):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    named = [options.tandem] if options.tandem else []
    there = named + [it for kind in ("release", "debug") if (it := target / kind / "tandem").exists()]
    if not there:
        sys.exit("there is no program: cargo build, or --tandem")
    return pathlib.Path(there[0]).resolve()


def listed(runner, place, *words):
    with contextlib.redirect_stdout(io.StringIO()):
        done = runner.invoke(["--quiet", "--no-write-json", "list", *place, *words])
    if not done.success:
        sys.exit(f"dbt Core could not use the manifest as a state: {done.exception}")
    return done.result


def modified(project, given, state, show):
    """What dbt takes for modified, and for each part of a node whether it differs."""
    from dbt.cli.main import dbtRunner

    place = ["--project-dir", str(project), "--profiles-dir", str(project), "--vars", given]
    os.chdir(project)
    with contextlib.redirect_stdout(io.StringIO()):
        parsed = dbtRunner().invoke(["--quiet", "--no-partial-parse", "parse", *place])
    if not parsed.success:
        sys.exit(f"dbt Core could not read the project: {parsed.exception}")
    state = ["--state", str(state), "--indirect-selection", "empty"]

    def of(word):
        return listed(dbtRunner(manifest=parsed.result), place, *state, "--select", word)

    whole, new = of("state:modified"), set(of("state:new"))
    parts = {part: set(of(f"state:modified.{part}")) for part in PARTS}
    kinds = collections.Counter()
    for name in whole:
        differs = ["new"] if name in new else [part for part in PARTS if name in parts[part]]
        kinds[", ".join(differs) or "something else"] += 1
        if sum(kinds.values()) <= show:
            print(f"  {name}: {', '.join(differs) or 'something else'}")
    return whole, kinds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"), help="the program; or $TANDEM")
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    options = parser.parse_args()
    in_environment()
    sys.path.insert(0, str(HERE))
    from conform.oracle import environment
    from conform.projects import Case, dotenv

    tandem, python, failed = program(options), reader(), False
    for name, (place, given) in PROJECTS.items():
        case = Case(name, place, "duckdb", given, None, dotenv(place))
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            case.copy_to(folder / "project")
            # dbt compares its own macros too: they are those of the installed dbt.
            env = {**environment(folder, case.env), "VIRTUAL_ENV": sys.prefix,
                   "PATH": f"{sys.prefix}/bin"}
            subprocess.run(
                [tandem, "parse", "--project-dir", folder / "project", "--profiles-dir",
                 folder / "project", "--vars", given, "--dbt-version", "1.11",
                 "--target-path", folder / "state"],
                cwd=folder / "project", env=env, check=True, stdin=subprocess.DEVNULL,
            )
            read = subprocess.run(
                [python, "-c", READER, folder / "state" / "manifest.json"], capture_output=True,
                text=True)
            failed |= read.returncode != 0
            print(f"{name}: dbt-artifacts-parser: {(read.stdout or read.stderr[-1500:]).strip()}")
            os.environ.update(env)
            whole, kinds = modified(folder / "project", given, folder / "state", options.show)
            os.chdir(HERE)
            said = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
            print(f"{name}: dbt Core takes {len(whole)} for modified{': ' + said if said else ''}")
            failed |= bool(whole)
    sys.exit(1 if failed else 0)


main()
