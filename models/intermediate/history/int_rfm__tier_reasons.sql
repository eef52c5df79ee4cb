-- Why the tier of a customer changed: the words of the metrics that decided it.

with score_changes as (select * from {{ ref('int_rfm__score_changes') }}),

deciding_metrics as (select * from {{ ref('int_rfm__deciding_metrics') }}),

metric_words as (

    select
        deciding_metrics.scheme,
        deciding_metrics.as_of_date,
        deciding_metrics.customer_id,
        score_changes.metric_name,
        case score_changes.metric
            {%- for metric in dbt_rfm.rfm_allowed_values('measured_metric') %}
            when '{{ metric }}' then {{ loop.index }}
            {%- endfor %}
        end as metric_number,
        {{ dbt_rfm.score_change_words('score_changes', 'en') | indent(8) }} as words,
        {{ dbt_rfm.score_change_words('score_changes', 'zh') | indent(8) }} as words_zh
    from deciding_metrics
    inner join score_changes
        on
            {{ dbt_rfm.graded_key('deciding_metrics') | indent(12) }}
            = {{ dbt_rfm.graded_key('score_changes') | indent(12) }}
    -- No name of a metric is part of another.
    where deciding_metrics.deciding_metrics like '%' || score_changes.metric || '%'

)

select
    scheme,
    as_of_date,
    customer_id,
    {{ dbt_rfm.joined_text('metric_name', "','", 'metric_number') }} as deciding_metrics,
    {{ dbt_rfm.joined_text('words', "'; '", 'metric_number') }} as changes,
    {{ dbt_rfm.joined_text('words_zh', "'；'", 'metric_number') }} as changes_zh
from metric_words
group by scheme, as_of_date, customer_id
