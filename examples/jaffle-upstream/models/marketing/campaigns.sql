{{ config(materialized='table') }}

with campaigns as (

    select * from {{ ref('stg_ads__campaigns') }}

)

select
    *,
    ends_on - starts_on + 1 as count_days,
    spend / nullif(ends_on - starts_on + 1, 0) as spend_per_day
from campaigns
where spend > 0
