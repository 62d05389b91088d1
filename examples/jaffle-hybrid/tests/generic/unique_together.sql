{% test unique_together(model, columns) %}

{%- set column_list = columns | join(', ') %}

select
    {{ column_list }},
    count(*) as count_rows
from {{ model }}
group by {{ column_list }}
having count(*) > 1

{% endtest %}
