use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use syntax::jinja::{DefinitionId, DefinitionKind, Template};

/// dbt's own macros as far as they are written here, from the documented behaviour of each.
const FILES: [&str; 3] = [
    include_str!("builtin/dates.sql"),
    include_str!("builtin/types.sql"),
    include_str!("builtin/names.sql"),
];

#[derive(Clone)]
pub(super) struct BuiltinMacro {
    pub(super) file: usize,
    pub(super) template: Arc<Template>,
    pub(super) definition: DefinitionId,
}

/// The built-in macro by a name.
pub(super) fn find(name: &str) -> Option<&'static BuiltinMacro> {
    static MACROS: OnceLock<FxHashMap<String, BuiltinMacro>> = OnceLock::new();
    let all = MACROS.get_or_init(|| {
        let mut all = FxHashMap::default();
        for (file, text) in FILES.iter().enumerate() {
            let template = Arc::new(syntax::jinja::parse(text));
            for (definition, it) in template.definitions() {
                if it.kind == DefinitionKind::Macro {
                    let found = BuiltinMacro { file, template: Arc::clone(&template), definition };
                    all.insert(template.name(it.name).to_owned(), found);
                }
            }
        }
        all
    });
    all.get(name)
}
