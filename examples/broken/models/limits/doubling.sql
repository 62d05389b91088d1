{% set state = namespace(text='x') %}
{% for i in range(64) %}
{% set state.text = state.text ~ state.text %}
{% endfor %}
select '{{ state.text }}' as text
