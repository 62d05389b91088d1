#!/bin/sh
# Proves with dbt Core 1.11 and duckdb that the example projects are what their READMEs say:
#
#     tests/dbt/prove-example.sh
#
# `dbt deps`, `dbt parse --show-all-deprecations --no-partial-parse` and `dbt build` succeed, and
# Core reports the deprecations that are planted and no others. Needs Python 3.10 or later and, the
# first time, its package index. Nothing is written into the repository.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
examples=$(cd "$here/../../examples" && pwd)
venv=${TANDEM_CACHE:-$HOME/.cache/tandem}/dbt-1.11

"$here/make-venv.sh" "$venv"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# What the caller's shell says about dbt must not decide what we prove.
for name in $(env | sed -n 's/^\(DBT_[A-Za-z0-9_]*\)=.*/\1/p'); do unset "$name"; done
DBT_SEND_ANONYMOUS_USAGE_STATS=false
export DBT_SEND_ANONYMOUS_USAGE_STATS

prove() { # project, its --vars
    cp -R "$examples/$1" "$work/$1"
    (
        cd "$work/$1"
        rm -rf target dbt_packages logs ./*.duckdb
        if [ -f .env ]; then set -a; . ./.env; set +a; fi
        echo "== $1: dbt deps"
        "$venv/bin/dbt" --quiet deps
        echo "== $1: dbt parse"
        "$venv/bin/python" "$here/check-deprecations.py" README.md --vars "$2"
        echo "== $1: dbt build"
        "$venv/bin/dbt" --quiet build --vars "$2"
        "$venv/bin/python" "$here/count-results.py" target/run_results.json
    )
}

prove jaffle-upstream '{}'
prove jaffle-hybrid '{with_mesh: false}'
echo "proved: both examples parse and build with dbt Core 1.11, deprecations as planted"
