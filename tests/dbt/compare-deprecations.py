#!/usr/bin/env python3
"""Compares the deprecations that Tandem finds with those that dbt Core 1.10, 1.11 and 1.12 report.

    tests/dbt/compare-deprecations.py [--core 1.11] [--adapter snowflake] [--only TEXT] [--show]

The projects are made from the cases under `deprecations/`, which say where each problem stands.
Checked are, for each version of Core and each adapter:

  * Tandem finds what is planted, at the planted place, and nothing else;
  * the pairs (event, file) and, where Core names it, the key are those of
    `dbt --log-format json parse --show-all-deprecations --no-partial-parse`.

Core compares with its JSON schema for four warehouses only; for others Tandem may add what that
finds. Every other difference stands in one of `deprecations/*differences.json`, with its reason;
one that is not seen any more fails too. What Core said is kept in ~/.cache/tandem/oracle.
"""
import argparse
import collections
import fnmatch
import hashlib
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
ROOT = HERE.parents[1]
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
sys.path.insert(0, str(HERE))

import deprecations  # noqa: E402
from deprecations import ALL_VERSIONS, FOUR_ADAPTERS, planted  # noqa: E402

ADAPTERS = ("snowflake", "duckdb", "bigquery", "databricks", "redshift")
# What Core's JSON schema finds.
SCHEMA_EVENTS = {
    "CustomKeyInConfigDeprecation", "CustomKeyInObjectDeprecation", "CustomTopLevelKeyDeprecation",
    "GenericJSONSchemaValidationDeprecation", "MissingPlusPrefixDeprecation",
    "PropertyMovedToConfigDeprecation", "SourceOverrideDeprecation",
}
OUTPUTS = {
    "bigquery": {"method": "oauth", "project": "p", "dataset": "d"},
    "databricks": {"host": "h", "http_path": "/sql/1", "token": "x", "catalog": "c", "schema": "s"},
    "duckdb": {"path": "dev.duckdb", "schema": "s"},
    "redshift": {"host": "h", "port": 5439, "user": "u", "password": "x", "dbname": "d", "schema": "s"},
    "snowflake": {"account": "a", "user": "u", "password": "x", "database": "d", "warehouse": "w",
                  "schema": "s"},
}
PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"
# Bump when what is kept changes.
LAYOUT = 3
# Events that tell of a run and not of a project.
NO_DEPRECATION = {"DeprecationsSummary"}


def modules():
    names = sorted(it.stem for it in (HERE / "deprecations").glob("*.py") if it.stem != "__init__")
    return [importlib.import_module(f"deprecations.{it}") for it in names]


def all_cases(only):
    found = []
    for module in modules():
        for number, case in enumerate(module.cases()):
            case.name = f"{module.__name__.split('.')[-1]}_{number}"
            if only in f"{case.name} {case.title}":
                found.append(case)
    return found


class Project:
    """Cases that dbt reads at once, as one version of dbt with one adapter."""

    def __init__(self, cases, version, adapter, alone):
        self.cases, self.version, self.adapter, self.alone = cases, version, adapter, alone
        self.files, self.marks, self.case_of, self.env = {}, [], {}, {}
        for case in cases:
            self.add(case)
        profile = {"shop": {"target": "dev", "outputs": {"dev": {
            "type": adapter, "threads": 1, **OUTPUTS[adapter]}}}}
        self.files.setdefault("profiles.yml", json.dumps(profile))
        self.files.setdefault("dbt_project.yml", PROJECT)

    @property
    def title(self):
        return self.cases[0].title if self.alone else f"{len(self.cases)} cases in one project"

    def add(self, case):
        files = dict(case.files)
        has_own = any(it.startswith("models/@") and it.endswith((".sql", ".py")) for it in files)
        if not has_own and "seeds/@.csv" not in files:
            files["models/@.sql"] = "select 1 as id\n"
        for path, text in files.items():
            path, text = path.replace("@", case.name), text.replace("@", case.name)
            text, marks = planted(path, text)
            if path == "dbt_project.yml":
                # What comes before a case is not to move its lines.
                lines = PROJECT.count("\n")
                if "\r\n" in text:
                    text = PROJECT.replace("\n", "\r\n") + text
                else:
                    text = PROJECT + text
                marks = [type(it)(it.file, it.line + lines, *list(vars(it).values())[2:])
                         for it in marks]
            assert path not in self.files, path
            self.files[path], self.case_of[path] = text, case
            self.marks += [it for it in marks if not it.versions or self.version in it.versions]
        self.env.update(case.env)

    def digest(self, *more):
        said = [sorted(self.files.items()), sorted(self.env.items()), self.adapter, LAYOUT, *more]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]

    def write_to(self, folder):
        for path, text in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        for name in ("models", "seeds", "macros"):
            (folder / name).mkdir(exist_ok=True)


def projects(cases, versions, adapters):
    for version in versions:
        for adapter in adapters:
            fitting = [it for it in cases if version in it.versions and adapter in it.adapters]
            shared = [it for it in fitting if not it.alone]
            if shared:
                yield Project(shared, version, adapter, False)
            for case in fitting:
                if case.alone:
                    yield Project([case], version, adapter, True)


# dbt Core

class Core:
    """One Python with one version of dbt Core and one adapter; forks a process for each project,
    because importing dbt is what takes long."""

    def __init__(self, version, adapter):
        name = "dbt-1.11" if (version, adapter) == ("1.11", "duckdb") else f"dbt-{version}-{adapter}"
        self.venv = CACHE / name
        if adapter == "duckdb" and (CACHE / f"dbt-{version}-snowflake" / "ready").exists():
            both = CACHE / f"dbt-{version}-snowflake"
            if list(both.glob("lib/python3*/site-packages/dbt_duckdb-*.dist-info")):
                self.venv = both
        package = {"duckdb": "dbt-duckdb<2"}.get(adapter, f"dbt-{adapter}")
        subprocess.run([HERE / "make-venv.sh", self.venv, package, version], check=True)
        self.versions = sorted(
            it.name for it in self.venv.glob("lib/python3*/site-packages/dbt_*.dist-info"))
        self.process = None

    def ask(self, job):
        if self.process is None:
            self.process = subprocess.Popen(
                [self.venv / "bin" / "python", HERE / "deprecations-server.py"], text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
                     "HOME": os.environ.get("HOME", "/"),
                     "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
            )
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def said(self, project):
        """The lines of dbt's log, from the cache where it read the same before."""
        folder = CACHE / "oracle" / project.digest(self.versions)
        kept = folder / "deprecations.json"
        if kept.exists():
            os.utime(folder)
            return json.loads(kept.read_text())
        shutil.rmtree(folder, ignore_errors=True)
        place = folder / "project"
        project.write_to(place)
        log = folder / "log.jsonl"
        answer = self.ask({
            "cwd": str(place), "log": str(log),
            "env": environment(folder, project.env) | {"PATH": os.environ.get("PATH", "")},
            "arguments": ["--log-format", "json", "--log-path", str(folder / "logs"), "parse",
                          "--show-all-deprecations", "--no-partial-parse", "--project-dir", str(place),
                          "--profiles-dir", str(place), "--target-path", str(folder / "target")],
        })
        events = list(of_log(log, place))
        kept.write_text(json.dumps({"code": answer["code"], "events": events}))
        for name in ("project", "target", "logs", "home"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return json.loads(kept.read_text())


def environment(folder, env):
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(home), "USER": "tester", "LANG": "C.UTF-8", "TZ": "UTC",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            # dbt Core 1.10 compares with its schema only where this is set.
            "DBT_ENV_PRIVATE_RUN_JSONSCHEMA_VALIDATIONS": "true", **env}


def of_log(log, place):
    for line in log.read_text(errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        info, data = event["info"], event.get("data", {})
        name = info["name"]
        # What is only announced is a note with the name in its text.
        if name == "Note" and (found := re.search(r"\[(\w+Deprecation)\]", info["msg"])):
            name = found[1]
        if info["level"] == "error":
            yield {"error": info["msg"][:1000]}
        if name in NO_DEPRECATION or not re.search(r"Deprecation|HooksNotRun|Deprecated|Renamed", name):
            continue
        file = file_of(data, info["msg"])
        if os.path.isabs(file):
            file = os.path.relpath(file, place)
        elif not (place / file).is_file() and (place / "snapshots" / file).is_file():
            # Of snapshots the path is told within their folder.
            file = f"snapshots/{file}"
        key = data.get("key") or ""
        if not key and (found := re.search(r"(?:key|top-level key) '([^']+)'", info["msg"])):
            key = found[1]
        yield {"event": name, "file": file, "key": key, "message": " ".join(info["msg"].split())[:400]}


def file_of(data, message):
    """The events have no common field for the file; some carry it in their text only."""
    for field in ("file_path", "file"):
        if data.get(field):
            return data[field]
    text = " ".join(message.split())
    found = re.search(r"in file `([^`]+)`|\(([^()\s]+\.(?:ya?ml|sql))\)|at path `?([^`\s]+\.\w+)", text)
    if found:
        return next(it for it in found.groups() if it)
    if "'config' key in profiles.yml" in text:
        return "profiles.yml"
    return "dbt_project.yml" if re.search(r"dbt_project\.yml|deprecated (?:config|path)|-paths?`? ", text) else ""


# Tandem

def program(named):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    built = [named] if named else [target / kind / "tandem" for kind in ("release", "debug")]
    there = [path for path in map(pathlib.Path, built) if path.exists()]
    if not there:
        sys.exit("there is no tandem: build it, or name it with --tandem or $TANDEM")
    return max(there, key=lambda path: path.stat().st_mtime).resolve()


def found_by_tandem(tandem, project, work):
    place = work / "project"
    shutil.rmtree(place, ignore_errors=True)
    project.write_to(place)
    done = subprocess.run(
        [tandem, "check", place, "--profiles-dir", place, "--format", "json", "--fail-on", "never",
         "--dbt-version", project.version],
        env=environment(work, project.env) | {"PATH": "/nonexistent"}, capture_output=True,
        text=True, timeout=120, cwd=place,
    )
    if done.returncode != 0:
        sys.exit(f"tandem failed on {project.title}:\n{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def token(project, finding):
    """The underlined text, without quotes and without the plus of a config."""
    lines = re.split(r"\r\n|\n|\r", project.files.get(finding["file"], ""))
    if finding["line"] > len(lines) or finding["line"] != finding["end_line"]:
        return ""
    return lines[finding["line"] - 1][finding["column"] - 1:finding["end_column"] - 1].strip("'\"")


# Comparing

class Differences:
    """What is known to differ, each entry with the number of times it was seen."""

    def __init__(self, folder):
        files = sorted(folder.glob("*differences.json"))
        self.entries = [entry for file in files for entry in json.loads(file.read_text())]
        self.seen = collections.Counter()

    def covers(self, side, project, event, file, key=""):
        case = project.case_of.get(file)
        title = case.title if case else project.title
        for number, entry in enumerate(self.entries):
            if entry["only"] == side and fnmatch.fnmatch(title, entry.get("case", "*")) \
                    and fnmatch.fnmatch(event, entry["event"]) \
                    and fnmatch.fnmatch(key, entry.get("key", "*")) \
                    and project.version in entry.get("versions", ALL_VERSIONS) \
                    and project.adapter in entry.get("adapters", ADAPTERS):
                self.seen[number] += 1
                return True
        return False

    def unseen(self):
        return [it for number, it in enumerate(self.entries) if not self.seen[number]]


def compare(project, tandem, core, work, differences, codes):
    complaints = []
    ours = found_by_tandem(tandem, project, work)
    ours = [it for it in ours if it["event"] or it["code"] in codes]
    places = {(it["file"], it["line"], it["column"], it["code"]) for it in ours}
    marks = {(it.file, it.line, it.column, it.code): it for it in project.marks}
    for it in sorted(marks.keys() - places):
        complaints.append(f"planted, not found: {it[3]} at {it[0]}:{it[1]}:{it[2]}")
    for it in sorted(places - marks.keys()):
        complaints.append(f"found, not planted: {it[3]} at {it[0]}:{it[1]}:{it[2]}")

    said = core.said(project)
    errors = [it["error"] for it in said["events"] if "error" in it]
    refused = any(it.refused for it in project.cases)
    if bool(said["code"]) != refused:
        complaints.append(f"dbt ended with {said['code']}: {' '.join(errors)[:600]}")
    theirs = [it for it in said["events"] if "event" in it]
    four = project.adapter in FOUR_ADAPTERS
    our_pairs = {(it["event"], it["file"]) for it in ours if it["event"]}
    their_pairs = {(it["event"], it["file"]) for it in theirs}
    # Of some events dbt does not tell the file.
    nowhere = {event for event, file in their_pairs if not file}
    our_events = {event for event, _ in our_pairs}
    for event, file in sorted(our_pairs - their_pairs):
        if not (not four and event in SCHEMA_EVENTS) and event not in nowhere \
                and not differences.covers("tandem", project, event, file):
            complaints.append(f"dbt does not say: {event} in {file}")
    for event, file in sorted(their_pairs - our_pairs):
        if (file or event not in our_events) \
                and not differences.covers("dbt", project, event, file):
            messages = [it["message"] for it in theirs if (it["event"], it["file"]) == (event, file)]
            complaints.append(f"Tandem does not say: {event} in {file}: {messages[0]}")
    # Where both say it of the file: the same keys.
    our_keys = collections.defaultdict(set)
    for it in ours:
        our_keys[it["event"], it["file"]].add(token(project, it))
    merged = {pair for pair, keys in our_keys.items() if "<<" in keys}
    for pair in sorted(our_pairs & their_pairs):
        keys = {it["key"] for it in theirs if (it["event"], it["file"]) == pair} - {""}
        # What `<<` brings is shown there.
        if not keys or pair in merged:
            continue
        for key in sorted(keys - our_keys[pair]):
            if not differences.covers("dbt", project, *pair, key):
                complaints.append(f"Tandem does not say: {pair[0]} of `{key}` in {pair[1]}")
        for key in sorted(our_keys[pair] - keys):
            if four and not differences.covers("tandem", project, *pair, key):
                complaints.append(f"dbt does not say: {pair[0]} of `{key}` in {pair[1]}")
    return complaints, len(our_pairs & their_pairs)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core", action="append", choices=ALL_VERSIONS, help="versions (all)")
    parser.add_argument("--adapter", action="append", choices=ADAPTERS,
                        help="adapters (snowflake and duckdb; others for the cases that name them)")
    parser.add_argument("--only", default="", help="cases whose name or title contains this")
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"))
    parser.add_argument("--show", action="store_true", help="also the projects that agree")
    parser.add_argument("--keep", type=pathlib.Path, help="write the projects into this folder")
    options = parser.parse_args()
    versions = options.core or list(ALL_VERSIONS)
    cases = all_cases(options.only)
    adapters = options.adapter or [
        it for it in ADAPTERS if any(it in case.adapters for case in cases)]
    differences = Differences(HERE / "deprecations")
    codes = {it for case in cases for text in case.files.values()
             for it in (mark[1] for mark in deprecations.MARK.finditer(text))}
    tandem, cores = program(options.tandem), {}
    failed = pairs = marks = 0
    with tempfile.TemporaryDirectory() as work:
        for project in projects(cases, versions, adapters):
            key = project.version, project.adapter
            if key not in cores:
                cores[key] = Core(*key)
            if options.keep:
                number = hashlib.sha256(project.title.encode()).hexdigest()[:8]
                project.write_to(options.keep / "-".join((*key, number)))
            complaints, agreed = compare(
                project, tandem, cores[key], pathlib.Path(work), differences, codes)
            pairs, marks = pairs + agreed, marks + len(project.marks)
            failed += bool(complaints)
            if complaints or options.show:
                print(f"{'FAILED' if complaints else 'agreed'}  {' '.join(key)}: {project.title}")
                for it in complaints:
                    print(f"        {it}")
    whole = not options.only and not options.core and not options.adapter
    for entry in differences.unseen() if whole else ():
        failed += 1
        print(f"not seen any more: {json.dumps(entry)}")
    print(f"{len(cases)} cases, {marks} planted lines, {pairs} pairs of event and file agreed, "
          f"{sum(differences.seen.values())} known differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
