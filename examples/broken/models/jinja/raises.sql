{% if execute %}
{{ exceptions.raise_compiler_error('this model refuses to compile') }}
{% endif %}
select 1 as id
