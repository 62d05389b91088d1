"""Writes cases.json: what Jinja2 makes of each template.

    pip install dbt-core==1.11.* && python generate.py

Every case names its environment: `jinja` is a sandbox with `do`, `break` and `continue`; the others
are dbt's own. `text` renders SQL, `parse` is how models are parsed (what is undefined may be asked
for anything), `native` renders YAML, and its expected output is the `repr` of the value. An expected
output of null means that the template is refused or fails.
"""

import json
import pathlib
import re

import jinja2
import jinja2.sandbox
import pytz
from dbt.context import base
from dbt_common.clients.jinja import get_template

import generated

# Warning about them needs a running dbt.
base.deprecations.warn = lambda *args, **kwargs: None

ROWS = [
    {"name": "a", "n": 3, "tags": ["x", "y"]},
    {"name": "B", "n": 1, "tags": []},
    {"name": "c", "n": 2, "tags": ["z"]},
]
CONTEXT = {
    "rows": ROWS,
    "numbers": [3, 1, 2],
    "words": ["pear", "Apple", "fig", "apple"],
    "mapping": {"b": 2, "a": 1, "C": 3},
    "nested": {"list": [1, [2, {"k": "v"}]], "none": None, "yes": True, "float": 1.5},
    "text": "Hello, World",
    "sentence": "the quick brown fox jumps over the lazy dog",
    "unicode": "Grüße, 世界! ñ",
    "empty": "",
    "zero": 0,
    "one": 1,
    "pi": 3.14159,
    "nothing": None,
    "yes": True,
    "no": False,
    "html": "<b>\"x\" & 'y'</b>",
    "lines": "one\ntwo\n\n  three\n",
    "quote": "it's",
    "pairs": [["a", 1], ["b", 2]],
}

CASES = {
    "whitespace": r"""
a {{- 'b' }} c
a {{ 'b' -}} c
a {%- if true %} b {%- endif %} c
a {%- if true -%} b {%- endif -%} c
a{# comment #}b
a {#- comment -#} b
a {#- comment #} b
x{% raw %}{{ y }}{% endraw %}z
x {%- raw -%} {{ y }} {%- endraw -%} z
x {% raw -%} {% if %} {% endraw %} z
{% for i in [1,2] %}{{ i }}{% endfor %}
{% for i in [1,2] -%} {{ i }} {%- endfor %}
{%+ if true %}a{%+ endif %}
{{- ' a ' -}}
|{{ '' }}|
{% if true %}{% endif %}
{%- set x = 1 -%} {{ x }}
{{ 1 }}}
{ { 1 } }
{% raw %}{% raw %}{% endraw %}
{%- raw %} a {% endraw -%} b
{{ '{{' }}{{ '}}' }}{{ "%}" }}
{{+1}}
{{-1}}
a{%- set x %} b {% endset -%} c{{ x }}d
{{   1   +   2   }}
{% if true%}x{%endif%}
""",
    "whitespace_multi": [
        "a\n",
        "a\n\n",
        "\n",
        "",
        "a\r\nb\r\n",
        "a\rb\r",
        "a\r\n\r\n",
        "{% if true %}\na\n{% endif %}\nb\n",
        "{% if true -%}\n\n  a\n{%- endif %}\n\nb",
        "  {%- for i in [1, 2] %}\n  {{ i }}\n{%- endfor %}",
        "a \n {%- if true %} \n b{% endif %}",
        "{{ 'a\r\nb' }}",
        "{{ 'a\nb' }}",
        "x\u00a0{{- 1 -}}\u2003y",
        "{{\n1\n+\n2\n}}",
        "{#\nlong\n#}a",
        "{% set x %}\na\n{% endset %}[{{ x }}]",
        "{{ 1 }}\n",
        "{{ 1 }}\n\n",
        "a\u2028{{-\u20281\u2028-}}\u2028b",
        "\ttab {{- '\t' -}} tab",
        "{% raw %}\r\n{{ }}\r\n{% endraw %}",
    ],
    "scope": r"""
{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}
{% set x = 1 %}{% for i in [1,2] %}{% set x = i %}{% endfor %}{{ x }}
{% set x = 1 %}{% for i in [1,2] %}{{ x }}{% set x = i + 5 %}{{ x }}{% endfor %}{{ x }}
{% for i in [1,2] %}{% set y = i %}{% endfor %}{{ y is defined }}
{% set ns = namespace(x=1) %}{% for i in [1,2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}
{% set ns = namespace() %}{{ ns.missing is defined }}{% set ns.a = [1] %}{{ ns.a }}
{% set ns = namespace(a=1, b='x') %}{{ ns }}
{% set ns = namespace({'a': 1}) %}{{ ns.a }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}
{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}
{% set a, b = 1 %}
{% set a, b = [1,2,3] %}
{% set a = 1, 2 %}{{ a }}
{% set x = y %}{{ x is defined }}
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}
{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}
{% with %}{% set a = 3 %}{{ a }}{% endwith %}{{ a is defined }}
{% set x %}a{% set y = 1 %}b{% endset %}{{ x }}{{ y is defined }}
{% set x | upper %}abc{{ 1 }}{% endset %}{{ x }}
{% set x | trim | upper | replace('A', 'b') %} aca {% endset %}[{{ x }}]
{% if false %}{% set text = 1 %}{% endif %}{{ text }}
{% set text = text ~ '!' %}{{ text }}
{% macro m() %}{{ x }}{% endmacro %}{% set x = 3 %}{{ m() }}
{% set x = 3 %}{% macro m() %}{% set x = 4 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}
{% set x.y = 1 %}
{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}
{% set d = {} %}{% set d.a = 1 %}
{% set loop = 1 %}{% for i in [1] %}{{ loop.index }}{% endfor %}{{ loop }}
{% for i in [1] %}{% for j in [1,2] %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
{% block b %}x{% endblock %}
{% filter upper %}a{{ text }}{% endfilter %}
{% filter replace('a', 'b') | upper %}banana{% endfilter %}
{% set x = 1 %}{% filter upper %}{% set x = 2 %}{{ x }}{% endfilter %}{{ x }}
{% do mapping.update({'z': 9}) %}{{ mapping }}
{% set true = 1 %}
{% set 1 = 2 %}
{% autoescape true %}{{ html }}{% endautoescape %}{{ html }}
{% autoescape true %}{{ html | safe }}{{ '<' ~ 'a' }}{% endautoescape %}
{% print 1 %}
{% print 1, 2 %}
""",
    "loops": r"""
{% for x in numbers %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}
{% for x in numbers %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for x in numbers %}{{ 'f' if loop.first }}{{ x }}{{ loop.length }}{% endfor %}
{% for x in [] %}{{ x }}{% else %}none{% endfor %}
{% for x in numbers if x > 1 %}{{ x }}{{ loop.index }}{{ loop.length }}{{ loop.last }} {% else %}none{% endfor %}
{% for x in numbers if x > 9 %}{{ x }}{% else %}none{% endfor %}
{% for k, v in mapping.items() %}{{ k }}={{ v }};{% endfor %}
{% for k in mapping %}{{ k }}{% endfor %}
{% for k, v in mapping | dictsort %}{{ k }}={{ v }};{% endfor %}
{% for c in 'abc' %}{{ c }}{{ loop.length }}{% if not loop.last %}-{% endif %}{% endfor %}
{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% for x in numbers %}{{ loop.cycle('odd', 'even') }} {% endfor %}
{% for x in [1,1,2,2] %}{{ loop.changed(x) }} {% endfor %}
{% for x in [1,1,2,2] %}{% if loop.changed(x, 'a') %}{{ x }}{% endif %}{% endfor %}
{% for x in numbers %}{{ loop.previtem }}-{{ loop.nextitem }} {% endfor %}
{% for x in numbers %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}
{% for x in [1, [2, [3]]] recursive %}{% if x is iterable %}[{{ loop(x) }}]{% else %}{{ x }}{{ loop.depth }}{{ loop.depth0 }}{% endif %}{% endfor %}
{% for x in [1] %}{{ loop([2]) }}{% endfor %}
{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}
{% for a, b in [[1, 2, 3]] %}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for (a, (b, c)) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for x in 5 %}{% endfor %}
{% for x in nothing %}{% endfor %}
{% for x in missing %}a{% else %}b{% endfor %}
{% for x in numbers %}{{ loop }}{% endfor %}
{% for x in range(3) %}{% for y in range(x) %}{{ x }}{{ y }} {% endfor %}{% endfor %}
{% set l = [1] %}{% for x in l %}{% if x < 4 %}{% do l.append(x + 1) %}{% endif %}{{ x }}{% endfor %}
{% set d = {'a': 1} %}{% for k in d %}{% do d.update({'b': 2}) %}{% endfor %}
{% for x in numbers | sort %}{{ x }}{% endfor %}
{% for x in numbers | map('string') | list %}{{ x }}{% endfor %}
{% for x in rows | selectattr('n', 'gt', 1) %}{{ x.name }}{{ loop.last }}{% endfor %}
{% for x in range(2, 10, 3) %}{{ x }} {% endfor %}
{% for x in range(3, 0, -1) %}{{ x }}{% endfor %}
{% for i, x in [(0, 'a'), (1, 'b')] %}{{ i }}{{ x }}{% endfor %}
{% for x in (1, 2) %}{{ x }}{% endfor %}
{% for x in 1, 2 %}{{ x }}{% endfor %}
{% for x in numbers %}{% if loop.first %}{% set ns = namespace(v=0) %}{% endif %}{{ ns is defined }}{% endfor %}
{% for x in numbers recursive %}{{ x }}{% endfor %}
{% for x in numbers if loop.index > 1 %}{{ x }}{% endfor %}
{% set ns = namespace(n=0) %}{% for x in range(10) if ns.n < 3 %}{% set ns.n = ns.n + 1 %}{{ x }}{% endfor %}
{% for loop in [1] %}{% endfor %}
{% for x in {'a': 1}.values() %}{{ x }}{% endfor %}
{% for x in numbers %}{{ loop.nope is defined }}{% endfor %}
{% break %}
{% for x in range(1000000) %}{% endfor %}
""",
    "macros": r"""
{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(b=5, a=4) }}
{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}
{% macro m(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ m() }}
{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{% endmacro %}{{ m(b=1) }}
{% macro m(a) %}{{ varargs }}{% endmacro %}{{ m(1, 2, 3) }}
{% macro m(a) %}{{ kwargs }}{% endmacro %}{{ m(1, x=2, y=3) }}
{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m() }}
{% macro m(a) %}{{ kwargs }}{% endmacro %}{{ m(1, a=2) }}
{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}
{% macro m() %}[{{ caller(1, b=2) }}]{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}
{% macro m() %}[{{ caller(1) }}]{% endmacro %}{% call(a, b=7) m() %}{{ a }}{{ b }}{% endcall %}
{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}
{% macro m(caller) %}{{ caller() }}{% endmacro %}{% call m() %}y{% endcall %}
{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}
{% macro a() %}A{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}
{% macro m(x) %} {{ x }} {% endmacro %}{{ m(1) | trim }}|{{ m(2) ~ 'x' }}
{% macro m() %}{{ text }}{% endmacro %}{{ m() }}
{% macro m() %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}
{% macro m(a, b) %}{{ kwargs }}{{ caller }}{% endmacro %}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.caller }}
{% macro m(a=1, b) %}{% endmacro %}
{% macro m(a, a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(l) %}{% do l.append(1) %}{% endmacro %}{% set x = [] %}{{ m(x) }}{{ m(x) }}{{ x }}
{% macro m(l=[]) %}{% do l.append(1) %}{{ l }}{% endmacro %}{{ m() }}{{ m() }}
{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}
{% macro outer(x) %}{% macro inner() %}{{ x }}{% endmacro %}{{ inner() }}{% endmacro %}{{ outer(5) }}
{% for i in [1,2] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}
{% set f = m %}{% macro m() %}x{% endmacro %}{{ f is defined }}
{% macro m() %}x{% endmacro %}{% set f = m %}{{ f() }}
{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(*[1, 2]) }}{{ m(**{'a': 3, 'b': 4}) }}{{ m(1, **{'b': 2}) }}
{% macro m(a) %}{{ a }}{{ varargs }}{% endmacro %}{{ m(*range(3)) }}
{% macro m(a) %}{% endmacro %}{{ m(a=1, a=2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(a=1, **{'a': 2}) }}
{{ missing() }}
{{ text() }}
{{ 1() }}
{% macro m(x) -%} {{ x }} {%- endmacro %}[{{ m(1) }}]
{% macro m() %}{% for v in varargs %}{{ v }}{% if not loop.last %},{% endif %}{% endfor %}{% endmacro %}{{ m(1,2,3) }}
{% macro m(a, b='x' ~ a) %}{{ b }}{% endmacro %}{{ m('q') }}
{% macro m(kwargs) %}{{ kwargs }}{% endmacro %}{{ m(1) }}
{% macro m() %}{% set kwargs = 1 %}{{ kwargs }}{% endmacro %}{{ m(a=1) }}
{% macro _private() %}x{% endmacro %}{{ _private() }}
{% macro m(x) %}{{ caller(x) }}{% endmacro %}{% for i in [1,2] %}{% call(v) m(i) %}{{ v }}{{ i }}{% endcall %}{% endfor %}
{% call 1 %}{% endcall %}
{% call missing() %}{% endcall %}
{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}{% set c = [] %}{% call m() %}{% do c.append(1) %}{{ c }}{% endcall %}
""",
    "strings": r"""
{{ text.upper() }}{{ text.lower() }}{{ text.title() }}{{ text.swapcase() }}
{{ 'hELLO wORLD'.capitalize() }}{{ 'ab cd-ef'.title() }}{{ "they're bill's".title() }}
{{ '  a '.strip() }}|{{ '  a '.lstrip() }}|{{ '  a '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}
{{ 'a,b,c'.split(',') }}{{ 'a,b,c'.split(',', 1) }}{{ 'a,b,c'.rsplit(',', 1) }}{{ ' a  b '.split() }}{{ 'a b c'.split(none, 1) }}
{{ 'a b  c '.rsplit(none, 1) }}{{ ''.split(',') }}{{ ''.split() }}{{ 'abc'.split('') }}
{{ 'a-b-c'.partition('-') }}{{ 'a-b-c'.rpartition('-') }}{{ 'abc'.partition('-') }}{{ 'abc'.rpartition('-') }}
{{ 'a\nb\r\nc'.splitlines() }}{{ 'a\nb\n'.splitlines(true) }}
{{ text.replace('l', 'L') }}{{ text.replace('l', 'L', 1) }}{{ 'abc'.replace('', '-') }}
{{ text.startswith('Hello') }}{{ text.endswith(('x', 'World')) }}{{ text.startswith('ello', 1) }}{{ text.startswith(1) }}
{{ text.find('o') }}{{ text.rfind('o') }}{{ text.find('z') }}{{ text.index('W') }}{{ text.find('o', 5) }}{{ text.count('l') }}
{{ text.index('z') }}
{{ 'ab'.center(7, '*') }}{{ 'abc'.center(6, '*') }}{{ 'ab'.ljust(5) }}|{{ 'ab'.rjust(5, '.') }}{{ '42'.zfill(5) }}{{ '-42'.zfill(5) }}{{ 'x'.zfill(0) }}
{{ ','.join(['a', 'b']) }}{{ ''.join('abc') }}{{ ', '.join(mapping) }}
{{ ','.join([1, 2]) }}
{{ 'abc'.isalpha() }}{{ '12'.isdigit() }}{{ 'a1'.isalnum() }}{{ ' '.isspace() }}{{ 'Ab'.istitle() }}{{ 'AB'.isupper() }}{{ 'ab'.islower() }}{{ ''.isalpha() }}{{ 'a_1'.isidentifier() }}{{ '1'.isdecimal() }}{{ '½'.isnumeric() }}{{ 'a'.isascii() }}
{{ 'a\tb'.expandtabs(4) }}|{{ 'a\tb'.expandtabs() }}
{{ 'prefix_x'.removeprefix('prefix_') }}{{ 'x_suffix'.removesuffix('_suffix') }}
{{ 'ab' * 3 }}{{ 3 * 'ab' }}{{ 'ab' * -1 }}{{ 'ab' * 0 }}
{{ 'a' + 'b' }}{{ 'a' ~ 1 ~ none ~ true ~ 1.0 }}
{{ 'a' + 1 }}
{{ 'b' in 'abc' }}{{ 'x' not in 'abc' }}{{ '' in 'a' }}
{{ 1 in 'abc' }}
{{ text[0] }}{{ text[-1] }}{{ text[1:4] }}{{ text[::-1] }}{{ text[::2] }}{{ text[-3:] }}{{ text[:-3] }}{{ text[100:] }}{{ text[10] }}
{{ text[100] is defined }}{{ unicode[2] }}{{ unicode[7:9] }}{{ unicode | length }}{{ unicode.upper() }}
{{ 'x' 'y' "z" }}{{ 'a' ~ 'b' 'c' }}
{{ 'a\'b' }}{{ "a\"b" }}{{ 'a\\b' }}{{ 'a\tb' }}{{ 'a\x41\u00e9' }}{{ '\d' }}
{{ 'abc'.encode() }}{{ 'é'.encode('utf-8') }}
{{ 'hello'.translate({104: 'j', 101: none}) }}{{ 'abc'.maketrans('ab', 'xy') }}{{ 'abc'.translate('abc'.maketrans('ab', 'xy')) }}
{{ '{} {}'.format(1, 'a') }}{{ '{1} {0}'.format(1, 2) }}{{ '{a}{b[0]}{c.x}'.format(a=1, b=[2], c={'x': 3}) }}
{{ '{:>5}|{:<5}|{:^5}|{:05d}|{:.2f}|{:,}|{:x}|{:e}|{:%}'.format('a', 'b', 'c', 42, pi, 1234567, 255, 12345.678, 0.25) }}
{{ '{!r} {!s}'.format('a', 'b') }}{{ '{{}}'.format() }}{{ '{:{w}}'.format('a', w=4) }}|{{ '{0:>{1}}'.format('x', 3) }}
{{ '{} {}'.format(1) }}
{{ '{'.format() }}
{{ '{x}'.format(y=1) }}
{{ '{:d}'.format('a') }}
{{ '{:+d} {: d} {:#x} {:b} {:o} {:#b}'.format(5, 5, 255, 5, 8, 5) }}{{ '{:g} {:g} {:.3g} {:n}'.format(1.0, 1e20, 1234.5, 5) }}
{{ '{:s}'.format(1) }}
{{ '{:10.3f}|{:<10.1f}|{:+.1f}|{:_}|{:010.2f}'.format(pi, pi, pi, 1000000, -pi) }}
{{ '{a}'.format_map({'a': 1}) }}{{ 'abc'.casefold() }}{{ 'ẞ'.lower() }}{{ 'ß'.upper() }}
{{ 'a,b'.split(sep=',') }}{{ 'a b c'.split(maxsplit=1) }}{{ 'a\n'.splitlines(keepends=true) }}
{{ quote }}{{ [quote] }}{{ ['"'] }}{{ ['\n\t\\'] }}{{ ['\x00\x7f\u200b'] }}{{ [unicode] }}{{ ['\'"'] }}
{{ 'abc'.nope is defined }}
{{ 'abc'.nope() }}
{{ 'abc'.upper(1) }}
{{ ('a', 'b') | join('-') }}{{ 'x'.__class__ }}
{{ 'abc' < 'abd' }}{{ 'a' == 'a' }}{{ 'a' == 1 }}{{ 'B' < 'a' }}
{{ 'abc' < 1 }}
{{ 'İ'.lower() | length }}{{ 'ǆ'.title() }}{{ 'straße'.capitalize() }}
{{ 'Hello'.istitle() }}{{ 'Hello World'.istitle() }}{{ 'hello'.istitle() }}{{ 'a1B'.istitle() }}
""",
    "percent": r"""
{{ '%s %s' % (1, 'a') }}{{ '%d' % 3.7 }}{{ '%5d|%-5d|%05d|%+d|% d' % (42, 42, 42, 42, 42) }}
{{ '%.2f' % pi }}{{ '%e' % 12345.678 }}{{ '%g' % 1e10 }}{{ '%G' % 1e-10 }}{{ '%10.3f|' % pi }}{{ '%.0f' % 2.5 }}{{ '%.0f' % 3.5 }}
{{ '%x %X %o %#x %#o' % (255, 255, 8, 255, 8) }}{{ '%c%c' % ('a', 66) }}{{ '%r' % 'a' }}{{ '%a' % 'é' }}{{ '%%' % () }}
{{ '%(a)s %(b)d' % {'a': 1, 'b': 2} }}{{ '%(a)s' % {'a': 1, 'b': 2} }}
{{ '%s' % [1, 2] }}{{ '%s' % {'a': 1} }}{{ '%s' % none }}{{ '%s' % ((1, 2),) }}
{{ '%s %s' % (1,) }}
{{ '%s' % (1, 2) }}
{{ '%d' % 'a' }}
{{ '%z' % 1 }}
{{ '%(a)s' % 1 }}
{{ '%(a)s' % {} }}
{{ 'abc' % 1 }}
{{ 'abc' % [1] }}{{ 'abc' % {} }}{{ 'abc' % () }}
{{ '%5s|%-5s|%.2s|%5.1s|' % ('abc', 'abc', 'abc', 'abc') }}{{ '%*d' % (5, 42) }}{{ '%.*f' % (2, pi) }}
{{ '%s' % true }}{{ '%d' % true }}{{ '%i' % -5 }}{{ '%.3d' % 5 }}{{ '%08.3f' % -pi }}
{{ '%' % 1 }}
{{ '%s' | format(1) }}{{ '%s-%s' | format('a', 'b') }}{{ '%(x)s' | format(x=1) }}
{{ '%f %f' % (1e300, 0) }}{{ '%s' % 1e16 }}{{ '%d' % 1e20 }}{{ '%d' % 100000000000000000000 }}
{{ 7 % 3 }}{{ -7 % 3 }}{{ 7 % -3 }}{{ 7.5 % 2 }}{{ -7.5 % 2 }}
""",
    "lists": r"""
{% set l = [1, 2] %}{% do l.append(3) %}{{ l }}{% do l.extend([4, 5]) %}{{ l }}{% do l.insert(0, 0) %}{{ l }}
{% set l = [3, 1, 2] %}{{ l.pop() }}{{ l.pop(0) }}{{ l }}{% do l.remove(1) %}{{ l }}
{% set l = [3, 1, 2] %}{% do l.sort() %}{{ l }}{% do l.reverse() %}{{ l }}{{ l.index(1) }}{{ l.count(3) }}{% do l.clear() %}{{ l }}
{% set l = [1] %}{% set m = l %}{% do m.append(2) %}{{ l }}{% set c = l.copy() %}{% do c.append(3) %}{{ l }}{{ c }}
{% set l = ['b', 'a'] %}{% do l.sort(reverse=true) %}{{ l }}
{% set l = [] %}{{ l.append(1) }}{{ l }}
{% set l = [1, 'a'] %}{% do l.sort() %}
{{ [].pop() }}
{{ [1].pop(5) }}
{{ [1].index(2) }}
{% do [1].remove(2) %}
{{ [1, 2] + [3] }}{{ [1] * 3 }}{{ [1, 2] == [1, 2] }}{{ [1, 2] < [1, 3] }}{{ [1] in [[1]] }}{{ 2 in [1, 2] }}
{{ [1] + (2,) }}
{{ [1, 2, 3][1:] }}{{ [1, 2, 3][-1] }}{{ [1, 2, 3][::-1] }}{{ [1, 2, 3][0:10:2] }}{{ [1, 2, 3][5] is defined }}{{ [1, 2, 3][:] }}
{{ [1, 2, 3][::0] }}
{{ [1, 'a', none, true, 1.0, [], {}, ()] }}{{ (1,) }}{{ () }}{{ (1, 2) }}{{ [[]] }}
{{ (1, 2).count(1) }}{{ (1, 2).index(2) }}{{ (1, 2)[0] }}{{ (1, 2) + (3,) }}{{ (1, 2)[::-1] }}
{{ (1, 2).append(3) }}
{{ range(3) }}{{ range(1, 10, 2) }}{{ range(3) | list }}{{ range(10)[2:5] }}{{ range(10)[-1] }}{{ range(3) | length }}{{ 2 in range(3) }}{{ range(0) }}
{{ range(10)[::2] }}{{ range(5).index(3) }}{{ range(3) == range(0, 3) }}
{{ range('a') }}
{{ range(1, 2, 0) }}
{{ range() }}
{{ [1, 2].0 }}{{ nested.list.1.0 }}{{ nested['list'][1][1]['k'] }}{{ nested.list[1].1.k }}
{{ [3, 1] | sort }}{{ [1, [2, [3]]] }}{{ ['a', "b'c"] }}
{% set l = [1] %}{% do l.append(l) %}{{ l | length }}
{% set a = [1] %}{% set b = [a, a] %}{% do a.append(2) %}{{ b }}
{{ [1, 2, 2.0, true].count(1) }}{{ [1.0, true, 1] | unique | list }}
{{ [a, b] }}
{{ [1, 2,] }}{{ (1, 2,) }}{{ {'a': 1,} }}
{{ numbers | first }}{{ numbers | last }}{{ [] | first is defined }}{{ numbers | min }}{{ numbers | max }}{{ numbers | sum }}
{% set l = [1,2,3] %}{% set _ = l.pop() %}{{ l }}
{% set l = [] %}{% for i in range(3) %}{% set _ = l.append(i) %}{% endfor %}{{ l }}
{% set l = [[2, 'b'], [1, 'a']] %}{{ l | sort }}{{ l | map('first') | list }}
""",
    "dicts": r"""
{% set d = {'a': 1} %}{% do d.update({'b': 2}) %}{% do d.update(c=3) %}{{ d }}{{ d.a }}{{ d['b'] }}{{ d.get('z') }}{{ d.get('z', 0) }}
{% set d = {'a': 1, 'b': 2} %}{{ d.pop('a') }}{{ d.pop('z', 'def') }}{{ d }}{{ d.popitem() }}{{ d }}
{% set d = {} %}{{ d.setdefault('a', []) }}{% do d.setdefault('a', []).append(1) %}{{ d }}
{{ mapping.keys() }}{{ mapping.values() }}{{ mapping.items() }}{{ mapping.keys() | list }}{{ mapping.items() | list }}
{{ {'items': 1}.items() | list }}{{ {'items': 1}['items'] }}{{ {'items': 1}.items is callable }}
{{ {'items': 1}['items'] }}{{ {'keys': 1}.get('keys') }}{{ {'x': 1}['get'] is defined }}
{{ {}.pop('a') }}
{{ {}['a'] is defined }}{{ {}.a is defined }}{{ {}.a }}
{{ {}.a.b }}
{{ {'a': {'b': 1}}.a.b }}{{ {'a': {}}.a.b is defined }}
{{ {1: 'a', 1.0: 'b', true: 'c'} }}{{ {none: 1} }}{{ {(1, 2): 3} }}{{ {(1, 2): 3}[(1, 2)] }}
{{ {[1]: 2} }}
{{ 'a' in mapping }}{{ 'z' not in mapping }}{{ mapping | length }}{{ mapping | list }}
{{ mapping == {'a': 1, 'b': 2, 'C': 3} }}{{ {} == {} }}{{ {'a': 1} != {'a': 2} }}
{{ dict(a=1, b=2) }}{{ dict([('a', 1)]) }}{{ dict({'a': 1}, b=2) }}{{ dict() }}{{ dict(pairs) }}
{{ dict(1) }}
{{ {'a': 1}.copy() }}{{ {'a': 1}.fromkeys(['x', 'y'], 0) }}{% set d = {'a': 1} %}{% do d.clear() %}{{ d }}
{{ {'a': 1} < {'a': 2} }}
{{ mapping.nope() }}
{% set d = {'a': [1]} %}{% set e = d.copy() %}{% do e.a.append(2) %}{{ d }}
{{ {'a': none, 'b': true, 'c': 1.5, 'd': 'x"y', 'e': "it's"} }}
{{ {'b': 1, 'a': 2} | dictsort }}{{ mapping | dictsort(by='value') }}{{ mapping | dictsort(true) }}{{ mapping | dictsort(reverse=true) }}
{{ mapping | dictsort(by='x') }}
{{ {'a': 1} | items | list }}{{ mapping | join(',') }}{{ mapping | first }}
{{ {'a' ~ 'b': 1} }}{{ {1 + 1: 2} }}
{{ mapping.a + mapping['b'] }}
{% set d = {} %}{% do d.update([['a', 1], ('b', 2)]) %}{{ d }}
{% do {}.update([1]) %}
{% do {}.update([[1]]) %}
{{ {'x': {'y': {'z': [1, {'w': 2}]}}}.x.y.z[1].w }}
{% set d = {'k': 1} %}{{ d.k is defined }}{{ d.missing is defined }}{{ d.missing | default('x') }}{{ d['k'] | default('x') }}
{{ 1 in {1: 2}.values() }}{{ 2 in {1: 2}.values() }}{{ (1, 2) in {1: 2}.items() }}
""",
    "numbers": r"""
{{ 1 + 2 }}{{ 5 - 3 }}{{ 2 * 3 }}{{ 7 / 2 }}{{ 6 / 3 }}{{ 7 // 2 }}{{ -7 // 2 }}{{ 2 ** 10 }}{{ 2 ** -1 }}
{{ 7 // 2.0 }}{{ -7.5 // 2 }}{{ 2 ** 0.5 }}{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}{{ (-2) ** 2 }}{{ 2 - -1 }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ 1 % 0 }}
{{ 1.0 / 0 }}
{{ 0 ** -1 }}
{{ 9223372036854775807 + 1 }}{{ 9223372036854775807 * 9223372036854775807 }}{{ 2 ** 100 }}{{ -9223372036854775808 - 1 }}{{ 10 ** 30 // 7 }}{{ 10 ** 30 % 7 }}
{{ 123456789012345678901234567890 }}{{ -123456789012345678901234567890 }}{{ 10 ** 20 == 100000000000000000000 }}{{ 10 ** 20 > 10 ** 19 }}
{{ 2 ** 64 / 2 ** 63 }}{{ 2 ** 64 // 2 ** 32 }}{{ (2 ** 64) | int }}{{ 2 ** 64 - 2 ** 64 }}{{ -(2 ** 63) }}{{ (2 ** 70) | string | length }}
{{ 1.0 }}{{ 1.5 }}{{ 0.1 + 0.2 }}{{ 1e16 }}{{ 1e15 }}{{ 1e-5 }}{{ 0.0001 }}{{ 1.0e100 }}{{ 123456789.123 }}{{ 1e22 }}{{ -0.0 }}{{ 5e-324 }}
{{ 1_000 }}{{ 0xff }}{{ 0b101 }}{{ 0o17 }}{{ 1_0.5_0 }}{{ 1e3 }}{{ 1E+3 }}
{{ 012 }}
{{ 1__0 }}
{{ 1 == 1.0 }}{{ true == 1 }}{{ true + true }}{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 != 2 }}{{ 3 >= 3 }}{{ 1 == '1' }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ none + 1 }}
{{ '3' | int }}{{ '3.7' | int }}{{ 'x' | int }}{{ 'x' | int(5) }}{{ 3.9 | int }}{{ none | int }}{{ '0x1f' | int(base=16) }}{{ ' 42 ' | int }}{{ '1e3' | int }}{{ true | int }}{{ '12_3' | int }}{{ '-7' | int }}
{{ '3.5' | float }}{{ 'x' | float }}{{ 'x' | float(1.5) }}{{ 3 | float }}{{ none | float }}{{ '1e3' | float }}{{ 'inf' | float }}{{ 'nan' | float }}
{{ 2.5 | round }}{{ 3.5 | round }}{{ 2.567 | round(2) }}{{ 2.1 | round(method='ceil') }}{{ 2.9 | round(0, 'floor') }}{{ 42 | round }}{{ 1234.5 | round(-2) }}{{ 2.675 | round(2) }}{{ 15 | round(-1) }}{{ 25 | round(-1) }}{{ -2.5 | round }}
{{ 'a' | round }}
{{ -3 | abs }}{{ (-3) | abs }}{{ -3.5 | abs }}{{ 'a' | abs }}
{{ -1 | abs }}{{ 1 + -1 | abs }}{{ - 2 | abs }}
{{ 10 | filesizeformat }}{{ 1 | filesizeformat }}{{ 1500 | filesizeformat }}{{ 1500000 | filesizeformat }}{{ 1500 | filesizeformat(true) }}{{ 10**30 | filesizeformat }}
{{ 1.bit_length is defined }}
{{ (5).bit_length() }}{{ (1.5).is_integer() }}{{ (2.0).is_integer() }}{{ (0.5).as_integer_ratio() }}{{ (7).bit_count() }}
{{ 1 if 2 > 1 else 3 }}{{ 1 if false }}{{ (1 if false) is defined }}{{ 'a' if 0 else 'b' if 0 else 'c' }}
{{ 5 % 3 * 2 }}{{ 2 + 3 * 4 - 1 }}{{ (2 + 3) * 4 }}{{ 10 - 2 - 3 }}{{ 2 * 3 % 4 }}{{ 8 // 3 // 2 }}{{ 1 + 1 ~ 2 + 2 }}
{{ not 1 }}{{ not 0 }}{{ not none }}{{ not not 1 }}{{ 1 and 2 }}{{ 0 and 2 }}{{ 0 or 3 }}{{ none or '' or [] }}{{ 1 and not 0 }}{{ not 1 == 2 }}
{{ +5 }}{{ - 5 }}{{ --5 }}{{ +-5 }}{{ -'a' }}
{{ 1.5 | string }}{{ 1 | string + 'a' }}{{ 100000000000000000000.0 }}{{ 1e308 * 10 }}{{ 3 * 1.0 }}{{ 7 // 1.5 }}{{ 1e16 | int }}
{{ 0.1 }}{{ 1/3 }}{{ 2/3 }}{{ 100/3 }}{{ 1e21 + 1 }}{{ 12345678901234567890.0 }}{{ 4.35 * 100 }}{{ 1.1 + 2.2 }}
{{ 2 ** 0 }}{{ 0 ** 0 }}{{ (-8) ** 3 }}{{ 1 ** 1000000000 }}{{ (-1) ** 1000000001 }}{{ 4 ** 0.5 }}
{{ 10 ** 5000 }}
{{ true }}{{ false }}{{ True }}{{ False }}{{ none }}{{ None }}{{ null is defined }}
""",
    "undefined": r"""
{{ missing }}|{{ missing is defined }}{{ missing is undefined }}{{ missing | default('d') }}{{ missing or 'x' }}{{ not missing }}
{{ missing.attr }}
{{ missing['x'] }}
{{ missing + 1 }}
{{ 1 + missing }}
{{ missing ~ 'a' }}{{ 'a' ~ missing ~ 'b' }}
{{ missing == missing2 }}{{ missing == none }}{{ missing != 1 }}
{{ missing < 1 }}
{{ missing | upper }}|{{ missing | length }}{{ missing | list }}{{ missing | join(',') }}|{{ missing | first is defined }}
{{ missing | int }}
{{ missing | string }}|{{ missing | trim }}|{{ [missing] }}
{{ missing in [1] }}{{ 1 in missing }}
{{ missing in 'abc' }}
{{ '%s' % missing }}|
{{ text.missing }}|{{ text.missing is defined }}{{ nothing.x is defined }}{{ nothing.x }}|{{ one.x is defined }}
{{ text.missing.more }}
{{ nothing.x.y }}
{{ nested.nope.nope }}
{{ nested.nope | default({}) }}{{ (nested.nope | default({})).x is defined }}
{{ default(missing) }}
{{ none | default('x') }}{{ none | default('x', true) }}{{ '' | default('x', true) }}{{ 0 | d(5, boolean=true) }}{{ missing | d }}|
{{ missing is none }}{{ missing is string }}{{ missing is iterable }}{{ missing is mapping }}{{ missing is sequence }}{{ missing is callable }}{{ missing is number }}
{{ missing(1) }}
{{ text.missing() }}
{% if missing %}a{% else %}b{% endif %}
{% set x = missing %}{{ x is defined }}{{ x | default('e') }}
{{ -missing }}
{{ missing % 2 }}
{{ missing[1:] }}
{{ text[missing] is defined }}
{{ mapping[missing] is defined }}
{{ {}[missing] }}|
{% for a in missing.b %}{% endfor %}
{{ missing | sort }}{{ missing | sum }}{{ missing | unique | list }}{{ missing | map('upper') | list }}
{{ missing | tojson }}
{{ missing | round }}
{{ missing | abs }}
{{ missing | replace('a', 'b') }}|{{ missing | escape }}|
{{ (missing is defined and missing.x) or 'ok' }}
{{ missing if missing is defined else 'no' }}
{{ [1, missing, 2] | select('defined') | list }}
{{ missing.__class__ }}
""",
    "filters": r"""
{{ 'abc' | upper | lower | capitalize | title }}{{ 'a-b c(d)' | title }}{{ "it's a dog's" | title }}{{ 'ABC dEF' | capitalize }}
{{ ' a ' | trim }}|{{ 'xax' | trim('x') }}{{ 5 | trim }}{{ none | upper }}
{{ numbers | sort }}{{ numbers | sort(reverse=true) }}{{ words | sort }}{{ words | sort(case_sensitive=true) }}{{ rows | sort(attribute='n') | map(attribute='name') | join }}
{{ rows | sort(attribute='name,n') | map(attribute='name') | list }}{{ rows | sort(attribute='tags.0') | map(attribute='n') | list }}
{{ [1, 'a'] | sort }}
{{ words | unique | list }}{{ words | unique(true) | list }}{{ rows | unique(attribute='n') | map(attribute='n') | list }}
{{ numbers | join }}{{ numbers | join(', ') }}{{ rows | join('-', attribute='name') }}{{ 'abc' | join('.') }}{{ [1, none, true] | join(' ') }}
{{ numbers | map('string') | list }}{{ words | map('upper') | join(' ') }}{{ rows | map(attribute='tags') | list }}{{ rows | map(attribute='x', default=0) | list }}{{ words | map('replace', 'p', 'q') | list }}
{{ numbers | map() | list }}
{{ numbers | map('nope') | list }}
{{ numbers | select('odd') | list }}{{ numbers | reject('odd') | list }}{{ [0, 1, '', none] | select | list }}{{ [0, 1] | reject | list }}{{ numbers | select('gt', 1) | list }}{{ numbers | select('in', [1, 2]) | list }}
{{ rows | selectattr('tags') | map(attribute='name') | list }}{{ rows | selectattr('n', 'equalto', 1) | map(attribute='name') | list }}{{ rows | rejectattr('n', '>', 1) | map(attribute='name') | list }}
{{ rows | selectattr() | list }}
{{ numbers | first }}{{ numbers | last }}{{ numbers | length }}{{ numbers | count }}{{ mapping | length }}{{ 'abc' | last }}{{ 'abc' | first }}
{{ 5 | length }}
{{ numbers | reverse | list }}{{ 'abc' | reverse }}{{ (1, 2) | reverse | list }}
{{ numbers | batch(2) | list }}{{ numbers | batch(2, 'x') | list }}{{ range(10) | slice(3) | list }}{{ range(10) | slice(3, 'x') | list }}
{{ rows | groupby('n') | map('first') | list }}{% for k, v in rows | groupby('tags') %}{{ k }}{{ v | length }}{% endfor %}
{% for g in [{'a': 'X', 'b': 1}, {'a': 'x', 'b': 2}, {'a': 'y', 'b': 3}] | groupby('a') %}{{ g.grouper }}{{ g.list | map(attribute='b') | list }}{{ g[0] }}{% endfor %}
{{ [{'a': 1}, {'a': 2}] | groupby('a') }}{{ [{'a': 1}, {}] | groupby('a', default=0) }}
{{ numbers | sum }}{{ rows | sum(attribute='n') }}{{ numbers | sum(start=10) }}{{ [] | sum }}{{ [1.5, 2] | sum }}{{ [[1], [2]] | sum(start=[]) }}
{{ ['a'] | sum }}
{{ numbers | min }}{{ words | max }}{{ words | min(case_sensitive=true) }}{{ rows | min(attribute='n') }}{{ [] | min is defined }}
{{ text | replace('l', 'L') }}{{ text | replace('l', 'L', 1) }}{{ 123 | replace('2', 'x') }}{{ text | replace('', '-') }}
{{ sentence | truncate(20) }}{{ sentence | truncate(20, true) }}{{ sentence | truncate(20, false, '!') }}{{ sentence | truncate(40) }}{{ sentence | truncate(11, leeway=0) }}{{ 'abc' | truncate(2) }}
{{ sentence | wordcount }}{{ sentence | wordwrap(15) }}{{ 'aaaaaaaaaa bb' | wordwrap(4) }}{{ 'aaaaaaaaaa bb' | wordwrap(4, false) }}{{ 'a-b long-hyphenated-word' | wordwrap(8) }}{{ sentence | wordwrap(15, wrapstring='|') }}
{{ lines | indent }}|{{ lines | indent(2, true) }}|{{ lines | indent(2, blank=true) }}|{{ lines | indent('> ', first=true) }}|{{ '' | indent }}
{{ html | escape }}{{ html | e | e }}{{ html | forceescape }}{{ html | safe }}{{ html | escape | forceescape }}
{{ html | striptags }}{{ '<p>a <!-- c --> b</p>  c' | striptags }}{{ 'a b/c?d=é' | urlencode }}{{ {'a b': 'c&d', 'e': 1} | urlencode }}{{ [['a', 1]] | urlencode }}
{{ {'class': 'a b', 'id': none, 'x': 1} | xmlattr }}|{{ {'a': '<'} | xmlattr(false) }}
{{ {'a b': 1} | xmlattr }}
{{ nested | tojson }}{{ mapping | tojson }}{{ "<'&>" | tojson }}{{ [1, 'é', 1.5, none, true] | tojson }}{{ {'a': [1, {}], 'b': []} | tojson(indent=2) }}{{ {1: 2, 3: 4} | tojson }}
{{ range(3) | tojson }}
{{ 'x' | center(9) }}|{{ 'ab' | center(5) }}|{{ 'x' | center }}|
{{ mapping | attr('keys') is defined }}{{ mapping | attr('a') is defined }}{{ text | attr('upper') is defined }}{{ text | attr('nope') }}|
{{ 'abc' | list }}{{ mapping | list }}{{ 5 | string | list }}
{{ 5 | list }}
{{ 'x' | nope }}
{% if false %}{{ 'x' | nope }}{% endif %}a
{{ {'b': 1, 'a': [1, 2]} | pprint }}{{ 'a' | pprint }}{{ range(30) | list | pprint }}
{{ 'see http://example.com now' | urlize }}{{ 'www.example.com/x, (foo@bar.com)' | urlize }}{{ 'http://a.bc' | urlize(5, true, target='_blank') }}
{{ 'a' | default('b') | upper }}{{ numbers | join(', ') | upper | replace(',', ';') }}
{{ (numbers | sort)[0] }}{{ numbers | sort | first }}{{ (numbers | map('string') | list) + ['x'] }}{{ 'a' ~ 'b' | upper }}{{ ('a' ~ 'b') | upper }}
{{ '1,2' | replace(',', ' ') | wordcount }}{{ 1 | string | length }}{{ 'é' | upper }}{{ 'a' | e is escaped }}{{ '<' | e ~ '<' }}{{ ('<' | e) + '<' }}
{{ 'abc' | upper() }}{{ 'abc' | replace(old='a', new='x') }}{{ 'abc' | replace('a') }}
{{ 'abc' | upper(1) }}
{{ numbers | random in numbers }}
{{ none | list }}
{{ numbers | dictsort }}
{{ 'x,y' | map('upper') | join }}
{{ [['a', 1], ['b', 2]] | map('last') | sum }}{{ rows | map(attribute='tags.0') | list }}
{{ numbers | slice(0) | list }}
{{ 3 | batch(1) | list }}
{{ [3, 1, 2] | sort | reverse | list }}{{ 'b a' | replace(' ', '') | list | sort | join }}
""",
    "tests": r"""
{{ 1 is odd }}{{ 2 is even }}{{ 6 is divisibleby 3 }}{{ 6 is divisibleby(4) }}{{ 1 is number }}{{ 1.0 is float }}{{ 1 is integer }}{{ true is integer }}{{ true is boolean }}{{ 1 is boolean }}
{{ 'a' is string }}{{ 1 is string }}{{ [] is sequence }}{{ {} is mapping }}{{ [] is iterable }}{{ 'a' is iterable }}{{ 1 is iterable }}{{ {} is sequence }}{{ range(3) is sequence }}
{{ none is none }}{{ 1 is none }}{{ true is true }}{{ 1 is true }}{{ false is false }}{{ none is not none }}{{ x is defined }}{{ text is defined }}
{{ 'ab' is lower }}{{ 'AB' is upper }}{{ 'Ab' is lower }}{{ 1 is lower }}{{ '' is upper }}
{{ 1 is eq 1 }}{{ 1 is ne 2 }}{{ 1 is lt 2 }}{{ 2 is ge 2 }}{{ 1 is == 1 }}
{{ 1 is equalto 1 }}{{ 1 is greaterthan 0 }}{{ 1 is lessthan 0 }}{{ 1 is in [1] }}{{ 1 is not in [1] }}{{ 'a' is in 'abc' }}
{{ none is sameas none }}{{ 1 is sameas true }}{{ [] is sameas [] }}
{{ 'upper' is filter }}{{ 'nope' is filter }}{{ 'odd' is test }}{{ 'nope' is test }}
{{ range is callable }}{{ text is callable }}{{ text.upper is callable }}
{{ 1 is nope }}
{{ 'a' is odd }}
{{ 1 is odd is even }}
{{ not 1 is odd }}{{ 1 is not odd }}{{ 1 is odd and 2 is even }}{{ 1 is odd or 0 }}{{ 'x' if 1 is odd else 'y' }}{{ 3 is divisibleby 3 if true else 0 }}
{{ [1, 2] is sequence and [1, 2] is iterable }}{{ 1 is number and 'a' is not number }}{{ 4 is divisibleby 1 + 1 }}
{{ '<' | e is escaped }}{{ 'a' is escaped }}{{ 1 is divisibleby 0 }}
{{ mapping is mapping }}{{ rows[0] is mapping }}{{ none is iterable }}{{ none is mapping }}
""",
    "syntax": r"""
{{ }}
{{ 1
{{ 1 +  }}
{{ (1 }}
{{ [1 }}
{{ {'a' } }}
{{ {'a': } }}
{{ 'a }}
{{ a b }}
{{ a. }}
{{ a..b }}
{{ 1 | }}
{{ 1 | 2 }}
{{ f(a b) }}
{{ f(a=1, 2) }}
{{ f(**a, 1) }}
{{ f(*a, *b) }}
{{ text.upper(,) }}
{{ ! }}
{{ a ? b : c }}
{{ a; b }}
{{ $x }}
{{ `x` }}
{{ a == }}
{{ == a }}
{{ a not b }}
{{ not }}
{{ 1 if }}
{{ if 1 }}
{{ x is }}
{% if %}a{% endif %}
{% if 1 %}a
{% if 1 %}a{% else %}b{% else %}c{% endif %}
{% if 1 %}a{% else %}b{% elif 2 %}c{% endif %}
{% endif %}
{% else %}
{% for x in %}{% endfor %}
{% for x %}{% endfor %}
{% for in y %}{% endfor %}
{% for 1 in y %}{% endfor %}
{% for x.y in [1] %}{% endfor %}
{% for x in [1] %}
{% for x in [1] %}{% endif %}{% endfor %}
{% if 1 %}{% for x in [1] %}{% endif %}{% endfor %}
{% set %}
{% set x %}
{% set x = %}
{% set x = 1 %}{% endset %}
{% set x == 1 %}
{% macro %}{% endmacro %}
{% macro m %}{% endmacro %}
{% macro m( %}{% endmacro %}
{% macro m(a,) %}{% endmacro %}
{% macro m(1) %}{% endmacro %}
{% macro m() %}
{% foo %}
{% %}
{%
{{
{#
{# a
{% raw %}
{% raw %}{% endraw
a }} b
a %} b
{ % if % }
{% if true: %}a{% else: %}b{% endif %}
{% if 1 %}a{% endif foo %}
{% do %}
{% do 1 %}a
{% break 1 %}
{{ {{ 1 }} }}
{{ {} }}{{ {'a': {'b': {}}} }}
{{ '}}' }}{{ "%}" }}{{ '{#' }}
{{ [[1]] }}{{ ((1)) }}{{ ( ) }}
{{ 1, 2 }}{{ (1,) }}
{{ a = 1 }}
{{ range(3)[1] }}{{ range(3)[1,] is defined }}{{ [1][] is defined }}
{{ text [0] }}{{ text . upper ( ) }}
{{ text|upper|lower }}{{ text |upper }}{{ text| upper }}
{{ 'a'.upper().lower()[0] }}{{ ('a')|upper }}{{ 'a'|upper() }}
{{ true and false or true }}{{ not true or true }}{{ 1 in [1] and 2 not in [1] }}
{{ 'a' in 'abc' == true }}{{ 1 == 1 == true }}{{ 2 > 1 in [1] }}
{% if a is defined and b %}x{% elif not a %}y{% endif %}
{% include 'x' %}
{% import 'x' as y %}
{% from 'x' import y %}
{% extends 'x' %}
{% block a %}1{% endblock a %}{% block b %}2{% endblock %}
{% block a %}1{% endblock %}{% block a %}2{% endblock %}
{%set x=1%}{{x}}
{%-set x=1-%}{{-x-}}
{{ x.1 is defined }}{{ 1.5.x is defined }}{{ pairs.0.1 }}
{{ "a" 'b' }}{{ 'it''s' }}
{{ é is defined }}{% set é = 1 %}{{ é }}
{{ ² }}
{% set _ = 1 %}{{ _ }}{% set if_ = 2 %}{{ if_ }}{% set or = 3 %}{{ or is defined }}
{{ loop is defined }}{{ self is defined }}{{ caller is defined }}{{ varargs is defined }}
{{ 0 if x is defined else 1 }}{{ text if text is string else 1 }}
{{ 1 < 2 > 1 }}{{ 1 == 1 != 2 }}{{ (1 < 2) == true }}
{{ - - 1 }}{{ not not true }}{{ not - 1 }}{{ 2 - + 1 }}
{{ "\u00e9" }}{{ '\N{BULLET}' is defined }}{{ "\x4" }}
{% call text.upper() %}{% endcall %}
{% filter %}{% endfilter %}
{% filter upper %}a
{% with a %}{% endwith %}
{% with a = 1 %}
{% set x, y %}a{% endset %}
{% for x in [1] %}{{ x }}{% endfor x %}
{% for x in [1], [2] %}{{ x }}{% endfor %}
{% for x in [1, 2] if x > 1 else 3 %}{{ x }}{% endfor %}
""",
    "cycles": r"""
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% do c.reset() %}{{ c.next() }}
{% set j = joiner(', ') %}{% for x in numbers %}{{ j() }}{{ x }}{% endfor %}
{% set j = joiner() %}{{ j() }}a{{ j() }}b
{{ cycler() }}
{% set ns = namespace(a=[]) %}{% for x in numbers %}{% do ns.a.append(x) %}{% endfor %}{{ ns.a }}
{% set ns = namespace(d={}) %}{% do ns.d.update({'x': 1}) %}{{ ns.d.x }}{% set ns.d = 2 %}{{ ns.d }}
{% set ns = namespace(a=1) %}{{ ns.b }}|{{ ns['a'] }}{{ ns.a is defined }}
""",
    "escapes": r"""
{{ '\a\b\f\v' | length }}{{ '\0' | length }}{{ '\101' }}{{ '\u4e16' }}{{ '\U0001F600' }}{{ 'a\
b' }}
""".replace("\\\nb", "\\n b"),
    "types": r"""
{{ numbers | truncate(3) }}{{ mapping | truncate }}{{ (1, 2) | truncate(3, true) }}{{ range(3) | truncate }}|{{ missing | truncate }}|
{{ numbers | truncate(2) }}
{{ range(300) | list | truncate(3) }}
{{ range(300) | truncate(3, true) }}
{{ one | truncate }}
{{ nothing | truncate }}
{{ numbers | indent }}
{{ numbers | wordwrap }}
{{ '%s' is even }}{{ '%s' is odd }}{{ '%d' is even }}{{ '%s' is divisibleby(2) }}{{ '%d%%' is divisibleby 3 }}
{{ '%s %s' is divisibleby((1, 2)) }}{{ '%(a)s' is divisibleby({'a': 1}) }}{{ '%s' is divisibleby([]) }}
{{ '%s %s' is divisibleby(2) }}
{{ '%d' is divisibleby('x') }}
{{ '%%' is even }}
{{ empty is even }}
{{ 'ab' is divisibleby('c') }}
{% set c = none %}{{ c[:1] }}
{{ nothing[:1] }}
{{ one[1:] }}
{{ pi[::2] }}
{{ yes[:] }}
{{ mapping[:1] }}
{{ mapping.items()[:1] }}
{{ mapping.keys()[:1] }}
{{ range[:1] }}
{{ namespace(a=1)[:1] }}
{{ cycler(1, 2)[:1] }}
{{ joiner(1)[:1] }}
{% macro m() %}{% endmacro %}{{ m[:1] }}
{% for i in [1] %}{{ loop[:1] }}{% endfor %}
{{ numbers['a':] }}
{{ text[:'a'] }}
{{ missing[:1] }}
|{{ none[:1] }}{{ 5[:1] }}{{ 1.5[1:] }}{{ true[::2] }}{{ {'a': 1}[:1] }}{{ [1, 2]['a':] }}|
{{ numbers[none:2] }}{{ text[none:none] }}{{ pairs[:1][0][:1] }}
{% filter length %}abc{% endfilter %}
{% filter int %}3{% endfilter %}
{% filter list %}abc{% endfilter %}
{% filter first %}{% endfilter %}
{% filter first %}abc{% endfilter %}{% filter length | string %}abc{% endfilter %}{% filter escape %}<{% endfilter %}
{% filter default(none) %}{% endfilter %}|
{% filter default(none, true) %}{% endfilter %}
{% filter batch(2) %}abc{% endfilter %}
{% set x %}{% filter length %}abc{% endfilter %}{% endset %}ok
{% set x | length %}abc{% endset %}{{ x + 1 }}
{% macro m() %}{% filter length %}abc{% endfilter %}{% endmacro %}{{ m() }}
{% filter upper %}{% filter length %}abc{% endfilter %}{% endfilter %}
{% if false %}{% filter length %}abc{% endfilter %}{% endif %}ok
""",
    "mix": r"""
{% set cols = ['a', 'b'] %}select {% for c in cols %}{{ c }} as {{ c | upper }}{{ ", " if not loop.last }}{% endfor %} from t
{% set sql %}select {{ cols | default(['*']) | join(', ') }}{% endset %}{{ sql | trim | length }}
{% macro cents(c, p=2) -%}({{ c }} / 100)::numeric(16, {{ p }}){%- endmacro %}select {{ cents('x') }}, {{ cents('y', 4) }}
{%- set q = [] -%}{%- for r in rows -%}{%- if r.n > 1 -%}{%- do q.append("'" ~ r.name ~ "'") -%}{%- endif -%}{%- endfor -%}in ({{ q | join(', ') }})
{% set m = {'x': ['a', 'b'], 'y': []} %}{% for k, v in m.items() if v %}{{ k }}: {{ v | join('/') }}{% else %}none{% endfor %}
{% if text is string and text | length > 3 and 'World' in text %}ok{% endif %}
{{ rows | map(attribute='name') | map('lower') | sort | join(',') }}
{{ [1, 2, 3] | map('string') | map('replace', '1', 'one') | join(' ') }}
{{ "%s.%s" | format('db', 'tbl') }}{{ '"' ~ 'x' ~ '"' }}{{ "''" }}
{% set x = {'a': 1}.get('b', none) %}{{ x is none }}{{ x }}
{% for i in range(3) %}{% set outer = loop %}{% for j in range(2) %}{{ outer.index }}.{{ loop.index }} {% endfor %}{% endfor %}
{% set s = 'a_b_c'.split('_') %}{{ s[0] }}{{ s[1:] | join('') }}{{ s | last | upper }}
{{ (text | lower).split(', ')[1] | capitalize }}{{ text.split(', ') | map('upper') | list }}
{% set a = [] %}{% set _ = a.append({'k': 'v'}) %}{{ a[0].k }}{{ a[0]['k'] }}{{ a }}
{% set big = 10 %}{{ 'many' if big > 5 else 'few' }}{{ (big > 5) | string | lower }}{{ big ~ '%' }}
{{ nested.list[1][1].k ~ nested.float * 2 }}{{ nested.yes and nested.none }}{{ nested | length }}
{{ 'abc'[1:] ~ 'abc'[:-1] }}{{ [1, 2, 3][-2:] }}{{ 'a' * 3 ~ 'b' }}
{{ '2020-01-01'.replace('-', '') | int + 1 }}{{ '007' | int }}{{ '7' | int == 7 }}
{% set t = (1, 'a', none) %}{{ t }}{{ t[1] }}{{ t | length }}{% set x, y, z = t %}{{ z }}
{{ {'a': 1, 'b': {'c': [1, 2, (3, 4)]}} }}{{ [none, true, 'x', 1.0, "it's"] }}
""",
}


def templates(group):
    return group if isinstance(group, list) else [it for it in group.strip("\n").split("\n") if it]


def fresh(value):
    return json.loads(json.dumps(value))


def functions():
    """What dbt puts into every context and needs neither a project nor a warehouse."""
    static = base.BaseContext
    return {
        "modules": base.get_context_modules(),
        "run_started_at": generated.STARTED.replace(tzinfo=pytz.utc),
        **{name: static.__dict__[name].__func__ for name in ["fromjson", "tojson", "fromyaml", "toyaml"]},
    }


def render(environment, template, sandbox):
    context = {**fresh(CONTEXT), **functions()}
    if environment == "jinja":
        return sandbox.from_string(template).render(**context)
    native = environment == "native"
    made = get_template(template, context, capture_macros=environment == "parse", native=native)
    result = made.render(context)
    return repr(result) if native else result


def main():
    sandbox = jinja2.sandbox.SandboxedEnvironment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    wanted = [("jinja", name, it) for name, group in CASES.items() for it in templates(group)]
    wanted += generated.cases()
    cases, seen = [], set()
    for environment, name, template in wanted:
        if (environment, template) in seen:
            continue
        seen.add((environment, template))
        message = None
        try:
            expected = render(environment, template, sandbox)
        except Exception as error:  # Whatever Python raises is an error of the template.
            expected = None
            message = f"{type(error).__name__}: {error}"
        case = {"group": name, "template": template, "expected": expected}
        if environment != "jinja":
            case["environment"] = environment
        if expected is None:
            case["error"] = message
        elif re.search(r"0x[0-9a-f]{8}|at 0x", expected):
            print(f"left out, since it prints an address: {template}")
            continue
        cases.append(case)
    path = pathlib.Path(__file__).with_name("cases.json")
    data = {"context": CONTEXT, "cases": cases}
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    errors = sum(case["expected"] is None for case in cases)
    print(f"{len(cases)} cases, {errors} of them errors")


if __name__ == "__main__":
    main()
