-- Ana, Tuesday: which stores are slow? (`stg_pos__order_events` is not there yet.)
select
    store_id,
    avg(minutes_to_ready) as minutes_to_ready
from {{ ref('stg_pos__order_events') }}
where minutes_to_ready > {{ var('late_order_minutes') }}
group by 1
