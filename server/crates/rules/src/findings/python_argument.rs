use syntax::python::{self, Function, Literal};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// An argument of `dbt.ref`, `dbt.source` or `dbt.config` in a Python model that is computed.
    ///
    /// dbt reads the file without running it, so only what is written out counts: texts, numbers,
    /// lists, dicts. A name, an f-string or `**options` ends in an error, in every dbt.
    ///
    /// ```python
    /// orders = dbt.ref(f"{prefix}_orders")   # before
    /// orders = dbt.ref("stg_orders")         # after
    /// ```
    pub static PYTHON_ARGUMENT = {
        name: "python-argument",
        event: None,
        severity: Error,
        since: "dbt 1.3",
        files: [PythonModel],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let text = context.file.text(context.db);
    let model = python::parse(text);
    if model.problem.is_some() {
        return;
    }
    for call in &model.calls {
        let name = match call.function {
            Function::Ref => "dbt.ref",
            Function::Source => "dbt.source",
            Function::Config => "dbt.config",
            Function::ConfigGet | Function::ConfigMetaGet => continue,
        };
        for argument in call.arguments.iter().filter(|it| is_computed(&it.value)) {
            let range = argument.range;
            let written = text.get(range.start().into()..range.end().into()).unwrap_or_default();
            if is_another_literal(written) {
                continue;
            }
            findings.add(
                range,
                format!("`{name}` takes what is written out, nothing that is computed"),
            );
        }
    }
}

/// Bytes, complex numbers and names of characters are literals that are not read here.
fn is_another_literal(written: &str) -> bool {
    let mut before = ' ';
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins = !before.is_alphanumeric() && before != '_';
        let is_bytes = matches!(letter, 'b' | 'B') && matches!(letters.peek(), Some('\'' | '"'));
        if (begins && is_bytes) || (before.is_ascii_digit() && matches!(letter, 'j' | 'J')) {
            return true;
        }
        before = letter;
    }
    written.contains("\\N{") || written.contains("...")
}

fn is_computed(value: &Literal) -> bool {
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match value {
            Literal::Other => return true,
            Literal::List(items) => stack.extend(items),
            Literal::Dict(pairs) => stack.extend(pairs.iter().flat_map(|it| [&it.0, &it.1])),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::PYTHON_ARGUMENT;
    use crate::testing::check;

    #[test]
    fn what_is_computed() {
        let text = "def model(dbt, session):\n    dbt.config(materialized=KIND, tags=['a', x], meta={'a': 1}, **more)\n    a = dbt.ref('a')\n    b = dbt.ref(f'{a}_b')\n    c = dbt.source('s', \"t\" + a)\n    d = dbt.config.get(x)\n    return a\n";
        check(
            &PYTHON_ARGUMENT,
            "models/a.py",
            text,
            expect![[r#"
                2:29-2:33 error[python-argument] `dbt.config` takes what is written out, nothing that is computed
                2:40-2:48 error[python-argument] `dbt.config` takes what is written out, nothing that is computed
                2:65-2:71 error[python-argument] `dbt.config` takes what is written out, nothing that is computed
                4:17-4:25 error[python-argument] `dbt.ref` takes what is written out, nothing that is computed
                5:25-5:32 error[python-argument] `dbt.source` takes what is written out, nothing that is computed
            "#]],
        );
    }
}
