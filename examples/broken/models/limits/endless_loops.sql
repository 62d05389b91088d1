select
{% for a in range(100000) %}
{% for b in range(100000) %}
{% for c in range(100000) %}
{{- '' -}}
{% endfor %}
{% endfor %}
{% endfor %}
1 as id
