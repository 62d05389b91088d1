select 1 as id
{% raw %}
{{ not jinja }}
