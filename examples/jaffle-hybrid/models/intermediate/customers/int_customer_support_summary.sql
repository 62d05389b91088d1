with tickets as (

    select * from {{ ref('stg_crm__support_tickets') }}

),

summarised as (

    select
        customer_id,
        count(*) as count_tickets,
        sum(case when is_open then 1 else 0 end) as count_open_tickets,
        sum(case when is_praise then 1 else 0 end) as count_praises,
        avg(satisfaction_score) as average_satisfaction,
        max(opened_at) as last_ticket_at

    from tickets
    group by customer_id

)

select
    *,
    {{ score_bands('average_satisfaction', [(4.5, 'delighted'), (3, 'fine'), (0, 'unhappy')], other="'unknown'") }} as satisfaction_band
from summarised
