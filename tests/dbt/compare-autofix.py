#!/usr/bin/env python3
"""Compares what Tandem's fixes make of YAML with what dbt-autofix makes of it.

    tests/dbt/compare-autofix.py [--only TEXT] [--show]

The files are those of the cases under `deprecations/`. Where each finding of a file has a fix that
is safe, the file that `tandem fix` leaves has to mean the same as the one that dbt-autofix leaves:
the same data once YAML is read. Where it does not, `deprecations/autofix.json` says why; an entry
that is not needed any more fails. Of Tandem's own, all comments have to be there, a file without
findings has to be the same byte for byte, and a second run has to change nothing.
"""
import argparse
import collections
import difflib
import fnmatch
import importlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
compare = importlib.import_module("compare-deprecations")
CACHE, VERSION, ADAPTER = compare.CACHE, "1.11", "snowflake"
FLAG = "require_generic_test_arguments_property"


def peer():
    """dbt-autofix in an environment of its own, which has PyYAML too."""
    venv = CACHE / "dbt-autofix"
    if not (venv / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "--quiet", "dbt-autofix"], check=True)
        (venv / "ready").touch()
    return venv


def in_environment():
    """Starts again with a Python that reads YAML as dbt does."""
    venv = peer()
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        os.execv(venv / "bin" / "python", [venv / "bin" / "python", __file__, *sys.argv[1:]])


def run_peer(place):
    """In this process. dbt-autofix asks the network for the schemas of the newest v2 engine; here it
    gets those that the installed one prints."""
    from dbt_autofix import main, retrieve_schemas

    schemas, _ = importlib.import_module("generate-config-keys").v2_schemas(
        CACHE / "dbt-v2" / "bin" / "dbt")
    retrieve_schemas.get_fusion_latest_version = lambda client: "installed"
    retrieve_schemas.get_fusion_yml_schema = lambda client, version: schemas["properties"]
    retrieve_schemas.get_fusion_dbt_project_schema = lambda client, version: schemas["project"]
    sys.argv = ["dbt-autofix", "deprecations", "--path", place]
    main.app()


def read(path):
    import yaml

    return yaml.safe_load(path.read_text(encoding="utf-8-sig"))


def without_flag(data):
    """dbt-autofix writes a flag into every project that is the default anyway."""
    if not isinstance(data, dict) or FLAG not in (data.get("flags") or {}):
        return data
    flags = {key: it for key, it in data["flags"].items() if key != FLAG}
    return {**data, "flags": flags} if flags else {key: it for key, it in data.items() if key != "flags"}


def comments(text):
    found = re.findall(r"(?m)(?:^|\s)(#[^\n]*?)\s*$", text)
    return collections.Counter(found)


def run_tandem(tandem, command, place, work, *more):
    done = subprocess.run(
        [tandem, command, place, "--profiles-dir", place, "--dbt-version", VERSION, *more],
        env=compare.environment(work, {}) | {"PATH": "/nonexistent"}, capture_output=True, text=True,
        cwd=place, timeout=300)
    if done.returncode not in (0, 1):
        sys.exit(f"tandem {command} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def texts(place, names):
    return {name: (place / name).read_bytes() for name in names if (place / name).exists()}


def examine(project, tandem, work, differences, options):
    before, ours, theirs = (work / it for it in ("before", "ours", "theirs"))
    for place in (before, ours, theirs):
        shutil.rmtree(place, ignore_errors=True)
        project.write_to(place)
    names = [it for it in project.files if it.endswith(".yml") and it != "profiles.yml"]
    found = collections.defaultdict(list)
    lines = run_tandem(tandem, "check", before, work, "--format", "json", "--fail-on", "never")
    for line in lines.splitlines():
        it = json.loads(line)
        if it["event"]:
            found[it["file"]].append(it)
    run_tandem(tandem, "fix", ours, work)
    once = texts(ours, names)
    run_tandem(tandem, "fix", ours, work)
    complaints = []
    done = subprocess.run(
        [sys.executable, __file__, "--peer", theirs], cwd=theirs, capture_output=True, text=True,
        env=dict(os.environ, NO_COLOR="1"), timeout=600)
    if done.returncode:
        complaints.append(f"dbt-autofix ended with {done.returncode} on {project.title}: {done.stderr[-600:]}")
    counted = 0
    for name in names:
        case = project.case_of.get(name)
        title = case.title if case else name
        was, now = texts(before, [name])[name], once[name]
        if texts(ours, [name])[name] != now:
            complaints.append(f"{title}: a second run changes {name}")
        lost = comments(was.decode()) - comments(now.decode())
        if lost:
            complaints.append(f"{title}: comments are lost: {dict(lost)}")
        if not found[name] and was != now:
            complaints.append(f"{title}: {name} has no finding and is changed")
        if not found[name] or any(not it["fix"] or it["consequence"] for it in found[name]):
            continue
        counted += 1
        here, there = read(ours / name), read(theirs / name)
        if name == "dbt_project.yml":
            here, there = without_flag(here), without_flag(there)
        if here == there or differences.cover(title):
            continue
        diff = difflib.unified_diff(
            json.dumps(there, indent=1, default=str).split("\n"),
            json.dumps(here, indent=1, default=str).split("\n"), "dbt-autofix", "tandem", lineterm="", n=2)
        complaints.append(f"{title}: {name} means something else" + (
            "".join(f"\n            {it}" for it in diff) if options.show else ""))
    return complaints, counted


class Differences:
    def __init__(self):
        self.entries = json.loads((HERE / "deprecations" / "autofix.json").read_text())
        self.seen = collections.Counter()

    def cover(self, title):
        for number, entry in enumerate(self.entries):
            if fnmatch.fnmatch(title, entry["case"]):
                self.seen[number] += 1
                return True
        return False


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name or title contains this")
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"))
    parser.add_argument("--show", action="store_true", help="what differs")
    options = parser.parse_args()
    tandem = compare.program(options.tandem)
    cases = [it for it in compare.all_cases(options.only) if not it.refused]
    differences, all_complaints, total = Differences(), [], 0
    with tempfile.TemporaryDirectory() as work:
        for project in compare.projects(cases, [VERSION], [ADAPTER]):
            if not any(it.endswith(".yml") and it != "profiles.yml" for it in project.case_of):
                continue
            complaints, counted = examine(
                project, tandem, pathlib.Path(work), differences, options)
            all_complaints += complaints
            total += counted
    for it in all_complaints:
        print(f"FAILED  {it}")
    unseen = [it for number, it in enumerate(differences.entries) if not differences.seen[number]]
    for it in unseen if not options.only else ():
        print(f"not needed any more: {json.dumps(it)}")
    known = sum(differences.seen.values())
    print(f"{total} files with nothing but safe fixes, {total - known} mean the same as "
          f"dbt-autofix's, {known} differ for a known reason")
    sys.exit(1 if all_complaints or (unseen and not options.only) else 0)


if __name__ == "__main__":
    in_environment()
    if sys.argv[1:2] == ["--peer"]:
        run_peer(sys.argv[2])
    else:
        main()
