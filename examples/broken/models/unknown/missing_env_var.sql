select '{{ env_var("MUSEUM_NOWHERE") }}' as label
