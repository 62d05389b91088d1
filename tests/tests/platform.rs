//! `tandem profile init --from-platform` against a platform on this machine.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::Result;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tandem_tests::platform::{Answer, Answers, Platform};
use tandem_tests::program;
use tandem_tests::project::Project;

const PROJECT: &str = "name: shop\nprofile: shop\ndbt-cloud: {project-id: 4242}\n";
const TOKEN: &str = "dbtu_platform_marker_7f3a";
const CREDENTIALS: &str = "/api/v3/users/5/credentials/";
const CONNECTION: &str = "/api/v3/accounts/77/connections/31/";

/// What the platform answers to somebody with these credentials and this connection.
fn answers(credentials: &Value, config: &Value) -> Answers {
    let of = |project: u32, state: u32, credentials: &Value| {
        json!({"id": 9, "project_id": project, "state": state, "credentials": credentials,
               "project": {"connection_id": 31, "account_id": 77}})
    };
    let all = json!([
        of(1, 1, &json!({"type": "postgres", "user": "other project"})),
        of(4242, 2, &json!({"type": "postgres", "user": "not active"})),
        of(4242, 1, credentials),
    ]);
    HashMap::from([
        (
            "/api/v2/whoami",
            vec![Answer::Data(json!({"user": {"id": 5, "email": "ana@shop.example"}}))],
        ),
        (CREDENTIALS, vec![Answer::Data(all)]),
        (CONNECTION, vec![Answer::Data(json!({"id": 31, "config": config}))]),
    ])
}

fn snowflake() -> Answers {
    answers(
        &json!({"type": "snowflake", "user": "ANA", "schema": "dev_ana", "role": "DEV", "threads": 8}),
        &json!({"account": "ab12345", "warehouse": "WH_DEV", "database": "ANALYTICS", "role": "ALL"}),
    )
}

/// The `dbt_cloud.yml` of somebody who works with this platform.
fn link(platform: &Platform) -> String {
    format!(
        "version: \"1\"\ncontext: {{active-host: x, active-project: \"4242\"}}\nprojects:\n  - project-name: Shop\n    project-id: \"4242\"\n    account-name: Acme\n    account-id: \"77\"\n    account-host: \"{}\"\n    token-name: laptop\n    token-value: {TOKEN}\n",
        platform.host(),
    )
}

struct Folder {
    folder: tempfile::TempDir,
    certificate: Option<String>,
}

impl Folder {
    fn new(platform: &Platform) -> Result<Self> {
        let it = Self { folder: tempfile::tempdir()?, certificate: platform.certificate.clone() };
        it.write("shop/dbt_project.yml", PROJECT)?;
        it.write("home/.dbt/dbt_cloud.yml", &link(platform))?;
        if let Some(certificate) = &it.certificate {
            it.write("roots.pem", certificate)?;
        }
        Ok(it)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap())?;
        Ok(fs::write(path, text)?)
    }

    fn profile(&self) -> String {
        fs::read_to_string(self.path("home/.dbt/profiles.yml")).unwrap_or_default()
    }

    fn init(&self, arguments: &[&str]) -> Result<Output> {
        self.run(&[&["profile", "init", "--from-platform"], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(program::built()?);
        command.current_dir(self.path("shop")).env_clear();
        command.env("HOME", self.path("home")).env("TANDEM_CACHE", "off");
        if self.certificate.is_some() {
            command.env("SSL_CERT_FILE", self.path("roots.pem"));
        }
        command.args(arguments);
        let output = command.output()?;
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat())
            .into_owned();
        assert!(!said.contains(TOKEN), "{said}");
        Ok(output)
    }
}

#[track_caller]
fn check_adapter(answers: Answers, expect: Expect) {
    let platform = Platform::with_tls(answers).unwrap();
    let folder = Folder::new(&platform).unwrap();
    let output = folder.init(&["--write"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    expect.assert_eq(&folder.profile());
    let asked = platform.asked();
    assert!(asked.iter().all(|it| it.authorization.as_deref() == Some(&format!("Bearer {TOKEN}"))));
    // The second run asks again and finds nothing to change.
    let again = folder.init(&["--diff"]).unwrap();
    assert!(again.status.success() && again.stdout.is_empty());
    assert_eq!(platform.asked().len(), 2 * asked.len());
}

#[test]
fn a_profile_is_written_for_each_adapter() {
    check_adapter(
        snowflake(),
        expect![[r#"
        shop:
          target: dev
          outputs:
            dev:
              type: snowflake
              account: ab12345
              user: ANA
              role: DEV
              warehouse: WH_DEV
              database: ANALYTICS
              schema: dev_ana
              authenticator: externalbrowser
              threads: 8
    "#]],
    );
    let postgres = json!({"type": "postgres", "username": "ana", "default_schema": "dev_ana", "threads": 4, "password": "**********"});
    let config = json!({"hostname": "db.shop.example", "port": 5433, "dbname": "analytics", "retries": 2, "ssh_tunnel_enabled": false});
    check_adapter(
        answers(&postgres, &config),
        expect![[r#"
        shop:
          target: dev
          outputs:
            dev:
              type: postgres
              host: db.shop.example
              port: 5433
              user: ana
              dbname: analytics
              schema: dev_ana
              retries: 2
              password: "{{ env_var('DBT_ENV_SECRET_POSTGRES_PASSWORD') }}"
              threads: 4
    "#]],
    );
    let redshift = json!({"type": "redshift", "user": "ana", "schema": "dev_ana", "threads": 4});
    check_adapter(
        answers(&redshift, &config),
        expect![[r#"
        shop:
          target: dev
          outputs:
            dev:
              type: redshift
              host: db.shop.example
              port: 5433
              user: ana
              dbname: analytics
              schema: dev_ana
              retries: 2
              method: iam
              iam_profile: "{{ env_var('DBT_REDSHIFT_IAM_PROFILE') }}"
              region: "{{ env_var('DBT_REDSHIFT_REGION') }}"
              threads: 4
    "#]],
    );
    let bigquery = json!({"type": "bigquery", "schema": "dev_ana", "threads": 12});
    let config = json!({
        "project_id": "shop-dev", "location": "EU", "priority": "interactive", "timeout_seconds": 300,
        "maximum_bytes_billed": 1_000_000_000_u64, "execution_project": "shop-run",
        "impersonate_service_account": "dbt@shop-dev.iam", "retries": 1,
        "scopes": ["https://www.googleapis.com/auth/bigquery"], "client_id": "c-1",
        "token_uri": "https://oauth2.googleapis.com/token", "gcs_bucket": "shop-py",
        "dataproc_region": "europe-west1", "dataproc_cluster_name": "py",
        "job_retry_deadline_seconds": 60, "job_creation_timeout_seconds": 10,
        "job_execution_timeout_seconds": 600, "private_key": "never", "private_key_id": "never",
    });
    check_adapter(
        answers(&bigquery, &config),
        expect![[r#"
        shop:
          target: dev
          outputs:
            dev:
              type: bigquery
              database: shop-dev
              schema: dev_ana
              location: EU
              priority: interactive
              timeout_seconds: 300
              maximum_bytes_billed: 1000000000
              execution_project: shop-run
              impersonate_service_account: 'dbt@shop-dev.iam'
              retries: 1
              scopes: ['https://www.googleapis.com/auth/bigquery']
              client_id: c-1
              token_uri: 'https://oauth2.googleapis.com/token'
              gcs_bucket: shop-py
              dataproc_region: europe-west1
              dataproc_cluster_name: py
              job_retry_deadline_seconds: 60
              job_creation_timeout_seconds: 10
              job_execution_timeout_seconds: 600
              method: oauth
              threads: 12
    "#]],
    );
    let databricks = json!({"type": "adapter", "adapter_version": "databricks_v0", "schema": "dev_ana", "threads": 6, "token": "never"});
    let config = json!({"host": "adb.example", "http_path": "/sql/1", "catalog": "main", "client_secret": "never"});
    check_adapter(
        answers(&databricks, &config),
        expect![[r#"
        shop:
          target: dev
          outputs:
            dev:
              type: databricks
              host: adb.example
              http_path: /sql/1
              catalog: main
              schema: dev_ana
              auth_type: oauth
              threads: 6
    "#]],
    );
}

#[test]
fn comments_and_other_profiles_survive_and_what_differs_is_shown() -> Result<()> {
    let platform = Platform::plain(snowflake())?;
    let folder = Folder::new(&platform)?;
    let before = "# mine\nother:\n  outputs: {dev: {type: duckdb, path: x}}\nshop:\n  target: mine\n  outputs:\n    mine: # on my laptop\n      type: snowflake\n      account: ab12345\n      user: \"{{ env_var('DBT_USER', 'me') }}\"\n      password: hunter2-marker\n      role: ANALYST  # for now\n";
    folder.write("home/.dbt/profiles.yml", before)?;
    let shown = folder.init(&["--diff"])?;
    assert_eq!(shown.status.code(), Some(1));
    assert_eq!(folder.profile(), before);
    let text = String::from_utf8(shown.stdout)?;
    let text = text.replace(folder.path("home").to_str().unwrap(), "~");
    expect![[r#"
        --- ~/.dbt/profiles.yml
        +++ ~/.dbt/profiles.yml
        @@ -9,4 +9,8 @@
               account: ab12345
               user: "{{ env_var('DBT_USER', 'me') }}"
               password: *****
        -      role: ANALYST  # for now
        +      role: DEV  # for now
        +      warehouse: WH_DEV
        +      database: ANALYTICS
        +      schema: dev_ana
        +      threads: 8
    "#]]
    .assert_eq(&text);
    assert!(folder.init(&["--write"])?.status.success());
    assert!(folder.profile().starts_with(&before[..before.find("role").unwrap()]));
    assert!(folder.profile().contains("role: DEV  # for now\n"));
    Ok(())
}

#[track_caller]
fn check_failure(path: &'static str, answer: Answer, expect: Expect) {
    let mut answers = snowflake();
    answers.insert(path, vec![answer]);
    let platform = Platform::plain(answers).unwrap();
    let folder = Folder::new(&platform).unwrap();
    let before = "shop:\n  outputs: {}\n";
    folder.write("home/.dbt/profiles.yml", before).unwrap();
    let output = folder.init(&["--write"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(folder.profile(), before);
    let said = String::from_utf8(output.stderr).unwrap();
    expect.assert_eq(&said.replace(&platform.host(), "HOST"));
}

#[test]
fn each_failure_names_its_step_and_what_to_do() {
    check_failure(
        "/api/v2/whoami",
        Answer::Status(401, "Invalid token."),
        expect![[r#"
        error: asking whose token this is failed at `HOST`: status 401 (“Invalid token.”); the token is not valid here: download `dbt_cloud.yml` again, or correct `DBT_CLOUD_TOKEN`
    "#]],
    );
    check_failure(
        CREDENTIALS,
        Answer::Status(403, ""),
        expect![[r#"
        error: asking for your credentials failed at `HOST`: status 403; the token may not read this: a personal token of somebody who works in the project can
    "#]],
    );
    check_failure(
        CONNECTION,
        Answer::Status(404, "Not found."),
        expect![[r#"
        error: asking for the project's connection failed at `HOST`: status 404 (“Not found.”); nothing is there: check the account and project ids, and that the host is the account's own
    "#]],
    );
    check_failure(
        "/api/v2/whoami",
        Answer::Status(500, ""),
        expect![[r#"
        error: asking whose token this is failed at `HOST`: status 500; the platform has a problem: try again later
    "#]],
    );
    check_failure(
        "/api/v2/whoami",
        Answer::Status(429, "Slow down."),
        expect![[r#"
        error: asking whose token this is failed at `HOST`: status 429 (“Slow down.”); too many requests: wait a minute and try again
    "#]],
    );
    check_failure(
        "/api/v2/whoami",
        Answer::CutOff,
        expect![[r#"
        error: asking whose token this is failed at `HOST`: no connection (the answer breaks off: Peer disconnected); check the host, the network and, behind a proxy, `HTTPS_PROXY` and `SSL_CERT_FILE`
    "#]],
    );
    let page = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n<html>Log in first.</html>\r\n";
    check_failure(
        "/api/v2/whoami",
        Answer::Raw(page.to_vec()),
        expect![[r#"
        error: asking whose token this is failed at `HOST`: the answer is no JSON (it begins with `<html>Log in first.</html> `); check that the host is that of the platform, and no log-in page stands between
    "#]],
    );
    check_failure(
        CREDENTIALS,
        Answer::Data(json!([])),
        expect![[r#"
        error: asking for your credentials failed at `HOST`: the answer has no active credentials for project 4242; set up your development credentials in the platform first
    "#]],
    );
    let echo = Answer::Status(400, "What is dbtu_platform_marker_7f3a?");
    check_failure(
        "/api/v2/whoami",
        echo,
        expect![[r#"
        error: asking whose token this is failed at `HOST`: status 400 (“What is *****?”)
    "#]],
    );
    check_failure(
        "/api/v2/whoami",
        Answer::Silence(Duration::from_millis(200)),
        expect![[r#"
        error: asking whose token this is failed at `HOST`: no connection (io: Peer disconnected); check the host, the network and, behind a proxy, `HTTPS_PROXY` and `SSL_CERT_FILE`
    "#]],
    );
}

#[test]
fn a_token_follows_no_redirect() {
    let other = Platform::plain(snowflake()).unwrap();
    let target = format!("{}/api/v2/whoami?code=secret", other.host());
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
    let mut answers = snowflake();
    answers.insert("/api/v2/whoami", vec![Answer::Raw(head.into_bytes())]);
    let platform = Platform::plain(answers).unwrap();
    let folder = Folder::new(&platform).unwrap();
    let output = folder.init(&[]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    let said = said.replace(&platform.host(), "HOST").replace(&other.host(), "OTHER");
    expect![[r#"
        error: asking whose token this is failed at `HOST`: it points to `OTHER/api/v2/whoami`, where the token does not go; write the account's own host
    "#]].assert_eq(&said);
    assert!(other.asked().is_empty());
}

#[test]
fn a_platform_in_trouble_is_asked_again() -> Result<()> {
    let mut answers = snowflake();
    let trouble = Answer::Status(503, "Maintenance.");
    let whoami = answers.remove("/api/v2/whoami").unwrap();
    answers.insert("/api/v2/whoami", [vec![trouble.clone(), trouble], whoami].concat());
    let platform = Platform::plain(answers)?;
    let folder = Folder::new(&platform)?;
    assert!(folder.init(&["--write"])?.status.success());
    assert_eq!(platform.asked().len(), 5);
    Ok(())
}

#[test]
fn a_certificate_that_nobody_trusts_ends_it() -> Result<()> {
    let platform = Platform::with_tls(snowflake())?;
    let stranger = Platform::with_tls(snowflake())?;
    let mut folder = Folder::new(&platform)?;
    folder.certificate = stranger.certificate;
    folder.write("roots.pem", folder.certificate.as_deref().unwrap_or_default())?;
    let output = folder.init(&[])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(platform.asked().is_empty());
    Ok(())
}

#[test]
fn git_is_told_to_leave_dotenv_alone() -> Result<()> {
    let platform = Platform::plain(snowflake())?;
    let folder = Folder::new(&platform)?;
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(folder.path("shop")).args(arguments).output().unwrap().status.success()
    };
    assert!(git(&["init", "--quiet"]));
    folder.write("shop/.gitignore", "target/")?;
    assert!(!git(&["check-ignore", "--quiet", ".env"]));
    assert!(folder.init(&["--write"])?.status.success());
    assert_eq!(fs::read_to_string(folder.path("shop/.gitignore"))?, "target/\n.env\n");
    assert!(git(&["check-ignore", "--quiet", ".env"]));
    assert!(folder.init(&["--diff"])?.status.success());
    Ok(())
}

#[test]
fn an_editor_is_given_the_profile_and_told_what_differs() -> Result<()> {
    let platform = Platform::plain(snowflake())?;
    let project = Project::empty()?;
    project.write("dbt_project.yml", PROJECT)?;
    project.write("../home/.dbt/dbt_cloud.yml", link(&platform))?;
    let profiles = "shop:\n  target: dev\n  outputs:\n    dev:\n      type: snowflake\n      account: ab12345\n      user: ANA\n      role: ANALYST\n      warehouse: WH_DEV\n      database: ANALYTICS\n      schema: dev_ana\n      authenticator: externalbrowser\n";
    project.write("profiles.yml", profiles)?;
    let mut editor = project.editor()?;
    editor.wait_loaded(Duration::from_secs(60))?;
    let file = project.path("profiles.yml");
    editor.open(&file)?;
    let root = project.root.to_str().unwrap();
    let answer = editor.request("tandem/profileFromPlatform", json!({"root": root}))?;
    let edit = &answer["edit"];
    assert_eq!(edit["range"]["start"], json!({"line": 7, "character": 0}));
    assert_eq!(edit["range"]["end"], json!({"line": 12, "character": 0}));
    let lines = profiles.lines().skip(7).collect::<Vec<_>>().join("\n");
    assert_eq!(edit["newText"], format!("{}\n      threads: 8\n", lines.replace("ANALYST", "DEV")));
    assert_eq!(answer["exists"], true);
    let drift = "`role` is ANALYST here, DEV in the dbt platform";
    editor.wait_published(&file, |it| it.diagnostics.iter().any(|it| it["message"] == drift))?;
    let doctor = editor.request("tandem/doctor", Value::Null)?;
    let link =
        doctor[0]["checks"].as_array().unwrap().iter().find(|it| it["subject"] == "platform link");
    assert!(link.unwrap()["fact"].as_str().unwrap().starts_with("project 4242 at "));
    assert!(!doctor.to_string().contains(TOKEN));
    Ok(())
}

#[test]
fn the_platforms_variables_are_asked_for_too() -> Result<()> {
    let mut answers = snowflake();
    let data = json!({
        "environments": ["project", "Production"],
        "variables": {
            "DBT_COLOUR": {"project": {"id": 1, "value": "green"}, "Production": {"id": 2, "value": "blue"}},
            "DBT_ENV_SECRET_X": {"project": {"id": 3, "value": "hunter2-marker"}},
        },
    });
    let path = "/api/v3/accounts/77/projects/4242/environment-variables/environment/";
    answers.insert(path, vec![Answer::Data(data)]);
    let platform = Platform::with_tls(answers)?;
    let folder = Folder::new(&platform)?;
    let output = folder.run(&["env", "--import-from-platform"])?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = folder.run(&["env", "--explain", "DBT_COLOUR"])?;
    let said = String::from_utf8(output.stdout)?;
    expect![[r#"
        DBT_COLOUR is not set, and nothing that dbt renders needs it  (shop)
          platform: green
          platform for Production: blue
    "#]]
    .assert_eq(&said);
    let output = folder.run(&["env", "--explain", "DBT_ENV_SECRET_X"])?;
    assert!(!String::from_utf8(output.stdout)?.contains("hunter2"));
    Ok(())
}
