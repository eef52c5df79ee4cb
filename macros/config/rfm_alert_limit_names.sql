{# The alerts, and the limits of rfm_alert_limits that each has. #}
{% macro rfm_alert_limit_names() %}
    {{- return({
        'churn_risk': ['min_intervals', 'min_interval_ratio', 'max_recency_days'],
        'overdue_follow_up': ['min_days_overdue'],
        'about_to_order': ['min_intervals', 'max_days_ahead'],
        'tier_dropped_risk': ['min_ranks_lost', 'max_days_ahead'],
        'near_upgrade': ['max_orders_missing', 'max_amount_share'],
    }) -}}
{% endmacro %}
