select '{{ 'x'.ljust(10 ** 12) }}' as text, '{{ '%1000000000000d' % 1 }}' as number
