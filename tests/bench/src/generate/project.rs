//! The files a project has once: configuration, profile, environment, macros, a seed, a test.

/// The file of the macro that many models call.
pub(crate) const HUB_MACRO: &str = "macros/region.sql";

pub(crate) const FILES: &[(&str, &str)] = &[
    ("dbt_project.yml", DBT_PROJECT),
    ("profiles.yml", PROFILES),
    (".env", ENV),
    (".env.example", ENV_EXAMPLE),
    ("macros/_macros.yml", MACROS_YAML),
    ("macros/money.sql", MONEY),
    ("macros/keys.sql", KEYS),
    ("macros/time.sql", TIME),
    (HUB_MACRO, REGION),
    ("macros/tests/not_negative.sql", NOT_NEGATIVE),
    (
        "seeds/country_codes.csv",
        "country_code,country_name\nde,Germany\nfr,France\nnl,Netherlands\n",
    ),
];

const DBT_PROJECT: &str = r#"name: bench_shop
version: "1.0.0"
config-version: 2
profile: bench_shop

model-paths: ["models"]
macro-paths: ["macros"]
seed-paths: ["seeds"]
test-paths: ["tests"]
target-path: target
clean-targets: ["target", "dbt_packages"]

vars:
  start_date: "2020-01-01"
  keep_test_rows: false
  order_statuses: [placed, shipped, completed, returned]
  development_days: 3

models:
  bench_shop:
    staging:
      +materialized: view
    intermediate:
      +materialized: view
    marts:
      +materialized: table
      +schema: marts
"#;

const PROFILES: &str = r#"bench_shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('SHOP_DATABASE_FILE', 'target/bench.duckdb') }}"
      schema: "{{ env_var('SHOP_SCHEMA') }}"
      threads: 4
"#;

const ENV: &str = "# Read by every developer's tools.
SHOP_SCHEMA=analytics_dev
SHOP_TEAM=data
SHOP_REGION=eu
SHOP_RAW_DATABASE=raw
SHOP_DATABASE_FILE=target/bench.duckdb
";

const ENV_EXAMPLE: &str = "# Copy to .env and fill in.
SHOP_SCHEMA=
SHOP_TEAM=
SHOP_REGION=
SHOP_RAW_DATABASE=
SHOP_DATABASE_FILE=
";

const MACROS_YAML: &str = "version: 2

macros:
  - name: cents_to_dollars
    description: Cents as stored by the shop, in dollars
    arguments:
      - name: column_name
        type: string
        description: The column, in cents
      - name: scale
        type: integer
        description: How many digits to keep
";

const MONEY: &str = "{% macro cents_to_dollars(column_name, scale=2) -%}
    cast({{ column_name }} / 100.0 as decimal(18, {{ scale }}))
{%- endmacro %}

{% macro safe_divide(numerator, denominator) -%}
    {{ numerator }} / nullif({{ denominator }}, 0)
{%- endmacro %}
";

const KEYS: &str = "{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(\"coalesce(cast(\" ~ column ~ \" as varchar), '')\") -%}
    {%- endfor -%}
    md5({{ parts | join(\" || '-' || \") }})
{%- endmacro %}
";

const TIME: &str = "{% macro to_utc(column_name) -%}
    cast({{ column_name }} as timestamp)
{%- endmacro %}

{# Developers need a few days only; production reads everything. #}
{% macro limit_in_development(column_name) -%}
    {%- if target.name == 'dev' -%}
    where {{ column_name }} >= current_date - interval '{{ var('development_days', 3) }} days'
    {%- endif -%}
{%- endmacro %}
";

const REGION: &str = "{% macro region_label(fallback) -%}
    '{{ env_var('SHOP_REGION', fallback) }}'
{%- endmacro %}
";

const NOT_NEGATIVE: &str = "{% test not_negative(model, column_name, tolerance=0) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < -1 * {{ tolerance }}
{% endtest %}
";
