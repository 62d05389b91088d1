//! The engine's own way of reading: dotenvy puts each variable into the process environment, first
//! come first served. Apart from the other tests, since it changes the environment of its process.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use syntax::dotenv::{Grammar, parse};

const NAMES: [&str; 4] = ["A", "B", "C", "P"];

/// Each text has names of its own: `@A` stands for one.
fn own_names(text: &str) -> (String, String) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let prefix = format!("T{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    (text.replace('@', &prefix), prefix)
}

fn agrees(text: &str) {
    let (text, prefix) = own_names(text);
    let process_name = format!("{prefix}P");
    let process = format!("{process_name}=process\n");
    assert!(dotenvy::from_read(process.as_bytes()).is_ok());
    let dotenv = parse(&text);
    let crash = dotenv.crash(Grammar::Dotenvy).is_some();
    let mut ours: BTreeMap<String, String> =
        dotenv.values(Grammar::Dotenvy, &|name| std::env::var(name).ok()).into_iter().collect();
    ours.insert(process_name, "process".to_owned());
    let read = catch_unwind(|| drop(dotenvy::from_read(text.as_bytes())));
    assert_eq!(read.is_err(), crash, "{text:?}");
    for name in NAMES.map(|it| format!("{prefix}{it}")) {
        assert_eq!(ours.get(&name), std::env::var(&name).ok().as_ref(), "{name} of {text:?}");
    }
    for it in dotenv.settings(Grammar::Dotenvy) {
        assert_eq!(
            &text[usize::from(it.name_range.start())..usize::from(it.name_range.end())],
            it.name
        );
    }
}

fn env_like() -> impl Strategy<Value = String> {
    let pieces = [
        "@A=", "@B=", "@C=", "@P=", "@A", "\n", "\n", "\r\n", "\r", "'", "\"", "\\", " ", "\t",
        "#", "$@A", "${@B}", "${@P}", "$@P", "$", "{", "}", "x", "é", "export ", "=", "\u{a0}",
        "n", ":-", "\u{feff}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_as_dotenvy_reads_it(text in env_like()) {
        agrees(&text);
    }
}
