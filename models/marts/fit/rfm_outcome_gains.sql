{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set captured = {
    'buyers': dbt_rfm.captured_share('buyers', 'tenths.tenth'),
    'revenue': dbt_rfm.captured_share('revenue', 'tenths.tenth'),
} %}

with outcome_groups as (
    select * from {{ ref('int_rfm__outcome_groups') }}
    where
        population = 'own'
        and basis <> 'revenue'
),

tenths as (

    {{ dbt_rfm.whole_numbers(10, 'tenth') | indent(4) }}

),

-- Of the groups, which may be as many as customers, the few in which a tenth ends.
ends_of_tenths as (

    select
        *,
        {{ dbt_rfm.divide_whole('(10 * customers_above)', 'all_customers') }} + 1 as first_tenth,
        {{ dbt_rfm.divide_whole('(10 * (customers_above + customers))', 'all_customers') }}
            as last_tenth
    from outcome_groups

),

captured as (

    select
        ends_of_tenths.scheme,
        ends_of_tenths.as_of_date,
        ends_of_tenths.basis,
        tenths.tenth,
        {%- for measure, share in captured.items() %}
        {{ share.dividend }} as {{ measure }}_dividend,
        {{ share.divisor }} as {{ measure }}_divisor
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from ends_of_tenths
    inner join tenths
        on
            ends_of_tenths.first_tenth <= tenths.tenth
            and ends_of_tenths.last_tenth >= tenths.tenth
    where ends_of_tenths.first_tenth <= ends_of_tenths.last_tenth

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    cast(basis as {{ dbt.type_string() }}) as basis,
    {{ dbt_rfm.decimal(dbt_rfm.divide_half_up('tenth', '10'), 9, 6) }} as top_share,
    -- Where refunds nearly cancel the whole, a share can pass what the type holds.
    {%- for measure, column in {'buyers': 'buyer_share', 'revenue': 'revenue_share'}.items() %}
    case
        when {{ measure }}_divisor > 0 and abs({{ measure }}_dividend) < 999 * {{ measure }}_divisor
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_wide(measure ~ '_dividend', measure ~ '_divisor'), 9, 6
            ) | indent(12) }}
    end as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from captured
