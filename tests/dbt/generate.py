#!/usr/bin/env python3
"""Writes a dbt project of odd but legal constructs: the same one for the same seed.

    tests/dbt/generate.py SEED FOLDER     one project
    tests/dbt/generate.py --list          the catalogue of constructs

dbt Core 1.11 accepts every one of them; `conformance.py --generated N` says so when it does not.
"""
import importlib
import json
import pathlib
import pkgutil
import random
import sys

import generator
from generator import base, builder

for module in pkgutil.iter_modules(generator.__path__):
    importlib.import_module(f"generator.{module.name}")

# Constructs in a project.
FEWEST, MOST = 24, 34


def project(seed):
    """Neighbouring seeds take different parts of the catalogue, so few projects use all of it."""
    made = builder.Project(seed)
    base.lay(made)
    names = sorted(builder.CATALOGUE)
    turn, place = divmod(seed, max(1, len(names) // FEWEST))
    order = list(names)
    random.Random(turn).shuffle(order)
    number = made.random.randint(FEWEST, MOST)
    # A stretch of the shuffled catalogue, then again single ones for other combinations.
    start = place * FEWEST
    for name in order[start : start + FEWEST]:
        made.add(name)
    while sum(len(it) > 0 for it in made.made.values()) < number:
        made.add(made.random.choice(names))
    return made


def alone(name):
    """The construct by itself, with what every project holds."""
    made = builder.Project(0)
    made.name = made.settings["name"] = name
    base.lay(made)
    made.add(name)
    return made


def case(made, folder):
    from conform.projects import Case

    place = pathlib.Path(folder) / made.name
    made.write_to(place)
    found = {name: names for name, names in made.made.items() if name != "base"}
    return Case(made.name, place, "duckdb", json.dumps(made.command_line_vars), None, made.env,
                constructs=found)


def main():
    if sys.argv[1:] == ["--list"]:
        for name, it in sorted(builder.CATALOGUE.items()):
            print(f"{name:36} {(it.__doc__ or '').strip().splitlines()[0] if it.__doc__ else ''}")
        print(f"{len(builder.CATALOGUE)} kinds")
        return
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    made = project(int(sys.argv[1]))
    made.write_to(pathlib.Path(sys.argv[2]))
    print(f"{made.name}: {len(made.files)} files, constructs: {', '.join(sorted(made.made))}")


if __name__ == "__main__":
    main()
