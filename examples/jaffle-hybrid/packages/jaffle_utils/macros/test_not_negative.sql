{% test not_negative(model, column_name, or_null=true) %}

select {{ column_name }}
from {{ model }}
where {{ column_name }} < 0
    {%- if not or_null %}
    or {{ column_name }} is null
    {%- endif %}

{% endtest %}
