select
    cast(month as date) as month,
    currency,
    cast(euros as decimal(18, 4)) as euros
from {{ ref('exchange_rates') }}
