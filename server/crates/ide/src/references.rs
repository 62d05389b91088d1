use base::{Db, FilePosition, FileRange};
use semantic::{EnvironmentPlace, environment_places};

use crate::subject::{Found, Subject, subject_at};

/// Where the thing at a position is named. Without its declarations on request.
#[must_use]
pub fn references(
    db: &dyn Db,
    position: FilePosition,
    include_declaration: bool,
) -> Vec<FileRange> {
    let Some(found) = subject_at(db, position) else { return Vec::new() };
    let places = places(db, &found).into_iter().filter(|it| include_declaration || !it.sets);
    places.map(|it| FileRange { file: it.file, range: it.range }).collect()
}

/// Of what has no list of its places yet: none.
pub(crate) fn places(db: &dyn Db, found: &Found) -> Vec<EnvironmentPlace> {
    match &found.subject {
        Subject::EnvironmentVariable { name, .. } | Subject::EnvironmentLine { name } => {
            environment_places(db, found.package.project(db), name)
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use base::line_index;
    use expect_test::{Expect, expect};
    use test_support::Fixture;

    use super::*;

    #[track_caller]
    fn check(text: &str, include_declaration: bool, expect: Expect) {
        let fixture = Fixture::new(text);
        let db = &fixture.db;
        let mut told = String::new();
        for it in references(db, fixture.position(), include_declaration) {
            let line = line_index(db, it.file).line_of(it.range.start()) + 1;
            let range = usize::from(it.range.start())..usize::from(it.range.end());
            told += &format!("{}:{line} {}\n", it.file.path(db), &it.file.text(db)[range]);
        }
        expect.assert_eq(&told);
    }

    const FILES: &str = "//- .env.example
DBT_REGION=
//- models/a.sql
select '{{ env_var('DBT_REGION') }}', '{{ env_var(\"DBT_REGION\", 'x') }}'
//- models/s.yml
sources:
  - name: raw
    schema: \"raw_{{ env_var('DBT_REGION', 'eu') }}\"
//- models/b.sql
select '{{ env_var('DBT_REGION_2', '') }}'
";

    #[test]
    fn a_variable_is_found_in_every_kind_of_file() {
        let text = format!("//- .env\nDBT_$0REGION=eu\nA=${{DBT_REGION}}-$B\n{FILES}");
        let all = expect![[r#"
            /p/.env:1 DBT_REGION
            /p/.env:2 DBT_REGION
            /p/.env.example:1 DBT_REGION
            /p/models/a.sql:1 DBT_REGION
            /p/models/a.sql:1 DBT_REGION
            /p/models/s.yml:3 DBT_REGION
        "#]];
        check(&text, true, all);
        let reads = expect![[r#"
            /p/.env:2 DBT_REGION
            /p/models/a.sql:1 DBT_REGION
            /p/models/a.sql:1 DBT_REGION
            /p/models/s.yml:3 DBT_REGION
        "#]];
        check(&text, false, reads);
    }

    #[test]
    fn from_a_call_and_from_nothing() {
        let text = "//- .env\nA=1\n//- models/a.sql\n{{ env_var('$0A') }}\n";
        check(
            text,
            true,
            expect![[r#"
            /p/.env:1 A
            /p/models/a.sql:1 A
        "#]],
        );
        check("//- models/a.sql\nsel$0ect 1\n", true, expect![""]);
    }
}
