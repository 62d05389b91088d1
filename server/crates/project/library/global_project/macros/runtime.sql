{#- What a model asks about the run that it is part of, and about what is built already. -#}

{% macro is_incremental() %}
  {%- if execute -%}
    {%- set built = adapter.get_relation(this.database, this.schema, this.table) -%}
    {%- set is_table = built is not none and built.type == 'table' -%}
    {{ return(is_table and model.config.materialized == 'incremental' and not should_full_refresh()) }}
  {%- endif -%}
  {{ return(false) }}
{% endmacro %}

{#- A config of the node wins over the flag of the command line. -#}
{% macro should_full_refresh() %}
  {%- set own = config.get('full_refresh') -%}
  {{ return(flags.FULL_REFRESH if own is none else own) }}
{% endmacro %}

{% macro should_store_failures() %}
  {%- set own = config.get('store_failures') -%}
  {{ return(flags.STORE_FAILURES if own is none else own) }}
{% endmacro %}

{% macro is_core_v2() %}{{ return(dbt_version.startswith('2.')) }}{% endmacro %}

{% macro load_cached_relation(relation) %}
  {{ return(adapter.get_relation(relation.database, relation.schema, relation.identifier)) }}
{% endmacro %}

{% macro load_relation(relation) %}{{ return(load_cached_relation(relation)) }}{% endmacro %}
