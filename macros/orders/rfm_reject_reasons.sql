{# The reasons to refuse an order line, in the order in which they are tried, each with the share of
   the lines read that may be refused for it before a build warns, where rfm_allowed_rejects does
   not say it. Returns a dict. #}
{% macro rfm_reject_reasons() %}
    {{- return({
        'missing_order_id': 0.01,
        'missing_customer_id': 0.05,
        'damaged_order_id': 0.01,
        'damaged_customer_id': 0.01,
        'missing_ordered_at': 0.01,
        'missing_amount': 0.01,
        'unreadable_ordered_at': 0.01,
        'unreadable_amount': 0.01,
        'unreadable_quantity': 0.01,
        'rejected_status': 0.01,
        'future_order': 0.01,
        'negative_amount': 0.05,
        'non_positive_quantity': 0.01,
        'duplicate': 0.2,
        'absurd_quantity': 0.01,
    }) -}}
{% endmacro %}
