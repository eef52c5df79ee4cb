{{ config(materialized='view') }}

select * from {{ ref('dbt_rfm', 'rfm_tier_summary') }}
