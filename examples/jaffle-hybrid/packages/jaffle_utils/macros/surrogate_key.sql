{# A stable key over any number of columns; null and '' are told apart. #}
{% macro surrogate_key() -%}
    {%- if varargs | length == 0 -%}
        {{ exceptions.raise_compiler_error("surrogate_key() needs at least one column") }}
    {%- endif -%}
    md5(
    {%- for column in varargs -%}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '~null~')
        {%- if not loop.last %} || '-' || {% endif -%}
    {%- endfor -%}
    )
{%- endmacro %}
