//! Templates that mean harm, or happen to.

use serde_json::json;

use super::*;

fn limit(template: &str) -> LimitKind {
    let template = Arc::new(syntax::jinja::parse(template));
    assert_eq!(template.problems, []);
    let host = Plain { context: json!({}) };
    let rendered = render(FileId(0), &template, &host, Options::default());
    let error = rendered.error.unwrap();
    assert!(!error.spans.is_empty(), "{error:?}");
    match error.kind {
        ErrorKind::Limit(kind) => kind,
        other => panic!("{other:?}: {}", error.message),
    }
}

/// On a stack as small as any pool's.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn endless_loops_run_out_of_fuel() {
    let template =
        "{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% do l.pop(0) %}{% endfor %}";
    assert!(rendered(template, &json!({})).is_ok());
    for template in [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set l = [1] %}{% for x in l %}{% do l.append(1) %}{% endfor %}",
        "{% macro m(n) %}{% for i in range(9) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endfor %}{% endmacro %}{{ m(60) }}",
        "{% set l = range(90000) | list %}{% for a in l %}{{ l.index(89999) }}{{ l | sum }}{% endfor %}",
    ] {
        let kind = limit(template);
        assert!(matches!(kind, LimitKind::Fuel | LimitKind::Size), "{template} {kind:?}");
    }
}

#[test]
fn values_that_share_their_parts_end_too() {
    let double = |make: &str, then: &str| {
        format!(
            "{{% set ns = namespace(a=1, b=1) %}}{{% for i in range(60) %}}{{% set ns.a = {make} %}}{{% endfor %}}{{% set c = ns.a %}}{{% set ns.a = 1 %}}{{% for i in range(60) %}}{{% set ns.a = {make} %}}{{% endfor %}}{then}"
        )
    };
    for (make, then) in [
        ("[ns.a, ns.a]", "{{ ns.a == c }}"),
        ("[ns.a, ns.a]", "{{ ns.a < c }}"),
        ("[ns.a, ns.a]", "{{ ns.a in [c] }}"),
        ("[ns.a, ns.a]", "{{ [ns.a, c] | sort }}"),
        ("[ns.a, ns.a]", "{{ ns.a | tojson }}"),
        ("[ns.a, ns.a]", "{{ ns.a | pprint }}"),
        ("[ns.a, ns.a]", "{{ ns.a | string }}"),
        ("(ns.a, ns.a)", "{{ {ns.a: 1} }}"),
        ("{'a': ns.a, 'b': ns.a}", "{{ ns.a == c }}"),
        ("{'a': ns.a, 'b': ns.a}", "{{ '%s' % ns.a }}"),
    ] {
        let template = double(make, then);
        assert!(rendered(&template, &json!({})).is_err(), "{template}");
    }
}

#[test]
fn endless_recursion_ends() {
    on_small_stack(|| {
        for template in [
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m(n) %}{% if n %}{% for x in [1] %}{% if x %}{% set y = (((((m(n)))))) ~ 1 %}{% endif %}{% endfor %}{% endif %}{% endmacro %}{{ m(1) }}",
            "{% macro a() %}{{ b() }}{{ caller }}{% endmacro %}{% macro b() %}{% call a() %}{% endcall %}{% endmacro %}{{ a() }}",
            "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{% macro m(x) %}{{ caller(x) }}{% endmacro %}{% macro n() %}{% call(x) m(1) %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}",
            "{% macro m(n) %}{{ [n] | map('string') | list | first ~ m(n + 1) | upper }}{% endmacro %}{{ m(1) }}",
        ] {
            assert_eq!(limit(template), LimitKind::Depth, "{template}");
        }
    });
}

#[test]
fn recursion_that_python_allows_is_allowed() {
    let depth = |n: usize| {
        let template = format!(
            "{{% macro m(n) %}}{{% if n > 0 %}}{{{{ n }}}},{{{{ m(n - 1) }}}}{{% endif %}}{{% endmacro %}}{{{{ m({n}) | length }}}}"
        );
        rendered(&template, &json!({}))
    };
    on_small_stack(move || assert_eq!(depth(60), Ok("171".to_owned())));
}

#[test]
fn exploding_values_are_refused() {
    for template in [
        "{{ 10 ** 9 * 'x' }}",
        "{{ 'x' * 10 ** 18 }}",
        "{{ [1] * 10 ** 9 }}",
        "{{ 10 ** (10 ** 10) }}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(n=3) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
        "{{ 'x'.center(10 ** 12) }}",
        "{{ 'x'.zfill(10 ** 12) }}",
        "{{ '%999999999999d' % 1 }}",
        "{{ '%.999999999f' % 1.5 }}",
        "{{ '{:>999999999999}'.format('x') }}",
        "{{ 'a' | indent(10 ** 11, true) }}",
        "{{ 'aaaaaaaaaa' | replace('', 'x' * 9999999) }}",
        "{{ [1] | batch(10 ** 12, 'x') | list }}",
        "{{ [1] | slice(10 ** 12) | list }}",
        "{{ 'x' | center(10 ** 12) }}",
        "{{ '\t'.expandtabs(10 ** 12) }}",
        "{% for i in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{% set l = ['x' * 999999] * 9999 %}{{ l | join }}",
        "{% set l = ['x' * 999999] * 9999 %}{{ l }}",
        "{% set l = [1] %}{% for i in range(40) %}{% set _ = l.extend(l) %}{% endfor %}",
        "{% set ns = namespace(l=['xxxxxxxxxxxxxxxxxxxx']) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
    ] {
        let template_ = Arc::new(syntax::jinja::parse(template));
        let host = Plain { context: json!({}) };
        let rendered = render(FileId(0), &template_, &host, Options::default());
        let error = rendered.error.unwrap_or_else(|| panic!("{template} gave text"));
        assert!(error.is_limit() || error.kind == ErrorKind::Value, "{template} {error:?}");
    }
    let refused = rendered("{{ range(10 ** 9) | list }}", &json!({}));
    assert!(refused.unwrap_err().contains("Range too big"));
}

#[test]
fn values_that_hold_themselves_or_are_very_deep_do_no_harm() {
    on_small_stack(|| {
        for template in [
            "{% set l = [] %}{% do l.append(l) %}{{ l | length }}",
            "{% set d = {} %}{% do d.update({'d': d}) %}{{ d | length }}",
            "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}x",
            "{% set ns = namespace(l=()) %}{% for i in range(90000) %}{% set ns.l = (ns.l,) %}{% endfor %}x",
            "{% set ns = namespace(l={}) %}{% for i in range(90000) %}{% set ns.l = {'a': ns.l} %}{% endfor %}x",
            "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l].append %}{% endfor %}x",
            "{% set ns = namespace(m=none) %}{% for i in range(9000) %}{% set prev = ns.m %}{% macro m() %}{{ prev }}{% endmacro %}{% set ns.m = m %}{% endfor %}x",
            "{% set ns = namespace() %}{% set ns.ns = ns %}x",
            "{% macro m() %}{% endmacro %}{% set x = [m] %}{% do x.append(x) %}x",
        ] {
            assert!(rendered(template, &json!({})).is_ok(), "{template}");
        }
        for template in [
            "{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{{ l == m }}",
            "{% set l = [] %}{% do l.append(l) %}{{ l | tojson }}",
            "{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{{ l < m }}",
            "{% set ns = namespace(l=()) %}{% for i in range(9000) %}{% set ns.l = (ns.l,) %}{% endfor %}{{ {ns.l: 1} }}",
            "{% set ns = namespace(l=[]) %}{% for i in range(9000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        ] {
            assert!(rendered(template, &json!({})).is_err(), "{template}");
        }
    });
}

/// As Python writes them.
#[test]
fn what_holds_itself_is_hinted_at() {
    for (template, text) in [
        ("{% set l = [1] %}{% do l.append(l) %}{{ l }}", "[1, [...]]"),
        (
            "{% set d = {} %}{% do d.update({'a': d, 'b': (d,)}) %}{{ d }}",
            "{'a': {...}, 'b': ({...},)}",
        ),
    ] {
        assert_eq!(rendered(template, &json!({})).unwrap(), text);
    }
}

#[test]
fn deep_expressions_and_blocks_fit_on_a_small_stack() {
    on_small_stack(|| {
        let nested =
            |count: usize| format!("{{{{ {}1{} }}}}", "[".repeat(count), "]".repeat(count));
        assert!(rendered(&nested(90), &json!({})).is_ok());
        assert!(rendered(&nested(9000), &json!({})).is_err());
        let sum = |count: usize| format!("{{{{ 1{} }}}}", " + 1".repeat(count));
        assert_eq!(rendered(&sum(150), &json!({})), Ok("151".to_owned()));
        let blocks = format!("{}x{}", "{% if true %}".repeat(80), "{% endif %}".repeat(80));
        assert_eq!(rendered(&blocks, &json!({})), Ok("x".to_owned()));
        let loops = format!("{}x{}", "{% for i in [1] %}".repeat(80), "{% endfor %}".repeat(80));
        assert_eq!(rendered(&loops, &json!({})), Ok("x".to_owned()));
        let filters = format!("{{{{ 'a'{} }}}}", "|upper".repeat(180));
        assert_eq!(rendered(&filters, &json!({})), Ok("A".to_owned()));
    });
}

/// Renders whatever `text` is, problems or not, and looks the result over.
fn survive(text: &str) {
    let template = Arc::new(syntax::jinja::parse(text));
    let context = json!({"a": [1, {"b": "c"}], "x": "text", "n": 3});
    let host = Plain { context };
    let limits =
        Limits { fuel: 20_000, total_bytes: 1 << 20, text_bytes: 1 << 18, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let rendered = render(FileId(0), &template, &host, options);
    let mut at = 0;
    for segment in rendered.map.segments() {
        let range = segment.range();
        assert!(usize::from(range.start()) >= at, "{text:?}");
        at = usize::from(range.end());
        let piece = &rendered.text[usize::from(range.start())..at];
        if segment.verbatim {
            assert_eq!(piece, template.slice(segment.span.range), "{text:?}");
        }
    }
    assert!(at <= rendered.text.len());
    if rendered.error.is_none() {
        // Every byte of the output comes from somewhere.
        assert_eq!(
            rendered.map.segments().iter().map(|it| it.len as usize).sum::<usize>(),
            rendered.text.len(),
            "{text:?}"
        );
    }
    render_native(FileId(0), &template, &host, options, |native| native.error.is_some());
}

#[test]
fn damaged_templates_render_without_panic() {
    let data: Json =
        serde_json::from_str(include_str!("../../../../../../tests/jinja/cases.json")).unwrap();
    let pieces =
        ["{{", "}}", "{%", "%}", "'", "(", "|", "[", "1", "~", ".", "é", "{#", "{% endfor %}"];
    for (index, case) in data["cases"].as_array().unwrap().iter().enumerate() {
        let text = case["template"].as_str().unwrap();
        survive(text);
        let cuts: Vec<usize> = (0..text.len()).filter(|it| text.is_char_boundary(*it)).collect();
        for (step, cut) in cuts.iter().enumerate().skip(index % 7).step_by(7) {
            survive(&text[..*cut]);
            survive(&text[*cut..]);
            let piece = pieces[(index + step) % pieces.len()];
            survive(&format!("{}{piece}{}", &text[..*cut], &text[*cut..]));
        }
    }
}

mod random {
    use proptest::prelude::*;

    const PIECES: &[&str] = &[
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "'",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        " ",
        "\n",
        "a",
        "x",
        "n",
        "if ",
        "else ",
        "endif ",
        "for i in ",
        "endfor",
        "set b = ",
        "macro m(i)",
        "endmacro",
        "m(n)",
        "=",
        "==",
        ",",
        ":",
        ".",
        "|upper",
        "|list",
        "|join(',')",
        "|map('upper')",
        " is defined",
        "not ",
        " and ",
        "~",
        " + ",
        " * ",
        "**",
        " % ",
        "1",
        "0.5",
        "-",
        "loop.last",
        "[1:2]",
        ".b",
        ".append(1)",
        "range(5)",
        "namespace()",
        "none",
        "true",
        "é",
        "{% do ",
        "{% if x %}",
        "{% endif %}",
        "{% for i in a %}",
        "{% endfor %}",
        "{% macro m(y) %}",
        "{% endmacro %}",
        "{{ m(1) }}",
        "{% call m(2) %}",
        "{% endcall %}",
        "{{ x }}",
        "{{ a }}",
        "{{ a[1].b }}",
        "caller()",
        "{% set q %}",
        "{% endset %}",
    ];

    proptest! {
        #[test]
        fn any_tokens_render(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
            super::survive(&pieces.concat());
        }

        #[test]
        fn any_text_renders(text in "\\PC{0,40}") {
            super::survive(&text);
            super::survive(&format!("{{{{ {text} }}}}"));
        }
    }
}

struct WithModules;

impl Host for WithModules {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        (name == "modules").then(|| crate::modules::modules(0))
    }

    fn call_function(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        _args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        panic!("{name} is not to be called")
    }
}

#[test]
fn reading_regular_expressions_without_end_ends() {
    let rendered = |template: &str| {
        let template = Arc::new(syntax::jinja::parse(template));
        assert_eq!(template.problems, []);
        let limits = Limits { fuel: 200_000, ..Limits::default() };
        let options = Options { limits, ..Options::default() };
        render(FileId(0), &template, &WithModules, options)
    };
    // Each is another one.
    let endless = rendered(
        "{% for x in modules.itertools.count() %}x{% set _ = modules.re.findall('a' ~ x, 'b') %}{% endfor %}",
    );
    assert!(endless.error.is_some_and(|it| it.is_limit()));
    assert!(endless.text.len() < 800, "{} were read", endless.text.len());
    let large = rendered("{% set _ = modules.re.findall('((a{200}){200}){200}', 'b') %}");
    assert!(large.error.is_some_and(|it| it.is_limit()));
    // Each is the same one.
    let many = rendered(
        "{% for x in range(3000) %}{% if modules.re.match('[0-9]{4}-[0-9]{2}', '2024-01') %}x{% endif %}{% endfor %}",
    );
    assert_eq!((many.error, many.text.len()), (None, 3000));
}

#[test]
fn numbers_are_text_too() {
    let template = Arc::new(syntax::jinja::parse("{% for x in range(2000) %}{{ x }}{% endfor %}"));
    let limits = Limits { text_bytes: 1000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let rendered = render(FileId(0), &template, &Plain { context: json!({}) }, options);
    assert!(rendered.error.is_some_and(|it| it.is_limit()));
    assert!(rendered.text.len() <= 1000, "{}", rendered.text.len());
}
