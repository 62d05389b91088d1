{#
  A case expression from a list of (lower bound, label), highest bound first.
  The calls tell how many bands there are through `namespace`, because a `set`
  inside a loop ends with the loop.
#}
{% macro score_bands(column, bands, other="'none'") -%}
    {%- set counter = namespace(bands=0) -%}
    case
    {%- for lower_bound, label in bands %}
        {%- set counter.bands = counter.bands + 1 %}
        when {{ column }} >= {{ lower_bound }} then '{{ counter.bands }}-{{ label }}'
    {%- else %}
        when false then null
    {%- endfor %}
        else {{ other }}
    end
{%- endmacro %}
