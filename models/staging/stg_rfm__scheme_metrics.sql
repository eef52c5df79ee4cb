with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') | indent(4) }}

)

select
    policy_rows.scheme,
    policy_rows.metric,
    policy_rows.method,
    policy_rows.direction,
    coalesce(policy_rows.baseline_metric, policy_rows.metric) as baseline_metric,
    coalesce(policy_rows.window, 'scheme') as metric_window,
    {{ dbt_rfm.policy_number('policy_rows.weight') }} as weight,
    {{ dbt_rfm.policy_integer('policy_rows.levels') }} as levels,
    policy_rows.baseline_metric as baseline_metric_text,
    policy_rows.weight as weight_text,
    policy_rows.levels as levels_text
from policy_rows
