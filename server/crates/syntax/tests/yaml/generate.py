"""Writes cases.json: what PyYAML's CSafeLoader, the loader dbt uses, makes of each text.

Run with Python 3.11 or later and PyYAML 6 built with libyaml:

    python3 generate.py
"""

import datetime
import json
import pathlib

import yaml

SCALARS = """
yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE y n Y N yEs tRUE oN
null Null NULL ~ nULL none None
0 -0 +0 1 -1 +1 12 1_000 1__0 1_ _1 007 017 -017 018 09 0_7 0_ 0o17 0x1F 0xff_ff 0x 0x_ 0X1F 0b101 -0b1 0b 0b_ 0b2
1:30 -1:30 1:60 1:5 01:30 10:20:30 190:20:30 1:2:3:4 1: 1:3a 60:00 1_0:30
9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 123456789012345678901234567890
0xffffffffffffffffffff
1.0 1. .5 -.5 +.5 -1.5 +1.5 1.5e3 1.5e+3 1.5E-3 1e3 1e+3 1.e+3 12e03 1_0.5_0 ._5 .5_ 1.2.3 1.5e+ 1.5e+3_0 -0.0 0.1 1.7976931348623157e+308 1.0e+400
190:20:30.15 1:30.5 -1:30.5 1:30. 1:60.5 .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan .Nan inf nan
= << < <<< ==
2020-01-01 2020-1-1 2020-13-01 2020-02-30 2020-02-29 2021-02-29 0000-01-01 20200101 2020-01-01T10:00:00
2020-01-01T10:00:00Z 2020-1-1T1:00:00 2020-01-01T10:00:00.5 2020-01-01T10:00:00.1234567 2020-01-01T10:00:00+01:00
2020-01-01T10:00:00-1 2020-01-01T25:00:00Z 2020-01-01t10:00:00.Z 2020-01-01T10:00:00+24:00 2020-01-01T10:00:00-00:30
2020-01-01x 2020-01 10:00:00 v1.2 1.2.3 ref('x') a#b a:b :a -a ?a !a &a *a @a `a %a |a >a ,a ]a }a
""".split()

TEXTS = [
    "", "\n", "# only a comment\n", "---\n", "---\n...\n", "--- a\n", "a\n", "a: 1\n...\n", "a: 1\n---\nb: 2\n",
    "%YAML 1.2\n---\na: yes\n", "%YAML 2.0\n---\na: 1\n", "%FOO\n---\na: 1\n", "\ufeffa: 1\n",
    "a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'd\r\n  e'\r\n", "a: 1\rb: 2\r",
    "a: 2020-01-01 10:00:00", "a: 2020-01-01 10:00:00 +1", "a: 2020-01-01  10:00:00 Z", "a: 2020-01-01 x",
    "a: |\n  x\n   y\n\n  z\n", "a: |-\n  x\n\n", "a: |+\n  x\n\n\nb: 1\n", "a: |2\n   x\n", "a: |1\n  x\n", "a: >\n  x\n  y\n\n  z\n",
    "a: >-\n  x\n    y\n  z\n", "a: >+\n  x\n\n", "a: |\n", "a: |\n\n\nb: 1", "a: |\n\n  x\n", "a: >\n\n\n  x\n\n\n  y\n",
    "a: |\n  x", "a: >\n  x", "a: |+\n  x", "a: |-\n  x", "a: |\n  x\n  ", "a: |+\n  x\n  ", "a: |\n  x\n     ", "a: |\n  x \n  ",
    "a: |+\n  x\n     ", "- |\n x\n- >\n y", "a: | # comment\n  x\n", "a: |x\n  y\n", "a: |0\n  y\n",
    "a: >\n  x\n  - y\n  - z\n", "a: >\n    x\n      y\n\n      z\n    w\n",
    "a: 'it''s'", "a: 'x\n\n  y'", "a: \"x\\ty\\n\\x41\\u263a\\U0001F600\"", "a: \"x\\\n   y\"", "a: \"\\q\"", "a: \"\\x4\"", "a: \"x\n\n y\"", "a: 'x", "a: \"x",
    "a: \"\\e\\0\\_\\N\\L\\P\\/\"", "a: \"\\ud83d\"", "a: \" x \"", "a: '  x\n  y  '",
    "a: x\n  y\n  z\n", "a: x\n\n  y\n", "a: x # c", "a: x#c", "a: 'x' # c", "a: 'x'# c", "a:b: c", "a: b: c", "a: b:c", "a:", "a: # c\nb: 1",
    "a : b", "? a\n: b\n", "? a\n", "? a\n? b\n", "? [a]\n: b\n", "? {a: b}\n: c", "? |\n  x\n: y", "? - a\n: b",
    "[a, b]", "[a, b,]", "[a,, b]", "[]", "{}", "{a, b: , c: d}", "{a: b}", "{a: b,}", "[a: b, c]", "[? a : b]", "{? a : b}", "{a:b}", "{\"a\":b}", "[a\n, b]\n", "a: [b\nc]", "a: [b,\nc: d]\n", "a: [b", "a: {b", "a: [b\nc: d\n", "[a]]", "{a}}", "a: [b] c", "a: {b: c} d", "[-1, - 1]", "[a:b, ::c]", "{a: 'x', 'b': \"y\"}", "[http://a.b/c]", "{a: http://b}",
    "- a\n- b\n", "-a\n-b\n", "- - a\n  - b\n- c\n", "-\n  a\n-\n", "a:\n- b\n- c\nd: 1\n", "a:\n  - b\n c: d\n", "a:\n  - b\n  c: d\n", "- a\nb: c\n", "a: - b", "- a: b\n  c: d\n- e\n", "- a: b\n c: d\n",
    "a: 1\n b: 2\n", "a:\n  b: 1\n c: 2\n", "  a: 1\n  b: 2\n", "  a: 1\nb: 2\n", "a: 1\nb\nc: 2\n", "a: 1\nb\n", "a\nb: 1\n", "\ta: 1\n", "a:\n\tb: 1\n", "a:\tb\n", "a: b\tc\n", "a: \t\n", "a: b\t# c\n", "- \ta\n", "a: 'x\n\ty'\n", "a: |\n\tx\n", "a: |\n  x\n\ty\n",
    "a: 1\na: 2\n", "a: 1\nb: 2\na: 3\n", "1: a\ntrue: b\n1.0: c\n", "on: push\n", "yes: 1\nno: 2\ntrue: 3\n", "null: 1\n~: 2\n: 3\n", "2020-01-01: a\n", "1: a\n'1': b\n", "0x1: a\n1: b\n", "a: {b: 1, b: 2}\n",
    "a: &x 1\nb: *x\n", "a: &x\n  b: 1\nc: *x\n", "a: &x [1]\nb: [*x, *x]\n", "a: *x\n", "a: &x 1\nb: &x 2\n", "&a b: *a\n", "*a : b", "a: &x\nb: *x\n", "a: &x !!str 1\nb: *x\n", "a: !!str &x 1\nb: *x\n", "a: & b", "a: *", "a: **bold**", "- *x*\n", "a: &x\n  - 1\nb: *x\nc: *x",
    "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "a: &x {b: 1}\nd:\n  c: 3\n  <<: *x\n", "a: &x {b: 1}\ne: &y {b: 2, f: 3}\nd:\n  <<: [*x, *y]\n", "a: &x {b: 1}\ne: &y {b: 2}\nd:\n  <<: *x\n  <<: *y\n", "<<: {a: 1}\nb: 2\n", "<<: 1\na: 2\n", "<<: [1]\na: 2\n", "<<:\na: 2\n", "'<<': {a: 1}\n", "a: &x {<<: {b: 1}, c: 2}\nd: {<<: *x, e: 3}\n", "a: &x {b: 1}\nc: {b: 2, <<: *x, b: 3}\n", "=: 1\n", "a: {=: 1}\n", "!!merge x: {a: 1}\n",
    "a: !!str 12", "a: !!str", "a: !!int '12'", "a: !!int 12", "a: !!int ' 12 '", "a: !!int x", "a: !!int ''", "a: !!int 0o17", "a: !!int +-5", "a: !!float 3", "a: !!float 1e3", "a: !!float inf", "a: !!float x", "a: !!bool 3", "a: !!bool YeS", "a: !!null x", "a: !!timestamp 2020-1-1", "a: !!timestamp x", "a: !foo x", "a: !foo [x]", "a: !foo {x: y}", "a: !<tag:yaml.org,2002:int> 3", "a: !e!x y", "%TAG !e! tag:yaml.org,2002:\n---\na: !e!int '3'", "a: ! 12", "a: ! \"12\"", "a: ! '12'", "!!map [a]", "!!seq {a: 1}", "!!str [a]", "- !!map {a: 1}", "- !!seq [a]", "a: !!python/object:os.system x", "a: ! [1]", "a: ! {b: 1}", "- !!seq a", "- !!map a", "a: !",
    "a: {{ x }}\n", "a: {{ env_var('X') }}\n", "a: {{ x }}_b\n", "a: b_{{ x }}\n", "a: '{{ x }}'\n", "- {{ x }}\n", "- {% if x %}\n", "{% if x %}\na: 1\n{% endif %}\n", "{{ a }}: b\n", "a: {{ var('x', 'y') }}\n", "a: \"{{ var(\"x\") }}\"\n", "a: [{{ x }}]\n", "a: {# c #}\n", "a: |\n  {{ x }}\n", "a: {{ x\n  }}\n", "a: {{}}\n", "a: {b: {{ c }}}\n",
    "a: \x07\n", "a: \x00\n", "a: \x7f\n", "a: x\x85y\n", "a: x\u2028y\n", "a: x\xa0y\n", "a: \U0001F600\n", "ключ: значение\n", "a: x\ufeffy\n", "a: 'x\u2029y'\n",
    "a: b\n# c\n  # d\n\ne: f\n", "a: b #c\n#d\ne: f", "# a\n--- # b\nc: d # e\n... # f\n", "a: [ # c\n  b, # d\n  c\n]\n",
    "a: 'x' y\n", "a: 'don't'\n", "a: \"x\" \"y\"\n", "a: 'x\nb: 'y'\nc: z\n",
    "models:\n  - name: a\n    columns:\n    - name: b\n      tests:\n      - unique\n      - accepted_values:\n          values: [a, 'b', 1]\n    description: >\n      Long\n      text.\n",
    "a: &x1 b\nc: *x1\nd: [*x1 , {*x1 : e}]\n",
    "?\n: a\n", "- ? a\n  : b\n", "a: ? b\n", "a: -\n", "a: --\n", "a: ---\n", "---a\n", "a: ...\n", "'a': b\n\"c\": d\n", "'a' : b\n", "a: b: 'c'\n", "[]: a\n", "a: []\nb: {}\n", "!!str a: b\n", "a: >2\n    x\n  y\n", "a:\n    - b\n   - c\n", "a: [b, [c, {d: e}]]\n", "a: 'x': y\n", "a: x : y\n", "a: \"x\": y\n",
    "a: " + "[" * 30 + "]" * 30, "a: " + "x" * 1100 + ": y", "x" * 1100 + ": y",
    "a: [1, 2\n  , 3]\nb: 4\n", "a:\n- 1\n-2\n", "- a\n-\n- b\n", "a: !!set {b, c}", "a: !!omap [b: 1, c: 2]", "a: !!omap [b]", "a: !!pairs [b: 1]", "a: !!omap {b: 1}",
]


def typed(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, str):
        return {"str": value}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"timestamp": str(value)}
    if isinstance(value, set):
        return {"map": sorted([[typed(it), None] for it in value], key=str)}
    if isinstance(value, tuple):
        return {"map": [[typed(value[0]), typed(value[1])]]}
    if isinstance(value, list):
        return {"list": [typed(it) for it in value]}
    return {"map": [[typed(key), typed(item)] for key, item in value.items()]}


def case(text):
    try:
        return {"text": text, "value": typed(yaml.load(text, Loader=yaml.CSafeLoader))}
    except Exception as error:
        return {"text": text, "error": f"{type(error).__name__}: {error}".split("\n")[0]}


texts = [f"a: {it}" for it in SCALARS] + [f"[{it}]" for it in SCALARS if it[0] not in ",]}"] + TEXTS
lines = ",\n".join(json.dumps(case(it)) for it in dict.fromkeys(texts))
pathlib.Path(__file__).with_name("cases.json").write_text(f"[\n{lines}\n]\n")
