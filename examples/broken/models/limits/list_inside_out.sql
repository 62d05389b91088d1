{% set left = [] %}
{% set right = [] %}
{% do left.append(right) %}
{% do right.append(left) %}
select {{ 1 if left == right else 0 }} as id
