#!/bin/sh
# Makes the virtual environment with dbt Core 1.11 and duckdb in the folder given, unless it is
# there: make-venv.sh FOLDER
set -eu

venv=$1
if [ ! -f "$venv/ready" ]; then
    echo "installing dbt Core 1.11 into $venv (once)"
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'dbt-core==1.11.*' 'dbt-duckdb<2'
    touch "$venv/ready"
fi
