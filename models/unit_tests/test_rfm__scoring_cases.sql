select
    cast(null as {{ dbt.type_string() }}) as case_name,
    cast(null as {{ dbt.type_string() }}) as customer_id,
    cast(null as {{ dbt_rfm.type_decimal(28, 6) }}) as value,
    cast(null as {{ dbt_rfm.type_decimal(28, 6) }}) as baseline,
    cast(null as {{ dbt_rfm.type_decimal(28, 6) }}) as value_range,
    cast(null as {{ dbt_rfm.type_decimal(20, 12) }}) as recency_score,
    cast(null as {{ dbt_rfm.type_decimal(20, 12) }}) as frequency_score,
    cast(null as {{ dbt_rfm.type_decimal(20, 12) }}) as monetary_score,
    cast(null as {{ dbt_rfm.type_decimal(9, 6) }}) as weight,
    cast(null as integer) as score_decimals
