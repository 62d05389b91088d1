#!/usr/bin/env python3
"""Compares our own library of dbt's macros with dbt Core's and each adapter's, byte for byte.

    tests/dbt/adapters.py [ADAPTER…] [--tandem PROGRAM] [--engine] [--show N] [--only TEXT]

A project is written with one model for each call of a macro, and compiled by dbt Core with the
adapter (dbt_oracle.py, no warehouse) and by Tandem, which finds no installed dbt. A call that dbt
Core refuses has to be refused by Tandem. What dbt Core gave is kept under a hash of the project.
What differs between two runs of dbt Core is not compared, nor is the number made at random at the
end of the name of a view in which SQL Server tests a query.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
RANDOM = re.compile(r"(view_[0-9a-f]{32})_\d+")
ADAPTERS = ["duckdb", "snowflake", "bigquery", "postgres", "redshift", "databricks", "spark",
            "trino", "athena", "clickhouse", "fabric", "sqlserver"]


def in_environment():
    """Starts again with the Python that has dbt, and with it what reads YAML."""
    venv = CACHE / "dbt-1.11"
    subprocess.run([HERE / "make-venv.sh", venv], check=True)
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        os.execv(venv / "bin" / "python", [venv / "bin" / "python", __file__, *sys.argv[1:]])


def compared(adapter, program, work, with_engine):
    """What dbt Core and Tandem each make of every call: text, or None where it is refused."""
    import adapter_calls
    from conform import oracle, tandem
    from conform.projects import Case

    folder = work / adapter / "project"
    adapter_calls.write(folder)
    case = Case("library", folder, adapter)
    core = oracle.Oracle(1)
    try:
        kept, _ = core.kept(case)
        engine = core.venv(adapter) if with_engine else None
    finally:
        core.close()
    if kept.problem():
        return kept.problem(), None, None, None
    ran = tandem.compile_project(program, case, kept, work / adapter / "out", engine)
    side = kept.side()
    refused, volatile = ({it.split(".")[2] for it in side[kind]} for kind in ("errors", "volatile"))
    return None, texts(kept.out, refused), texts(ran.out, ()), volatile


def texts(out, refused):
    folder = out / "compiled"
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            # A file of a data test lies below the property file's name.
            found[path.stem] = RANDOM.sub(r"\1_random", path.read_text())
    for name in refused:
        found[name] = None
    return found


def rows(theirs, ours):
    def lines(text):
        return [repr(it)[1:-1] for it in text.splitlines(keepends=True)]

    return list(difflib.unified_diff(lines(theirs), lines(ours), lineterm="", n=2))[2:]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapters", nargs="*", default=ADAPTERS, metavar="ADAPTER")
    parser.add_argument("--tandem", default=os.environ.get("TANDEM"), help="the program; or $TANDEM")
    parser.add_argument("--engine", action="store_true", help="let Tandem find the installed dbt")
    parser.add_argument("--show", type=int, default=10, help="differences printed for each adapter")
    parser.add_argument("--only", default="", help="differences of calls whose name contains this")
    options = parser.parse_args()
    in_environment()
    from conformance import program

    found = program(options)
    failed = False
    with tempfile.TemporaryDirectory(prefix="tandem-adapters-") as work:
        work = pathlib.Path(work)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = pool.map(lambda it: compared(it, found, work, options.engine), options.adapters)
            for adapter, (problem, theirs, ours, volatile) in zip(options.adapters, results):
                if problem:
                    failed = True
                    print(f"{adapter}: {problem}")
                    continue
                names = sorted((set(theirs) | set(ours)) - volatile)
                # Where dbt Core gives up, no file of ours may stand.
                wrong = [it for it in names if theirs.get(it) != ours.get(it)]
                failed = failed or bool(wrong)
                refused = sum(theirs.get(it) is None for it in names)
                print(f"{adapter}: {len(names) - len(wrong)} of {len(names)} equal "
                      f"({refused} refused by dbt, {len(volatile)} not compared)")
                for name in [it for it in wrong if options.only in it][: options.show]:
                    one, other = theirs.get(name), ours.get(name)
                    print(f"  {name}")
                    if one is None or other is None:
                        print("    refused by " + ("dbt alone" if one is None else "tandem alone")
                              + f": {(one or other)!r}")
                    else:
                        print("\n".join(f"    {row}" for row in rows(one, other)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
