{% macro grant_select_to_reporters(schema_names) %}
    {%- if execute and target.name == 'prod' and target.type != 'duckdb' -%}
        {%- set role = env_var('DBT_JAFFLE_REPORTER_ROLE', 'reporter') -%}
        {%- for schema_name in schema_names | sort -%}
            grant select on all tables in schema {{ schema_name }} to role {{ role }};
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
