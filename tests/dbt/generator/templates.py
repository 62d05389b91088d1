"""Odd Jinja in models: one text each, varied in white space by the seed.

What stands before a line `---` is a file of macros: dbt does not know macros that a model defines.
"""
import re
import textwrap

from .builder import CATALOGUE, construct

TAG = re.compile(
    r"""(\{%|\{\{)(?![-+])((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?)(?<![-+])(%\}|\}\})""",
    re.DOTALL,
)


def varied(project, text):
    """White space control, blank lines and line ends are varied: all of it stays legal."""
    text = textwrap.dedent(text).lstrip("\n")
    luck = project.random

    def control(match):
        open_, inside, close = match.groups()
        if inside.count("{") != inside.count("}"):
            return match.group()  # the end of a mapping looks like the end of the tag
        return f"{open_}{luck.choice(['', '', '', '-'])}{inside}{luck.choice(['', '', '', '-'])}{close}"

    if "raw %}" not in text and luck.random() < 0.6:
        text = TAG.sub(control, text)
    text = text.rstrip("\n") + "\n" * luck.choice([0, 1, 1, 1, 2, 3])
    if luck.random() < 0.1:
        text = "\n" * luck.randint(1, 2) + text
    if luck.random() < 0.1:
        text = text.replace("\n", "\r\n")
    return text


def template(project, text, name=None, **more):
    return project.model(varied(project, text), name, dedent=False, **more)


SNIPPETS = {
    "set_block": """
        {% set part %}
        select 1 as one
        {%- endset %}
        {{ part }} union all {{ part | trim | upper }}
    """,
    "set_block_filtered": """
        {% set part | upper | trim %}  select 'x' as y  {% endset %}
        {{ part }}
    """,
    "set_tuple": """
        {% set a, b = 1, 'two' %}
        {% set c, (d, e) = 3, (4, 5) %}
        select {{ a }} as a, '{{ b }}' as b, {{ c + d * e }} as f
    """,
    "namespace_counter": """
        {% set ns = namespace(total=0, names=[]) %}
        {% for n in [3, 4, 5] %}
          {% set ns.total = ns.total + n %}
          {% do ns.names.append('c' ~ n) %}
        {% endfor %}
        select {{ ns.total }} as total, '{{ ns.names | join("-") }}' as names
    """,
    "loop_scope": """
        {% set x = 'outer' %}
        {% for i in range(2) %}{% set x = 'inner' ~ i %}{{ '-- ' ~ x }}
        {% endfor %}
        select '{{ x }}' as x
    """,
    "loop_variables": """
        select
        {% for c in ['a', 'b', 'c'] %}
          '{{ c }}' as {{ c }}{{ loop.index }}_{{ loop.index0 }}_{{ loop.revindex }}_{{ loop.length }}{{ '_first' if loop.first }}{% if not loop.last %},{% endif %}
        {% endfor %}
    """,
    "loop_else_filter": """
        select
        {% for n in range(10) if n % 3 == 1 %}{{ n }} as n{{ n }},{% else %}0,{% endfor %}
        {% for n in [] %}{{ n }}{% else %}'none'{% endfor %} as empty
    """,
    "loop_recursive": """
        {% set tree = [{'n': 'a', 'c': [{'n': 'b', 'c': []}, {'n': 'c', 'c': [{'n': 'd', 'c': []}]}]}] %}
        select '{% for it in tree recursive %}{{ it.n }}{{ loop.depth }}{% if it.c %}({{ loop(it.c) }}){% endif %}{% endfor %}' as tree
    """,
    "loop_cycle_changed": """
        select '
        {%- for n in [1, 1, 2, 2, 3] %}{{ loop.cycle('x', 'y') }}{% if loop.changed(n) %}!{% endif %}{{ loop.previtem or '' }}{{ loop.nextitem or '' }} {% endfor -%}
        ' as text
    """,
    "loop_items": """
        {% set d = {'b': 1, 'a': [1, 2], 'c': None, 3: True} %}
        select
        {% for key, value in d.items() %}'{{ key }}={{ value }}' as k{{ loop.index }},
        {% endfor %}
        '{{ d }}' as whole, '{{ d | dictsort(by="value") if false else d.keys() | list }}' as keys
    """,
    "list_mutation": """
        {% set l = [3, 1, 2] %}
        {% do l.append(9) %}{% do l.extend([7, 7]) %}{% do l.insert(0, 'x') %}{% do l.remove(1) %}
        {% set last = l.pop() %}{% do l.reverse() %}
        select '{{ l }}' as l, {{ last }} as last, {{ l.index(3) }} as three, {{ l.count(7) }} as sevens
    """,
    "list_append_in_expression": """
        {% set l = [] %}
        {% for n in range(3) %}{{ l.append(n * n) or '' }}{% endfor %}
        {% if l.append(99) %}never{% endif %}
        select '{{ l | join(",") }}' as l
    """,
    "dict_mutation": """
        {% set d = {} %}
        {% do d.update({'a': 1, 'b': 2}) %}{% do d.setdefault('c', []).append(5) %}
        {% set gone = d.pop('a') %}
        {% set copy = d.copy() %}{% do copy.update(b=7, z='zz') %}
        select '{{ d }}' as d, '{{ copy }}' as copy, {{ gone }} as gone, '{{ d.get('nope', 'default') }}' as none
    """,
    "dict_attribute_or_item": """
        {% set d = {'items': 5, 'name': 'n', 'x y': 1} %}
        select {{ d['items'] }} as i, '{{ d.name }}' as n, {{ d['x y'] }} as xy, '{{ d.missing }}' as missing
    """,
    "arithmetic": """
        select {{ 7 // 2 }} as a, {{ 7 / 2 }} as b, {{ -7 // 2 }} as c, {{ -7 % 3 }} as d, {{ 2 ** 10 }} as e,
          {{ 6 / 3 }} as f, {{ 1e3 }} as g, {{ 10 ** 20 }} as h, {{ 0.1 + 0.2 }} as i, {{ 1_000 }} as j, {{ 7.0 // 2 }} as k
    """,
    "number_rendering": """
        select {{ 1.0 }} as a, {{ 1e16 }} as b, {{ 1e-5 }} as c, {{ 123456789.123456789 }} as d,
          {{ 3 | float }} as e, {{ '4.7' | int }} as f, {{ 2.5 | round }} as g, {{ 3.14159 | round(2) }} as h,
          {{ 3.7 | round(method='floor') | int }} as i, {{ true + true }} as j
    """,
    "truth_and_none": """
        select '{{ none }}' as a, '{{ true }}' as b, '{{ None is none }}' as c, '{{ [] or {} or 0 or '' or none or 'x' }}' as d,
          '{{ not 0 }}' as e, '{{ 'a' and 0 }}' as f, '{{ [none, true, 1.0, 'q', "it's"] }}' as g, '{{ (1,) }}{{ () }}' as h
    """,
    "comparisons": """
        select '{{ 1 < 2 < 3 }}' as a, '{{ 1 == 1.0 }}' as b, '{{ 'a' in 'cat' }}' as c, '{{ 3 not in [1, 2] }}' as d,
          '{{ 'b' > 'a' }}' as e, '{{ [1, 2] == [1, 2] }}' as f, '{{ 'k' in {'k': 1} }}' as g, '{{ 1 is odd }}' as h
    """,
    "tests_of_jinja": """
        select '{{ x is defined }}' as a, '{{ none is none }}' as b, '{{ 'a' is string }}' as c, '{{ 1 is number }}' as d,
          '{{ {} is mapping }}' as e, '{{ [] is iterable }}' as f, '{{ [] is sequence }}' as g, '{{ 4 is divisibleby 2 }}' as h,
          '{{ 'abc' is lower }}' as i, '{{ true is boolean }}' as j, '{{ 2.0 is float }}' as k, '{{ 2 is integer }}' as l,
          '{{ ref is callable }}' as m, '{{ 3 is eq 3 }}' as n, '{{ 'a' is in ['a'] }}' as o, '{{ true is sameas true }}' as p
    """,
    "string_methods": """
        {% set s = '  Hello, World_x  ' %}
        select '{{ s.strip().lower().replace('o', '0') }}' as a, '{{ s.split(',') }}' as b, '{{ s.strip().partition(', ') }}' as c,
          '{{ 'a-b-c'.rsplit('-', 1) }}' as d, '{{ 'x'.join(['1', '2']) }}' as e, '{{ 'abc'.startswith('ab') }}' as f,
          '{{ 'abc'.find('c') }}' as g, '{{ 'ab'.zfill(5) }}' as h, '{{ 'title me'.title() }}' as i, '{{ 'a'.center(5, '*') }}' as j,
          '{{ 'swap'.swapcase() }}' as k, '{{ 'a\\tb'.expandtabs(4) }}' as l, '{{ '12'.isdigit() }}' as m, '{{ 'banana'.count('an') }}' as n
    """,
    "string_formats": """
        select '{{ '%s has %d at %.2f%%' % ('x', 3, 4.5) }}' as a, '{{ '{} {1}'.format('a', 'b') if false else '{0}-{1}-{n}'.format('a', 'b', n=3) }}' as b,
          '{{ '{:>6}|{:<6}|{:^6}'.format('a', 'b', 'c') }}' as c, '{{ '{:,.2f}'.format(1234567.891) }}' as d, '{{ '%05d' % 42 }}' as e,
          '{{ '%(k)s' % {'k': 'v'} }}' as f, '{{ "%s-%s" | format(1, 'x') }}' as g, '{{ '{:03d}'.format(7) }}' as h, '{{ '%x' % 255 }}' as i
    """,
    "slicing": """
        {% set s = 'abcdefgh' %}{% set l = [0, 1, 2, 3, 4] %}
        select '{{ s[1:4] }}' as a, '{{ s[::-1] }}' as b, '{{ s[-3:] }}' as c, '{{ l[::2] }}' as d, '{{ l[-1] }}' as e, '{{ l[1:][0] }}' as f,
          '{{ s[:100] }}' as g, '{{ l[5:] }}' as h, '{{ s[6:2:-2] }}' as i
    """,
    "filters_of_lists": """
        {% set l = [3, 1, 2, 3] %}{% set rows = [{'n': 'b', 'v': 2}, {'n': 'a', 'v': 1}, {'n': 'b', 'v': 3}] %}
        select '{{ l | sort }}' as a, '{{ l | unique | list }}' as b, '{{ l | sum }}' as c, '{{ l | max }}{{ l | min }}' as d,
          '{{ rows | map(attribute='n') | list }}' as e, '{{ rows | selectattr('n', 'equalto', 'b') | map(attribute='v') | list }}' as f,
          '{{ rows | sort(attribute='v', reverse=true) | map(attribute='n') | join('/') }}' as g, '{{ l | select('odd') | list }}' as h,
          '{{ l | reject('equalto', 3) | list }}' as i, '{{ l | batch(3, 'x') | list }}' as j, '{{ l | slice(2) | list }}' as k,
          '{{ l | first }}{{ l | last }}{{ l | length }}' as m, '{{ l | reverse | list }}' as o, '{{ ['a', 'b'] | map('upper') | join }}' as p
    """,
    "filter_groupby": """
        {% set rows = [{'n': 'b', 'v': 2}, {'n': 'a', 'v': 1}, {'n': 'b', 'v': 3}] %}
        select '{% for g in rows | groupby('n') %}{{ g.grouper }}:{% for r in g.list %}{{ r.v }}{% endfor %};{% endfor %}' as groups
    """,
    "filters_of_texts": """
        select '{{ 'hello world' | title }}' as a, '{{ 'hello' | capitalize }}' as b, '{{ ' x ' | trim }}' as c, '{{ 'abc' | replace('b', 'x') }}' as d,
          '{{ 'a b c' | wordcount }}' as e, '{{ 'long text here' | truncate(8) }}' as f, '{{ 'ab' | center(6) }}' as g, '{{ 'x' | indent }}' as h,
          '{{ 'a\nb' | indent(2) }}' as i, '{{ 'a\nb' | indent(2, true) }}' as j, '{{ 'abc' | list }}' as k, '{{ 'abc' | reverse }}' as m,
          '{{ '<b>' | escape }}' as n, '{{ '<i>x</i>' | striptags }}' as o, '{{ 'a b' | urlencode }}' as p, '{{ 42 | string }}' as q
    """,
    "filter_default": """
        select '{{ nothing | default('d') }}' as a, '{{ '' | default('e') }}' as b, '{{ '' | default('f', true) }}' as c, '{{ none | d('g') }}' as d, '{{ none | d('h', boolean=true) }}' as e
    """,
    "filter_block": """
        {% filter upper %}
        select 'quiet' as loud
        {% endfilter %}
        {% filter replace('x', 'y') | trim %}  union all select 'x'  {% endfilter %}
    """,
    "filter_as": """
        select {{ '5' | as_number }} as a, {{ 'true' | as_bool }} as b, '{{ 7 | as_text }}' as c, '{{ [1, 2] | as_native }}' as d
    """,
    "raw_block": """
        select '{% raw %}{{ not rendered }} {% if x %}{# no comment #}{% endraw %}' as raw_text
    """,
    "comments_in_odd_places": """
        {# a comment with {{ ref('no_such_model') }} in it #}
        select 1 as a {#- trimmed -#} , 2 as b -- {{ 'in an SQL comment' }}
        /* {{ ref('base_orders') }} */
        {##}
        {# {% if %} #}
    """,
    "whitespace_control_mix": """
        select
            {%- for c in ['a', 'b'] -%}
                {{- c -}} {%+ if true %} as {{ c }}2 {%+ endif -%} {{ "," if not loop.last -}}
            {%- endfor %}
        from (select 1 as a, 2 as b) as t
    """,
    "inline_if": """
        select {{ 'a' if 1 > 2 else 'b' if 2 > 3 else "'c'" }} as x {{ ', 1 as y' if true }} {{ 'gone' if false }}
    """,
    "if_chain": """
        {% set n = 3 %}
        select {% if n == 1 %}'one'{% elif n in (2, 3) and not (n is even) %}'odd'{% else %}'other'{% endif %} as it
    """,
    "macro_arguments": """
        {% macro local_part(a, b='b', c=none) %}{{ a }}{{ b }}{{ c is none }}{{ varargs }}{{ kwargs }}{% endmacro %}
        ---
        select '{{ local_part('x') | trim }}' as a, '{{ local_part('x', c=3) | replace("'", '"') }}' as b, '{{ local_part('x', 'y', 'z', 'v', k='w') | replace("'", '"') }}' as c
    """,
    "call_block": """
        {% macro around(prefix) %}{{ prefix }}[{{ caller('inner') }}]{% endmacro %}
        ---
        select '{% call(word) around('p') %}{{ word | upper }}{% endcall %}' as a
    """,
    "call_block_statement_like": """
        {% macro twice() %}{{ caller() }} union all {{ caller() }}{% endmacro %}
        ---
        {% call twice() %}select 1 as n{% endcall %}
    """,
    "returns_a_list": """
        {% set got = returns_list() %}
        select {% for it in got %}'{{ it }}' as {{ it }}{{ "," if not loop.last }}{% endfor %}, {{ got | length }} as n
    """,
    "macro_as_value": """
        {% set f = comma_list %}
        select {{ f([1, 2, 3]) }}
    """,
    "macro_output_types": """
        select {{ cents_to_dollars('amount') }} as a, {{ cents_to_dollars(column='amount', digits=4) }} as b from {{ ref('base_orders') }}
    """,
    "concatenation": """
        select '{{ 'a' ~ 1 ~ none ~ true ~ 2.50 ~ [1] }}' as a, '{{ 'a' 'b' if false else 'a' * 3 }}' as b, '{{ [1] + [2] }}{{ [0] * 3 }}' as c
    """,
    "escapes_in_strings": """
        select '{{ 'tab\\there' }}' as a, '{{ "nl\\nhere" }}' as b, '{{ 'q\\'s' | replace("'", "''") }}' as c, '{{ 'u\\u00e9' }}' as d, '{{ 'back\\\\slash' }}' as e
    """,
    "unicode_text": """
        -- ünï → 日本語 🦆
        select '{{ 'é' | upper }}' as "naïve 列", '{{ '日本語'[1] }}' as b, {{ '🦆' | length }} as c, '{{ 'straße'.upper() }}' as d
    """,
    "modules_datetime": """
        {% set day = modules.datetime.date(2024, 2, 28) %}
        {% set moment = modules.datetime.datetime(2024, 1, 31, 13, 5, 9, 123) %}
        select '{{ day + modules.datetime.timedelta(days=2) }}' as a, '{{ moment.strftime('%Y-%m-%d %H:%M:%S %j %A %b') }}' as b, '{{ moment.isoformat() }}' as c,
          '{{ modules.datetime.datetime.strptime('2023-12-31', '%Y-%m-%d').date() }}' as d, '{{ (modules.datetime.date(2024, 3, 1) - day).days }}' as e,
          '{{ day.replace(day=1) }}' as f, '{{ moment.weekday() }}{{ moment.year }}' as g, '{{ day < modules.datetime.date(2025, 1, 1) }}' as h, '{{ modules.datetime.timedelta(hours=30) }}' as i
    """,
    "modules_re": """
        {% set re = modules.re %}
        select '{{ re.sub('[^a-z]+', '_', 'ab 12 cd') }}' as a, '{{ re.findall('[0-9]+', 'a1b22') }}' as b,
          '{{ re.match('(a)(?P<two>b)', 'abc').group('two') }}' as c, '{{ re.search('z', 'abc') is none }}' as d, '{{ re.split(',\\\\s*', 'a, b,c') }}' as e,
          '{{ 'yes' if re.match('^[A-Z]', 'Abc', re.IGNORECASE) else 'no' }}' as f, '{{ re.compile('b+').sub('x', 'abbb') }}' as g, '{{ re.search('c', 'abc').span() }}' as h
    """,
    "modules_itertools": """
        select {% for a, b in modules.itertools.product([1, 2], ['x', 'y']) %}'{{ a }}{{ b }}' as p{{ loop.index }}, {% endfor %}
          '{{ modules.itertools.chain([1], [2]) | list }}' as c, '{{ modules.itertools.combinations('abc', 2) | list | length }}' as d
    """,
    "modules_pytz": """
        {% set utc = modules.pytz.utc %}
        select '{{ modules.datetime.datetime(2024, 6, 1, 12, 0, 0, tzinfo=utc) }}' as a, '{{ modules.pytz.timezone('Europe/Paris').localize(modules.datetime.datetime(2024, 6, 1)).isoformat() }}' as b
    """,
    "json_and_yaml": """
        {% set data = fromjson('{"a": [1, 2.5, null, true], "b": {"c": "d"}}') %}
        {% set more = fromyaml('x: [1, two]\\ny: yes\\nz: 2024-01-01') %}
        select '{{ tojson(data) }}' as a, '{{ tojson({'z': 1, 'a': none}, sort_keys=true) }}' as b, '{{ more.x[1] }}{{ more.y }}{{ more.z }}' as c,
          '{{ toyaml({'k': [1, 'b']}) | replace('\\n', ' ') }}' as d, '{{ fromjson('nope', 'default') }}' as e, '{{ data.b.c }}' as f
    """,
    "set_and_zip": """
        select '{{ set([1, 1, 2]) | list | length }}' as a, '{{ zip([1, 2], ['a', 'b']) | list }}' as b, '{{ set_strict([3, 3]) | length }}' as c,
          '{% for a, b in zip_strict([1, 2], ['x', 'y']) %}{{ a }}{{ b }}{% endfor %}' as d, '{{ set('x', none) }}' as e, '{{ zip(1, 2, default=[]) }}' as f
    """,
    "local_md5_and_diff": """
        select '{{ local_md5('hello') }}' as a, '{{ diff_of_two_dicts({'a': ['x', 'y'], 'b': ['z']}, {'a': ['x']}) }}' as b
    """,
    "var_with_default": """
        select '{{ var('start_date') }}' as a, {{ var('limit_rows', 5) }} as b, '{{ var('not_there', 'fallback') }}' as c,
          '{{ var('a_list') }}' as d, '{{ var.has_var('start_date') }}{{ var.has_var('nope') }}' as e, {{ var('limit_rows') + 1 }} as f
    """,
    "target_and_this": """
        select '{{ target.name }}.{{ target.schema }}.{{ target.type }}.{{ target.database }}.{{ target.profile_name }}.{{ target.threads }}' as t,
          '{{ this }}' as a, '{{ this.schema }}.{{ this.identifier }}.{{ this.name }}.{{ this.database }}.{{ this.table }}' as b, '{{ target['name'] }}{{ target.get('nope', 'x') }}' as c
    """,
    "model_variable": """
        select '{{ model.name }}.{{ model.resource_type }}.{{ model.package_name }}.{{ model.path }}' as a, '{{ model.original_file_path }}' as b,
          '{{ model.unique_id }}' as c, '{{ model.fqn | join('/') }}' as d, '{{ model.config.materialized }}' as e, '{{ model['alias'] }}.{{ model.schema }}' as f, '{{ model.tags }}' as g
    """,
    "execute_branches": """
        {% if execute %}select 'executing' as phase{% else %}select 'parsing' as phase from {{ ref('base_customers') }}{% endif %}
    """,
    "depends_on_hint": """
        -- depends_on: {{ ref('base_customers') }}
        {% if execute %}select * from {{ ref('base_customers') }}{% else %}select 1{% endif %}
    """,
    "ref_spellings": """
        select * from {{ ref("base_orders") }}
        union all select * from {{ ref(project_name, 'base_orders') }}
        union all select * from {{ref('base_orders')}} -- {{ ref('base_orders').identifier }} {{ ref('base_orders').include(database=false) }}
        union all select * from {{ builtins.ref('base_orders') }} where '{{ ref('base_orders') | string | length }}' > '0'
    """,
    "ref_of_a_variable": """
        {% set names = ['base_orders', 'base_rows'] %}
        {% for name in names %}select id from {{ ref(name) }}{% if not loop.last %} union all {% endif %}{% endfor %}
    """,
    "source_spellings": """
        select * from {{ source('raw', 'customers') }} as c, {{ source("raw", "orders").include(database=False) }} as o, {{ builtins.source('raw', 'orders') }} as p
    """,
    "relation_methods": """
        {% set r = ref('base_orders') %}
        select '{{ r.database }}|{{ r.schema }}|{{ r.identifier }}|{{ r.type }}|{{ r.is_table }}|{{ r.is_view }}|{{ r.is_cte }}' as a,
          '{{ r.include(schema=false, database=false) }}' as b, '{{ r.quote(identifier=false) }}' as c, '{{ r.render() }}' as d, '{{ r.without_identifier() }}' as e,
          '{{ r.incorporate(path={"identifier": "other"}) }}' as f, '{{ r.replace_path(schema='s2') }}' as g, '{{ r.table }}{{ r.name }}' as h
    """,
    "relation_create": """
        {% set r = api.Relation.create(database='d', schema='s', identifier='i', type='view') %}
        select '{{ r }}' as a, '{{ r.is_view }}' as b, '{{ api.Relation.create(identifier='only') }}' as c, '{{ r.quote(database=false, schema=false) }}' as d
    """,
    "column_create": """
        {% set c = api.Column('amount', 'numeric', numeric_precision=10, numeric_scale=2) %}
        {% set t = api.Column.create('label', 'varchar(12)') %}
        select '{{ c.name }} {{ c.data_type }} {{ c.quoted }} {{ c.is_numeric() }}' as a, '{{ t.dtype }} {{ t.is_string() }} {{ t.column }}' as b, '{{ api.Column.translate_type('string') }}{{ api.Column.numeric_type('numeric', 5, 1) }}' as d
    """,
    "adapter_functions": """
        select '{{ adapter.quote('a b') }}' as a, '{{ adapter.type() if false else 'x' }}' as b, {{ adapter.quote_as_configured('x', 'identifier') }} as c
        from (select 1 as x)
    """,
    "relation_is_asked": """
        {% set there = adapter.get_relation(database=this.database, schema=this.schema, identifier='base_orders') %}
        select {% if there is none %}'missing'{% else %}'there'{% endif %} as answer, '{{ load_relation(this) is none }}' as b
    """,
    "incremental_model": """
        {{ config(materialized='incremental', unique_key=['id', 'day'], on_schema_change='append_new_columns') }}
        select * from {{ ref('base_orders') }}
        {% if is_incremental() %} where made_on > (select max(made_on) from {{ this }}){% endif %}
        -- {{ should_full_refresh() }} {{ flags.FULL_REFRESH }}
    """,
    "config_get": """
        {{ config(materialized='table', tags=['one', 'two'], meta={'owner': 'me', 'rank': 3}, custom_key='custom', list_key=[1, 'x']) }}
        select '{{ config.get('materialized') }}' as a, '{{ config.get('nope', 'default') }}' as b, '{{ config.get('nope2', default=7) }}' as c,
          '{{ config.require('materialized') }}' as d, '{{ config.get('tags') }}' as e, '{{ config.get('meta').owner }}' as f, '{{ config.get('custom_key') }}' as g, '{{ config.get('list_key') }}' as h
    """,
    "config_meta_get": """
        {{ config(meta={'owner': 'me', 'deep': {'er': [1]}}) }}
        select '{{ config.meta_get('owner') }}' as a, '{{ config.meta_get('nope', 'd') }}' as b, '{{ config.meta_require('deep') }}' as c
    """,
    "config_twice": """
        {{ config(materialized='table', tags=['a']) }}
        {{ config(tags='b', schema='second') }}
        select 1 as one
    """,
    "config_of_a_dict": """
        {% set settings = {'materialized': 'table', 'tags': ['from_dict']} %}
        {{ config(settings) }}
        select 1 as one
    """,
    "config_in_a_branch": """
        {% if target.name == 'dev' %}{{ config(materialized='table') }}{% else %}{{ config(materialized='view') }}{% endif %}
        select 1 as one
    """,
    "config_at_the_end": """
        select 1 as one
        {{ config(alias='at_the_end_' ~ target.name, materialized='view') }}
    """,
    "config_with_hooks": """
        {{ config(pre_hook="select '{{ this }}'", post_hook=["select 1", {"sql": "select '{{ this.name }}'", "transaction": false}]) }}
        select 1 as one
    """,
    "log_print_warn": """
        {{ log('said ' ~ this, info=true) }}{% do log('quiet') %}{{ print('printed') }}
        {% do exceptions.warn('careful') %}
        select 1 as one, '{{ exceptions.warn("again") }}' as w
    """,
    "exceptions_not_raised": """
        {% if 1 > 2 %}{{ exceptions.raise_compiler_error('never') }}{% endif %}
        select 1 as one
    """,
    "graph_counted": """
        {% if execute %}
        {% set tables = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | list %}
        select {{ tables | length }} as seeds, '{{ graph.sources.values() | map(attribute='name') | sort | join(',') }}' as sources, '{{ graph.nodes['seed.' ~ project_name ~ '.base_rows'].name }}' as name
        {% else %}select 0 as seeds{% endif %}
    """,
    "run_query_guarded": """
        {% set sql %}select distinct name from {{ ref('base_orders') }}{% endset %}
        {% if execute %}{% set names = run_query(sql).columns[0].values() if false else [] %}{% else %}{% set names = ['x'] %}{% endif %}
        select {% for n in names %}'{{ n }}', {% endfor %}1 as one
    """,
    "statement_block": """
        -- depends_on: {{ ref('base_orders') }}
        {% call statement('names', fetch_result=True) %}select name from {{ ref('base_orders') }}{% endcall %}
        {% set result = load_result('names') %}
        select 1 as one{% if execute and result and result['data'] %}, {{ result['data'] | length }} as n{% endif %}
    """,
    "env_var_default": """
        select '{{ env_var('NOT_SET_ANYWHERE', 'fallback') }}' as a, '{{ env_var('ODD_VALUE') }}' as b, {{ env_var('ODD_NUMBER') | as_number }} as c, '{{ env_var('ODD_NUMBER') | int + 1 }}' as d
    """,
    "builtins_overridden_names": """
        {% set ref_name = 'base_orders' %}{% set list = ['shadow'] %}{% set range = 3 %}
        select '{{ list[0] }}{{ range }}' as a from {{ ref(ref_name) }}
    """,
    "generator_functions": """
        select '{{ dict(a=1, b='x') }}' as a, '{{ range(5) | list }}{{ range(8, 2, -3) | list }}' as b, '{{ lipsum is defined }}{{ cycler is defined }}{{ joiner is defined }}' as c,
          '{% set pipe = joiner("|") %}{% for i in range(3) %}{{ pipe() }}{{ i }}{% endfor %}' as d, '{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.current }}' as e
    """,
    "do_with_conditions": """
        {% set l = [] %}
        {% do l.append(1) if true else l.append(2) %}
        {% do l.append('x') if false %}
        select '{{ l }}' as l
    """,
    "nested_quotes": """
        select {{ "'" ~ "it''s" ~ "'" }} as a, '{{ "double \\" inside" }}' as b, {{ '"quoted"' }} from (select 1 as quoted)
    """,
    "with_block": """
        {% with a = 1, b = 2 %}{% set c = a + b %}select {{ c }} as c{% endwith %}, '{{ a is defined }}' as a
    """,
    "sql_header": """
        {% call set_sql_header(config) %}
        create temporary macro plus_one(x) as x + 1;
        {% endcall %}
        select 1 as one
    """,
    "tojson_of_relation_parts": """
        select '{{ tojson({"s": this.schema, "n": [this.name, 1.5, none]}) }}' as a
    """,
    "long_one_line": """
        select {% for i in range(60) %}{{ i }} as column_with_a_rather_long_name_{{ '%03d' % i }}{{ ", " if not loop.last }}{% endfor %}
    """,
    "dbt_functions_cross_database": """
        select {{ dbt.date_trunc('month', 'made_on') }} as a, {{ dbt.dateadd('day', 3, 'made_on') }} as b, {{ dbt.datediff('made_on', 'current_date', 'week') }} as c,
          {{ dbt.safe_cast('id', api.Column.translate_type('string')) }} as d, {{ dbt.concat(['name', "'x'"]) }} as e, {{ dbt.hash('name') }} as f, {{ dbt.length('name') }} as g,
          {{ dbt.replace('name', "'a'", "'b'") }} as h, {{ dbt.right('name', 2) }} as i, {{ dbt.split_part('name', "'-'", 1) }} as j, {{ dbt.position("'a'", 'name') }} as k,
          {{ dbt.string_literal('lit') }} as l, {{ dbt.type_timestamp() }} as m, {{ dbt.bool_or('id > 1') }} as n, {{ dbt.any_value('id') }} as o, {{ dbt.last_day('made_on', 'month') }} as p,
          {{ dbt.cast_bool_to_text('id = 1') }} as q, {{ dbt.escape_single_quotes("it's") }} as r, {{ dbt.listagg('name', "', '", 'order by id', 3) }} as s
        from {{ ref('base_orders') }} {{ dbt.except() }} select 1
    """,
    "dbt_functions_unqualified": """
        select {{ type_string() }} as a, {{ type_int() }}, {{ type_numeric() }}, {{ type_float() }}, {{ type_bigint() }}, {{ type_boolean() }}, {{ current_timestamp() }} as b, {{ array_construct([1, 2]) }} as c, {{ array_concat('x', 'y') }} as d, {{ array_append('x', '3') }} as e {{ intersect() }} select {{ date(2024, 1, 5) }}
    """,
    "dispatch_in_model": """
        select {{ adapter.dispatch('type_string', 'dbt')() }} as a, {{ adapter.dispatch('type_string', macro_namespace='dbt')() }} as b
    """,
    "jinja_line_breaks_in_tags": """
        {{
          config(
            materialized = 'table',
            tags = [
              'a',
              'b',
            ],
          )
        }}
        select
          {{
            'x'
            ~
            "y"
          }} as z {%
          if
            true
          %} , 1 as one {%
          endif %}
    """,
    "dates_of_the_run": """
        select '{{ run_started_at.strftime('%Y') | length }}' as a, '{{ (run_started_at is defined) }}' as b, '{{ invocation_id | length }}' as c, '{{ dbt_version.split('.')[0] }}' as d
    """,
    "flags_and_invocation": """
        select '{{ flags.WHICH if false else 'x' }}' as a, '{{ invocation_args_dict is mapping }}' as b, '{{ dbt_metadata_envs }}' as c, '{{ project_name }}' as d, '{{ selected_resources is iterable }}' as e, '{{ which is defined }}' as f
    """,
    "return_of_a_mapping": """
        {% macro pick(n) %}{% if n > 1 %}{{ return({'k': n}) }}{% endif %}{{ return(none) }}{% endmacro %}
        ---
        select '{{ pick(2).k }}' as a, '{{ pick(1) }}' as b
    """,
    "undefined_is_empty": """
        select '{{ never_set }}' as a, '{{ never_set is defined }}' as b, '{{ {}.x is undefined }}' as c {% if never_set %}, 1 as d{% endif %}{% for x in never_set or [] %}{{ x }}{% endfor %}
    """,
    "names_that_are_not_there": """
        select '{{ self is defined }}' as a, '{{ caller is defined }}' as b, '{{ loop is defined }}' as c, '{{ varargs is defined }}' as d
    """,
}


def one(name, text):
    def make(project):
        if "ODD_VALUE" in text:
            project.env.update(ODD_VALUE="odd 'value'", ODD_NUMBER="42")
        macros, line, model = text.rpartition("        ---\n")
        if line:
            project.macro(macros)
        template(project, model)
    make.__name__ = name
    make.__doc__ = f"{' '.join(text.split())[:70]} …"
    return make


for _name, _text in SNIPPETS.items():
    if _name not in CATALOGUE:
        construct(one(_name, _text))
