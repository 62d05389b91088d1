select
    '{{ env_var("MUSEUM_AFTER") }}' as label,
    '{{ env_var("MUSEUM_LABEL", "none") }}' as second_label,
    '{{ env_var("MUSEUM_LAST", "none") }}' as last_label
