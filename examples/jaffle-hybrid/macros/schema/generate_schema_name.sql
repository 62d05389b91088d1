{#
  Production: the schema a model asks for, as it is (`core`, `finance`, …).
  Everywhere else: the developer's schema in front, so that nobody overwrites a
  colleague's tables. Raw seeds stand in for loaded data and are shared.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set default_schema = target.schema -%}
    {%- if custom_schema_name is none -%}
        {{ default_schema }}
    {%- elif target.name == 'prod' or node.resource_type == 'seed' -%}
        {{ custom_schema_name | trim }}
    {%- else -%}
        {{ default_schema }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
