use base::{Db, File, Project, TextRange, range};
use project::{DefinitionFormat, definition_files, definitions, dotenv, dotenv_file};
use syntax::dotenv::Part;

use crate::env_uses::names_used;
use crate::{environment_uses, files_with_jinja};

/// A place that names an environment variable; the range is the name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentPlace {
    pub file: File,
    pub range: TextRange,
    /// The variable gets its value here, or a colleague is asked for one.
    pub sets: bool,
}

/// Every place of a project that names a variable: `.env` and what stands in for it elsewhere first,
/// then calls of `env_var`, those of packages included.
pub fn environment_places(db: &dyn Db, project: Project, name: &str) -> Vec<EnvironmentPlace> {
    let mut places = Vec::new();
    in_dotenv(db, dotenv_file(db, project), name, &mut places);
    for it in definition_files(db, project).iter() {
        match it.format {
            DefinitionFormat::Example => in_dotenv(db, it.file, name, &mut places),
            // A copy of what the platform has, outside of the project.
            DefinitionFormat::Platform => {}
            _ => {
                let found = definitions(db, it.file, it.format.clone());
                let named = found.iter().filter(|it| it.name == name && !it.name_range.is_empty());
                places.extend(named.map(|found| EnvironmentPlace {
                    file: it.file,
                    range: found.name_range,
                    sets: true,
                }));
            }
        }
    }
    for file in files_with_jinja(db, project) {
        if !names_used(db, file).contains(name) {
            continue;
        }
        let uses = environment_uses(db, file);
        places.extend(uses.iter().filter(|it| it.name == name).map(|it| EnvironmentPlace {
            file,
            range: it.range,
            sets: false,
        }));
    }
    let mut seen = rustc_hash::FxHashSet::default();
    places.retain(|it| seen.insert((it.file, it.range)));
    places
}

/// Lines that set the variable, and values that take it in.
fn in_dotenv(db: &dyn Db, file: File, name: &str, places: &mut Vec<EnvironmentPlace>) {
    let text = file.text(db);
    for entry in &dotenv(db, file).entries {
        if entry.name == name {
            places.push(EnvironmentPlace { file, range: entry.name_range, sets: true });
        }
        for part in &entry.parts {
            let Part::Variable { name: taken, range: whole } = part else { continue };
            let start = usize::from(whole.start());
            let braces = text.get(start..).is_some_and(|it| it.starts_with("${"));
            let taken = taken.split_once(':').map_or(taken.as_str(), |it| it.0);
            if taken == name {
                let start = start + if braces { 2 } else { 1 };
                let range = range(start, start + name.len());
                places.push(EnvironmentPlace { file, range, sets: false });
            }
        }
    }
}
