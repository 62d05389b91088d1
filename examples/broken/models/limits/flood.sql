{% for i in range(100000) %}{% for j in range(100000) %}select {{ i * j }} as id union all
{% endfor %}{% endfor %}select 0 as id
