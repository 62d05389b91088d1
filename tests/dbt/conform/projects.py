"""A project to compare: where it lies, how dbt is to read it, and the copy both programs work in."""
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess

import yaml

LEFT_OUT = shutil.ignore_patterns(
    "target", "logs", ".git", "node_modules", ".venv", "venv", "*.duckdb", "*.wal", "__pycache__",
    ".user.yml",
)
# What each adapter asks of a profile. Nothing is ever connected to.
OUTPUTS = {
    "athena": {"s3_staging_dir": "s3://bucket/staging/", "region_name": "eu-west-1",
               "database": "awsdatacatalog", "schema": "analytics"},
    "bigquery": {"method": "oauth", "project": "analytics-project", "dataset": "analytics"},
    "clickhouse": {"host": "localhost", "user": "me", "password": "x", "schema": "analytics"},
    "databricks": {"host": "example.cloud", "http_path": "/sql/1", "token": "x",
                   "catalog": "analytics", "schema": "dev"},
    "duckdb": {"path": "dev.duckdb", "schema": "analytics"},
    "fabric": {"driver": "ODBC Driver 18 for SQL Server", "server": "localhost",
               "database": "analytics", "schema": "dev", "authentication": "CLI"},
    "postgres": {"host": "localhost", "port": 5432, "user": "me", "password": "x",
                 "dbname": "analytics", "schema": "dev"},
    "redshift": {"host": "localhost", "port": 5439, "user": "me", "password": "x",
                 "dbname": "analytics", "schema": "dev"},
    "snowflake": {"account": "account", "user": "me", "password": "x", "role": "transformer",
                  "database": "ANALYTICS", "warehouse": "WH", "schema": "DEV"},
    "spark": {"method": "thrift", "host": "localhost", "schema": "dev"},
    "sqlserver": {"driver": "ODBC Driver 18 for SQL Server", "server": "localhost",
                  "database": "analytics", "schema": "dev", "user": "me", "password": "x"},
    "trino": {"method": "none", "host": "localhost", "port": 8080, "user": "me",
              "database": "analytics", "schema": "dev"},
}
PACKAGE_OF_ADAPTER = {"athena": "dbt-athena-community", "spark": "dbt-spark[PyHive]"}


@dataclasses.dataclass
class Case:
    name: str
    folder: pathlib.Path
    adapter: str = "duckdb"
    vars: str = "{}"
    profiles_dir: pathlib.Path | None = None
    env: dict = dataclasses.field(default_factory=dict)
    # in place of the one that the project brings
    fitting_profile: bool = False
    # name of a construct → the ids and files it made; of generated projects only
    constructs: dict = dataclasses.field(default_factory=dict)

    @property
    def top(self):
        """The project's folder, or the one above that holds all it reads."""
        folders, waiting = [self.folder], [self.folder]
        while waiting:
            for folder in outside(waiting.pop(), self.folder):
                if folder not in folders:
                    folders.append(folder)
                    waiting.append(folder)
        return pathlib.Path(os.path.commonpath(folders))

    @property
    def place(self):
        """Where the project lies within what is copied."""
        return self.folder.relative_to(self.top)

    def files(self):
        found = []
        for folder, folders, names in os.walk(self.top, followlinks=True):
            skipped = LEFT_OUT(folder, folders + names)
            folders[:] = sorted(it for it in folders if it not in skipped)
            found += [pathlib.Path(folder, it) for it in names if it not in skipped]
        return sorted(it for it in found if it.is_file())

    def digest(self, *more):
        """Of everything that decides what dbt makes of the project."""
        said = hashlib.sha256()
        profiles = [self.profiles_dir / "profiles.yml"] if self.profiles_dir else []
        for path in self.files() + profiles:
            name = str(path.relative_to(self.top)) if path not in profiles else "profiles"
            said.update(f"{name}\0{path.stat().st_size}\0".encode())
            said.update(path.read_bytes())
        rest = [self.name, str(self.place), self.fitting_profile, OUTPUTS.get(self.adapter), self.adapter, self.vars, sorted(self.env.items()), *more]
        said.update(json.dumps(rest).encode())
        return said.hexdigest()[:24]

    def copy_to(self, folder):
        shutil.copytree(self.top, folder, ignore=LEFT_OUT)
        folder = folder / self.place
        if self.profiles_dir:
            shutil.copy(self.profiles_dir / "profiles.yml", folder / "profiles.yml")
        elif self.fitting_profile or not (folder / "profiles.yml").exists():
            (folder / "profiles.yml").write_text(fitting_profile(folder, self.adapter))
        install_local_packages(folder)


def fitting_profile(folder, adapter):
    text = (folder / "dbt_project.yml").read_text()
    name = (yaml.safe_load(text) or {}).get("profile") or "default"
    output = {"type": adapter, "threads": 1, **OUTPUTS[adapter]}
    return yaml.safe_dump({name: {"target": "dev", "outputs": {"dev": output}}})


def outside(folder, project):
    """Folders that one with a dbt_project.yml reads besides: `local:` packages and `…-paths`."""
    if not (folder / "dbt_project.yml").exists():
        return
    read = yaml.safe_load((folder / "dbt_project.yml").read_text()) or {}
    paths = [it for key, value in read.items() if key.endswith("-paths") and isinstance(value, list)
             for it in value]
    found = [folder / it for it in paths if str(it).startswith("..")]
    found += [project / it for it in local_packages(folder)]
    yield from (it.resolve() for it in found if it.is_dir())


def local_packages(folder):
    for file in ("packages.yml", "dependencies.yml"):
        if (folder / file).exists():
            listed = (yaml.safe_load((folder / file).read_text()) or {}).get("packages") or []
            yield from (it["local"] for it in listed if "local" in it)


def install_local_packages(project):
    """What `dbt deps` does for packages with `local:`; others have to lie in dbt_packages."""
    read = yaml.safe_load((project / "dbt_project.yml").read_text()) or {}
    installed = project / (read.get("packages-install-path") or "dbt_packages")
    waiting = list(local_packages(project))
    while waiting:
        folder = (project / waiting.pop(0)).resolve()
        name = yaml.safe_load((folder / "dbt_project.yml").read_text())["name"]
        if not (installed / name).exists():
            installed.mkdir(exist_ok=True, parents=True)
            (installed / name).symlink_to(folder, target_is_directory=True)
            waiting += local_packages(folder)


def dotenv(folder):
    """The variables of `.env` as a shell exports them: Core 1.11 does not read the file itself."""
    if not (folder / ".env").is_file():
        return {}
    script = "env -i sh -c 'set -a; . ./.env; env -0'"
    pairs = subprocess.run(script, shell=True, cwd=folder, check=True, capture_output=True).stdout
    named = dict(pair.split("=", 1) for pair in pairs.decode().split("\0") if "=" in pair)
    return {name: value for name, value in named.items() if name not in ("PWD", "SHLVL", "_")}


ENV_VAR = re.compile(r"env_var\(\s*['\"]([^'\"]+)['\"]\s*\)")


def missing_variables(case):
    """Variables that the project asks for without a default, each with a value."""
    names = set()
    for path in case.files():
        if path.suffix in (".sql", ".yml", ".yaml", ".py", ".md"):
            names |= set(ENV_VAR.findall(path.read_text(errors="replace")))
    return {name: f"value_of_{name.lower()}" for name in sorted(names) if name not in case.env}
