{% macro price() %}1{% endmacro %}

{% macro tax() %}2{% endmacro %}   {# so #}
