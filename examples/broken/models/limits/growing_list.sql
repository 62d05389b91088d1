{% set items = [1] %}
{% for i in range(64) %}
{% do items.extend(items) %}
{% endfor %}
select {{ items | length }} as id
