#!/usr/bin/env python3
"""Compares what Tandem makes of dbt projects with what dbt Core 1.11 makes of them.

    npm run conformance -- --quick
    npm run conformance -- --generated 100
    npm run conformance -- PROJECT… --adapter snowflake [--profiles-dir DIR] [--fill-env]

Both read a copy of each project: dbt Core through dbt_oracle.py (no warehouse is asked, none of the
relations exists), Tandem with no installed dbt that it could find. Compared are the manifests,
field by field, and the compiled SQL, byte for byte. What dbt Core gave is kept under a hash of
everything that decides about it, so only the first run takes long.

Without PROJECT, --generated or --quick: the examples. Examples can be named (jaffle-hybrid).
The exit code is 1 when a class agrees less than thresholds.json asks (--quick, --generated), or less
than wholly (otherwise).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
# Core 1.11 cannot resolve another project's models.
EXAMPLES = {"jaffle-hybrid": "{with_mesh: false}", "jaffle-upstream": "{}"}
QUICK = 10


def in_environment():
    """Starts again with the Python that has dbt, and with it what reads YAML."""
    venv = CACHE / "dbt-1.11"
    subprocess.run([HERE / "make-venv.sh", venv], check=True)
    if pathlib.Path(sys.prefix).resolve() != venv.resolve():
        os.execv(venv / "bin" / "python", [venv / "bin" / "python", __file__, *sys.argv[1:]])


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_argument_group("which projects")
    which.add_argument("projects", nargs="*", metavar="PROJECT")
    which.add_argument("--list", type=pathlib.Path, metavar="FILE.json",
                       help="projects with options of their own: [{project, adapter, vars, name, env, "
                            "profiles_dir, fitting_profile, fill_env}, …]")
    which.add_argument("--quick", action="store_true", help="what CI runs")
    which.add_argument("--generated", type=int, default=0, metavar="N", help="N generated projects")
    which.add_argument("--seed", type=int, default=1, help="seed of the first generated project")
    which.add_argument("--construct", action="append", default=[], metavar="NAME",
                       help="a project with this construct of the generator alone; all: one for each")
    which.add_argument("--adapter", default="duckdb")
    which.add_argument("--profiles-dir", type=pathlib.Path)
    which.add_argument("--fitting-profile", action="store_true",
                       help="write one for the adapter even where the project brings its own")
    which.add_argument("--vars", default="{}")
    which.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    which.add_argument("--fill-env", action="store_true",
                       help="a value for each variable that is asked for without a default")
    how = parser.add_argument_group("how")
    how.add_argument("--tandem", default=os.environ.get("TANDEM"), help="the program; or $TANDEM")
    how.add_argument("--engine", action="store_true", help="let Tandem find an installed dbt")
    how.add_argument("--dbt-version", default="1.11",
                     help="given to Tandem; empty: none is given (1.11)")
    how.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    shown = parser.add_argument_group("what is shown")
    shown.add_argument("--show", type=int, default=5, help="differences printed")
    shown.add_argument("--groups", type=int, default=30, help="groups of alike differences printed")
    shown.add_argument("--field", help="differences of this field or class only, such as config.tags")
    shown.add_argument("--node", help="differences of nodes whose id contains this")
    shown.add_argument("--json", type=pathlib.Path, help="everything, into this file")
    shown.add_argument("--keep", type=pathlib.Path, help="leave Tandem's output in this folder")
    shown.add_argument("--raise-thresholds", action="store_true",
                       help="write what holds now into thresholds.json where it is more (--quick)")
    return parser.parse_args()


def program(options):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    named = [options.tandem] if options.tandem else []
    built = [target / kind / "tandem" for kind in ("release", "debug")]
    there = [path for path in map(pathlib.Path, named or built) if path.exists()]
    if there:
        # An old build must not be measured in place of the new one.
        return max(there, key=lambda path: path.stat().st_mtime).resolve()
    sys.exit("there is no tandem: build it, or name it with --tandem or $TANDEM")


def cases(options, work):
    found = []
    for name in options.projects:
        folder = pathlib.Path(name)
        if name in EXAMPLES and not (folder / "dbt_project.yml").exists():
            found.append(example(name))
            continue
        if not (folder / "dbt_project.yml").exists():
            sys.exit(f"{name} is no dbt project")
        given = vars(options) | {"env": dict(it.split("=", 1) for it in options.env)}
        found.append(real(folder.resolve(), given))
    for it in json.loads(options.list.read_text()) if options.list else ():
        found.append(real(pathlib.Path(it["project"]).resolve(), it))
    number = options.generated or (QUICK if options.quick else 0)
    if options.quick or not (found or number or options.construct or options.list):
        found += [example(name) for name in EXAMPLES]
    import generate
    for seed in range(options.seed, options.seed + number):
        found.append(generate.case(generate.project(seed), work / "generated"))
    names = sorted(generate.builder.CATALOGUE) if options.construct == ["all"] else options.construct
    for name in names:
        found.append(generate.case(generate.alone(name), work / "generated"))
    return found


def real(folder, given):
    from conform.projects import Case, dotenv, missing_variables

    profiles = given.get("profiles_dir")
    case = Case(
        given.get("name") or folder.name, folder, given.get("adapter", "duckdb"),
        given.get("vars", "{}"), profiles and pathlib.Path(profiles),
        {**dotenv(folder), **given.get("env", {})}, given.get("fitting_profile", False),
    )
    if given.get("fill_env"):
        case.env = {**missing_variables(case), **case.env}
    return case


def example(name):
    from conform.projects import Case, dotenv

    folder = ROOT / "examples" / name
    return Case(name, folder, "duckdb", EXAMPLES[name], None, dotenv(folder))


def compare_all(options, found, work):
    from conform import compare, exceptions, oracle, tandem

    known = exceptions.read(HERE / "exceptions.json")
    tandem_program = program(options)
    core = oracle.Oracle(options.jobs)
    times = {"dbt Core": 0.0, "tandem": 0.0, "fresh": 0}

    def one(case):
        kept, fresh = core.kept(case)
        if kept.problem():
            return case, kept.problem()
        times["fresh"] += fresh
        times["dbt Core"] += kept.done().get("seconds", 0) if fresh else 0
        engine = core.venv(case.adapter) if options.engine else None
        out = (options.keep.resolve() if options.keep else work / "out") / case.name
        ran = tandem.compile_project(tandem_program, case, kept, out, engine, options.dbt_version)
        times["tandem"] += ran.seconds
        return case, compare.compare(case, kept, ran, known)

    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            outcomes = list(pool.map(one, found))
    finally:
        core.close()
    oracle.forget_old()
    return outcomes, times


def judge(results, options):
    """The classes that agree less than they have to."""
    from conform import table

    path = HERE / "thresholds.json"
    summed = table.total(results)
    if not (options.quick or options.generated):
        return [f"{name}: {table.percent(it)}" for name, it in summed.items()
                if it[0] < it[1] and name not in table.INFORM_ONLY]
    floors = json.loads(path.read_text())
    if options.raise_thresholds and options.quick:
        for name in table.CLASSES:
            if name in summed and name not in table.INFORM_ONLY:
                # Down to two places, so that the same run never falls below it.
                now = int(table.share(summed[name]) * 100) / 100
                floors[name] = max(floors.get(name, 0), now)
        path.write_text(json.dumps(floors, indent=2) + "\n")
    return [f"{name}: {table.share(summed[name]):.2f}, at least {floor} is asked"
            for name, floor in floors.items()
            if name not in summed or table.share(summed[name]) < floor]


def main():
    options = arguments()
    in_environment()
    began = time.monotonic()
    from conform import table

    with tempfile.TemporaryDirectory(prefix="tandem-conformance-") as work:
        work = pathlib.Path(work)
        found = cases(options, work)
        outcomes, times = compare_all(options, found, work)
    refused = [(case, it) for case, it in outcomes if isinstance(it, str)]
    results = [it for _, it in outcomes if not isinstance(it, str)]
    for case, problem in refused:
        print(f"{case.name}: {problem}\n")
    if not results:
        sys.exit("nothing was compared")
    for result in results:
        if result.case.constructs and result.refused:
            refused.append((result.case, ""))
            print(f"{result.case.name}: dbt refuses a node of a generated project: {result.refused}")
        if result.trouble:
            print(f"{result.case.name}: {result.trouble}")
    table.print_table(results)
    table.print_classes(results)
    table.print_fields(results)
    table.print_constructs(results)
    table.print_groups(results, options.groups)
    table.print_differences(results, options.show, options.field, options.node)
    if options.json:
        options.json.write_text(json.dumps(table.as_json(results), indent=1))
    compared = sum(it.classes["nodes found"][1] for it in results)
    print(f"\n{len(results)} projects, {compared} nodes; dbt Core took {times['dbt Core']:.0f} s for "
          f"{times['fresh']} of them (the others were kept), tandem {times['tandem']:.1f} s; "
          f"{time.monotonic() - began:.0f} s in all")
    low = judge(results, options)
    for it in low:
        judged = options.quick or options.generated
        print(f"too low: {it}" if judged else f"not whole: {it}")
    sys.exit(1 if low or refused else 0)


if __name__ == "__main__":
    main()
