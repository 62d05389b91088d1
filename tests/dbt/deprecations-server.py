"""dbt Core that is asked many times: a line of JSON for each project, and a line back.

Run by compare-deprecations.py with the Python of the version that is asked. Each project is read by
a process of its own, forked from one that has imported dbt.
"""
import json
import os
import sys


def run(job):
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    from dbt.cli.main import cli
    try:
        cli.main(args=job["arguments"], prog_name="dbt", standalone_mode=False)
        code = 0
    except SystemExit as error:
        code = error.code or 0
    except BaseException as error:  # click exits with its own exception classes
        code = getattr(error, "exit_code", 2)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def main():
    import dbt.cli.main  # noqa: F401
    import dbt.parser.manifest  # noqa: F401

    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                run(job)
            finally:
                os._exit(3)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
