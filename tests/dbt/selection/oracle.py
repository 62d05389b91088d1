#!/usr/bin/env python3
"""What `dbt list` says to many command lines, in one process that reads the project once.

Run with the python of a venv that has dbt-core 1.11: oracle.py PROJECT VARS SEED NUMBER, in the
folder of the project. Standard output receives {"manifest": …, "answers": [{line, …}, …]}.
"""
import contextlib
import io
import json
import pathlib
import sys

import words


def main():
    project, given, seed, number = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    from dbt.cli.main import dbtRunner

    place = ["--project-dir", project, "--profiles-dir", project, "--vars", given]
    quiet = ["--quiet", "--no-send-anonymous-usage-stats", "--no-version-check", "--no-write-json"]
    parsed = dbtRunner().invoke([
        *quiet[:-1], "--no-partial-parse", "parse", *place, "--target-path", "parsed"])
    if not parsed.success:
        sys.exit(f"dbt Core could not read the project: {parsed.exception}")
    manifest = json.loads(pathlib.Path(project, "parsed", "manifest.json").read_text())
    answers = []
    for line in words.lines(manifest, seed, number):
        unmatched = []

        def hear(event, unmatched=unmatched):
            if event.info.name == "NoNodesForSelectionCriteria":
                unmatched.append(event.info.msg)

        runner = dbtRunner(manifest=parsed.result, callbacks=[hear])
        with contextlib.redirect_stdout(io.StringIO()):
            done = runner.invoke([*quiet, "list", *place, *line])
        answers.append({
            "line": line, "unmatched": sorted(set(unmatched)),
            "error": None if done.success else str(done.exception),
            "listed": done.result if done.success else None,
        })
    print(json.dumps({"manifest": manifest, "answers": answers}))


main()
