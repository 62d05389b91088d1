"""Templates that are made by rule, and those about dbt's own environments."""

import datetime
import itertools
import random

STARTED = datetime.datetime(2026, 11, 21, 17, 19, 44, 996768)

VALUES = ["0", "1", "-3", "7", "2.5", "-0.5", "1e3", "true", "none", "'a'", "'3'", "''", "[1, 2]", "[]",
          "(1, 'x')", "{'a': 1}", "missing", "10 ** 20", "range(3)"]
INPUTS = ["0", "-2.75", "'Hello wOrld'", "''", "none", "true", "missing", "[3, 1, 2]", "['b', 'A', 'c']", "[]",
          "(1, 2)", "{'b': 2, 'a': 1}", "rows", "'<b>&</b>'", "'  12 '", "range(4)", "unicode"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]
FILTERS = [
    "abs", "batch(2) | list", "capitalize", "center(9)", "count", "default('d')", "default('d', true)", "d('d')",
    "dictsort", "dictsort(by='value')", "dictsort(reverse=true)", "escape", "filesizeformat", "filesizeformat(true)",
    "first", "float", "float(9)", "forceescape", "format(1)", "groupby('n')", "indent", "indent(2, true)", "int",
    "int(5)", "int(0, 16)", "items | list", "join", "join(', ')", "join('-', attribute='name')", "last", "length",
    "list", "lower", "map('string') | list", "map(attribute='n') | list", "map('upper') | join('|')", "max", "min",
    "max(attribute='n')", "pprint", "reject('odd') | list", "rejectattr('tags') | list", "replace('l', 'L')",
    "reverse | list", "round", "round(1)", "round(1, 'ceil')", "round(-1, 'floor')", "safe", "select | list",
    "select('string') | list", "selectattr('n', 'gt', 1) | map(attribute='name') | list", "slice(2) | list",
    "slice(3, 'x') | list", "sort", "sort(reverse=true)", "sort(attribute='name')", "sort(case_sensitive=true)",
    "string", "striptags", "sum", "sum(start=3)", "sum(attribute='n')", "title", "tojson", "tojson(indent=1)", "trim",
    "trim('H ')", "truncate(5)", "truncate(7, true, '~', 0)", "unique | list", "upper", "urlencode", "wordcount",
    "wordwrap(5)", "xmlattr", "is_list", "as_text", "as_bool", "as_number", "as_native", "string | length",
]
TESTS = [
    "boolean", "callable", "defined", "divisibleby 2", "eq 1", "escaped", "even", "false", "filter", "float", "ge 1",
    "gt 1", "in [1, 2]", "integer", "iterable", "le 1", "lower", "lt 1", "mapping", "ne 1", "none", "number", "odd",
    "sameas none", "sequence", "string", "test", "true", "undefined", "upper",
]
STRING_METHODS = [
    "upper()", "lower()", "title()", "swapcase()", "capitalize()", "casefold()", "strip()", "strip('ab ')", "lstrip()",
    "rstrip('!')", "split()", "split(' ')", "split('l', 1)", "rsplit('o', 1)", "splitlines()", "partition(' ')",
    "rpartition('o')", "replace('o', '0')", "replace('', '.')", "replace('l', 'L', 1)", "startswith('H')",
    "endswith(('d', '!'))", "find('o')", "rfind('o')", "find('o', 5)", "find('zz')", "index('e')", "count('l')",
    "center(20, '*')", "ljust(14, '.')", "rjust(14)", "zfill(14)", "join(['x', 'y'])", "isalpha()", "isdigit()",
    "isalnum()", "isspace()", "isupper()", "islower()", "istitle()", "isnumeric()", "isdecimal()", "isidentifier()",
    "isascii()", "isprintable()", "encode() | length", "format(1, 2)", "expandtabs(4)", "removeprefix('He')",
    "removesuffix('ld')", "translate({72: 'J', 108: none})", "upper().lower()", "nope()", "strip(1)", "split(1)",
    "join([1])", "startswith()", "zfill()", "replace('a')", "index('zz')", "maketrans('a', 'b')",
]
TEXTS = ["'Hello World'", "''", "'  12 a\\tb\\n'", "'ǆ ßıİ ñ 世界'", "'007'", "'x_1'", "'A{0}-{1}'"]
FORMATS = [
    "'%s' % 1", "'%d' % 3.7", "'%5d|' % 42", "'%-5d|' % 42", "'%05d' % 42", "'%+d' % 42", "'%x %X %o' % (255, 255, 8)",
    "'%.2f' % 2.345", "'%8.3f|' % 3.14159", "'%e' % 12345.678", "'%g' % 1e10", "'%g' % 0.0001", "'%r' % 'a'",
    "'%s %s' % ('a', [1])", "'%%' % ()", "'%(a)s-%(b)d' % {'a': 1, 'b': 2}", "'%s' % none", "'%s' % (1, 2)", "'%d' % 'a'",
    "'%c%c' % (65, 'b')", "'%10s|%-10s|' % ('a', 'b')", "'%.1s' % 'abc'", "'%*d' % (5, 3)", "'%s' % missing", "'%5.1f%%' % 99.44",
    "'{}'.format(1)", "'{0} {1} {0}'.format('a', 'b')", "'{a}'.format(a=1)", "'{:>5}|'.format('x')", "'{:<5}|'.format('x')",
    "'{:^5}|'.format('x')", "'{:*^7}'.format('x')", "'{:05d}'.format(42)", "'{:+.2f}'.format(3.14159)", "'{:,}'.format(1234567)",
    "'{:_}'.format(1234567)", "'{:x}'.format(255)", "'{:#x}'.format(255)", "'{:b}'.format(5)", "'{:e}'.format(1234.5)", "'{:%}'.format(0.25)",
    "'{:.1%}'.format(0.256)", "'{!r}'.format('a')", "'{!s:>4}'.format(1)", "'{0[0]}'.format([7])", "'{0.real}'.format(5)", "'{a[b]}'.format(a={'b': 1})",
    "'{}{}'.format(1)", "'{} {0}'.format(1)", "'{{}}'.format(1)", "'{:d}'.format('a')", "'{:5}|'.format(true)", "'{:5}|'.format(1.5)", "'{:s}'.format(1)",
    "'{:.3}'.format('abcdef')", "'{:.3}'.format(3.14159)", "'{:g}'.format(1e20)", "'{:n}'.format(5)", "'{:c}'.format(65)", "'{:10.3e}|'.format(12345.6)",
    "'{:>{w}}'.format('x', w=4)", "'{:<08.2f}|'.format(-3.5)", "'{:=+8d}|'.format(42)", "'%s' | format('a')", "'%s-%s' | format('a', 'b')", "'%(x)s' | format(x=1)",
]
DATES = [
    "modules.datetime.datetime(2024, 2, 29, 23, 5, 9, 1234)", "modules.datetime.datetime(2023, 1, 1)", "modules.datetime.datetime(1999, 12, 31, 12)",
    "modules.datetime.date(2020, 12, 28)", "modules.datetime.date(2021, 1, 3)", "run_started_at",
]
DIRECTIVES = [
    "%Y-%m-%d", "%H:%M:%S.%f", "%a %A %b %B", "%c", "%x %X", "%j %U %W %V %G %u %w", "%I:%M %p", "%y%m%d", "%-d/%-m/%Y", "%e %k %l", "%D %F %T %R", "%s", "%z %Z",
    "%%", "%h %n %t", "%C %g", "%P %r", "%_d %05d %^a %#p", "a%", "%Q", "",
]
DATE_EXPRESSIONS = [
    "{d}", "{d} | string", "[{d}]", "{d}.isoformat()", "{d}.year ~ {d}.month ~ {d}.day", "{d}.weekday()", "{d}.isoweekday()", "{d}.isocalendar()", "{d}.isocalendar()[1]",
    "{d}.toordinal()", "{d}.replace(day=1)", "{d}.replace(month=13)", "{d}.ctime()", "{d} + modules.datetime.timedelta(days=1)", "{d} - modules.datetime.timedelta(days=366)",
    "{d} - modules.datetime.timedelta(hours=30, minutes=5)", "({d} - {d}).days", "{d} == {d}", "{d} < {d}", "{d} is string", "{d}.nope", "{d}.timetuple()[7]",
    "{d}.date()", "{d}.time()", "{d}.hour", "{d}.isoformat(' ')", "{d}.isoformat(timespec='minutes')", "{d}.timestamp() if {d}.tzinfo else 0", "{d}.tzinfo", "{d}.astimezone(modules.pytz.utc) if {d}.tzinfo else 0",
    "{d}.strftime('%Y%m%d') | int", "[{d}] | sort", "{{'x': {d}}}", "{d} ~ ''", "{d} + 1", "1 + {d}", "{d}.strftime()", "{d} | tojson", "toyaml({{'d': {d}}})",
]
DATETIME = """
modules.datetime.datetime.strptime('2020-01-31', '%Y-%m-%d')
modules.datetime.datetime.strptime('2020-01-31 10:20:30.5', '%Y-%m-%d %H:%M:%S.%f')
modules.datetime.datetime.strptime('31/1/20', '%d/%m/%y').date()
modules.datetime.datetime.strptime('Jan 5 2021 3:04PM', '%b %d %Y %I:%M%p')
modules.datetime.datetime.strptime('2020-01-31T10:00:00+0530', '%Y-%m-%dT%H:%M:%S%z')
modules.datetime.datetime.strptime('2020-01-31T10:00:00-05:00', '%Y-%m-%dT%H:%M:%S%z')
modules.datetime.datetime.strptime('2020-01-31T10:00:00Z', '%Y-%m-%dT%H:%M:%S%z')
modules.datetime.datetime.strptime('2020-13-01', '%Y-%m-%d')
modules.datetime.datetime.strptime('2020-01-01x', '%Y-%m-%d')
modules.datetime.datetime.strptime('20200230', '%Y%m%d')
modules.datetime.datetime.strptime('2020-060', '%Y-%j')
modules.datetime.datetime.strptime('monday 2020', '%A %Y')
modules.datetime.datetime.strptime('2020', '%Q')
modules.datetime.datetime.fromisoformat('2020-01-31')
modules.datetime.datetime.fromisoformat('2020-01-31 10:20')
modules.datetime.datetime.fromisoformat('2020-01-31T10:20:30.123+02:00')
modules.datetime.datetime.fromisoformat('20200131T102030Z')
modules.datetime.datetime.fromisoformat('nope')
modules.datetime.date.fromisoformat('2020-02-29') + modules.datetime.timedelta(weeks=1)
modules.datetime.date.fromisoformat('2020-02-30')
modules.datetime.date(2020, 2, 30)
modules.datetime.date(0, 1, 1)
modules.datetime.date(2020, 1)
modules.datetime.date('2020', 1, 1)
modules.datetime.date(year=2020, month=5, day=6)
modules.datetime.time(10, 20)
modules.datetime.time(10, 20, 30, 40).isoformat()
[modules.datetime.time(10, 20, 30)]
modules.datetime.time(25)
modules.datetime.time(7).strftime('%H:%M %Y')
modules.datetime.datetime.combine(modules.datetime.date(2020, 1, 2), modules.datetime.time(3, 4))
modules.datetime.datetime.fromtimestamp(0, modules.pytz.utc)
modules.datetime.datetime.utcfromtimestamp(1600000000.5)
modules.datetime.datetime.fromordinal(737425)
modules.datetime.datetime.min
modules.datetime.datetime.max
modules.datetime.date.max
modules.datetime.datetime.max + modules.datetime.timedelta(days=1)
modules.datetime.timedelta(days=1, hours=2)
[modules.datetime.timedelta(days=1, hours=2)]
modules.datetime.timedelta(days=-1, seconds=5)
modules.datetime.timedelta(0)
[modules.datetime.timedelta(0)]
modules.datetime.timedelta(hours=36).total_seconds()
modules.datetime.timedelta(hours=36).days
modules.datetime.timedelta(hours=36).seconds
modules.datetime.timedelta(milliseconds=1.5)
modules.datetime.timedelta(days=1.5)
modules.datetime.timedelta(days=3) / 2
modules.datetime.timedelta(days=3) // 2
modules.datetime.timedelta(days=3) / modules.datetime.timedelta(hours=5)
modules.datetime.timedelta(days=3) // modules.datetime.timedelta(hours=5)
modules.datetime.timedelta(days=3) % modules.datetime.timedelta(hours=5)
modules.datetime.timedelta(days=3) * 2.5
3 * modules.datetime.timedelta(minutes=1)
- modules.datetime.timedelta(minutes=1)
modules.datetime.timedelta(minutes=1) > modules.datetime.timedelta(seconds=1)
modules.datetime.timedelta(minutes=1) == modules.datetime.timedelta(seconds=60)
modules.datetime.timedelta(days='1')
modules.datetime.timedelta(1) + 1
modules.datetime.timedelta(days=10 ** 10)
modules.datetime.timedelta(1) is number
not modules.datetime.timedelta(0)
(modules.datetime.datetime(2020, 3, 1) - modules.datetime.datetime(2019, 3, 1)).days
modules.datetime.datetime(2020, 3, 1) - modules.datetime.date(2019, 3, 1)
modules.datetime.datetime(2020, 3, 1) < modules.datetime.date(2019, 3, 1)
modules.datetime.datetime(2020, 3, 1) < run_started_at
modules.datetime.datetime(2020, 3, 1) == run_started_at
modules.datetime.datetime(2020, 3, 1) - run_started_at
modules.datetime.datetime.now
modules.datetime.datetime.strptime is callable
modules.datetime.datetime
modules.datetime.timezone
modules.datetime.datetime(2020, 1, 1, 10, tzinfo=modules.pytz.utc)
[modules.datetime.datetime(2020, 1, 1, 10, 0, 5, tzinfo=modules.pytz.utc)]
run_started_at.astimezone(modules.pytz.timezone('America/New_York'))
run_started_at.astimezone(modules.pytz.timezone('Asia/Kolkata')).strftime('%H:%M %z %Z')
run_started_at.astimezone(modules.pytz.timezone('europe/berlin'))
run_started_at.astimezone(modules.pytz.FixedOffset(90))
[run_started_at.astimezone(modules.pytz.timezone('America/New_York'))]
run_started_at.replace(tzinfo=none)
run_started_at.replace(tzinfo=modules.pytz.timezone('America/New_York'))
run_started_at.replace(microsecond=0).isoformat()
run_started_at.utcoffset()
run_started_at.tzname()
run_started_at.tzinfo
run_started_at.astimezone('x')
(run_started_at - modules.datetime.timedelta(3)).strftime('%Y-%m-%d')
(run_started_at | string)[:10]
run_started_at.date().replace(day=1) - modules.datetime.timedelta(days=1)
modules.pytz.utc
[modules.pytz.utc]
modules.pytz.UTC
modules.pytz.timezone('UTC') == modules.pytz.utc
modules.pytz.timezone('Europe/Vienna')
[modules.pytz.timezone('Europe/Vienna')]
modules.pytz.timezone('Europe/Vienna').zone
modules.pytz.timezone('Nowhere/Land')
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 7, 1, 12))
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 1, 1, 12)).astimezone(modules.pytz.utc)
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 11, 1, 1, 30))
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 11, 1, 1, 30), is_dst=true)
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 11, 1, 1, 30), is_dst=none)
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 3, 8, 2, 30))
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 3, 8, 2, 30), is_dst=none)
modules.pytz.timezone('US/Eastern').localize(run_started_at)
modules.pytz.timezone('US/Eastern').normalize(run_started_at)
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 7, 1)).dst()
modules.pytz.timezone('US/Eastern').localize(modules.datetime.datetime(2020, 7, 1)) + modules.datetime.timedelta(days=180)
modules.pytz.utc.localize(modules.datetime.datetime(2020, 7, 1))
'US/Eastern' in modules.pytz.all_timezones
modules.datetime.keys() | list
"""
REGULAR = r"""
modules.re.match('a+', 'aaab').group()
modules.re.match('b', 'ab')
modules.re.match('b', 'ab') is none
modules.re.search('b', 'ab').start()
modules.re.search('(?P<x>b)(c)?', 'abx').groupdict()
modules.re.search('(?P<x>b)(c)?', 'abx').groups()
modules.re.search('(?P<x>b)(c)?', 'abx').groups('-')
modules.re.search('(b)(c)', 'abc').group(1, 2)
modules.re.search('(b)(c)', 'abc')[2]
modules.re.search('(b)(c)', 'abc').span(2)
modules.re.search('(b)(c)', 'abc').group(3)
modules.re.search('(b)', 'abc')
[modules.re.search('(b)', 'abc')]
modules.re.search('é+', 'caféé au')
modules.re.fullmatch('[a-c]+', 'abcd')
modules.re.fullmatch('a|ab', 'ab').group()
modules.re.sub('[^a-z]', '', 'A1b c-d')
modules.re.sub('(a)(b)', '\\2\\1', 'abab')
modules.re.sub('(?P<n>a)', '[\\g<n>]', 'banana')
modules.re.sub('a', 'x', 'banana', 2)
modules.re.sub('a', 'x', 'banana', count=1)
modules.re.sub('A', 'x', 'banana', flags=modules.re.IGNORECASE)
modules.re.sub('x*', '-', 'abxd')
modules.re.sub('', '-', 'ab')
modules.re.sub('\\s+', ' ', 'a  b\n\tc')
modules.re.sub('[aeiou]', '', text, flags=modules.re.I)
modules.re.sub('a', '\\n', 'bab')
modules.re.sub('a', '\\q', 'bab')
modules.re.sub('a', '\\1', 'bab')
modules.re.sub('(', 'x', 'a')
modules.re.subn('a', 'x', 'banana')
modules.re.split(',', 'a,b,,c')
modules.re.split('(,)', 'a,b')
modules.re.split('[,;]\\s*', 'a, b;c', 1)
modules.re.split('x*', 'axbc')
modules.re.findall('a.', 'abacad')
modules.re.findall('(a)(.)', 'abac')
modules.re.findall('\\d+', 'a1b22c333')
modules.re.findall('', 'ab')
modules.re.findall('\\bw\\w*', 'with what we know')
modules.re.findall('(?i)the', sentence)
modules.re.findall('^\\w+', lines, modules.re.M)
modules.re.findall('o$', 'foo\n')
modules.re.findall('[]a]', 'a]b')
modules.re.findall('[a&&b]', 'a&b')
modules.re.findall('[[a]', 'a[')
modules.re.findall('[^-a]', 'a-b')
modules.re.findall('[a\\-z]+', 'a-z b')
modules.re.findall('[\\w.-]+@[\\w-]+', 'x a.b-c@d-e y')
modules.re.findall('(?<=a)b', 'ab cb')
modules.re.findall('(?<!a)b', 'ab cb')
modules.re.findall('a(?=b)', 'ab ac')
modules.re.findall('(a)\\1', 'aab')
modules.re.findall('a{2}', 'aaaa')
modules.re.findall('a{,2}', 'aaa')
modules.re.findall('a{x}', 'a{x}')
modules.re.findall('(?x) a  # letter\n b', 'ab')
modules.re.findall('(?:a|b)+?', 'aab')
modules.re.findall('(?s).+', 'a\nb')
modules.re.findall('.+', 'a\nb')
modules.re.findall('\\x41|\\u0042', 'AB')
modules.re.findall('(?#c)a', 'aa')
modules.re.findall('a++b', 'aab')
modules.re.findall('(?>a+)b', 'aab')
modules.re.findall('\\Aa|b\\Z', 'ab')
modules.re.findall('\\_\\"\\/', '_"/')
modules.re.findall('\\y', 'y')
modules.re.findall('*', 'y')
modules.re.findall('[z-a]', 'y')
modules.re.findall('(?P<a>x)(?P=a)', 'xx')
modules.re.findall('(a)?(?(1)b|c)', 'abc')
modules.re.finditer('a', 'aba') | map(attribute='string') | list
modules.re.compile('a(b)').findall('abab')
modules.re.compile('a').sub('b', 'aaa')
modules.re.compile('a').match('xa', 1).span()
modules.re.compile('a(?P<n>b)', 2)
modules.re.compile('a').pattern
modules.re.compile('(a)(?P<n>b)').groups
modules.re.compile('(a)(?P<n>b)').groupindex
modules.re.escape('a.b-c d_e/f\'"')
modules.re.match(1, 'a')
modules.re.match('a', 1)
modules.re.match('a')
modules.re.match('(?P<y>\\d{4})-(?P<m>\\d\\d)', '2020-05').group('y')
modules.re.match('(?P<y>\\d{4})', '2020').group('z')
modules.re.search('a(b)?', 'a').group(1)
modules.re.search('a(b)?', 'a').end(1)
modules.re.search('(a)(b)', 'ab').expand('\\2-\\1')
modules.re.search('(a)(b)', 'ab').lastindex
modules.re.search('b', 'abc').re.pattern
modules.re.IGNORECASE + modules.re.MULTILINE
"""
ITERTOOLS = """
modules.itertools.chain([1], (2, 3), 'ab') | list
modules.itertools.product([1, 2], 'ab') | list
modules.itertools.product([0, 1], repeat=2) | list
modules.itertools.product() | list
modules.itertools.permutations([1, 2, 3]) | list
modules.itertools.permutations('abc', 2) | list
modules.itertools.combinations('abcd', 2) | list
modules.itertools.combinations([1, 2], 3) | list
modules.itertools.combinations([1, 2, 3], 0) | list
modules.itertools.combinations_with_replacement('ab', 3) | list
modules.itertools.islice([1, 2, 3, 4], 2) | list
modules.itertools.islice('abcdef', 1, 5, 2) | list
modules.itertools.islice(modules.itertools.count(5, 2), 4) | list
modules.itertools.islice(modules.itertools.cycle('ab'), 5) | list
modules.itertools.repeat('x', 3) | list
modules.itertools.zip_longest([1, 2], 'a') | list
modules.itertools.zip_longest([1], 'ab', fillvalue='-') | list
modules.itertools.accumulate([1, 2, 3]) | list
modules.itertools.accumulate('abc') | list
modules.itertools.accumulate([1, 2], initial=10) | list
modules.itertools.compress('abcd', [1, 0, 1, 0]) | list
modules.itertools.starmap(range, [(1, 3), (2, 4)]) | map('list') | list
modules.itertools.tee([1, 2]) | map('list') | list
modules.itertools.chain(1) | list
modules.itertools.groupby([1])
modules.itertools.islice([1], -1) | list
modules.itertools.chain.from_iterable([[1], [2]]) | list
"""
YAML = [
    "none", "true", "1", "1.0", "1e20", "1.5", "-0.0", "10 ** 25", "'a'", "''", "'true'", "'1'", "'1.0'", "'null'", "'~'", "'2020-01-01'", "'a: b'", "'a #b'", "'- a'",
    "'a\\nb'", "'a\\n'", "'\\na'", "' a'", "'a '", "'é'", "'a\\tb'", "\"it's\"", "'x: \"y\"'", "'@a'", "'a, b'", "'[a]'", "'{a}'", "'*a'", "'!a'", "'%a'", "'?'", "'? a'", "'-'", "':'", "'a:'", "'='", "'<<'",
    "'yes'", "'No'", "'0o7'", "'0x1f'", "'1_000'", "'1:30'", "'.5'", "'---'", "'...'", "'a' * 100", "'word ' * 30", "'word ' * 30 ~ 'é'", "'\"q\" ' * 30", "'a: ' * 40",
    "[]", "{}", "[1, 'a', none]", "[[1], [2, [3]]]", "{'a': 1, 'b': [1, 2]}", "{'a': {'b': {'c': 1}}}", "[{'a': 1, 'b': 2}, {'a': 3}]", "{'a': []}", "{'a': {}}", "{'a': [[]]}", "(1, 2)", "{'b': 1, 'a': 2}",
    "{1: 'a', none: 'b', true: 'c'}", "{'x y': 'z', 'true': 1, '': 2}", "{'k' * 130: 1}", "{'a\\nb': 1}", "{'a': 'x\\ny'}", "{'a': 'word ' * 30}", "[['word ' * 30]]", "{'d': modules.datetime.date(2020, 1, 2)}",
    "rows", "nested", "[mapping, mapping]", "{'a': numbers, 'b': numbers}", "missing", "range(3)", "'x' | escape", "modules", "{'a': 'b\\\\c'}", "'tab\\there'", "'\\u2028'", "'🦆'", "'nbsp\\u00a0'", "{(1, 2): 3}",
]
JSON = [
    "tojson(nested)", "tojson({'b': 1, 'a': [1.0, none, true, 'é\"']}, sort_keys=true)", "tojson(missing)", "tojson((1, 2))", "tojson({1: 2, none: 3, true: 4, 1.5: 5})", "tojson(range(2))", "tojson(1e400)",
    "tojson(10 ** 30)", "fromjson('{\"a\": [1, 2.5, null, true]}')", "fromjson('{bad', 'd')", "fromjson('nope')", "fromjson(1)", "fromjson('\"x\"')", "fromjson('[1, 1]')[0]", "fromyaml('a: 1\\nb: [x, y]')",
    "fromyaml('a: yes')", "fromyaml('- 1\\n- 2.5\\n- ~\\n- 017')", "fromyaml('a: b: c', 'd')", "fromyaml('')", "fromyaml('x')", "fromyaml('a: &x [1]\\nb: *x')",
]
PARSE = """
{{ missing }}|{{ missing.a }}|{{ missing.a.b }}|{{ missing['a'] }}|{{ missing() }}|{{ missing.a() }}|{{ missing.a('x').b }}
{% for x in missing %}a{% else %}b{% endfor %}
{% for x in missing.rows %}a{% else %}b{% endfor %}
{{ missing is defined }}{{ missing.a is defined }}{{ missing() is defined }}
{{ missing + 1 }}
{{ missing ~ 1 }}
{{ missing | length }}{{ missing | list }}{{ missing | join }}{{ missing | upper }}
{{ missing == missing }}{{ missing == 1 }}{{ missing == none }}
{{ missing > 1 }}
{{ missing | int }}{{ missing | default('d') }}{{ missing.a | default('d') }}
{% if missing %}a{% else %}b{% endif %}
{{ 'x' if missing }}
{{ mapping.nope }}{{ mapping.nope.deeper }}{{ mapping['nope'].deeper() }}
{{ none.a }}{{ none.a.b }}
{{ text.nope() }}
{{ 'a' in missing }}
{{ missing[0] }}{{ missing[:1] }}
{{ missing.items() }}{% for a, b in missing.items() %}{{ a }}{% endfor %}
{% set x = missing.a %}{{ x.b.c }}
{{ [missing] }}{{ {'a': missing} }}
{{ missing.name }}
{{ missing.__class__ }}
{{ -missing }}
{{ missing | sum }}
{{ missing | tojson }}
{{ missing | string }}{{ missing | trim }}{{ missing | replace('a', 'b') }}
{{ missing | first }}{{ missing | last }}
{{ missing | sort }}{{ missing | unique | list }}{{ missing | map('upper') | list }}
{{ numbers | map(attribute='nope') | list }}
{{ rows | map(attribute='nope.deeper') | list }}
{{ rows | selectattr('nope') | list }}
{{ rows | sort(attribute='nope') }}
{{ (missing or 'x') }}{{ (missing and 'x') }}{{ not missing }}
{{ missing % 2 }}
{{ '%s' % missing }}{{ '{}'.format(missing) }}
{{ missing | float }}{{ missing | abs }}
"""
NATIVE = """
{{ one }}
{{ one + 1 }}
{{ pi }}
{{ text }}
{{ empty }}
{{ nothing }}
{{ yes }}
{{ numbers }}
{{ mapping }}
{{ one }}{{ one }}
{{ one }} 
 {{ one }}
a{{ one }}
{{ missing }}
{{ missing.a }}
{{ '1' }}
{{ "'1'" }}
{{ '1' | as_number }}
{{ '1.5' | as_number }}
{{ 'x' | as_number }}
{{ 'true' | as_bool }}
{{ 'True' | as_bool }}
{{ yes | as_bool }}
{{ one | as_number }}
{{ '[1, 2]' | as_native }}
{{ '{"a": 1}' | as_native }}
{{ "('a', 1)" | as_native }}
{{ 'None' | as_native }}
{{ 'a b' | as_native }}
{{ '1' | as_text }}
{{ one | as_text }}
{{ nothing | as_native }}
{{ '0x10' | as_native }}
{{ '1_000' | as_native }}
{{ '-1' | as_number }}
{{ '1e3' | as_number }}
{{ 'True' | as_number }}
{{ '{1, 2}' | as_native }}
{{ "'quoted'" | as_native }}
{{ 'b"x"' | as_native }}
{{ "u'x'" | as_native }}
{{ '1 + 2' | as_native }}
{{ '1 + 2j' | as_native }}
{% if yes %}{{ one }}{% endif %}
{% if no %}{{ one }}{% endif %}
{% for x in numbers %}{{ x }}{% endfor %}
{% for x in [5] %}{{ x }}{% endfor %}
{% set x = 1 %}{{ x }}
{% set x %}{{ one }}{% endset %}{{ x }}
plain
{# nothing #}
{{ 1 }}
{{ true }}
{{ none }}
{{ [1, 'a'] }}
{{ 'a' ~ 'b' }}
{{ text | upper }}
{{ text | length }}
{{ numbers | join(',') }}
{{ run_started_at }}
{{ modules.datetime.date(2020, 1, 2) }}
{{ range(3) }}
{{ numbers | map('string') | list }}
{{ one if yes }}
{{ one if no }}
{{ one == 1 }}
{{ 'é' }}
{{ one | string }}
{{ (one, 'a') }}
{{ numbers[0] }}
{{ 1 / 0 }}
{{ missing() }}
{{ text }}{# c #}
{{ '' }}{{ one }}
"""
TEXT = """
{% macro m(a: string, b: list[int] = 1) %}x{% endmacro %}ok
{% macro m() %}x{% endmacro %}{{ m() }}
{% macro m() %}x{% endmacro %}{{ dbt_macro__m() }}
{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ dbt_macro__m(2) }}{{ dbt_macro__m(2, b=3) }}
{% test t(model, column_name) %}select 1{% endtest %}ok
{% materialization m, default %}x{% endmaterialization %}ok
{% materialization m, adapter='x', supported_languages=['sql', 'python'] %}x{% endmaterialization %}ok
{% materialization m, nope='x' %}x{% endmaterialization %}ok
{% docs d %}{{ x }}{% enddocs %}ok
{% docs d %}a
{% snapshot s %}x{% endsnapshot %}
{% test t() %}{% endmacro %}
{{ [1] | is_list }}{{ (1,) | is_list }}{{ 'a' | is_list }}
{{ '1' | as_number }}{{ 'x' | as_bool }}{{ none | as_native }}
{{ missing }}
{{ missing.a }}
{{ missing() }}
{% do missing %}
{% set x = missing %}{{ x is defined }}
"""
LOOPS = [("{% for x in ITEMS %}", "{% endfor %}"), ("{% for x in ITEMS if x %}", "{% endfor %}")]
LOOP_BODIES = [
    "{{ x }}", "{{ loop.index }}{{ loop.last }}", "{{ loop.length }}", "{{ loop.revindex0 }}", "{{ loop.cycle('a', 'b', 'c') }}", "{% if loop.first %}{% continue %}{% endif %}{{ x }}",
    "{% if loop.index == 2 %}{% break %}{% endif %}{{ x }}", "{{ loop.changed(x) }}", "{{ loop.previtem is defined }}{{ loop.nextitem is defined }}", "{% for y in [x] %}{{ loop.index }}{{ y }}{% endfor %}",
    "{% set y = x %}{{ y }}", "{{ x }}{{ ',' if not loop.last }}", "{% else %}none",
]
LOOP_ITEMS = ["[]", "[1, 2, 3]", "'ab'", "mapping", "mapping.items()", "range(2)", "none", "missing", "(0, 1)", "[1, 1, 2]", "numbers | map('string')", "5"]
SCOPES = [
    "{% set a = 1 %}{% BLOCK %}{% set a = 2 %}{{ a }}{% ENDBLOCK %}{{ a }}", "{% BLOCK %}{% set a = 2 %}{% ENDBLOCK %}{{ a is defined }}", "{% set l = [] %}{% BLOCK %}{% do l.append(1) %}{% ENDBLOCK %}{{ l }}",
    "{% set ns = namespace(a=1) %}{% BLOCK %}{% set ns.a = ns.a + 1 %}{% ENDBLOCK %}{{ ns.a }}", "{% set d = {} %}{% BLOCK %}{% do d.update(a=1) %}{% ENDBLOCK %}{{ d }}",
]
BLOCKS = [("if true", "endif"), ("for q in [1, 2]", "endfor"), ("with", "endwith"), ("filter upper", "endfilter"), ("set z", "endset"), ("if false", "endif"), ("macro mm()", "endmacro"), ("call text.upper()", "endcall")]
MUTATIONS = """
{% set l = [3, 1, 2] %}{% do l.OP %}{{ l }}
"""
LIST_OPS = ["append(4)", "extend([5, 6])", "extend('ab')", "insert(0, 'x')", "insert(-1, 'x')", "insert(99, 'x')", "pop()", "pop(0)", "pop(-2)", "pop(9)", "remove(1)", "remove(9)", "reverse()", "sort()", "sort(reverse=true)", "clear()", "copy()", "index(2)", "count(1)", "append()", "extend(1)", "append([l])", "sort(key=1)"]
DICT_OPS = ["update({'a': 9})", "update(b=2)", "update([['c', 3]])", "pop('a')", "pop('z')", "pop('z', none)", "popitem()", "setdefault('a', 5)", "setdefault('q', [])", "clear()", "get('a')", "get('z', 1)", "copy()", "keys()", "values()", "items()", "update(1)", "fromkeys(['x'])", "get()", "nope()"]
SET_OPS = ["add(4)", "discard(1)", "remove(9)", "union({'x'})", "pop()", "update([7])"]


def pick(rng, items, count):
    items = list(items)
    return items if len(items) <= count else rng.sample(items, count)


def expression(rng, depth):
    if depth == 0:
        return rng.choice(["1", "2", "-1", "0", "2.5", "'a'", "'b c'", "''", "true", "false", "none", "one", "pi", "text", "numbers", "mapping", "words", "nested.list", "missing", "rows[0].n", "quote"])
    kind = rng.randrange(10)
    left, right = (lambda: expression(rng, depth - 1)), (lambda: expression(rng, depth - 1))
    if kind < 4:
        return f"({left()} {rng.choice(OPERATORS)} {right()})"
    if kind == 4:
        return f"({left()} | {rng.choice(['string', 'length', 'upper', 'list', 'first', 'int', 'float', 'join', 'sort', 'default(7)', 'tojson', 'title', 'replace(1, 2)'])})"
    if kind == 5:
        return f"({left()} if {right()} else {left()})"
    if kind == 6:
        return f"[{left()}, {right()}][{rng.choice(['0', '-1', '1:', '::-1', ':1'])}]"
    if kind == 7:
        return f"({left()} is {rng.choice(['string', 'number', 'defined', 'none', 'odd', 'iterable', 'mapping', 'sequence'])})"
    if kind == 8:
        return f"(not {left()})"
    return f"{{'k': {left()}}}.{rng.choice(['k', 'items() | list', 'get(1)', 'nope', 'values() | list'])}"


def lines(text):
    return [it for it in text.strip("\n").split("\n") if it]


def cases():
    rng = random.Random(20261121)
    found = []

    def add(group, templates, environment="text"):
        found.extend((environment, group, it) for it in templates)

    pairs = [f"{{{{ ({a}) {op} ({b}) }}}}" for a, op, b in itertools.product(VALUES, OPERATORS, VALUES)]
    add("operators", pick(rng, pairs, 260))
    add("filters", pick(rng, [f"{{{{ {value} | {name} }}}}" for value, name in itertools.product(INPUTS, FILTERS)], 330))
    add("tests", pick(rng, [f"{{{{ {value} is {name} }}}}{{{{ {value} is not {name} }}}}" for value, name in itertools.product(INPUTS, TESTS)], 130))
    add("strings", pick(rng, [f"{{{{ {value}.{name} }}}}" for value, name in itertools.product(TEXTS, STRING_METHODS)], 200))
    add("formats", [f"{{{{ {it} }}}}" for it in FORMATS])
    slices = [f"{{{{ {value}[{a}:{b}:{c}] }}}}" for value, a, b, c in itertools.product(["text", "numbers", "(1, 2, 3)", "range(9)"], ["", "0", "2", "-2", "99"], ["", "1", "-1", "-99"], ["", "1", "2", "-1", "-3", "0"])]
    add("slices", pick(rng, slices, 60))
    marks = ["", "-", "+"]
    control = [f"a \n {{%{a} if yes {b}%}} \n b \n {{%{c} endif {d}%}} \n c" for a, b, c, d in itertools.product(marks, ["", "-"], marks, ["", "-"])]
    add("whitespace", control)
    add("whitespace", [f" a\n  {{{{{a} 'x' {b}}}}}\n b{{#{c} c {d}#}}\n\n" for a, b, c, d in itertools.product(["", "-", "+"], ["", "-"], ["", "-"], ["", "-"])])
    bodies = [f"{head.replace('ITEMS', items)}{body}{tail}" for (head, tail), items, body in itertools.product(LOOPS, LOOP_ITEMS, LOOP_BODIES)]
    add("loops", pick(rng, bodies, 140))
    add("scope", [it.replace("ENDBLOCK", end).replace("BLOCK", start) for it in SCOPES for start, end in BLOCKS])
    add("mutation", [f"{{% set l = [3, 1, 2] %}}{{{{ l.{op} }}}}|{{{{ l }}}}" for op in LIST_OPS])
    add("mutation", [f"{{% set d = {{'a': 1, 'b': [2]}} %}}{{{{ d.{op} }}}}|{{{{ d }}}}" for op in DICT_OPS])
    add("expressions", sorted({f"{{{{ {expression(rng, rng.randrange(1, 4))} }}}}" for _ in range(260)}))
    dates = [f"{{{{ {it.format(d=date)} }}}}" for it, date in itertools.product(DATE_EXPRESSIONS, DATES)]
    add("dates", pick(rng, dates, 130))
    add("dates", pick(rng, [f"{{{{ {date}.strftime('{it}') }}}}" for date, it in itertools.product(DATES, DIRECTIVES)], 80))
    add("datetime", [f"{{{{ {it} }}}}" for it in lines(DATETIME)])
    add("re", [f"{{{{ {it} }}}}" for it in lines(REGULAR)])
    add("itertools", [f"{{{{ {it} }}}}" for it in lines(ITERTOOLS)])
    add("itertools", ["{% for x in modules.itertools.count() %}{% if x > 3 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% for x in modules.itertools.cycle('ab') %}{% if loop.index > 3 %}{% break %}{% endif %}{{ x }}{% endfor %}"])
    add("toyaml", [f"{{{{ toyaml({it}) }}}}" for it in YAML])
    add("toyaml", [f"{{{{ toyaml({it}, sort_keys=true) }}}}" for it in ["{'b': 1, 'a': 2}", "nested", "{1: 1, 'a': 2}"]])
    add("json", [f"{{{{ {it} }}}}" for it in JSON])
    add("dbt", lines(TEXT))
    add("undefined", lines(PARSE), "parse")
    add("undefined", lines(PARSE), "text")
    add("native", lines(NATIVE), "native")
    return found
