//! Where the output comes from.

use serde_json::json;
use text_size::{TextRange, TextSize};

use super::*;

/// Each piece of the output with the piece of the template behind it; macro text with its call.
fn pieces(text: &str) -> Vec<String> {
    let template = Arc::new(syntax::jinja::parse(text));
    let host = Plain { context: json!({"n": 1, "s": "é"}) };
    let rendered = render(FileId(7), &template, &host, Options::default());
    assert_eq!(rendered.error, None);
    rendered
        .map
        .segments()
        .iter()
        .map(|segment| {
            let range = segment.range();
            let piece = &rendered.text[usize::from(range.start())..usize::from(range.end())];
            let from = template.slice(segment.span.range);
            let stack: Vec<_> = rendered
                .map
                .stack(segment.frame)
                .iter()
                .map(|site| format!(" in {}", template.slice(site.range)))
                .collect();
            let sign = if segment.verbatim { "=" } else { "<-" };
            format!("{piece} {sign} {from}{}", stack.concat())
        })
        .collect()
}

#[test]
fn text_and_expressions() {
    assert_eq!(pieces("a{{ n }}b{# c #}d"), ["a = a", "1 <- {{ n }}", "b = b", "d = d"]);
    assert_eq!(
        pieces("{% for i in [1, 2] %}x{{ i }}{% endfor %}"),
        ["x = x", "1 <- {{ i }}", "x = x", "2 <- {{ i }}"]
    );
}

#[test]
fn macros_know_their_callers() {
    let text = "{% macro in(x) %}i{{ x }}{% endmacro %}{% macro out() %}o{{ in(2) }}{% endmacro %}{{ out() }}";
    assert_eq!(
        pieces(text),
        ["o = o in out()", "i = i in in(2) in out()", "2 <- {{ x }} in in(2) in out()"]
    );
    let text = "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}";
    assert_eq!(pieces(text), ["[ = [ in m()", "x = x in caller() in m()", "] = ] in m()"]);
}

#[test]
fn texts_keep_their_origin_on_the_way() {
    assert_eq!(
        pieces("{% set b %}a{{ n }}{% endset %}{{ b }}-{{ 'x' ~ b | trim ~ s }}"),
        [
            "a = a",
            "1 <- {{ n }}",
            "- = -",
            "x <- {{ 'x' ~ b | trim ~ s }}",
            "a = a",
            "1 <- {{ n }}",
            "é <- {{ 'x' ~ b | trim ~ s }}"
        ]
    );
    assert_eq!(
        pieces("{% set b %}  a  {% endset %}[{{ b | trim }}][{{ b | upper }}]"),
        ["[ = [", "a = a", "][ = ][", "  A   <- {{ b | upper }}", "] = ]"]
    );
    assert_eq!(
        pieces("{% set b %}x{% endset %}{{ [b, b] | join(',') }}{{ b | indent(1, true) }}"),
        [
            "x = x",
            ", <- {{ [b, b] | join(',') }}",
            "x = x",
            "  <- {{ b | indent(1, true) }}",
            "x = x"
        ]
    );
}

#[test]
fn carriage_returns_leave_the_output() {
    assert_eq!(pieces("a\r\nb{{ n }}"), ["a = a", "\nb = \nb", "1 <- {{ n }}"]);
}

#[test]
fn both_ways() {
    let text = "select {{ n }}, {% macro m() %}mm{% endmacro %}{{ m() }} from t";
    let template = Arc::new(syntax::jinja::parse(text));
    let host = Plain { context: json!({"n": 1}) };
    let rendered = render(FileId(0), &template, &host, Options::default());
    assert_eq!(rendered.text, "select 1, mm from t");
    let at = |needle: &str| TextSize::new(rendered.text.find(needle).unwrap() as u32);
    let shown = |offset: TextSize| {
        template.slice(rendered.map.to_rendered_file(offset).unwrap().range).to_owned()
    };
    assert_eq!(shown(at("1")), "{{ n }}");
    assert_eq!(shown(at("mm") + TextSize::new(1)), "m()");
    let from = rendered.map.to_rendered_file(at("from")).unwrap().range;
    assert_eq!(from.start(), TextSize::new(text.find("from").unwrap() as u32));
    let range = TextRange::at(at("from"), TextSize::new(4));
    let range = rendered.map.range_in_rendered_file(range).unwrap().range;
    assert_eq!(template.slice(range), "from");
    let source = |needle: &str| TextSize::new(text.find(needle).unwrap() as u32 + 1);
    let found = |needle: &str| {
        let ranges = rendered.map.to_output(FileId(0), source(needle));
        ranges.iter().map(|it| rendered.text[*it].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("{{ n }}"), ["1"]);
    assert_eq!(found("m() }} from"), ["mm"]);
    assert!(rendered.map.memory() < 1000);
}

/// The output around each hole, and the template that left it.
fn holes(text: &str) -> Vec<String> {
    let template = Arc::new(syntax::jinja::parse(text));
    let rendered = render(FileId(0), &template, &WithHole, Options::default());
    assert_eq!(rendered.error, None);
    let holes = rendered.map.holes().iter();
    holes
        .map(|it| {
            let (before, after) = rendered.text.split_at(it.start as usize);
            let depth = rendered.map.stack(it.frame).len();
            format!("{before}|{after} {} {depth}", template.slice(it.span.range))
        })
        .collect()
}

struct WithHole;

impl Host for WithHole {
    fn lookup(&self, _: &mut Interp<'_>, _: FileId, name: &str) -> Option<Value> {
        (name == "unknown").then_some(Value::Hole)
    }

    fn call_function(
        &self,
        _: &mut Interp<'_>,
        name: &str,
        _: Args,
        _: Site<'_>,
    ) -> Result<Value, Stop> {
        Err(Stop::host(name))
    }
}

#[test]
fn holes_have_a_place() {
    assert_eq!(holes("a{{ unknown }}b"), ["a|b {{ unknown }} 0"]);
    assert_eq!(
        holes("a{% if unknown %}x{% endif %}{% for i in unknown.rows %}y{% endfor %}b"),
        ["a|b unknown 0", "a|b unknown.rows 0"]
    );
    assert_eq!(holes("{% for i in range(3) %}{{ unknown }}{% endfor %}"), ["| {{ unknown }} 0"]);
    let text = "{% macro m() %}({{ unknown }}){% endmacro %}{% set x = m() %}a{{ x ~ 'c' }}";
    assert_eq!(holes(text), ["a(|)c {{ unknown }} 1"]);
    assert_eq!(holes("{{ unknown or 1 }}{{ none }}{{ '' }}"), ["| {{ unknown or 1 }} 0"; 0]);
}

#[test]
fn a_part_has_a_map_of_its_own() {
    let text = "ab{% macro m() %}mm{{ unknown }}n{% endmacro %}{{ m() }}cd";
    let template = Arc::new(syntax::jinja::parse(text));
    let rendered = render(FileId(0), &template, &WithHole, Options::default());
    assert_eq!(rendered.text, "abmmncd");
    let part = rendered.map.slice(TextRange::new(TextSize::new(3), TextSize::new(6)));
    let pieces: Vec<_> = part
        .segments()
        .iter()
        .map(|it| (it.start, template.slice(it.span.range), part.stack(it.frame).len()))
        .collect();
    assert_eq!(pieces, [(0, "m", 1), (1, "n", 1), (2, "c", 0)]);
    assert_eq!(part.holes().iter().map(|it| it.start).collect::<Vec<_>>(), [1]);
    let none = rendered.map.slice(TextRange::new(TextSize::new(0), TextSize::new(2)));
    assert_eq!((none.segments().len(), none.memory() < 200), (1, true));
}
