with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') | indent(4) }}

)

select
    scheme,
    metric,
    method,
    direction,
    coalesce(baseline_metric, metric) as baseline_metric,
    coalesce(metric_window, 'scheme') as metric_window,
    {{ dbt_rfm.policy_number('weight') }} as weight,
    {{ dbt_rfm.policy_integer('levels') }} as levels,
    baseline_metric as baseline_metric_text,
    weight as weight_text,
    levels as levels_text
from policy_rows
