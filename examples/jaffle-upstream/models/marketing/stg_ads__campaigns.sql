{{ config(materialized='view') }}

with source as (

    select * from {{ ref('landed_campaigns') }}

)

select
    id as campaign_id,
    name as campaign_name,
    utm_campaign,
    lower(channel) as channel,
    cast(spend as double) as spend,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on
from source
