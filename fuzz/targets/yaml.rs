#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = syntax::yaml::parse(text);
    for node in document.nodes() {
        assert!(text.get(node.range.start().into()..node.range.end().into()).is_some());
    }
});
