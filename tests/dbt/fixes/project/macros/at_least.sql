{% test at_least(model, column_name, bound=0, note='') %}
select * from {{ model }} where {{ column_name }} < {{ bound }}
{% endtest %}
