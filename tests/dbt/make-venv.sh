#!/bin/sh
# Makes the virtual environment with dbt Core and an adapter (duckdb) in the folder given, unless it
# is there: make-venv.sh FOLDER [PACKAGE OF THE ADAPTER] [VERSION OF CORE]
set -eu

venv=$1
adapter=${2:-dbt-duckdb<2}
core=${3:-1.11}
if [ ! -f "$venv/ready" ]; then
    echo "installing dbt Core $core and $adapter into $venv (once)" >&2
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "dbt-core==$core.*" "$adapter"
    touch "$venv/ready"
fi
