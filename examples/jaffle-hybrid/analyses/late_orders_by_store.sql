-- How many orders of each store led to a ticket about being late?
select
    stores.store_name,
    count(distinct tickets.order_id) as count_late_orders,
    count(distinct orders.order_id) as count_orders
from {{ ref('fct_orders') }} as orders
inner join {{ ref('dim_stores') }} as stores on orders.store_id = stores.store_id
left join {{ ref('stg_crm__support_tickets') }} as tickets
    on
        orders.order_id = tickets.order_id
        and tickets.ticket_category = 'late'
group by stores.store_name
having count(distinct tickets.order_id) > {{ var('late_order_minutes') }} / 25
