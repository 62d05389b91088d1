use std::sync::Arc;

use base::{Db, Project};

use crate::{Json, Package, package_facts, package_name, to_json};

/// `--vars`, a YAML mapping.
#[salsa::tracked(returns(clone))]
pub fn command_line_vars(db: &dyn Db, project: Project) -> Arc<Json> {
    let text = project.settings(db).vars.as_deref().unwrap_or_default();
    let document = syntax::yaml::parse(text);
    Arc::new(document.root.as_ref().map(to_json).unwrap_or_default())
}

/// What `var(name)` gives in a package: command line, then the root project's vars for that
/// package, its global vars, then the package's own. A small query, so that a change of one
/// variable wakes only those who read it.
#[salsa::tracked(returns(clone))]
pub fn variable(db: &dyn Db, package: Package, name: String) -> Option<Json> {
    let project = package.project(db);
    if let Some(value) = command_line_vars(db, project).get(&name) {
        return Some(value.clone());
    }
    let own = package_name(db, package);
    let root = crate::packages(db, project).first().copied()?;
    let look = |holder: Package| {
        let facts = package_facts(db, holder);
        let vars = facts.data.get("vars")?;
        let scoped = vars.get(&*own).and_then(|it| it.get(&name));
        // A mapping under a package's name holds that package's vars, not a value.
        let global = vars.get(&name);
        scoped.or(global).cloned()
    };
    look(root).or_else(|| if package == root { None } else { look(package) })
}
