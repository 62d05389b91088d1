use base::{Db, File};
use project::{ResourceKind, owner_of, resource_kind};

use crate::env_uses::names_used;
use crate::{generic_tests_in, macro_names, properties};

/// Asks for all that a file says on its own, while its tree is at hand. What needs a whole project
/// asks every file for some of it, each time at another moment.
pub fn prime(db: &dyn Db, file: File) {
    names_used(db, file);
    let Some(package) = owner_of(db, file) else { return };
    match resource_kind(db, package, file) {
        Some(ResourceKind::Properties) => {
            properties(db, file);
            generic_tests_in(db, package, file);
        }
        Some(ResourceKind::Macro | ResourceKind::GenericTest) => {
            macro_names(db, file);
        }
        _ => {}
    }
}
