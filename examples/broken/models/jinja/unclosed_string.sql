select '{{ env_var("MUSEUM_BEFORE) }}' as label
