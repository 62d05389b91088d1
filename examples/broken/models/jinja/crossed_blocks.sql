{% for i in [1, 2] %}
{% if i %}
select {{ i }} as id
{% endfor %}
{% endif %}
