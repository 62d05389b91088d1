{#- BigQuery. Blanks and line ends are those that dbt prints. -#}

{% macro bigquery__array_append(array, new_element) %}{{ array_concat(array, array_construct([new_element])) }}{% endmacro %}

{% macro bigquery__array_concat(array_1, array_2) %}array_concat({{ array_1 }}, {{ array_2 }}){% endmacro %}

{% macro bigquery__array_construct(inputs, data_type) -%}
  {%- set written = '[ ' ~ inputs | join(' , ') ~ ' ]' if inputs else 'ARRAY<' ~ data_type ~ '>[]' -%}
  {{ '\n    ' ~ written ~ '\n    ' }}
{%- endmacro %}

{% macro bigquery__bool_or(expression) %}logical_or({{ expression }}){% endmacro %}

{% macro bigquery__date(year, month, day) %}date({{ year }}, {{ month }}, {{ day }}){% endmacro %}

{% macro bigquery__date_trunc(datepart, date) -%}
    timestamp_trunc(
        cast({{ date }} as timestamp),
        {{ datepart }}
    )
{%- endmacro %}

{% macro bigquery__dateadd(datepart, interval, from_date_or_timestamp) %}

        datetime_add(
            cast( {{ from_date_or_timestamp }} as datetime),
        interval {{ interval }} {{ datepart }}
        )

{% endmacro %}

{#- Later first, as in a subtraction. -#}
{% macro bigquery__datediff(first_date, second_date, datepart) -%}
  {{ '' }}

    datetime_diff(
        cast({{ second_date }} as datetime),
        cast({{ first_date }} as datetime),
        {{ datepart }}
    )

  {{ '' }}
{%- endmacro %}

{% macro bigquery__equals(expr1, expr2) -%}
  {%- set nulls_too = adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
  {{ '\n    ' if nulls_too }}({{ expr1 }} {{ 'IS NOT DISTINCT FROM' if nulls_too else '=' }} {{ expr2 }})
{%- endmacro %}

{% macro bigquery__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}

{% macro bigquery__except() %}

    except distinct

{% endmacro %}

{% macro bigquery__intersect() %}

    intersect distinct

{% endmacro %}

{% macro bigquery__hash(field) %}to_hex({{ dbt.default__hash(field) }}){% endmacro %}

{% macro bigquery__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    string_agg(
        {{ measure }},
        {{ delimiter_text }}
        {{ order_by_clause or '' }}
        {{ 'limit ' ~ limit_num if limit_num }}
        )
{%- endmacro %}

{% macro bigquery__position(substring_text, string_text) %}

    strpos(
        {{ string_text }},
        {{ substring_text }}

    )
{%- endmacro %}

{% macro bigquery__right(string_text, length_expression) %}

    case when {{ length_expression }} = 0
        then ''
    else
        substr(
            {{ string_text }},
            -1 * ({{ length_expression }})
        )
    end
{%- endmacro %}

{#- The members of an array are cast one by one; some types take no text. -#}
{% macro bigquery__safe_cast(field, type) %}
  {%- set kind = type.lower() -%}
  {%- set is_plain = field is string or field is mapping -%}
  {%- if kind.startswith('array') and field is iterable and not is_plain and field | length > 0 -%}
    {%- set member = kind[6:-1] %}
    {{ '' }}
    {#- #}
    {% if cast_from_string_unsupported_for(member) %}
        (select array_agg(safe_cast(i as {{ member }})) from unnest([
            {%- for it in field %}
                {{ it.strip('"').strip("'") }}{{ ',' if not loop.last }}
            {%- endfor %}
        ]) i)
    {%- else -%}
        (select array_agg(safe_cast(i as {{ member }})) from unnest({{ field }}) i)
    {%- endif -%}
  {%- elif kind == 'json' and field is mapping -%}
    safe_cast(json {{ dbt.string_literal(tojson(field)) }} as json)
  {%- elif field is string and cast_from_string_unsupported_for(type) -%}
    safe_cast({{ field.strip('"').strip("'") }} as {{ type }})
  {%- else -%}
    safe_cast({{ field }} as {{ type }})
  {%- endif -%}
{% endmacro %}

{% macro cast_from_string_unsupported_for(type) %}
  {{ return(type.lower() == 'geography' or type.lower().startswith('struct')) }}
{% endmacro %}

{#- Offsets begin at zero; from the end, the number of delimiters decides. -#}
{% macro bigquery__split_part(string_text, delimiter_text, part_number) %}

  {% if part_number < 0 %}
    split(
        {{ string_text }},
        {{ delimiter_text }}
        )[safe_offset(
          length({{ string_text }})
          - length(
              replace({{ string_text }},  {{ delimiter_text }}, '')
          ) + 1 + {{ part_number }}
        )]
  {% else %}
    split(
        {{ string_text }},
        {{ delimiter_text }}
        )[safe_offset({{ part_number - 1 }})]
  {% endif %}

{% endmacro %}

{% macro bigquery__string_literal(value) %}'''{{ value }}'''{% endmacro %}

{% macro bigquery__current_timestamp() %}current_timestamp(){% endmacro %}

{% macro bigquery__current_timestamp_backcompat() %}current_timestamp{% endmacro %}

{% macro bigquery__snapshot_string_as_time(timestamp) %}{{ return('TIMESTAMP("' ~ timestamp ~ '")') }}{% endmacro %}

{% macro bigquery__can_clone_table() %}{{ return(true) }}{% endmacro %}

{% macro bigquery__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {{ select_sql_header if select_sql_header is not none }}select * from (
        {{ select_sql }}
    ) as __dbt_sbq
    where false and current_timestamp() = current_timestamp()
    limit 0
{% endmacro %}

{% macro bigquery__test_unique(model, column_name) %}

with dbt_test__target as (

  select {{ column_name }} as unique_field
  from {{ model }}
  where {{ column_name }} is not null

)

select
    unique_field,
    count(*) as n_records

from dbt_test__target
group by unique_field
having count(*) > 1

{% endmacro %}

{% macro bigquery__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as string), '')") -%}{%- endfor -%}
  {{ "to_hex(md5(concat(" ~ texts | join(", '|',") ~ ')))' }}
{%- endmacro %}

{#- A name that is too long loses its end, not the suffix. -#}
{% macro bigquery__make_relation_with_suffix(base_relation, suffix, dstring) %}
  {%- set now = modules.datetime.datetime.now().strftime('%H%M%S%f') if dstring else '' -%}
  {%- set suffix = suffix ~ now -%}
  {%- set most = 1024 -%}
  {%- if suffix | length > most -%}
    {{ exceptions.raise_compiler_error(
      'Relation suffix is too long (' ~ suffix | length ~ ' characters). Maximum length is ' ~ most ~ ' characters.'
    ) }}
  {%- endif -%}
  {%- set name = base_relation.identifier[:most - suffix | length] ~ suffix -%}
  {{ return(base_relation.incorporate(path={'identifier': name})) }}
{% endmacro %}

{% macro bigquery__make_temp_relation(base_relation, suffix) %}
  {%- set named = bigquery__make_relation_with_suffix(base_relation, suffix, dstring=true) -%}
  {{ return(named) }}
{% endmacro %}

{% macro bigquery__make_intermediate_relation(base_relation, suffix) %}
  {{ return(bigquery__make_relation_with_suffix(base_relation, suffix, dstring=false)) }}
{% endmacro %}

{% macro bigquery__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {%- set named = bigquery__make_relation_with_suffix(base_relation, suffix, dstring=false) -%}
  {{ return(named.incorporate(type=backup_relation_type)) }}
{% endmacro %}
