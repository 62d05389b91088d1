select 1 as id, 'placed' as status, 2 as customer_id
