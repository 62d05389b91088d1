{{ config(tags=['pay', 'ps[1]'], enabled=true) }}
select * from {{ source('raw', 'payments') }} left join {{ source('web', 'clicks') }} using (id)
