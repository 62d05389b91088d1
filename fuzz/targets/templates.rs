#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let template = syntax::jinja::parse(text);
    for stmt in template.stmts() {
        assert!(text.get(stmt.tag.start().into()..stmt.tag.end().into()).is_some());
    }
    for problem in &template.problems {
        assert!(usize::from(problem.range.end()) <= text.len());
    }
});
