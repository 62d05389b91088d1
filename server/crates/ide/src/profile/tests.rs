use expect_test::{Expect, expect};
use test_support::with_cursor;

use crate::{completions, hover};

/// The first few names, with what is said beside them.
#[track_caller]
fn complete(fixture: &str, expect: Expect) {
    let (db, position) = with_cursor(fixture);
    let text = position.file.text(&db);
    let items = completions(&db, position);
    let mut lines: Vec<String> = Vec::new();
    lines.extend(items.first().map(|it| format!("[{}] {}", &text[it.range], items.len())));
    for it in items.iter().take(6) {
        lines.push(format!("{:?} ({})", it.insert, it.detail.as_deref().unwrap_or_default()));
    }
    expect.assert_eq(&lines.join("\n"));
}

#[track_caller]
fn tell(fixture: &str, expect: Expect) {
    let (db, position) = with_cursor(fixture);
    let told = hover(&db, position).map_or_else(String::new, |it| it.markdown);
    expect.assert_eq(&told);
}

const HEAD: &str = "//- .env
SHOP_PASSWORD=hunter2!
//- profiles.yml
shop:
  target: dev
  outputs:
";

fn output(fields: &str) -> String {
    format!("{HEAD}    dev:\n{fields}")
}

#[test]
fn keys_that_the_adapter_and_the_log_in_need_come_first() {
    complete(
        &output(
            "      type: snowflake\n      authenticator: externalbrowser\n      account: a\n      $0\n",
        ),
        expect![[r#"
            [] 37
            "database: " (text · needed)
            "schema: " (text · needed)
            "user: " (text · needed: single sign-on)
            "method: " (text)
            "workload_identity_entra_resource: " (anything)
            "role: " (text)"#]],
    );
    complete(
        &output("      type: postgres\n      us$0er: u\n"),
        expect![[r#"
        [user] 18
        "host" (text · needed)
        "port" (a whole number or text · needed · default 5432)
        "password" (text · needed · secret)
        "dbname" (text · needed)
        "schema" (text · needed)
        "role" (text)"#]],
    );
    complete(
        &output("      $0\n"),
        expect![[r#"
        [] 2
        "type: " ()
        "threads: " ()"#]],
    );
}

#[test]
fn values() {
    complete(
        &output("      type: sn$0\n"),
        expect![[r#"
        [sn] 15
        "snowflake" ()
        "bigquery" ()
        "databricks" ()
        "redshift" ()
        "postgres" (experimental in dbt v2)
        "duckdb" ()"#]],
    );
    complete(
        &output("      type: bigquery\n      method: $0\n"),
        expect![[r#"
        [] 5
        "oauth" (OAuth)
        "service-account" (service account file)
        "service-account-json" (service account key)
        "oauth-secrets" (OAuth secrets)
        "external-oauth-wif" (workload identity)"#]],
    );
    complete(
        &output("      type: snowflake\n      retry_all: \"$0\n"),
        expect![[r#"
        [] 2
        "true" ()
        "false" (default)"#]],
    );
    complete(
        "//- profiles.yml\nshop:\n  target: $0\n  outputs:\n    dev: {type: duckdb}\n    prod: {type: duckdb}\n",
        expect![[r#"
            [] 2
            "dev" (output)
            "prod" (output)"#]],
    );
    complete(
        "//- profiles.yml\nshop:\n  $0\n",
        expect![[r#"
        [] 2
        "target: " ()
        "outputs: " ()"#]],
    );
}

#[test]
fn variables_are_offered_within_jinja() {
    complete(
        &output("      type: postgres\n      password: \"{{ env_var('$0') }}\"\n"),
        expect![[r#"
            [] 1
            "SHOP_PASSWORD" (***** · .env line 1)"#]],
    );
}

#[test]
fn hover_of_keys() {
    tell(
        &output("      type: postgres\n      pass$0: \"{{ env_var('SHOP_PASSWORD') }}\"\n"),
        expect![[r#"
            **`pass`** · PostgreSQL · text, secret

            The user's password.

            Needed.

            Also spelled `password`.

            Value: `*****` (secret)"#]],
    );
    tell(
        &output("      type: postgres\n      port$0: 5432\n"),
        expect![[r#"
        **`port`** · PostgreSQL · a whole number or text

        The server's port.

        Needed.

        Value: `5432`"#]],
    );
    tell(
        &output("      type: snow$0flake\n      account: a\n"),
        expect![[r#"
            **`type`** · Snowflake · text

            The adapter: which kind of database dbt speaks to.

            Snowflake: dbt v2 supports it.

            Value: `snowflake`"#]],
    );
    tell(
        &output("      type: snowflake\n      auth$0enticator: externalbrowser\n      user: u\n"),
        expect![[r#"
            **`authenticator`** · Snowflake · text

            How to log in, in dbt Core's words; v2 reads it where `method` is not set.

            Value: `externalbrowser`"#]],
    );
    tell(
        &output("      type: oracle\n      pass$0: x\n"),
        expect![[r#"
        **`pass`**

        Value: `*****` (secret)"#]],
    );
}

#[test]
fn hover_of_names() {
    tell(
        "//- profiles.yml\nshop:\n  target: de$0v\n  outputs:\n    dev: {type: duckdb}\n",
        expect![[r#"
            **`target`**

            The output that is used where nobody chooses another.

            In use now: `dev`, the profile's default."#]],
    );
    tell(
        "//- profiles.yml\nsh$0op:\n  outputs:\n    dev: {type: duckdb}\n",
        expect![[r#"
        **`shop`** · profile

        The profile in use; its outputs: `dev`."#]],
    );
    tell(
        "//- profiles.yml\nshop:\n  target: dev\n  outputs:\n    dev: {type: duckdb}\n    pr$0od: {type: snowflake, authenticator: externalbrowser}\n",
        expect![[r#"
            **`prod`** · output for Snowflake

            Not in use: dbt reads nothing of it but its name.

            Log-in with single sign-on: The browser opens and the identity provider answers."#]],
    );
}

#[test]
fn the_link_to_the_platform() {
    tell(
        "//- dbt_project.yml\nname: shop\ndbt-cloud:\n  pro$0ject-id: 4242\n",
        expect![[r#"
        **`project-id`**

        The project's number in the platform; it decides which entry is used.

        Now: project `4242`, from `dbt-cloud: project-id` in `dbt_project.yml`."#]],
    );
}

#[test]
fn the_file_in_the_home_folder_is_one_too() {
    let path = "/home/u/.dbt/profiles.yml";
    let text = "shop:\n  outputs:\n    default:\n      type: bigquery\n      method: oauth\n      projct: p\n      ";
    let mut fixture = test_support::Fixture::new("");
    fixture.set_home("/home/u");
    fixture.remove("profiles.yml");
    fixture.write(path, text);
    let file = fixture.file(path);
    let at = |needle: &str| {
        let offset = base::TextSize::try_from(text.find(needle).unwrap_or(text.len())).unwrap();
        base::FilePosition { file, offset }
    };
    let found = crate::diagnostics(&fixture.db, file, rules::Scope::File);
    let found: Vec<&str> = found.iter().map(|it| it.code).collect();
    assert_eq!(found, ["profile-missing-key", "profile-missing-key", "profile-unknown-key"]);
    let told = hover(&fixture.db, at("method")).unwrap();
    assert!(told.markdown.contains("How to log in"), "{}", told.markdown);
    let offered = completions(&fixture.db, at("the end"));
    assert!(offered.iter().any(|it| it.label == "dataset"), "{offered:?}");
    // Of a file that no project uses nothing is said.
    fixture.write("profiles.yml", "shop: {outputs: {default: {type: duckdb}}}\n");
    assert!(crate::diagnostics(&fixture.db, file, rules::Scope::File).is_empty());
}

#[test]
fn broken_files_and_ten_thousand_outputs_are_no_trouble() {
    let outputs: String = (0..10_000)
        .map(|it| format!("    o{it}: {{type: duckdb, path: \"{{{{ env_var('P{it}') }}}}\"}}\n"))
        .collect();
    let text = format!(
        "//- profiles.yml\nshop:\n  target: o9999\n  outputs:\n{outputs}    new:\n      $0\n"
    );
    let (db, position) = with_cursor(&text);
    assert!(!completions(&db, position).is_empty());
    for text in [
        "shop:\n  - $0\n",
        "shop: {outputs: {dev: {type: snowflake, $0\n",
        "a: &a\n  b: *a\n  $0",
        "\u{0}$0",
        "? [$0",
    ] {
        let (db, position) = with_cursor(&format!("//- profiles.yml\n{text}"));
        let _ = (completions(&db, position), hover(&db, position));
    }
}
