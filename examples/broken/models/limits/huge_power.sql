select {{ 9 ** (9 ** 9) }} as id
