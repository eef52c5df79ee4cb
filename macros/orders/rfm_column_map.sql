{# The SQL expression over the input's table for each contract column; none where an optional
   column is not mapped. A required column that is not mapped goes by its own name; the demo data
   goes by the contract's names throughout, quoted as its seeds are loaded, and knows no status. #}
{% macro rfm_column_map(input) %}
    {%- set given = dbt_rfm._given_column_map(input) -%}
    {%- set kind = dbt_rfm._input_kind(input) -%}
    {%- set columns = {} -%}
    {%- for column, is_required in dbt_rfm.rfm_contract_columns(input).items() -%}
        {%- if given is mapping and given.get(column) is not none -%}
            {%- do columns.update({column: given[column]}) -%}
        {%- elif kind == 'demo' and column != 'order_status' -%}
            {%- do columns.update({column: adapter.quote(column)}) -%}
        {%- elif is_required -%}
            {%- do columns.update({column: column}) -%}
        {%- else -%}
            {%- do columns.update({column: none}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}

{# rfm_order_columns, rfm_customer_columns or rfm_contact_columns as it was set. The name with the
   input's plural, which its other vars have, is understood too. #}
{% macro _given_column_map(input) %}
    {{- return(var('rfm_' ~ input[:-1] ~ '_columns', var('rfm_' ~ input ~ '_columns', {})) or {}) -}}
{% endmacro %}

{# The mapped columns that are a column of the input as it is: contract column -> its name there.
   Names may be of any script; one with blanks or signs stands in double quotes. #}
{% macro _plain_columns(input) %}
    {%- set columns = {} -%}
    {%- for column, expression in dbt_rfm.rfm_column_map(input).items()
        if dbt_rfm._is_plain_column(expression) -%}
        {%- do columns.update({column: (
            expression.strip()[1:-1].replace('""', '"') if expression.strip().startswith('"')
            else expression.strip()
        )}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}

{# The others: contract column -> SQL expression. #}
{% macro _mapped_expressions(input) %}
    {%- set expressions = {} -%}
    {%- for column, expression in dbt_rfm.rfm_column_map(input).items()
        if expression is string and not dbt_rfm._is_plain_column(expression) -%}
        {%- do expressions.update({column: expression}) -%}
    {%- endfor -%}
    {{- return(expressions) -}}
{% endmacro %}

{% macro _is_plain_column(expression) %}
    {{- return(
        expression is string
        and modules.re.match('^\\s*([^\\W\\d]\\w*|"([^"]|"")+")\\s*$', expression) is not none
        and expression | trim | lower not in ['null', 'true', 'false', 'current_date', 'current_timestamp']
    ) -}}
{% endmacro %}
