select {{ range(10 ** 12) | list | length }} as id
