use text_size::{TextRange, TextSize};

use super::*;

fn problems(text: &str) -> Vec<(String, String)> {
    parse(text)
        .problems
        .iter()
        .map(|it| {
            let (start, end) = (usize::from(it.range.start()), usize::from(it.range.end()));
            (text[start..end].to_owned(), it.message.clone())
        })
        .collect()
}

#[track_caller]
fn one_problem(text: &str, at: &str, message: &str) {
    assert_eq!(problems(text), [(at.to_owned(), message.to_owned())], "{text}");
}

fn calls(text: &str) -> Vec<String> {
    let template = parse(text);
    template
        .calls()
        .map(|call| {
            let args: Vec<_> = call
                .args()
                .map(|arg| {
                    let value = match (arg.literal, arg.inner) {
                        (Some(_), Some(inner)) => format!("'{}'", template.slice(inner)),
                        _ => template.slice(arg.range).to_owned(),
                    };
                    let open = if arg.terminated { "" } else { "…" };
                    match arg.keyword {
                        Some((name, _)) => format!("{name}={value}{open}"),
                        None => format!("{value}{open}"),
                    }
                })
                .collect();
            format!("{}({}){}", call.path(), args.join(", "), if call.closed() { "" } else { "…" })
        })
        .collect()
}

#[test]
fn sound_templates_have_no_problem() {
    for text in [
        "",
        "select 1",
        "{{ a }}",
        "{{ {'a': {'b': 1}} }}",
        "{%- if x -%} a {%- elif y: %} b {% else %} c {%+ endif +%}",
        "{% for a, b in c if d recursive %}{{ loop(a) }}{% else %}{% endfor %}",
        "{% macro m(a, b=1, c: list[string] = []) %}{{ caller(1) }}{% endmacro %}",
        "{% set a, b = 1, 2 %}{% set ns.x = 1 %}{% set x | upper %}a{% endset %}",
        "{% call(x) m(1, *a, k=2, **b) %}{{ x }}{% endcall %}{% filter upper|trim %}a{% endfilter %}",
        "{% raw %}{{ }}{% endraw %}{# {{ #}{% do a.append(1) %}",
        "{% materialization t, adapter='x', supported_languages=['sql'] %}{% endmaterialization %}",
        "{% materialization t, default %}{% endmaterialization %}",
        "{% test t(model, column_name) %}{% endtest %}{% snapshot s %}{% endsnapshot %}",
        "{% docs d %}text{% enddocs %}{% with a = 1, b = 2 %}{% endwith %}",
        "{{ a[1:2, ::3] ~ b.0.c is not divisibleby 3 and 'x' 'y' not in z | f.g(1) }}",
        "{{ 1_000 + 1.5e-3 + 0xff - -1 ** 2 // 3 }}",
        "{% include 'x' ignore missing with context %}{% from 'x' import a as b, c %}",
        "{{ 'multi\nline }} string' }}",
    ] {
        assert_eq!(problems(text), [], "{text}");
    }
}

#[test]
fn one_precise_problem() {
    one_problem("a {{ b c }} d", "c", "expected token 'end of print statement', got 'c'");
    one_problem("a {{ b\nfrom {{ c }}", "{{", "`{{` is not closed: expected `}}`");
    one_problem("{{ ref('stg }} x", "'stg", "the string is not closed");
    one_problem("{{ ref('stg\n) }} x", "'stg", "the string is not closed");
    one_problem("{{ }}", "}}", "Expected an expression, got 'end of print statement'");
    one_problem("{{ f(a }} {{ b }}", "}}", "unexpected '}}', expected ')'");
    one_problem(
        "{% if a %} {{ b }}",
        "{% if a %}",
        "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
    );
    one_problem("a {% endif %} b", "{% endif %}", "Encountered unknown tag 'endif'.");
    one_problem("{% if a == %}x{% endif %}", "%}", "unexpected 'end of statement block'");
    one_problem("{% foo x %}{{ a }}{% endfoo %}", "{% foo x %}", "Encountered unknown tag 'foo'.");
    one_problem("{{ a ! b }}", "!", "unexpected char '!'");
    one_problem("{# x\n{{ a }}", "{#", "Missing end of comment tag");
    one_problem("{% raw %} {{ a }}", "{% raw %}", "Missing end of raw directive");
    one_problem(
        "{% if a }}x{% endif %}",
        "}}",
        "expected token 'end of statement block', got '}}'",
    );
    one_problem(
        "{% for x in y %}{% if z %}{% endfor %}",
        "{% if z %}",
        "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
    );
}

#[test]
fn the_rest_of_a_broken_file_is_read() {
    assert_eq!(
        calls("{{ ref('a }}\n{% if ( %}{{ ref('b') }}{% endif %}{{ source('c', }} {{ ref('d') }}"),
        ["ref('a'…)…", "ref('b')", "source('c')…", "ref('d')"]
    );
    assert_eq!(calls("from {{ ref('stg\nwhere {{ var(\"x\") }}"), ["ref('stg'…)…", "var('x')"]);
    assert_eq!(
        calls("{{ config(materialized='ta\n{{ ref('a') }}"),
        ["config(materialized='ta'…)…", "ref('a')"]
    );
    assert_eq!(
        calls("{{ adapter.dispatch('m', 'p')(a, b=ref(x)) }}"),
        ["adapter.dispatch('m', 'p')", "ref(x)"]
    );
    assert_eq!(calls("{{ ref('it\\'s') }}{{ f(*a, **b) }}"), ["ref('it\\'s')", "f(a, b)"]);
}

#[test]
fn a_cursor_finds_its_call() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let offset = text.find('$').unwrap();
        let text = text.replacen('$', "", 1);
        let template = parse(&text);
        let found = template.call_at(TextSize::new(offset as u32)).map(|it| {
            let string = it.string.map(|range| template.slice(range).to_owned());
            let keyword = it.argument.and_then(|it| it.keyword).map(|(name, _)| name);
            format!("{} {} {string:?} {keyword:?}", it.call.path(), it.index)
        });
        assert_eq!(found.unwrap_or_default(), expected, "{text}");
    }
    check("{{ ref('st$g') }}", "ref 0 Some(\"stg\") None");
    check("{{ ref('stg$", "ref 0 Some(\"stg\") None");
    check("{{ ref('$\nfrom x", "ref 0 Some(\"\") None");
    check("{{ ref('$') }}", "ref 0 Some(\"\") None");
    check("{{ ref($) }}", "ref 0 None None");
    check("{{ ref($ }} a", "ref 0 None None");
    check("{{ source('a', '$ }} {{ b }}", "source 1 Some(\"\") None");
    check("{{ source('a', $) }}", "source 1 None None");
    check("{{ source('a'$) }}", "source 0 None None");
    check("{{ config(alias='$x') }}", "config 0 Some(\"x\") Some(\"alias\")");
    check("{{ f(ref('$x'), 2) }}", "ref 0 Some(\"x\") None");
    check("{{ f(ref('x'), $2) }}", "f 1 None None");
    check("{{ ref('x') $}}", "");
}

#[test]
fn definitions_and_what_they_use() {
    let text = "{% macro a(x) %}{{ kwargs }}{{ ref('m') }}{% endmacro %}\
                {% test b(model, kwargs) %}{{ kwargs }}{{ varargs }}{% endtest %}\
                {% materialization c, adapter='duckdb' %}{% call f() %}{{ caller() }}{% endcall %}{% endmaterialization %}";
    let template = parse(text);
    let found: Vec<_> = template
        .macros()
        .map(|it| {
            let params: Vec<_> = it.params().map(|(name, _)| name).collect();
            let uses = it.definition().uses;
            (it.unique_name(), params.join(","), uses.caller, uses.varargs, uses.kwargs)
        })
        .collect();
    let text_of = |it: &str| it.to_owned();
    assert_eq!(
        found,
        [
            (text_of("a"), text_of("x"), false, false, true),
            (text_of("test_b"), text_of("model,kwargs"), false, true, false),
            (text_of("materialization_c_duckdb"), String::new(), true, false, false),
        ]
    );
    let call = template.calls().find(|it| it.is("ref")).unwrap();
    assert_eq!(call.enclosing().unwrap().name(), "a");
}

#[test]
fn text_keeps_its_place() {
    let texts = |text: &str| -> Vec<String> {
        let template = parse(text);
        template
            .stmts()
            .iter()
            .filter(|it| matches!(it.kind, Stmt::Text | Stmt::Newline))
            .map(|it| template.slice(it.range).to_owned())
            .collect()
    };
    assert_eq!(texts("a\r\nb\rc\n"), ["a", "\nb", "\r", "c"]);
    assert_eq!(texts("a \n {{- x -}} \n b\r\n"), ["a", "b"]);
    assert_eq!(texts("a {%- raw -%} {{ x }} {%- endraw %} b"), ["a", "{{ x }}", " b"]);
    assert_eq!(texts("a {#- c -#} b"), ["a", "b"]);
}

/// Every range lies inside the text and on character boundaries, and every index in its table.
fn check_tree(text: &str) {
    let template = parse(text);
    assert_eq!(template.source(), text);
    let check = |range: TextRange| {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        assert!(text.get(start..end).is_some(), "{range:?} in {text:?}");
    };
    for (_, node) in template.all_exprs() {
        check(node.range);
        match node.kind {
            Expr::Str(literal) => {
                if let Some(inner) = literal.inner {
                    check(inner);
                }
            }
            Expr::Call(call) => check(call.inner),
            Expr::Attribute { name_range, .. } => check(name_range),
            Expr::Filter(filter) | Expr::Test(filter) => check(filter.name_range),
            _ => {}
        }
    }
    for stmt in template.stmts() {
        check(stmt.range);
        check(stmt.tag);
    }
    for (_, definition) in template.definitions() {
        check(definition.range);
        check(definition.name_range);
    }
    for problem in &template.problems {
        check(problem.range);
    }
    for offset in 0..=text.len() {
        template.call_at(TextSize::new(offset as u32));
    }
}

const SAMPLE: &str = "{{ config(materialized='table', tags=[\"é\", 'b']) }}\r\n\
    {%- set cols = {'a': 1, \"b\": [1, 2.5e3, (3,)]} -%}\n\
    {% macro m(a, b=2, *x) %}{{ caller() }}{% endmacro %}\
    {% for k, v in cols.items() if v is not none %}{{ k|upper ~ 'x' }}{% if not loop.last %},{% endif %}{% else %}-{% endfor %}\n\
    {% call(y) m(1) %}{# note #}{{ y[1:2] }}{% endcall %}{% raw %}{{{% endraw %}\
    {% set b | trim %} z {% endset %}{% filter upper %}q{% endfilter %}\
    from {{ ref('stg_orders') }} join {{ source('a', 'b') if x else adapter.dispatch('m')(1) }}\n";

#[test]
fn truncated_and_damaged_texts_are_read() {
    let cuts: Vec<usize> = (0..=SAMPLE.len()).filter(|it| SAMPLE.is_char_boundary(*it)).collect();
    for &cut in &cuts {
        check_tree(&SAMPLE[..cut]);
        check_tree(&SAMPLE[cut..]);
    }
    for piece in ["{{", "}}", "{%", "%}", "'", "\"", "(", "{", "{#", "{% endif %}", "\u{85}", "\\"]
    {
        for &cut in cuts.iter().step_by(3) {
            check_tree(&format!("{}{piece}{}", &SAMPLE[..cut], &SAMPLE[cut..]));
        }
    }
}

#[test]
fn hostile_texts_take_linear_time_and_no_stack() {
    let many = 60_000;
    let texts = [
        "(".repeat(many),
        format!("{{{{ {}", "(".repeat(many)),
        format!("{{{{ {}", "[".repeat(many)),
        format!("{{{{ {}", "{a:".repeat(many)),
        format!("{{{{ a{} }}}}", ".b".repeat(many)),
        format!("{{{{ a{} }}}}", " + b".repeat(many)),
        format!("{{{{ a{} }}}}", "|b".repeat(many)),
        format!("{{{{ {} a }}}}", "not ".repeat(many)),
        format!("{{{{ {} 1 }}}}", "- ".repeat(many)),
        format!("{{{{ a{} }}}}", " if b else c".repeat(many)),
        format!("{{{{ a{} }}}}", "(1)".repeat(many)),
        "{{ ".repeat(many),
        "{{ '".repeat(many),
        "{{ \"' ~ '".repeat(many),
        "{{ '{{' ~ ".repeat(many),
        "{{ a b".repeat(many),
        "{% if a %}".repeat(many),
        "{% if a ".repeat(many),
        "{% endif %}".repeat(many),
        "{% foo %}".repeat(many),
        "{% raw %}".repeat(many),
        "{#".repeat(many),
        "{% macro ".repeat(many),
        "{% macro a(".repeat(many),
        "{% set a = [".repeat(many),
        "{% set (".repeat(many),
        format!("{{% set {}", "(".repeat(many)),
        format!("{{{{ {}", "a is b ".repeat(many)),
        format!("{{{{ a is {}", "[".repeat(many)),
        "{%".repeat(many),
        "\r".repeat(many),
    ];
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let handle = thread.spawn(move || {
        for text in &texts {
            let template = parse(text);
            drop(template);
        }
    });
    handle.unwrap().join().unwrap();
}

mod random {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            super::check_tree(&text);
        }

        #[test]
        fn any_tokens_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            super::check_tree(&pieces.concat());
        }
    }

    const PIECES: &[&str] = &[
        "{{", "}}", "{%", "%}", "{%-", "-%}", "{#", "#}", "'", "\"", "(", ")", "[", "]", "{", "}",
        " ", "\n", "\r", "a", "ref", "if", "else", "elif", "endif", "for", "in", "endfor", "set",
        "endset", "macro", "endmacro", "call", "endcall", "=", "==", ",", ":", ".", "|", "is",
        "not", "and", "~", "+", "*", "**", "1", "1.5", "é", "\\", "raw", "endraw", "test", "docs",
        "\u{2028}",
    ];
}
