{#
  One column per value: sums `amount` where `column` has that value.
  Values that only differ in case are one column.
#}
{% macro pivot_amounts(column, amount, values, prefix='') -%}
    {%- set seen = [] -%}
    {%- for value in values -%}
        {%- set name = (prefix ~ value) | lower | replace(' ', '_') -%}
        {%- if name not in seen -%}
            {%- do seen.append(name) %}
    sum(case when {{ column }} = '{{ value }}' then {{ amount }} else 0 end) as {{ name }}
            {%- if not loop.last %},{% endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
