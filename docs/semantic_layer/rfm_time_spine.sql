-- One row a day. The semantic layer wants one such model in a project; leave this one out where
-- yours has one already.
{{ config(materialized='table') }}

with days as (

    {{ dbt.date_spine(
        'day', "cast('2020-01-01' as date)", "cast('2031-01-01' as date)"
    ) }}

)

select cast(date_day as date) as date_day
from days
