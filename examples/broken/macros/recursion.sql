{% macro calls_itself(n) %}{{ calls_itself(n + 1) }}{% endmacro %}

{% macro first_of_two(n) %}{{ second_of_two(n + 1) }}{% endmacro %}

{% macro second_of_two(n) %}{{ first_of_two(n + 1) }}{% endmacro %}
