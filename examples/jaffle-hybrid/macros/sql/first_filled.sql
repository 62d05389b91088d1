{#
  coalesce() over any number of text columns that treats '' as missing:
  first_filled('a', 'b', 'c', fallback="'n/a'").
#}
{% macro first_filled() -%}
    {%- set state = namespace(parts=[], fallback=kwargs.get('fallback')) -%}
    {%- for column in varargs -%}
        {%- set state.parts = state.parts + ["nullif(trim(" ~ column ~ "), '')"] -%}
    {%- endfor -%}
    {%- if state.fallback is not none -%}
        {%- set state.parts = state.parts + [state.fallback] -%}
    {%- endif -%}
    coalesce({{ state.parts | join(', ') }})
{%- endmacro %}
