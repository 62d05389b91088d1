"""A dbt project as it grows: files, properties and configs that constructs add."""
import csv
import io
import random
import textwrap

import yaml

CATALOGUE = {}


def construct(function=None, *, slot=None, weight=1):
    """Registers one. Of those with the same slot a project gets one at most."""
    def register(it):
        name = it.__name__
        assert name not in CATALOGUE, name
        it.slot, it.weight = slot, weight
        CATALOGUE[name] = it
        return it
    return register(function) if function else register


class Dumper(yaml.SafeDumper):
    """Lists stand indented below their key, and texts of several lines as blocks."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def represent_text(dumper, text):
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)
Dumper.ignore_aliases = lambda self, data: True


def to_yaml(data):
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000)


def merged(into, more):
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merged(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = into[key] + value
        else:
            into[key] = value
    return into


class Project:
    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.name = f"odd_{seed}"
        self.files = {}
        self.settings = {
            "name": self.name, "version": "1.0.0", "config-version": 2, "profile": "odd",
        }
        self.env = {}
        self.command_line_vars = {}
        self.packages = []
        self.made = {}
        self.current = "base"
        self.count = 0
        self.slots = set()

    # ---- names -------------------------------------------------------------------------------
    def fresh(self, suffix=""):
        """A name that tells which construct made it."""
        self.count += 1
        name = f"{self.current}_{self.count}{suffix}"
        self.made.setdefault(self.current, []).append(name)
        return name

    def also(self, name):
        """A name that does not tell."""
        self.made.setdefault(self.current, []).append(name)
        return name

    def choice(self, *options):
        return self.random.choice(options)

    def some(self, options, least=1):
        """Some of them, in their order."""
        number = self.random.randint(least, len(options))
        chosen = sorted(self.random.sample(range(len(options)), number))
        return [options[it] for it in chosen]

    # ---- files -------------------------------------------------------------------------------
    def write(self, path, text, dedent=True):
        assert path not in self.files, path
        self.files[path] = textwrap.dedent(text).lstrip("\n") if dedent and isinstance(text, str) else text
        return path

    def model(self, text, name=None, folder=None, suffix=".sql", dedent=True):
        name = name or self.fresh()
        folder = f"models/{folder or self.current}"
        self.write(f"{folder}/{name}{suffix}", text, dedent)
        return name

    def macro(self, text, name=None):
        return self.write(f"macros/{name or self.fresh()}.sql", text)

    def properties(self, data, folder="models", name=None):
        """A file of properties; `data` is a mapping of sections, or the text itself."""
        text = data if isinstance(data, str) else to_yaml({"version": 2, **data})
        return self.write(f"{folder}/{self.current}/{name or self.fresh()}.yml", text)

    def seed_file(self, rows, name=None, folder=None, delimiter=","):
        name = name or self.fresh()
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
        self.write(f"seeds/{folder or self.current}/{name}.csv", out.getvalue(), dedent=False)
        return name

    def set(self, **settings):
        """Into dbt_project.yml; mappings and lists add up."""
        merged(self.settings, settings)

    def folder_config(self, config, kind="models", folder=None):
        self.set(**{kind: {self.name: {folder or self.current: config}}})

    def var(self, name, value):
        self.set(vars={name: value})

    # ---- out ---------------------------------------------------------------------------------
    def add(self, name):
        function = CATALOGUE[name]
        if name in self.made or function.slot in self.slots:
            return False
        if function.slot:
            self.slots.add(function.slot)
        self.current = name
        self.made.setdefault(name, [])
        function(self)
        return True

    def write_to(self, folder):
        files = {"dbt_project.yml": to_yaml(self.settings), **self.files}
        if self.packages:
            files["packages.yml"] = to_yaml({"packages": self.packages})
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
