with supplies as (

    select * from {{ ref('stg_erp__supplies') }}

),

suppliers as (

    select * from {{ ref('stg_erp__suppliers') }}

)

select
    supplies.product_sku,
    count(*) as count_supplies,
    sum(supplies.supply_cost) as supply_cost,
    sum(case when supplies.is_perishable then supplies.supply_cost else 0 end) as perishable_supply_cost,
    max(suppliers.lead_time_days) as longest_lead_time_days,
    count(distinct suppliers.region) as count_regions

from supplies
left join suppliers on supplies.supplier_id = suppliers.supplier_id
group by supplies.product_sku
