select 2 as id, 'Ann' as name
