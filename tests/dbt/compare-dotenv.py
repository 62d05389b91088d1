#!/usr/bin/env python3
"""Compares what Tandem says dbt reads of `.env` with what dbt reads: the v2 engine and dbt Core 1.12.

    tests/dbt/compare-dotenv.py [--engine v2|core] [--row TEXT] [--tandem PROGRAM]

Each row of tests/dbt/dotenv/rows.py becomes a small project with that `.env`. The engines parse it: a
model puts `env_var` of every name into its `meta`, which stands in their manifest. Tandem answers
with `tandem env` and `tandem check`. The engines come from pip, into ~/.cache/tandem, and what they
said is kept there under a hash of the row; --v2 and --core name engines that are there already. They
need no warehouse and no network.
A row agrees when every variable is set to the same text or not set in both, or when dbt does not
start and Tandem says so. The exit code is 1 when a row does not.
"""
import argparse
import concurrent.futures
import hashlib
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
sys.path.insert(0, str(HERE / "dotenv"))
from rows import ROWS  # noqa: E402

V2, CORE = "dbt==2.0.0rc190", "dbt-core==1.12.6"
UNSET = "(not set)"
CRASH = "dbt does not start"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"), help="the program; or $TANDEM")
    parser.add_argument("--engine", choices=["v2", "core"], help="only this one")
    parser.add_argument("--v2", help="the dbt of a v2 engine")
    parser.add_argument("--core", help="the dbt of dbt Core 1.12")
    parser.add_argument("--row", default="", help="only rows whose name has this text")
    return parser.parse_args()


def program(options):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    named = [options.tandem] if options.tandem else []
    there = named + [it for kind in ("release", "debug") if (it := target / kind / "tandem").exists()]
    if not there:
        sys.exit("there is no program: cargo build, or --tandem")
    return pathlib.Path(there[0]).resolve()


def installed(name, requirement):
    """dbt in an environment of its own. Core's optional parser is left out: it needs a compiler."""
    venv = CACHE / f"dbt-{name}"
    if not (venv / "ready").exists():
        print(f"installing {requirement} into {venv} (once)", file=sys.stderr)
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        if name == "core-1.12":
            subprocess.run([*pip, "--no-deps", requirement, "dbt-duckdb"], check=True)
            ask = "import importlib.metadata as m; print(*m.requires('dbt-core'), sep='\\n')"
            needed = subprocess.run(
                [venv / "bin" / "python", "-c", ask], check=True, capture_output=True, text=True)
            wanted = [it for it in needed.stdout.splitlines() if "experimental-parser" not in it]
            subprocess.run([*pip, "duckdb", *wanted], check=True)
        else:
            subprocess.run([*pip, requirement], check=True)
        (venv / "ready").touch()
    return venv / "bin" / "dbt"


def names(content, more):
    text = content.decode("utf-8", "replace").replace("\0", " ")
    return sorted(set(re.findall(r"[A-Za-z_0-9][\w.\-]*", text, re.ASCII)) | set(more.get("names", [])))


def write_project(folder, content, more):
    project = folder / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\n")
    (project / "profiles.yml").write_text(
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: main}\n")
    meta = ", ".join(f"'{it}': env_var('{it}', '{UNSET}')" for it in names(content, more))
    (project / "models" / "a.sql").write_text(f"{{{{ config(meta={{{meta}}}) }}}}\nselect 1 as id\n")
    place = project / more.get("place", ".env")
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content)
    if more.get("link"):
        (project / ".env").symlink_to(place)
    if more.get("folder"):
        (project / ".env").mkdir()
    return project


def process(more):
    # Nothing of the caller's, so that every machine gives the same.
    return {"HOME": tempfile.gettempdir(), "PATH": os.defpath, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "TANDEM_CACHE": "off", **more.get("process", {})}


def of_engine(engine, dbt, row):
    name, content, more = row
    key = hashlib.sha256(repr((engine, row)).encode()).hexdigest()[:24]
    kept = CACHE / "dotenv" / f"{key}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    with tempfile.TemporaryDirectory() as folder:
        project = write_project(pathlib.Path(folder), content, more)
        done = subprocess.run([dbt, "parse"], cwd=project, env=process(more), capture_output=True,
                              text=True, errors="replace", timeout=120)
        manifest = project / "target" / "manifest.json"
        started = "Finished 'parse'" in done.stdout or "Running with dbt" in done.stdout
        if manifest.exists():
            answer = json.loads(manifest.read_text())["nodes"]["model.shop.a"]["config"]["meta"]
        elif started:
            sys.exit(f"{engine} does not take the row {name!r}:\n{done.stdout}\n{done.stderr}")
        else:
            answer = CRASH
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(answer))
    return answer


def of_tandem(tandem, version, row):
    _, content, more = row
    with tempfile.TemporaryDirectory() as folder:
        project = write_project(pathlib.Path(folder), content, more)

        def ask(*words):
            command = [tandem, *words, "--format", "json", "--dbt-version", version]
            done = subprocess.run(command, cwd=project, env=process(more), capture_output=True, text=True)
            return [json.loads(it) for it in done.stdout.splitlines()]
        if any(it.get("code") == "dotenv-crash" for it in ask("check")):
            return CRASH
        found = {it["name"]: it["value"] for it in ask("env") if it["status"] == "set"}
        return {it: found.get(it, UNSET) for it in names(content, more)}


def main():
    options = arguments()
    tandem = program(options)
    rows = [it for it in ROWS if options.row in it[0]]
    failed = False
    for engine, version, requirement, named in [
            ("v2", "2.0", V2, options.v2), ("core", "1.12", CORE, options.core)]:
        if options.engine not in (None, engine):
            continue
        dbt = pathlib.Path(named).absolute() if named else installed(
            {"v2": "v2", "core": "core-1.12"}[engine], requirement)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            theirs = list(pool.map(lambda it: of_engine(engine, dbt, it), rows))
            ours = list(pool.map(lambda it: of_tandem(tandem, version, it), rows))
        agreed = sum(a == b for a, b in zip(theirs, ours))
        for row, their, our in zip(rows, theirs, ours):
            if their != our:
                failed = True
                print(f"{engine}: {row[0]}: {row[1]!r}\n    dbt:    {their}\n    Tandem: {our}")
        crashes = [row[0] for row, it in zip(rows, theirs) if it == CRASH]
        print(f"{requirement}: {agreed} of {len(rows)} rows agree ({100 * agreed / max(len(rows), 1):.1f} %)")
        if crashes:
            print(f"    {CRASH} with, and Tandem says so: {', '.join(crashes)}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
