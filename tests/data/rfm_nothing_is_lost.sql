-- Every line that is read is accepted or refused, and every customer of a scheme is graded once.

select *
from {{ ref('int_rfm__audit') }}
where left_side <> right_side
