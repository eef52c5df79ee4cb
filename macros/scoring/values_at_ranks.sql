{# A query: each row of `ranks` with the value of the customer whose number in the ascending order of
   values is value_rank, from 1. `buckets` is what value_buckets makes of the same `values`: its
   running sums tell which bucket holds the rank, and only the values of that bucket are counted one
   by one. #}
{% macro values_at_ranks(ranks, buckets, values, keys, are_text=false) -%}
with bucket_ranks as (

    select
        {{ ranks }}.*,
        {{ buckets }}.value_bucket,
        {{ buckets }}.customers_below as customers_in_lower_buckets
    from {{ ranks }}
    inner join {{ buckets }}
        on
            {%- for key in keys %}
            {% if not loop.first %}and {% endif %}{{ ranks }}.{{ key }} = {{ buckets }}.{{ key }}
            {%- endfor %}
            and {{ ranks }}.value_rank > {{ buckets }}.customers_below
            and {{ ranks }}.value_rank <= {{ buckets }}.customers_below + {{ buckets }}.customers

),

-- The hint is for Spark, a comment elsewhere: a bucket that very many customers share, such as one
-- order, is filtered and counted where its rows are, before any row is sent.
bucket_values as (

    select
        {{ keys | join(',\n        ') }},
        value_bucket,
        value,
        sum(customers) as customers
    from {{ values }}
    where
        exists (
            select /*+ broadcast(bucket_ranks) */ 1
            from bucket_ranks
            where
                {%- for key in keys + ['value_bucket'] %}
                {% if not loop.first %}and {% endif %}{{ values }}.{{ key }} = bucket_ranks.{{ key }}
                {%- endfor %}
        )
    group by
        {{ keys | join(',\n        ') }},
        value_bucket,
        value

),

running as (

    select
        *,
        sum(customers) over (
            partition by {{ keys | join(', ') }}, value_bucket
            order by {{ dbt_rfm.by_bytes('value') if are_text else 'value' }}
            rows between unbounded preceding and current row
        ) as customers_up_to
    from bucket_values

)

select
    bucket_ranks.*,
    running.value,
    cast(
        bucket_ranks.customers_in_lower_buckets + running.customers_up_to - running.customers
        as bigint
    ) as customers_below,
    cast(bucket_ranks.customers_in_lower_buckets + running.customers_up_to as bigint)
        as customers_up_to
from bucket_ranks
inner join running
    on
        {%- for key in keys + ['value_bucket'] %}
        {% if not loop.first %}and {% endif %}bucket_ranks.{{ key }} = running.{{ key }}
        {%- endfor %}
        and bucket_ranks.value_rank - bucket_ranks.customers_in_lower_buckets
        > running.customers_up_to - running.customers
        and bucket_ranks.value_rank - bucket_ranks.customers_in_lower_buckets
        <= running.customers_up_to
{%- endmacro %}
