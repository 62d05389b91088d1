use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn render(text: &str) -> String {
    let model = parse(text);
    let slice = |range: TextRange| &text[range.start().into()..range.end().into()];
    let mut out = String::new();
    for call in &model.calls {
        out += &format!("{:?} {}\n", call.function, slice(call.function_range));
        for argument in &call.arguments {
            let name = argument.name.as_deref().map_or(String::new(), |it| format!("{it}="));
            let value = match &argument.value {
                Literal::String { value, text_range } => {
                    format!("{value:?} {:?}", slice(*text_range))
                }
                Literal::List(items) => format!("{} items", items.len()),
                Literal::Dict(items) => format!("{} pairs", items.len()),
                other => format!("{other:?}"),
            };
            out += &format!("  {name}{value}\n");
        }
    }
    if let Some(definition) = &model.definition {
        out += &format!("model({})\n", definition.parameters.join(", "));
    }
    if let Some(problem) = &model.problem {
        let line = text[..problem.range.start().into()].matches('\n').count() + 1;
        out += &format!("{line}: {:?} {}\n", slice(problem.range), problem.message);
    }
    out
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(text));
}

#[test]
fn calls_with_literals_are_found() {
    check(
        r#"
import pandas as pd

def helper(dbt):
    def model(x): pass

def model(dbt, session: Session = None):
    dbt.config(
        materialized="table",  # why
        packages=["a", 'b'], tags=('x',), meta={"k": 1, 'l': None}, enabled=True, limit=-5, computed=f"{x}",
    )
    orders = dbt.ref("stg_orders").filter("a")
    other = dbt.ref('shop', "stg\x5fcustomers", v=2)
    raw = dbt.source(r"p\os", "or" "ders")
    limit = dbt.config.get("limit")
    nested = f(dbt.ref(dbt.config.get("which")))
    not_ours = session.ref("x"), ref("y"), a.dbt.ref("z")
    return orders
"#,
        expect![[r#"
            Config dbt.config
              materialized="table" "table"
              packages=2 items
              tags=1 items
              meta=2 pairs
              enabled=Bool(true)
              limit=Number("-5")
              computed=Other
            Ref dbt.ref
              "stg_orders" "stg_orders"
            Ref dbt.ref
              "shop" "shop"
              "stg_customers" "stg\\x5fcustomers"
              v=Number("2")
            Source dbt.source
              "p\\os" "p\\os"
              "orders" "or"
            ConfigGet dbt.config.get
              "limit" "limit"
            Ref dbt.ref
              Other
            ConfigGet dbt.config.get
              "which" "which"
            model(dbt, session)
        "#]],
    );
}

#[test]
fn half_typed_code_keeps_the_rest() {
    check(
        "def model(dbt, session):\n    a = dbt.ref(\"one\"\n    b = dbt.ref(\"two\")\n    return a\n",
        expect![[r#"
            Ref dbt.ref
              "two" "two"
            model(dbt, session)
            2: "(" this bracket is not closed
        "#]],
    );
    check(
        "def model(dbt, session):\n    a = dbt.ref('')\n    b = dbt.\n    c = dbt.source('x', 'y')\n    return\n",
        expect![[r#"
            Ref dbt.ref
              "" ""
            Source dbt.source
              "x" "x"
              "y" "y"
            model(dbt, session)
        "#]],
    );
    check(
        "def model(dbt, session)\n    return dbt.ref('a')\n",
        expect![[r#"
        Ref dbt.ref
          "a" "a"
        1: "def model(dbt, session)" Python cannot read this
    "#]],
    );
    check(
        "def model(dbt, session):\n    a = dbt.ref('one)\n    return dbt.ref('two')\n",
        expect![[r#"
            Ref dbt.ref
              Other
            Ref dbt.ref
              "two" "two"
            model(dbt, session)
            2: "'" Python cannot read this
        "#]],
    );
    check(
        "x = 1)\ny = dbt.ref('a')\n",
        expect![[r#"
        Ref dbt.ref
          "a" "a"
        1: ")" this bracket closes nothing
    "#]],
    );
    check(
        "x = = 2\n",
        expect![[r#"
        1: "=" Python cannot read this
    "#]],
    );
    check("", expect![[""]]);
}

#[test]
fn hostile_input_ends_soon() {
    for text in [
        "(", "[", "f(", "{'a':", "dbt.ref(", "a.", "-", "not ", "if x:\n ", "'", "\"\"\"", "\\",
        "lambda:", ")",
    ] {
        let text = text.repeat(20_000);
        let worker = std::thread::Builder::new().stack_size(2 << 20).spawn(move || parse(&text));
        worker.unwrap().join().unwrap();
    }
    parse(&"def model(dbt): pass\n".repeat(20_000));
    parse(&format!("dbt.ref(f'{}')", "{x}".repeat(20_000)));
    parse(&format!("dbt.config({})", "a=[1],".repeat(20_000)));
    let indented: String = (0..2_000).map(|it| " ".repeat(it) + "if x:\n").collect();
    parse(&indented);
}

fn python_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("dbt.ref("),
        Just("dbt.config("),
        Just("\"a\""),
        Just("'"),
        Just(")"),
        Just(","),
        Just("\n"),
        Just("\n    "),
        Just("def model(dbt, session):"),
        Just("x="),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(":"),
        Just("f'{x}'"),
        Just("é"),
        Just("\\"),
        Just("'\\N{x}\\xé\\777'"),
        Just("\t"),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        render(&text);
    }

    #[test]
    fn any_damaged_python_is_read(text in python_like()) {
        render(&text);
    }
}
