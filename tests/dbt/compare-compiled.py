#!/usr/bin/env python3
"""Compares what tandem compiles with what dbt Core compiles, byte for byte.

    tests/dbt/compare-compiled.py [TANDEM] [--example NAME] [--all] [--show N] [--keep FOLDER]

TANDEM is the program; without it, $TANDEM or target/release/tandem. Both compile a copy of
examples/NAME (jaffle-hybrid) with an empty `target/`; Core through dbt_oracle.py, so that neither
asks a warehouse. Compared are the files under `compiled/`. Models decide: the exit code is 1 when
one differs, is missing, or is there in tandem's output only. Tests, snapshots and analyses are
counted too, and decide only with --all. Core 1.11 cannot resolve another project's models, so
`with_mesh` is off.
"""
import argparse
import collections
import difflib
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
VARS = {"jaffle-hybrid": "{with_mesh: false}"}
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
LEFT_OUT = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb", "*.wal")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = os.environ.get("TANDEM") or str(ROOT / "target" / "release" / "tandem")
    parser.add_argument("tandem", nargs="?", default=default)
    parser.add_argument("--example", default="jaffle-hybrid")
    parser.add_argument("--all", action="store_true", help="everything decides, not models alone")
    parser.add_argument("--show", type=int, default=3, help="differences to print")
    parser.add_argument("--keep", type=pathlib.Path, help="leave both outputs in this folder")
    return parser.parse_args()


def dotenv(project):
    """The variables of `.env` as a shell exports them: Core 1.11 does not read the file itself."""
    if not (project / ".env").exists():
        return {}
    script = "env -i sh -c 'set -a; . ./.env; env -0'"
    pairs = subprocess.run(script, shell=True, cwd=project, check=True, capture_output=True).stdout
    named = dict(pair.split("=", 1) for pair in pairs.decode().split("\0") if "=" in pair)
    return {name: value for name, value in named.items() if name not in ("PWD", "SHLVL", "_")}


def environment():
    """This process's, without what would change what dbt does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    return {**kept, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


def compile_with_core(example, work):
    venv = CACHE / "dbt-1.11"
    subprocess.run([HERE / "make-venv.sh", venv], check=True)
    project = work / "core" / example
    shutil.copytree(ROOT / "examples" / example, project, ignore=LEFT_OUT)
    env = {**environment(), **dotenv(project)}
    subprocess.run([venv / "bin" / "dbt", "--quiet", "deps"], cwd=project, env=env, check=True)
    side = work / "side.json"
    out = work / "core" / "out"
    done = subprocess.run(
        [venv / "bin" / "python", HERE / "dbt_oracle.py", side, "--quiet", "compile",
         "--project-dir", project, "--profiles-dir", project, "--target-path", out,
         "--vars", VARS.get(example, "{}")],
        cwd=project, env=env,
    )
    facts = json.loads(side.read_text())
    if done.returncode != 0 or facts["errors"]:
        sys.exit(f"dbt Core could not compile the example: {facts['errors'] or done.returncode}")
    return out, facts


def compile_with_tandem(tandem, example, work):
    # No `dbt deps` here: a local package is read from its own folder.
    project = work / "tandem" / example
    shutil.copytree(ROOT / "examples" / example, project, ignore=LEFT_OUT)
    out = work / "tandem" / "out"
    command = [tandem, "compile", project, "--target-path", out, "--vars", VARS.get(example, "{}")]
    try:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"cannot start {tandem}: {error.strerror}")
    if done.returncode != 0:
        print(f"tandem compile ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return out


def compiled_files(out, facts_kind):
    folder = out / "compiled"
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found.setdefault(facts_kind(name), {})[name] = path.read_bytes()
    return found


def kind_by_place(name):
    """Of dbt's layout: compiled/<package>/<resource path>/…; what lies under a YAML file is a test."""
    parts = name.split("/")
    if any(re.search(r"\.ya?ml$", part) for part in parts[:-1]):
        return "tests"
    return parts[1] if len(parts) > 2 else "others"


def difference(name, core, ours):
    def as_lines(text):
        return [repr(line)[1:-1] for line in text.decode(errors="replace").splitlines(keepends=True)]

    rows = difflib.unified_diff(
        as_lines(core), as_lines(ours), f"dbt/{name}", f"tandem/{name}", lineterm="", n=1
    )
    return "\n".join(f"    {row}" for row in list(rows)[:24])


def main():
    options = arguments()
    work = pathlib.Path(tempfile.mkdtemp(prefix="tandem-compare-"))
    try:
        core_out, facts = compile_with_core(options.example, work)
        ours_out = compile_with_tandem(options.tandem, options.example, work)
        core, ours = compiled_files(core_out, kind_by_place), compiled_files(ours_out, kind_by_place)
    finally:
        if options.keep:
            shutil.rmtree(options.keep, ignore_errors=True)
            shutil.copytree(work, options.keep, symlinks=True)
        shutil.rmtree(work)

    volatile = {uid.split(".")[2] for uid in facts["volatile"] + facts["order"]}
    shown, failed = 0, False
    for kind in sorted(set(core) | set(ours), key=lambda kind: (kind != "models", kind)):
        theirs, mine = core.get(kind, {}), ours.get(kind, {})
        verdicts = collections.defaultdict(list)
        for name in sorted(set(theirs) | set(mine)):
            if name not in mine:
                verdicts["missing"].append(name)
            elif name not in theirs:
                verdicts["extra"].append(name)
            elif theirs[name] == mine[name]:
                verdicts["equal"].append(name)
            elif pathlib.PurePosixPath(name).stem in volatile:
                verdicts["volatile"].append(name)
            else:
                verdicts["different"].append(name)
        counts = ", ".join(
            f"{len(verdicts[verdict])} {verdict}"
            for verdict in ("equal", "different", "missing", "extra", "volatile")
            if verdicts[verdict] or verdict in ("equal", "different")
        )
        print(f"{kind}: {counts}")
        wrong = verdicts["different"] + verdicts["missing"] + verdicts["extra"]
        if kind == "models" or options.all:
            failed = failed or bool(wrong)
            for name in wrong:
                if shown < options.show:
                    shown += 1
                    if name in verdicts["different"]:
                        print(difference(name, theirs[name], mine[name]))
                    else:
                        verdict = "missing" if name in verdicts["missing"] else "extra"
                        print(f"    {verdict}: {name}")
    if not core.get("models"):
        sys.exit("dbt Core compiled no model: nothing was compared")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
