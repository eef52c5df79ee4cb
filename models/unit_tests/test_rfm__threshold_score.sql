{#- The worst bin stands first: a lower bound that took its value in would show. -#}
{%- set recency_bins = [
    {'score': 1, 'lower_bound': 30.5, 'lower_inclusive': false},
    {'score': 2.5, 'lower_bound': 10, 'upper_bound': 30.5, 'upper_inclusive': true},
    {'score': 5, 'upper_bound': 10, 'upper_inclusive': true},
] -%}
{#- The flag of an open bound is ignored; between 3 and 5 no bin holds the value. -#}
{%- set frequency_bins = [
    {'score': 1, 'lower_bound': none, 'lower_inclusive': true, 'upper_bound': 0},
    {'score': 2, 'lower_bound': 0, 'lower_inclusive': true, 'upper_bound': 3},
    {'score': 3, 'lower_bound': 5, 'lower_inclusive': true, 'upper_bound': none},
] -%}

with scoring_cases as (

    select * from {{ ref('test_rfm__scoring_cases') }}

)

select
    value,
    {{ dbt_rfm.threshold_score('value', recency_bins) }} as recency_score,
    {{ dbt_rfm.threshold_score('value', frequency_bins) }} as frequency_score,
    {{ dbt_rfm.threshold_score('value', [{'score': 7}]) }} as score_of_open_bin
from scoring_cases
