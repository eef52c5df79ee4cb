{{ config(severity='warn') }}

{%- set query -%}
select message
from {{ ref('int_rfm__warnings') }}
{%- endset -%}

{{- dbt_rfm.warn_with_rows(query) -}}
{{- query }}
