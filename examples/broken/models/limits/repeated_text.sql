select '{{ 'x' * 10 ** 12 }}' as text
