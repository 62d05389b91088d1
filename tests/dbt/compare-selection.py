#!/usr/bin/env python3
"""Compares what `tandem list` lists with what `dbt ls` of dbt Core 1.11 lists.

    tests/dbt/compare-selection.py [--number 500] [--seed 1] [--show 5] [--of-dbts-manifest]

Both answer the same generated command lines, and some that are written down, over
examples/jaffle-hybrid and over tests/dbt/selection/project, which holds every kind of resource.
Compared are the lines, their order, the words that match nothing, and whether it is an error. What
dbt said is kept under a hash of all that decides about it. With --of-dbts-manifest Tandem selects of
dbt's manifest, not of its own: then nothing but selection is compared.
The exit code is 1 when an answer differs.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
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


def in_environment():
    venv = CACHE / "dbt-1.11"
    subprocess.run([HERE / "make-venv.sh", venv], check=True)
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        os.execv(venv / "bin" / "python", [venv / "bin" / "python", __file__, *sys.argv[1:]])


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"), help="the program; or $TANDEM")
    parser.add_argument("--project", choices=PROJECTS, help="only this one")
    parser.add_argument("--number", type=int, default=500, help="command lines to make up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    parser.add_argument("--of-dbts-manifest", action="store_true")
    return parser.parse_args()


def program(options):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    named = [options.tandem] if options.tandem else []
    there = named + [it for kind in ("release", "debug") if (it := target / kind / "tandem").exists()]
    if not there:
        sys.exit("there is no program: cargo build, or --tandem")
    return pathlib.Path(there[0]).resolve()


def answers_of_dbt(case, options, folder):
    """The folder that dbt read, and what it said."""
    from conform.oracle import environment, versions

    scripts = [(HERE / "selection" / it).read_text() for it in ("oracle.py", "words.py")]
    key = case.digest(versions(CACHE / "dbt-1.11"), scripts, options.seed, options.number)
    kept = CACHE / "selection" / f"{key}.json"
    case.copy_to(folder / "project")
    env = {**environment(folder, case.env), "PATH": os.environ.get("PATH", "")}
    if not kept.exists():
        done = subprocess.run(
            [sys.executable, HERE / "selection" / "oracle.py", folder / "project", case.vars,
             str(options.seed), str(options.number)],
            cwd=folder / "project", env=env, stdout=subprocess.PIPE,
        )
        if done.returncode != 0:
            sys.exit(f"{case.name}: dbt Core gave no answers")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(done.stdout.decode().splitlines()[-1])
        for left in ("parsed", "target", "logs"):
            shutil.rmtree(folder / "project" / left, ignore_errors=True)
    return json.loads(kept.read_text()), env


def answer_of_tandem(tandem, case, folder, env, line, manifest):
    more = ["--manifest", manifest] if manifest else []
    done = subprocess.run(
        [tandem, "list", "--project-dir", ".", "--profiles-dir", ".", "--vars", case.vars,
         "--dbt-version", "1.11", *more, *line],
        cwd=folder / "project", env={**env, "PATH": "/nonexistent"}, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=300,
    )
    said = done.stderr.decode()
    unmatched = [it.split("warning: ", 1)[1] for it in said.splitlines()
                 if it.startswith("warning: The selection criterion")]
    failed = done.returncode != 0
    return {
        "line": line, "unmatched": sorted(set(unmatched)), "error": said if failed else None,
        "listed": None if failed else done.stdout.decode().splitlines(),
    }


def difference(dbt, tandem):
    if (dbt["error"] is None) != (tandem["error"] is None):
        return "error", f"dbt: {dbt['error']}\n  tandem: {tandem['error']}"
    if dbt["error"] is not None:
        return None
    # The order in which dbt writes the keys of a resource is compared by conformance.py.
    if "json" in dbt["line"]:
        dbt, tandem = ({**it, "listed": [json.loads(line) for line in it["listed"]]}
                       for it in (dbt, tandem))
    if dbt["listed"] != tandem["listed"]:
        if "json" in dbt["line"]:
            pairs = zip(dbt["listed"], tandem["listed"])
            pairs = [(a, b) for a, b in pairs if a != b]
            return "json", f"{len(pairs)} differ; dbt: {pairs[:1] and pairs[0][0]}\n  tandem: {pairs[:1] and pairs[0][1]}"
        missing = [it for it in dbt["listed"] if it not in tandem["listed"]]
        more = [it for it in tandem["listed"] if it not in dbt["listed"]]
        if not missing and not more:
            return "order", f"dbt: {dbt['listed'][:8]}\n  tandem: {tandem['listed'][:8]}"
        return "listed", f"{len(missing)} missing: {missing[:6]}\n  {len(more)} too many: {more[:6]}"
    if dbt["unmatched"] != tandem["unmatched"]:
        return "warnings", f"dbt: {dbt['unmatched']}\n  tandem: {tandem['unmatched']}"
    return None


def main():
    options = arguments()
    in_environment()
    sys.path.insert(0, str(HERE))
    from conform.projects import Case, dotenv

    tandem, wrong = program(options), 0
    for name, (place, given) in PROJECTS.items():
        if options.project not in (None, name):
            continue
        case = Case(name, place, "duckdb", given, None, dotenv(place))
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            said, env = answers_of_dbt(case, options, folder)
            manifest = None
            if options.of_dbts_manifest:
                manifest = folder / "dbts-manifest.json"
                manifest.write_text(json.dumps(said["manifest"]))
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
                ours = list(pool.map(
                    lambda it: answer_of_tandem(tandem, case, folder, env, it["line"], manifest),
                    said["answers"]))
        kinds, shown = collections.Counter(), 0
        for dbt, answer in zip(said["answers"], ours):
            found = difference(dbt, answer)
            kinds["equal" if found is None else found[0]] += 1
            if found and shown < options.show:
                shown += 1
                print(f"{name}: {' '.join(map(repr, dbt['line']))}: {found[0]}\n  {found[1]}")
        total = sum(kinds.values())
        errors = sum(it["error"] is not None for it in said["answers"])
        empty = sum(it["listed"] == [] for it in said["answers"])
        rest = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()) if kind != "equal")
        print(f"{name}: {kinds['equal']} of {total} selections equal"
              f" ({errors} errors, {empty} of nothing){': ' + rest if rest else ''}")
        wrong += total - kinds["equal"]
    sys.exit(1 if wrong else 0)


main()
