use project::{dotenv, is_placeholder, is_secret_variable, looks_secret};

use super::edits::append;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A secret stands in `.env.example`.
    ///
    /// The example is committed; a value that only its owner should know belongs into `.env`. What is
    /// plainly a placeholder (`changeme`, `<token>`) is left alone.
    ///
    /// ```sh
    /// DBT_ENV_SECRET_TOKEN=dbtc_Zm9vYmFy   # before
    /// DBT_ENV_SECRET_TOKEN=                # after; the value stands in .env
    /// ```
    pub static SECRET_IN_EXAMPLE = {
        name: "secret-in-example",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [DotenvExample],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let (db, project) = (context.db, context.project);
    let text = context.file.text(db);
    let target = db.file(&context.package.root(db).join(".env"));
    let there = dotenv(db, target);
    for entry in &dotenv(db, context.file).entries {
        let (name, value) = (entry.name.as_str(), entry.raw_value(text));
        let bare = value.trim_matches(['"', '\'']);
        let is_secret = is_secret_variable(db, project, name);
        let exposed = looks_secret(bare) || (is_secret && !is_placeholder(bare));
        if !exposed {
            continue;
        }
        let own_name = context.file.path(db).name();
        let message =
            format!("the value of `{name}` looks like a secret, and `{own_name}` is for everyone");
        let empty =
            Fix::of(context.file, "Take the value out", [(entry.value_range, String::new())])
                .as_choice("the value then stands nowhere in this file");
        let mut moved = empty.clone();
        let is_there = there.entries.iter().any(|it| it.name == name);
        if !is_there {
            "Move the value to `.env`".clone_into(&mut moved.title);
            moved = moved.as_choice("it is then yours alone");
            moved.edits.extend(append(db, target, "", &format!("{name}={value}")).edits);
        }
        findings.add_with_fixes(
            Severity::Warning,
            entry.value_range,
            message,
            if is_there { vec![empty] } else { vec![moved, empty] },
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::SECRET_IN_EXAMPLE;
    use crate::testing::{check_in, findings};

    #[test]
    fn secrets_are_found_and_placeholders_are_not() {
        let example = "DBT_ENV_SECRET_A=Zm9vYmFyYmF6\nDBT_ENV_SECRET_B=changeme\nDBT_ENV_SECRET_C=<your token>\nDBT_ENV_SECRET_D=\nDBT_SCHEMA=dbt_you\nDBT_X='dbtc_0123456789abcdefghij' # keep\nDBT_ENV_SECRET_E=your-password-here\n";
        check_in(
            &SECRET_IN_EXAMPLE,
            &[(".env.example", example), (".env", "DBT_ENV_SECRET_A=x\n")],
            expect![[r#"
                1:18-1:30 warning[secret-in-example] the value of `DBT_ENV_SECRET_A` looks like a secret, and `.env.example` is for everyone
                    choice: Take the value out (the value then stands nowhere in this file)
                6:7-6:34 warning[secret-in-example] the value of `DBT_X` looks like a secret, and `.env.example` is for everyone
                    choice: Move the value to `.env` (it is then yours alone)
                    choice: Take the value out (the value then stands nowhere in this file)
            "#]],
        );
        let (fixture, found) =
            findings(&SECRET_IN_EXAMPLE, &[(".env.example", example), (".env", "A=1")]);
        let edits = &found[1].fix.as_ref().unwrap().edits;
        let said: Vec<String> = edits
            .iter()
            .map(|it| format!("{} {:?}", it.file.path(&fixture.db), it.edit.text))
            .collect();
        expect![[r#"
            /p/.env.example ""
            /p/.env "\nDBT_X='dbtc_0123456789abcdefghij'\n""#]]
        .assert_eq(&said.join("\n"));
        // What is in the file is known to be secret, so it is shown nowhere.
        let secrets = project::secrets(&fixture.db, fixture.project);
        assert!(secrets.iter().any(|it| it == "Zm9vYmFyYmF6"));
        assert!(secrets.iter().any(|it| it == "dbtc_0123456789abcdefghij"));
        assert!(!secrets.iter().any(|it| it == "changeme"));
    }
}
