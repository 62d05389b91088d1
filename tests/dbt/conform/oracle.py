"""What dbt Core makes of a project, kept under a hash of all that decides about it."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import threading

from .projects import PACKAGE_OF_ADAPTER

HERE = pathlib.Path(__file__).resolve().parents[1]
CACHE = pathlib.Path(os.environ.get("TANDEM_CACHE") or pathlib.Path.home() / ".cache" / "tandem")
SCRIPT = HERE / "dbt_oracle.py"
# Bump when the layout below changes.
LAYOUT = 1


def virtual_environment(adapter):
    if adapter == "duckdb":
        venv = CACHE / "dbt-1.11"
        subprocess.run([HERE / "make-venv.sh", venv], check=True)
    else:
        venv = CACHE / f"dbt-1.11-{adapter}"
        package = PACKAGE_OF_ADAPTER.get(adapter, f"dbt-{adapter}")
        subprocess.run([HERE / "make-venv.sh", venv, package], check=True)
    return venv


def versions(venv):
    folders = venv.glob("lib/python3*/site-packages/dbt_*.dist-info")
    return sorted(it.name for it in folders)


def environment(folder, env):
    """The same for both programs, but for the search path."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "HOME": str(home), "USER": "tester", "LANG": "C.UTF-8", "TZ": "UTC",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", **env,
    }


class Kept:
    """A folder of the cache: project/ as dbt saw it, out/ that it wrote, side.json, log.txt."""

    def __init__(self, folder, place):
        self.folder = folder
        self.project, self.out = folder / "project" / place, folder / "out"

    def manifest(self):
        return json.loads((self.out / "manifest.json").read_text())

    def side(self):
        return json.loads((self.folder / "side.json").read_text())

    def done(self):
        path = self.folder / "done.json"
        return json.loads(path.read_text()) if path.exists() else None

    def problem(self):
        """Why there is nothing to compare with, if so."""
        done = self.done()
        if done and (self.out / "manifest.json").exists() and (self.folder / "side.json").exists():
            return None
        log = self.folder / "log.txt"
        said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
        said = "\n".join(it for it in said.split("\n") if "resource_tracker" not in it).rstrip()
        return f"dbt Core gave no manifest (exit code {done and done['code']}):\n{said}"


class Server:
    """Forks one process for each project: importing dbt is what takes long."""

    def __init__(self, venv, adapter):
        self.process = subprocess.Popen(
            [venv / "bin" / "python", SCRIPT, "--serve", adapter], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
                 "HOME": os.environ.get("HOME", "/"), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        )
        self.waiting, self.lock = {}, threading.Lock()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            self.waiting.pop(answer["job"]).set_result(answer)
        for future in list(self.waiting.values()):
            future.set_result({"code": -1})

    def run(self, **job):
        future = concurrent.futures.Future()
        with self.lock:
            job["job"] = str(id(future))
            self.waiting[job["job"]] = future
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
        return future.result()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Oracle:
    def __init__(self, jobs):
        self.jobs, self.servers, self.venvs = jobs, {}, {}
        self.lock = threading.Lock()

    def venv(self, adapter):
        with self.lock:
            if adapter not in self.venvs:
                self.venvs[adapter] = virtual_environment(adapter)
            return self.venvs[adapter]

    def server(self, adapter):
        venv = self.venv(adapter)
        with self.lock:
            if adapter not in self.servers:
                self.servers[adapter] = Server(venv, adapter)
            return self.servers[adapter]

    def close(self):
        for server in self.servers.values():
            server.close()

    def place(self, case):
        key = case.digest(versions(self.venv(case.adapter)), SCRIPT.read_text(), LAYOUT)
        return Kept(CACHE / "oracle" / key, case.place)

    def kept(self, case):
        kept = self.place(case)
        if kept.done() and not kept.problem():
            os.utime(kept.folder)
            return kept, False
        shutil.rmtree(kept.folder, ignore_errors=True)
        kept.folder.mkdir(parents=True)
        case.copy_to(kept.folder / "project")
        env = environment(kept.folder, case.env)
        env["PATH"] = os.environ.get("PATH", "")
        answer = self.server(case.adapter).run(
            side=str(kept.folder / "side.json"), cwd=str(kept.project), env=env,
            log=str(kept.folder / "log.txt"),
            arguments=[
                "--no-partial-parse", "compile", "--threads", "1", "--project-dir", str(kept.project),
                "--profiles-dir", str(kept.project), "--target-path", str(kept.out),
                "--vars", case.vars,
            ],
        )
        # Nothing but what is compared is kept, so that the next run finds the project untouched.
        for name in ("partial_parse.msgpack", "graph.gpickle", "graph_summary.json"):
            (kept.out / name).unlink(missing_ok=True)
        for left in ("logs", "target", ".user.yml"):
            path = kept.project / left
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (kept.folder / "done.json").write_text(json.dumps(answer))
        return kept, True


def forget_old(most=2000):
    """Keeps the cache bounded: the folders used last stay."""
    folders = sorted((CACHE / "oracle").glob("*"), key=lambda it: it.stat().st_mtime)
    for folder in folders[:-most]:
        shutil.rmtree(folder, ignore_errors=True)
