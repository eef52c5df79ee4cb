{{- dbt_rfm.rfm_check_inputs() -}}

-- Vars, files, columns and policy seeds of the user: what is wrong with them has stopped the build
-- before this row is written. All models that read them come after it.
select 0 as problems
