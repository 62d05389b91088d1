use base::{Db, FilePosition, TextEdit, TextRange};
use project::{Package, explain_environment, is_secret_name, owner_of};
use rules::FileEdit;
use semantic::{EnvironmentPlace, environment_places};

use crate::references::places;
use crate::subject::{Subject, subject_at};

/// What can be renamed, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renameable {
    pub range: TextRange,
    pub name: String,
}

/// Why nothing is renamed, as it is told to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameRefused(pub String);

/// The name at a position that [`rename`] would change; nothing where it knows of none.
///
/// # Errors
/// Where the name is not the project's to choose.
pub fn prepare_rename(
    db: &dyn Db,
    position: FilePosition,
) -> Result<Option<Renameable>, RenameRefused> {
    let Some(variable) = Variable::at(db, position) else { return Ok(None) };
    let here = variable
        .places
        .iter()
        .find(|it| it.file == position.file && it.range.contains_inclusive(position.offset));
    let Some(here) = here else { return Ok(None) };
    variable.is_ours(db)?;
    Ok(Some(Renameable { range: here.range, name: variable.name }))
}

/// The edits that give the thing at a position another name, wherever it is named.
///
/// # Errors
/// Where the new name cannot be used, or the old one is not the project's to choose.
pub fn rename(
    db: &dyn Db,
    position: FilePosition,
    new_name: &str,
) -> Result<Vec<FileEdit>, RenameRefused> {
    let Some(variable) = Variable::at(db, position) else { return Ok(Vec::new()) };
    variable.is_ours(db)?;
    if variable.name == new_name {
        return Ok(Vec::new());
    }
    variable.can_be_called(db, new_name)?;
    let edit = |it: &EnvironmentPlace| FileEdit {
        file: it.file,
        edit: TextEdit::replace(it.range, new_name),
    };
    Ok(variable.places.iter().map(edit).collect())
}

struct Variable {
    package: Package,
    name: String,
    places: Vec<EnvironmentPlace>,
}

impl Variable {
    fn at(db: &dyn Db, position: FilePosition) -> Option<Self> {
        let found = subject_at(db, position)?;
        let places = places(db, &found);
        let (Subject::EnvironmentVariable { name, .. } | Subject::EnvironmentLine { name }) =
            found.subject
        else {
            return None;
        };
        Some(Self { package: found.package, name, places })
    }

    fn is_ours(&self, db: &dyn Db) -> Result<(), RenameRefused> {
        let name = &self.name;
        if is_of_dbt(name) {
            return refuse(format!("`{name}` is dbt's own name"));
        }
        let foreign = self
            .places
            .iter()
            .filter(|it| !it.sets)
            .find_map(|it| owner_of(db, it.file).filter(|owner| !owner.is_own(db)));
        match foreign {
            Some(owner) => {
                let owner = project::package_name(db, owner);
                refuse(format!("the installed package `{owner}` reads `{name}`"))
            }
            None => Ok(()),
        }
    }

    fn can_be_called(&self, db: &dyn Db, new_name: &str) -> Result<(), RenameRefused> {
        let mut characters = new_name.chars();
        let starts = characters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_');
        if !starts || !characters.all(|it| it.is_ascii_alphanumeric() || it == '_') {
            return refuse("a variable's name has letters, digits and `_`, and no digit first");
        }
        if is_of_dbt(new_name) || new_name.starts_with("_DBT") {
            return refuse(format!("`{new_name}` is dbt's own name"));
        }
        let project = self.package.project(db);
        let is_taken = explain_environment(db, project, new_name).is_some()
            || !environment_places(db, project, new_name).is_empty();
        if is_taken {
            return refuse(format!("there is a `{new_name}` already"));
        }
        let takes_secrets = ["profiles.yml", "packages.yml", "dependencies.yml", "dbt_project.yml"];
        let refused = self.places.iter().find(|it| {
            !it.sets
                && it.file.path(db).name() != ".env"
                && !takes_secrets.contains(&it.file.path(db).name())
        });
        match refused.filter(|_| is_secret_name(new_name) && !is_secret_name(&self.name)) {
            Some(place) => refuse(format!(
                "dbt gives a secret to profiles and packages only, and `{}` is read in {}",
                self.name,
                place.file.path(db).name()
            )),
            None => Ok(()),
        }
    }
}

/// What dbt or the platform looks for under this very name.
fn is_of_dbt(name: &str) -> bool {
    name.starts_with("DBT_ENGINE_")
        || name.starts_with("DBT_CLOUD_")
        || rules::platform_value(name).is_some()
        || (name.starts_with("DBT_") && rules::is_option_of_dbt(name))
}

fn refuse<T>(why: impl Into<String>) -> Result<T, RenameRefused> {
    Err(RenameRefused(why.into()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base::apply;
    use test_support::Fixture;

    use super::*;

    fn renamed(text: &str, new_name: &str) -> String {
        let fixture = Fixture::new(text);
        let db = &fixture.db;
        let position = fixture.position();
        let edits = match prepare_rename(db, position).and_then(|found| {
            let Some(found) = found else { return Ok(None) };
            let range = usize::from(found.range.start())..usize::from(found.range.end());
            assert_eq!(position.file.text(db)[range], found.name);
            rename(db, position, new_name).map(Some)
        }) {
            Ok(Some(edits)) => edits,
            Ok(None) => return "nothing to rename".to_owned(),
            Err(RenameRefused(why)) => return why,
        };
        let mut files: BTreeMap<_, Vec<TextEdit>> = BTreeMap::new();
        for it in edits {
            files.entry(it.file.path(db).to_string()).or_default().push(it.edit);
        }
        let text = |path: &str| fixture.file(path).text(db).to_owned();
        files.iter().map(|(path, edits)| format!("{path}\n{}", apply(&text(path), edits))).collect()
    }

    const FILES: &str = "//- .env
A=1 # keep
B=\"${A}\"
//- .env.example
A=
//- models/a.sql
select {{ env_var('$0A') }}
//- models/s.yml
sources: [{name: raw, schema: \"{{ env_var('A', 'x') }}\"}]
";

    #[test]
    fn a_variable_is_renamed_wherever_it_is_named() {
        let expected = "/p/.env\nSHOP_A=1 # keep\nB=\"${SHOP_A}\"\n/p/.env.example\nSHOP_A=\n/p/models/a.sql\nselect {{ env_var('SHOP_A') }}\n/p/models/s.yml\nsources: [{name: raw, schema: \"{{ env_var('SHOP_A', 'x') }}\"}]\n";
        assert_eq!(renamed(FILES, "SHOP_A"), expected);
    }

    #[test]
    fn names_that_cannot_be_are_refused() {
        assert_eq!(renamed(FILES, "B"), "there is a `B` already");
        assert_eq!(renamed(FILES, "DBT_TARGET"), "`DBT_TARGET` is dbt's own name");
        assert!(renamed(FILES, "1A").starts_with("a variable's name has letters"));
        let secret = renamed(FILES, "DBT_ENV_SECRET_A");
        assert_eq!(
            secret,
            "dbt gives a secret to profiles and packages only, and `A` is read in a.sql"
        );
        let platform = "//- models/a.sql\n{{ env_var('$0DBT_CLOUD_JOB_ID', '') }}\n";
        assert_eq!(renamed(platform, "A"), "`DBT_CLOUD_JOB_ID` is dbt's own name");
        assert_eq!(renamed("//- models/a.sql\nsel$0ect 1\n", "A"), "nothing to rename");
        let package = "//- dbt_packages/other/dbt_project.yml\nname: other\n//- dbt_packages/other/models/b.sql\n{{ env_var('A', '') }}\n//- packages.yml\npackages: [{package: x/other, version: 1.0.0}]\n";
        let refused = renamed(&format!("{FILES}{package}"), "C");
        assert_eq!(refused, "the installed package `other` reads `A`");
    }
}
