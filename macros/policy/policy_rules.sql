{# What a policy has to be: a map from seed, or var, to its rules, and the one place to add to.

   A rule reads rows of its seed in a relation of rfm_policy_problems, `facts` unless told: the seed's
   rows as they stand in stg_rfm__policy, with what the other rows say of their scheme, tier or metric.
   `fails_where` is a SQL condition. What is wrong (`problem`), was found and may be written (`allowed`)
   are texts in which {sql} stands for the text of an expression, {#sql} for one of another type, and
   {sql?word} for one with a word instead of null: (blank) where there is none after the ?. #}
{% macro policy_rules() %}
    {%- set most_bins = dbt_rfm.rfm_most_bins() -%}
    {%- set most_measures = dbt_rfm.rfm_most_measures() -%}
    {%- set a_measure = (
        ', or a measure of the measures input' if dbt_rfm._input_kind('measures') else ''
    ) -%}
    {%- set limits = dbt_rfm.rfm_allowed_values('alert_limit') -%}
    {%- set up_to_15_digits = 'a number with at most 15 digits before the point and 6 after' -%}
    {%- set or_blank = ', or leave it blank where it is open' -%}
    {%- set of_metric = ' of {metric?}' -%}
    {%- set of_bin = ' of {metric?}, score {score_text?}' -%}
    {%- set of_tier = ' of tier {tier?}' -%}
    {%- set of_rule = ' of priority {priority_text?}' -%}
    {%- set of_band = ' of band {band?} of {kind?}' -%}
    {%- set of_cycle = ' of {life_cycle?}' -%}
    {%- set of_limit = ' of limit {limit_name?} of alert {alert?}' -%}
    {%- set in_levels = "method in ('ntile', 'quantile')" -%}
    {%- set of_outcome = ' of outcome {outcome?}' -%}
    {%- set limits_from_one = ['priority', 'min_days_overdue', 'min_days_late', 'min_ranks_lost'] -%}
    {%- set limits_from_any = ['max_amount_share'] -%}
    {%- set shares = ['order_again_probability_below'] -%}
    {%- set tier_is_known = dbt_rfm._rule(
        'tier is not null and not is_tier', 'the tier is unknown', '{tier}',
        'a tier of the scheme in rfm_tiers'
    ) -%}
    {%- set scheme_is_known = dbt_rfm._rule(
        "in_seed = 'rfm_schemes'", 'the scheme is unknown', '{key_1}', 'a scheme of rfm_schemes',
        'missing'
    ) -%}

    {%- set rules = {} -%}
    {%- for seed, key in dbt_rfm.policy_keys().items() -%}
        {%- do rules.update({seed: dbt_rfm._key_rules(seed, key)}) -%}
    {%- endfor -%}

    {%- do rules.rfm_schemes.extend([
        dbt_rfm._word('population', 'population'),
        dbt_rfm._word('refresh_period', 'period'),
        dbt_rfm._word('tier_method', 'tier_method'),
        dbt_rfm._number('score_decimals', 'score_decimals between 0 and 6', 'a whole number from 0 to 6'),
        dbt_rfm._number(
            'window_months', 'window_months between 1 and 1200',
            'a whole number of months from 1 to 1200, or leave it blank', is_optional=true
        ),
        dbt_rfm._number(
            'window_start', none, 'a date such as 2020-01-01, or leave it blank', is_optional=true
        ),
        dbt_rfm._rule(
            'window_start_text is not null and window_months_text is not null',
            'window_start and window_months are both set',
            '{window_start_text}, {window_months_text}', 'one of them, or neither for all data'
        ),
        dbt_rfm._rule(
            'scheme is not null and not has_metrics',
            'the scheme has no metrics', '{scheme}', 'at least one row for it in rfm_scheme_metrics'
        ),
        dbt_rfm._rule(
            'scheme is not null and not has_tiers',
            'the scheme has no tiers', '{scheme}', 'at least one row for it in rfm_tiers'
        ),
    ]) -%}

    {%- do rules.rfm_scheme_metrics.extend([
        dbt_rfm._word(
            'metric', 'metric', where='metric is not null and not is_measure', or_else=a_measure
        ),
        dbt_rfm._word('method', 'method', of_metric),
        dbt_rfm._word(
            'direction', 'direction', of_metric,
            where="(direction is not null or method in ('ntile', 'quantile', 'min_max'))"
        ),
        dbt_rfm._word('metric_window', 'window', of_metric, named='window'),
        dbt_rfm._word(
            'baseline_metric', 'order_metric', of_metric,
            where="method = 'min_max' and not is_baseline_measure", or_else=a_measure
        ),
        dbt_rfm._rule(
            "'measure_" ~ most_measures + 1 ~ "' in (scored_metric, scored_baseline_metric)",
            'the scheme has more than ' ~ most_measures ~ ' measures of its own', '{metric}',
            'at most ' ~ most_measures ~ ' of them, or another scheme for the others'
        ),
        dbt_rfm._number(
            'weight', 'weight >= 0 and weight < 1000',
            'a number from 0, below 1000, with at most 6 decimals, such as 0.3', of_metric
        ),
        dbt_rfm._rule('is_weightless', 'all weights are 0', '0', 'a weight above 0 for one metric'),
        dbt_rfm._number(
            'levels', 'levels between 2 and ' ~ most_bins, 'a whole number from 2 to ' ~ most_bins,
            of_metric, where=in_levels
        ),
        dbt_rfm._rule(
            "levels_text is not null and method not in ('ntile', 'quantile')",
            'levels' ~ of_metric ~ ' mean nothing to method {method}', '{levels_text}',
            'a blank cell, or method ntile or quantile'
        ),
        dbt_rfm._rule(
            "baseline_metric_text is not null and method <> 'min_max'",
            'baseline_metric' ~ of_metric ~ ' means nothing to method {method}',
            '{baseline_metric_text}', 'a blank cell, or method min_max'
        ),
        dbt_rfm._rule(
            "metric = 'identity' and method <> 'lookup'",
            'identity is scored by method {method}', '{method}', 'lookup'
        ),
        dbt_rfm._rule(
            "metric <> 'identity' and method = 'lookup'",
            'method lookup is for identity, not for {metric}', '{method}',
            'ntile, quantile, threshold or min_max'
        ),
        dbt_rfm._rule(
            "method = 'threshold' and not has_bins",
            'the threshold metric {metric} has no bins', '{metric}',
            'its bins in rfm_score_bins, or another method'
        ),
        dbt_rfm._rule(
            "method = 'lookup' and not weighs_unknown",
            'there is no weight for customers of unknown identity', none,
            'a row in rfm_identity_weights with identity unknown'
        ),
    ]) -%}

    {%- do rules.rfm_score_bins.extend([
        dbt_rfm._number(
            'score', 'abs(score) < 1000000',
            'a number above -1000000, below 1000000, with at most 6 decimals', of_metric
        ),
        dbt_rfm._number('lower_bound', none, up_to_15_digits ~ or_blank, of_bin, is_optional=true),
        dbt_rfm._number('upper_bound', none, up_to_15_digits ~ or_blank, of_bin, is_optional=true),
        dbt_rfm._number(
            'lower_inclusive', none, 'true or false', of_bin, where='lower_bound_text is not null'
        ),
        dbt_rfm._number(
            'upper_inclusive', none, 'true or false', of_bin, where='upper_bound_text is not null'
        ),
        dbt_rfm._rule(
            'not is_threshold', 'the bin of score {score_text?} belongs to no threshold metric',
            '{metric}', 'a metric of the scheme whose method in rfm_scheme_metrics is threshold'
        ),
        dbt_rfm._rule(
            '1 = 1', 'several bins' ~ of_metric ~ ' have the same score', '{found_numbers}',
            'another score for each bin', 'equal_numbers'
        ),
        dbt_rfm._rule(
            'is_lowest and lower_bound is not null',
            'the lowest bin' ~ of_bin ~ ' has a lower_bound, so lower values fall out',
            '{lower_bound_text}', 'a blank lower_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'is_highest and upper_bound is not null',
            'the highest bin' ~ of_bin ~ ' has an upper_bound, so higher values fall out',
            '{upper_bound_text}', 'a blank upper_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'lower_bound > upper_bound'
            ~ ' or (lower_bound = upper_bound and not (lower_inclusive and upper_inclusive))',
            'the bin' ~ of_bin ~ ' holds no value', '{lower_bound_text} to {upper_bound_text}',
            'a lower_bound below the upper_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'not is_highest and (upper_bound is null or next_low is null'
            ~ ' or upper_bound <> next_low or upper_inclusive = next_lower_inclusive)',
            'gap or overlap after the bin' ~ of_bin,
            "upper_bound {upper_bound_text || case when upper_inclusive then ' inclusive'"
            ~ " else ' exclusive' end?blank}, next lower_bound {cast(next_low as "
            ~ dbt.type_string() ~ ") || case when next_lower_inclusive then ' inclusive'"
            ~ " else ' exclusive' end?blank}",
            'the same number in both, inclusive in exactly one', 'ranges'
        ),
        dbt_rfm._rule(
            'is_highest and range_count > ' ~ most_bins,
            'there are {#range_count} bins' ~ of_metric, '{#range_count}',
            'at most ' ~ most_bins ~ ' bins a metric', 'ranges'
        ),
    ]) -%}

    {%- do rules.rfm_tiers.extend([
        dbt_rfm._number('tier_rank', none, 'a whole number, 1 for the best tier', of_tier),
        dbt_rfm._number('min_score', none, up_to_15_digits ~ or_blank, of_tier, is_optional=true),
        dbt_rfm._number('max_score', none, up_to_15_digits ~ or_blank, of_tier, is_optional=true),
        dbt_rfm._rule(
            'goes_by_rules and (min_score_text is not null or max_score_text is not null)',
            'the bounds' ~ of_tier ~ ' mean nothing where rules decide',
            '{min_score_text?blank} to {max_score_text?blank}',
            'blank min_score and max_score, or tier_method score in rfm_schemes'
        ),
        dbt_rfm._rule(
            'tier is not null and not has_cadence', 'tier {tier} has no follow-up cadence', '{tier}',
            'a row for it in rfm_follow_up_cadences'
        ),
        dbt_rfm._rank_rule('tier_rank', '1 for the best tier, then 2, 3 and so on'),
        dbt_rfm._rule(
            'is_lowest and min_score is not null',
            'the lowest tier {tier} has a min_score, so lower scores fall out', '{min_score_text}',
            'a blank min_score', 'ranges'
        ),
        dbt_rfm._rule(
            'is_highest and max_score is not null',
            'the highest tier {tier} has a max_score, so higher scores fall out', '{max_score_text}',
            'a blank max_score', 'ranges'
        ),
        dbt_rfm._rule(
            'min_score >= max_score', 'tier {tier} holds no score',
            '{min_score_text} to {max_score_text}', 'a min_score below the max_score', 'ranges'
        ),
        dbt_rfm._rule(
            'not is_highest and (max_score is null or next_low is null or max_score <> next_low)',
            'hole or overlap between tier {tier} and tier {next_name}',
            'max_score {max_score_text?blank}, next min_score {next_low_text?blank}',
            'the same number in both', 'ranges'
        ),
        dbt_rfm._rule(
            'tier_rank < next_tier_rank',
            'tier {tier} ranks before tier {next_name}, which has higher scores', '{tier_rank_text}',
            'ranks that follow the scores, 1 for the highest', 'ranges'
        ),
    ]) -%}

    {%- do rules.rfm_tier_rules.extend([
        dbt_rfm._number(
            'priority', none, 'a whole number; the lowest is tried first',
            where='priority_text is not null'
        ),
        dbt_rfm._rule(
            'not is_tier', 'the tier' ~ of_rule ~ ' is unknown', '{tier}',
            'a tier of the scheme in rfm_tiers'
        ),
        dbt_rfm._rule(
            'goes_by_score', 'the rule' ~ of_rule ~ ' belongs to a scheme whose tiers go by score',
            '{tier}', 'tier_method rules in rfm_schemes, or no rules'
        ),
        dbt_rfm._rule(
            '1 = 1', 'the scheme goes by rules and has none', 'rules',
            'rows for it in rfm_tier_rules, or tier_method score in rfm_schemes', 'missing'
        ),
        dbt_rfm._rule(
            '1 = 1', 'several rules have the same priority', '{found_numbers}',
            'another whole number for each rule', 'equal_numbers'
        ),
        dbt_rfm._bound_rule(
            'low_text is not null and low is null', "{metric || '_min'}" ~ of_rule ~ ' is out of place',
            '{low_text}', 'a score' ~ or_blank
        ),
        dbt_rfm._bound_rule(
            'high_text is not null and high is null',
            "{metric || '_max'}" ~ of_rule ~ ' is out of place', '{high_text}', 'a score' ~ or_blank
        ),
        dbt_rfm._bound_rule(
            'low < lowest or low > highest',
            "{metric || '_min'}" ~ of_rule ~ ' is outside the scores of {metric}', '{low_text}',
            'a score from {lowest_text} to {highest_text}' ~ or_blank
        ),
        dbt_rfm._bound_rule(
            'high < lowest or high > highest',
            "{metric || '_max'}" ~ of_rule ~ ' is outside the scores of {metric}', '{high_text}',
            'a score from {lowest_text} to {highest_text}' ~ or_blank
        ),
        dbt_rfm._bound_rule(
            'low between lowest and high and high <= highest and matching_scores = 0',
            'the rule' ~ of_rule ~ ' never matches: {metric} has no score from'
            ~ " {metric || '_min'} to {metric || '_max'}",
            '{low_text} to {high_text}', 'bounds with a score of {metric} between them'
        ),
        dbt_rfm._bound_rule(
            'low > high',
            'the rule' ~ of_rule ~ " never matches: {metric || '_min'} is above {metric || '_max'}",
            '{low_text} to {high_text}', 'a minimum up to the maximum'
        ),
        dbt_rfm._bound_rule(
            '(low_text is not null or high_text is not null) and metrics_in_levels = 0',
            'the rule' ~ of_rule ~ ' needs a {metric} score of 1, 2, 3 and so on',
            '{low_text?open} to {high_text?open}',
            '{metric} by ntile, quantile or threshold in rfm_scheme_metrics, or blank bounds'
        ),
        dbt_rfm._rule(
            '1 = 1', 'no rule takes the cell recency, frequency, monetary', '{cell_name}',
            'a last rule with blank bounds, or one for this cell', 'open_cells'
        ),
    ]) -%}

    {%- do rules.rfm_follow_up_cadences.extend([
        dbt_rfm._word('period', 'period', of_tier),
        dbt_rfm._number(
            'contacts_min', 'contacts_min between 0 and 1000', 'a whole number from 0 to 1000', of_tier
        ),
        dbt_rfm._number(
            'contacts_max', 'contacts_max between 0 and 1000', 'a whole number from 0 to 1000', of_tier
        ),
        dbt_rfm._number(
            'every_n', 'every_n between 1 and 1000', 'a whole number from 1 to 1000', of_tier
        ),
        dbt_rfm._rule(
            'contacts_min > contacts_max', 'contacts_min' ~ of_tier ~ ' is above contacts_max',
            '{contacts_min_text} to {contacts_max_text}', 'a minimum up to the maximum'
        ),
        tier_is_known,
    ]) -%}

    {%- do rules.rfm_identity_weights.extend([
        dbt_rfm._number(
            'weight', 'weight >= 0 and weight < 1000000',
            'a number from 0 with at most 6 decimals, such as 0.6',
            ' of identity {' ~ dbt_rfm.column_name('identity') ~ '?}'
        ),
        dbt_rfm._rule(
            'not has_lookup', 'the scheme does not score identity',
            '{' ~ dbt_rfm.column_name('identity') ~ '}',
            'a row with metric identity and method lookup in rfm_scheme_metrics, or no weights'
        ),
    ]) -%}

    {%- do rules.rfm_strategies.extend([
        tier_is_known,
        dbt_rfm._word(
            'target_metric', 'target_metric', of_tier, where='target_metric is not null'
        ),
        dbt_rfm._number(
            'target_change', 'target_change >= -1 and target_change < 100',
            'a number from -1, below 100, with at most 6 decimals, such as 0.1 for a tenth more',
            of_tier, is_optional=true
        ),
        dbt_rfm._rule(
            'target_metric is not null and target_change_text is null',
            'target_metric' ~ of_tier ~ ' stands without target_change', '{target_metric}',
            'a target_change, such as 0.1 for a tenth more, or a blank target_metric'
        ),
        dbt_rfm._rule(
            'target_change_text is not null and target_metric is null',
            'target_change' ~ of_tier ~ ' stands without target_metric', '{target_change_text}',
            'a target_metric, such as revenue, or a blank target_change'
        ),
        dbt_rfm._number(
            'is_win_back', none, 'true, or leave it blank', of_tier, is_optional=true
        ),
    ]) -%}

    {%- for bound in ['lower_bound', 'upper_bound'] -%}
        {%- do rules.rfm_behaviour_bands.extend([
            dbt_rfm._number(
                bound, bound ~ ' <= 1',
                'a number up to 1 with at most 6 decimals, such as 0.1 for a tenth, or leave it blank'
                ~ ' where it is open',
                of_band, is_optional=true, where="kind = 'discount_rate'"
            ),
            dbt_rfm._number(
                bound, bound ~ ' >= 0',
                'a number from 0 with at most 15 digits before the point and 6 after, or leave it blank'
                ~ ' where it is open',
                of_band, is_optional=true,
                where="(kind is null or kind not in ('discount_rate', 'churn_risk'))"
            ),
            dbt_rfm._number(
                bound, bound ~ ' between 0 and 1',
                'a probability from 0 to 1 with at most 6 decimals, such as 0.2, or leave it blank where'
                ~ ' it is open',
                of_band, is_optional=true, where="kind = 'churn_risk'"
            ),
        ]) -%}
    {%- endfor -%}
    {%- do rules.rfm_behaviour_bands.extend([
        dbt_rfm._word('kind', 'behaviour_kind', where='kind is not null'),
        dbt_rfm._rule(
            '1 = 1', 'there are no bands of kind {key_1}', none, 'at least one row for it', 'missing'
        ),
        dbt_rfm._rule(
            'is_lowest and lower_bound is not null',
            'lower_bound' ~ of_band ~ ', the lowest, leaves lower values out', '{lower_bound_text}',
            'a blank lower_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'is_highest and upper_bound is not null',
            'upper_bound' ~ of_band ~ ', the highest, leaves higher values out', '{upper_bound_text}',
            'a blank upper_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'lower_bound >= upper_bound', 'the bounds' ~ of_band ~ ' hold no value',
            '{lower_bound_text} to {upper_bound_text}', 'a lower_bound below the upper_bound', 'ranges'
        ),
        dbt_rfm._rule(
            'not is_highest and (upper_bound is null or next_low is null or upper_bound <> next_low)',
            'gap or overlap between upper_bound' ~ of_band ~ ' and lower_bound of band {next_name?}',
            'upper_bound {upper_bound_text?blank}, next lower_bound {next_low_text?blank}',
            'the same number in both', 'ranges'
        ),
    ]) -%}

    {%- for column, kind in {
        'discount_band': 'discount_rate', 'order_value_band': 'order_value',
    }.items() -%}
        {%- do rules.rfm_price_sensitivity.append(dbt_rfm._rule(
            column ~ ' is not null and not is_' ~ column, 'the ' ~ column ~ ' is unknown',
            '{' ~ column ~ '}', 'a band of kind ' ~ kind ~ ' in rfm_behaviour_bands'
        )) -%}
    {%- endfor -%}
    {%- do rules.rfm_price_sensitivity.extend([
        dbt_rfm._rule(
            'price_sensitivity is null',
            'price_sensitivity of {discount_band?} and {order_value_band?} is blank', none,
            'a word, such as low, medium or high'
        ),
        dbt_rfm._rule(
            '1 = 1', 'there is no row for discount_band {key_1} and order_value_band {key_2}', none,
            'a row for every pair of bands', 'missing'
        ),
    ]) -%}

    {%- for column in ['max_tenure_days', 'max_recency_days'] -%}
        {%- do rules.rfm_life_cycles.append(dbt_rfm._number(
            column, column ~ ' >= 0',
            'a whole number of days from 0, or leave it blank where it is open', of_cycle,
            is_optional=true
        )) -%}
    {%- endfor -%}
    {%- do rules.rfm_life_cycles.extend([
        dbt_rfm._number(
            'contact_within_days', 'contact_within_days >= 1',
            'a whole number of days from 1, or leave it blank', of_cycle, is_optional=true
        ),
        dbt_rfm._number('priority', none, 'a whole number, 1 for what is tried first', of_cycle),
        dbt_rfm._rank_rule('priority', '1 for what is tried first, then 2, 3 and so on'),
        dbt_rfm._rule(
            '1 = 1', 'there are no life cycles', none,
            'at least one row, the last with blank limits', 'missing'
        ),
        dbt_rfm._rule(
            'is_last_cycle and priority is not null'
            ~ ' and (max_tenure_days_text is not null or max_recency_days_text is not null)',
            'the limits' ~ of_cycle ~ ', the last, leave customers without a life cycle',
            '{max_tenure_days_text?blank}, {max_recency_days_text?blank}',
            'blank max_tenure_days and max_recency_days'
        ),
        dbt_rfm._rule(
            '(offer is null) <> (offer_zh is null)',
            'the offer' ~ of_cycle ~ ' is written in one language', '{offer?blank}, {offer_zh?blank}',
            'both offer and offer_zh, or neither'
        ),
        dbt_rfm._rule(
            '1 = 1',
            '{life_cycle?} is never reached: {earlier_life_cycle?} comes first and takes all its'
            ~ ' customers',
            '{max_tenure_days_text?blank}, {max_recency_days_text?blank}',
            'a lower max_tenure_days or max_recency_days there, or a later priority',
            'covered_cycles'
        ),
    ]) -%}

    {%- for alert, names in limits.items() -%}
        {%- do rules.rfm_alert_limits.append(dbt_rfm._word(
            'limit_name', names, ' of alert ' ~ alert,
            where="alert = '" ~ alert ~ "' and limit_name is not null"
        )) -%}
    {%- endfor -%}
    {%- do rules.rfm_alert_limits.extend([
        dbt_rfm._word('alert', limits | list, where='alert is not null'),
        dbt_rfm._rule(
            '1 = 1', 'the limit {key_2} of alert {key_1} is missing', none, 'a row for it', 'missing'
        ),
        dbt_rfm._number(
            'value', 'value between 1 and 1000000 and value = floor(value)',
            'a whole number from 1 to 1000000', of_limit,
            where='limit_name in (' ~ dbt_rfm.text_list(limits_from_one) ~ ')'
        ),
        dbt_rfm._number(
            'value', 'value between 0 and 1000000',
            'a number from 0 to 1000000 with at most 6 decimals, such as 0.2', of_limit,
            where='limit_name in (' ~ dbt_rfm.text_list(limits_from_any) ~ ')'
        ),
        dbt_rfm._number(
            'value', 'value between 0 and 1000000 and value = floor(value)',
            'a whole number from 0 to 1000000', of_limit,
            where='(limit_name is null or limit_name not in ('
            ~ dbt_rfm.text_list(limits_from_one + limits_from_any + shares) ~ '))'
        ),
        dbt_rfm._number(
            'value', 'value between 0 and 1',
            'a number from 0 to 1 with at most 6 decimals, such as 0.3', of_limit,
            where='limit_name in (' ~ dbt_rfm.text_list(shares) ~ ')'
        ),
    ]) -%}

    {%- do rules.rfm_contact_outcomes.extend([
        dbt_rfm._word('effect', 'outcome_effect', of_outcome),
        dbt_rfm._number(
            'holds_for_days', 'holds_for_days >= 0', 'a whole number of days from 0', of_outcome
        ),
        dbt_rfm._rule(
            "effect = 'other_offer' and (offer is null or offer_zh is null)",
            'the offer' ~ of_outcome ~ ' is blank', '{offer?blank}, {offer_zh?blank}',
            'the other offer, in offer and offer_zh'
        ),
        dbt_rfm._rule(
            "effect <> 'other_offer' and (offer is not null or offer_zh is not null)",
            'the offer' ~ of_outcome ~ ' means nothing to effect {effect}',
            '{offer?blank}, {offer_zh?blank}', 'a blank cell, or effect other_offer'
        ),
        dbt_rfm._rule(
            'note is null or note_zh is null', 'the note' ~ of_outcome ~ ' is blank',
            '{note?blank}, {note_zh?blank}', 'what it means for the next contact, in note and note_zh'
        ),
    ]) -%}

    {%- do rules.rfm_category_aliases.append(dbt_rfm._rule(
        'category is null', 'the category of alias {alias?} is blank', none,
        'the category that the alias stands for'
    )) -%}

    {%- do rules.rfm_placeholder_ids.append(dbt_rfm._rule(
        "applies_to not in ('order_id', 'customer_id', 'both')",
        'applies_to of {id} is unknown', '{applies_to}', 'order_id, customer_id, both'
    )) -%}

    {%- do rules.update({
        'var rfm_enabled_schemes': [scheme_is_known],
        'var rfm_scheme_filters': [scheme_is_known],
        'var rfm_demand_scheme': [
            scheme_is_known,
            dbt_rfm._rule(
                "in_seed = 'rfm_enabled_schemes'", 'the scheme is not enabled', '{key_1}',
                'a scheme of rfm_enabled_schemes', 'missing'
            ),
        ],
    }) -%}
    {{- return(rules) -}}
{% endmacro %}

{# One rule, its texts as SQL expressions. #}
{% macro _rule(fails_where, problem, found, allowed, relation='facts') %}
    {{- return({
        'relation': relation,
        'fails_where': fails_where,
        'problem': dbt_rfm._message(problem),
        'found': dbt_rfm._message(found),
        'allowed': dbt_rfm._message(allowed),
    }) -}}
{% endmacro %}

{# A text with expressions in braces as a SQL expression. #}
{% macro _message(text) %}
    {%- set parts = [] -%}
    {%- for part in modules.re.split('[{}]', text or '') -%}
        {%- if loop.index is even -%}
            {%- set expression, is_optional, word = part.partition('?') -%}
            {%- if is_optional -%}
                {%- do parts.append('coalesce(' ~ expression ~ ", '" ~ (word or '(blank)') ~ "')") -%}
            {%- elif part.startswith('#') -%}
                {%- do parts.append('cast(' ~ part[1:] ~ ' as ' ~ dbt.type_string() ~ ')') -%}
            {%- else -%}
                {%- do parts.append(part) -%}
            {%- endif -%}
        {%- elif part -%}
            {%- do parts.append(dbt_rfm.text_literal(part)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(parts | join(' || ') or 'null') -}}
{% endmacro %}

{# What every policy seed has to be: no blank key cell, no key twice, no unknown scheme. #}
{% macro _key_rules(seed, key) %}
    {%- set rules = [] -%}
    {%- set names = key | map('replace', '_text', '') | list -%}
    {%- for column in key -%}
        {%- do rules.append(dbt_rfm._rule(
            'key_' ~ loop.index ~ ' is null', column ~ ' is blank', none,
            ('an ' if column[0] in 'aeio' else 'a ') ~ names[loop.index0]
        )) -%}
    {%- endfor -%}
    {%- set cells = range(1, key | length + 1) | map('string') | list -%}
    {%- do rules.append(dbt_rfm._rule(
        'copies > 1 and key_' ~ cells | join(' is not null and key_') ~ ' is not null',
        'the key ' ~ names | join(', ') ~ ' stands on {#copies} rows',
        '{key_' ~ cells | join('}, {key_') ~ '}', 'one row for it'
    )) -%}
    {%- if 'scheme' in key and seed != 'rfm_schemes' -%}
        {%- do rules.append(dbt_rfm._rule(
            'scheme is not null and not is_scheme', 'the scheme is unknown', '{scheme}',
            'a scheme of rfm_schemes'
        )) -%}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}

{# A cell holds one of these words, a list or the name of one of rfm_allowed_values. #}
{% macro _word(column, words, of='', where='1 = 1', named=none, or_else='') %}
    {%- set words = dbt_rfm.rfm_allowed_values(words) if words is string else words -%}
    {{- return(dbt_rfm._rule(
        '(' ~ column ~ ' is null or ' ~ column ~ ' not in (' ~ dbt_rfm.text_list(words) ~ ')) and '
        ~ where,
        (named or column) ~ of ~ ' is unknown', '{' ~ column ~ '}', words | join(', ') ~ or_else
    )) -}}
{% endmacro %}

{# A cell holds what its column can hold, and `valid` is true of it. #}
{% macro _number(column, valid, allowed, of='', is_optional=false, where='1 = 1') %}
    {{- return(dbt_rfm._rule(
        '(' ~ column ~ ' is null' ~ (' or not (' ~ valid ~ ')' if valid) ~ ') and ' ~ where
        ~ (' and ' ~ column ~ '_text is not null' if is_optional),
        column ~ of ~ ' is out of place', '{' ~ column ~ '_text}', allowed
    )) -}}
{% endmacro %}

{# The bounds of a metric in a rule, beside the scores that the metric can have. #}
{% macro _bound_rule(fails_where, problem, found, allowed) %}
    {{- return(dbt_rfm._rule(fails_where, problem, found, allowed, 'rule_bounds')) -}}
{% endmacro %}

{# The numbers of a seed without schemes, or of a scheme, are 1, 2, 3 and so on. #}
{% macro _rank_rule(column, allowed) %}
    {{- return(dbt_rfm._rule(
        'different_ranks <> ranked_rows or first_rank <> 1 or last_rank <> ranked_rows',
        column ~ ' is not 1 to {#ranked_rows}, each once', '{found_ranks}', allowed, 'ranks'
    )) -}}
{% endmacro %}
