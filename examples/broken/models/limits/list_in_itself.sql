{% set items = [1] %}
{% do items.append(items) %}
select '{{ items }}' as text
