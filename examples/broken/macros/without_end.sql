{% macro without_end(column) %}
    coalesce({{ column }}, 0)
