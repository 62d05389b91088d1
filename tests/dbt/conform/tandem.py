"""Tandem on the same project, with or without an installed dbt that it could find."""
import json
import pathlib
import shutil
import subprocess
import time

from .oracle import environment


class Ran:
    def __init__(self, out, code, seconds, said):
        self.out, self.code, self.seconds, self.said = out, code, seconds, said

    def manifest(self):
        path = self.out / "manifest.json"
        return json.loads(path.read_text()) if path.exists() else None


def compile_project(program, case, kept, out, engine=None, dbt_version="1.11", limit=900):
    """In the folder that dbt saw, so that absolute paths agree."""
    shutil.rmtree(out, ignore_errors=True)
    env = environment(kept.folder, case.env)
    env["PATH"] = "/nonexistent"
    if engine:
        env["VIRTUAL_ENV"], env["PATH"] = str(engine), str(engine / "bin")
    command = [
        program, "compile", "--project-dir", kept.project, "--profiles-dir", kept.project,
        "--target-path", out, "--vars", case.vars,
    ]
    if dbt_version:
        command += ["--dbt-version", dbt_version]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=kept.project, env=env, capture_output=True, timeout=limit,
            stdin=subprocess.DEVNULL,
        )
        code, said = done.returncode, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        code, said = "timeout", f"it did not end within {limit} s"
    return Ran(pathlib.Path(out), code, time.monotonic() - began, said)
