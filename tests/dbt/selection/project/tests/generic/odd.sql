{% test odd(model, column_name, most) %}select * from {{ model }} where {{ column_name }} > {{ most }}{% endtest %}
{% test like_other(model, other) %}select * from {{ model }} except select * from {{ other }}{% endtest %}
