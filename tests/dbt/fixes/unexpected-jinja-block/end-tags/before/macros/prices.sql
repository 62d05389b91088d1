{% macro price() %}1{% endmacro %}
{% endmacro %}

{% macro tax() %}2{% endmacro %}  {%- endtest -%} {# so #}
  {% endcall %}
