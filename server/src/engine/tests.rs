use std::os::unix::fs::symlink;

use expect_test::{Expect, expect};

use super::*;

/// Every engine that is found for the project in `shop/dbt` of a folder that holds these files:
/// `path`, `path=text`, `path->target`.
#[track_caller]
fn check(files: &[&str], variables: &[(&str, &str)], setting: Option<&str>, expect: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let base = fs::canonicalize(folder.path()).unwrap();
    let base = base.to_str().unwrap();
    let root = Path::new(base).join("shop/dbt");
    fs::create_dir_all(&root).unwrap();
    for file in files {
        let (path, target) = file.split_once("->").map_or((*file, None), |(a, b)| (a, Some(b)));
        let (path, text) = path.split_once('=').unwrap_or((path, ""));
        let path = Path::new(base).join(path.replace("{poetry}", &environment::poetry_hash(&root)));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match target {
            Some(target) => symlink(Path::new(base).join(target), &path).unwrap(),
            None => fs::write(&path, text.replace("{}", base)).unwrap(),
        }
    }
    let at = |it: &str| it.replace("{}", base);
    let variables: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), at(value))).collect();
    let root = FilePath::new(root.to_str().unwrap());
    let home = FilePath::new(base).join("home");
    let setting = setting.map(at);
    let engines = find(&Search {
        root: &root,
        environment: &variables,
        home: Some(&home),
        setting: setting.as_deref(),
    });
    let lines: Vec<String> = engines
        .iter()
        .map(|it| {
            let (version, place) = (it.version.as_deref().unwrap_or("?"), &it.place);
            let adapters = it.adapters.iter().map(|(name, version)| format!(" +{name} {version}"));
            let adapters: String = adapters.collect();
            let (kind, installer, found) = (it.kind, it.installer, &it.found);
            format!("{kind:?} {version} {place} {installer:?} {found:?}{adapters}\n")
        })
        .collect();
    let hash = environment::poetry_hash(Path::new(root.as_str()));
    expect.assert_eq(&lines.concat().replace(base, "{}").replace(&hash, "HASH"));
}

const OWN: &str = "shop/dbt/.venv/lib/python3.11/site-packages/dbt_core-1.10.4.dist-info/METADATA";
const ABOVE: &str = "shop/venv/Lib/site-packages/dbt-2.0.0rc190.dist-info/METADATA";
const ACTIVE: &str = "active/lib/python3.12/site-packages/dbt_core-1.11.2.dist-info/METADATA";

#[test]
fn the_nearest_environment_comes_first() {
    check(
        &[OWN, ABOVE],
        &[],
        None,
        expect![[r"
            Core 1.10.4 .venv Pip [Own]
            Fusion 2.0.0rc190 {}/shop/venv Pip [Own]
        "]],
    );
    check(&["shop/dbt/.env"], &[], None, expect![""]);
}

#[test]
fn an_activated_environment_comes_first_unless_dbt_is_not_in_it() {
    let active = [("VIRTUAL_ENV", "{}/active")];
    check(
        &[OWN, ACTIVE],
        &active,
        None,
        expect![[r"
            Core 1.11.2 {}/active Pip [Activated]
            Core 1.10.4 .venv Pip [Own]
        "]],
    );
    check(&[OWN], &active, None, expect!["Core 1.10.4 .venv Pip [Own]\n"]);
}

#[test]
fn every_dbt_on_the_search_path_is_found_once() {
    let path = [("PATH", "{}/elsewhere:{}/active/bin:relative:{}/links:{}/brew/bin:{}/go")];
    check(
        &[
            ACTIVE,
            "active/bin/dbt=#!{}/active/bin/python\n",
            "links/dbt->active/bin/dbt",
            "brew/Cellar/dbt/0.40.1/bin/dbt",
            "brew/bin/dbt->brew/Cellar/dbt/0.40.1/bin/dbt",
            "go/dbt=\u{7f}ELF....\u{4}\0\0\0Go\0\0",
        ],
        &path,
        None,
        expect![[r"
            Core 1.11.2 {}/active Pip [FirstOnPath, OnPath]
            PlatformCli 0.40.1 {}/brew/Cellar/dbt/0.40.1/bin/dbt Homebrew [OnPath]
            PlatformCli ? {}/go/dbt Standalone [OnPath]
        "]],
    );
    check(&[ACTIVE], &path, None, expect![""]);
    // Adapters and tools are no engine.
    let adapter = "shop/.venv/lib/python3.11/site-packages/dbt_duckdb-1.9.0.dist-info/METADATA";
    check(&[adapter], &[], None, expect![""]);
}

#[test]
fn a_script_leads_to_the_environment_of_its_python() {
    check(
        &[ACTIVE, "tools/dbt=#!{}/active/bin/python3\nimport dbt\n", "shims/dbt=#!/bin/sh\n"],
        &[("PATH", "{}/shims:{}/tools")],
        None,
        expect![[r"
            Unknown ? {}/shims/dbt Unknown [FirstOnPath]
            Core 1.11.2 {}/active Pip [OnPath]
        "]],
    );
}

#[test]
fn the_setting_names_a_program_or_an_environment() {
    let native = "home/.local/bin/dbt=\u{7f}ELF";
    for setting in ["~/.local/bin/dbt", "{}/home/.local/bin", "../../home/.local/bin/dbt"] {
        check(
            &[OWN, native],
            &[("PATH", "{}/home/.local/bin")],
            Some(setting),
            expect![[r"
                Fusion ? {}/home/.local/bin/dbt Standalone [Setting, FirstOnPath, InstallPlace]
                Core 1.10.4 .venv Pip [Own]
            "]],
        );
    }
    check(
        &[OWN, ACTIVE],
        &[],
        Some("{}/active"),
        expect![[r"
            Core 1.11.2 {}/active Pip [Setting]
            Core 1.10.4 .venv Pip [Own]
        "]],
    );
    check(&[OWN], &[], Some("nowhere/dbt"), expect!["Core 1.10.4 .venv Pip [Own]\n"]);
}

#[test]
fn the_package_of_the_platforms_cli_is_no_dbt_core() {
    let packages = "shop/dbt/.venv/lib/python3.11/site-packages";
    let file = |it: &str| format!("{packages}/{it}");
    let cli = file("dbt-1.0.0.40.21.dist-info/METADATA");
    check(&[&cli], &[], None, expect!["PlatformCli 0.40.21 .venv Pip [Own]\n"]);
    let core = file("dbt_core-1.11.2.dist-info/INSTALLER=uv\n");
    let v2 = file("dbt-2.0.9.dist-info/INSTALLER=pip\n");
    let adapter = file("dbt_duckdb-1.11.1.dist-info/METADATA");
    // Of two the program decides.
    check(
        &[&core, &v2, &adapter, "shop/dbt/.venv/bin/dbt=\u{7f}ELF"],
        &[],
        None,
        expect!["Fusion 2.0.9 .venv Pip [Own] +duckdb 1.11.1\n"],
    );
    check(
        &[&core, &v2, &adapter, "shop/dbt/.venv/bin/dbt=#!/x\n"],
        &[],
        None,
        expect!["Core 1.11.2 .venv Uv [Own] +duckdb 1.11.1\n"],
    );
    check(
        &[&file("dbt_core-2.0.0a4.dist-info/INSTALLER=poetry 1.8.2")],
        &[],
        None,
        expect!["OpenSource 2.0.0a4 .venv Poetry [Own]\n"],
    );
}

#[test]
fn tools_and_managers_keep_environments_elsewhere() {
    let packages = "lib/python3.12/site-packages/dbt_core-1.9.0.dist-info/METADATA";
    let uv = "home/.local/share/uv/tools/dbt-core";
    let pipx = "home/.local/pipx/venvs/dbt-core";
    let pipenv = "home/.local/share/virtualenvs/shop-Ab12";
    check(
        &[
            &format!("{uv}/uv-receipt.toml"),
            &format!("{uv}/{packages}"),
            &format!("{pipx}/pipx_metadata.json"),
            &format!("{pipx}/{packages}"),
            "shop/Pipfile",
            &format!("{pipenv}/.project={{}}/shop\n"),
            &format!("{pipenv}/{packages}"),
            &format!("home/.local/share/virtualenvs/other/{packages}"),
            "home/.local/share/virtualenvs/other/.project=/elsewhere",
            &format!("home/.local/bin/dbt->{uv}/bin/dbt"),
            &format!("{uv}/bin/dbt"),
        ],
        &[("PATH", "{}/home/.local/bin")],
        None,
        expect![[r"
            Core 1.9.0 {}/home/.local/share/virtualenvs/shop-Ab12 Pip [Pipenv]
            Core 1.9.0 {}/home/.local/share/uv/tools/dbt-core UvTool [FirstOnPath, UvTool, InstallPlace]
            Core 1.9.0 {}/home/.local/pipx/venvs/dbt-core Pipx [Pipx]
        "]],
    );
    check(
        &[
            "shop/dbt/pyproject.toml",
            &format!("home/.cache/pypoetry/virtualenvs/shop-{{poetry}}-py3.12/{packages}"),
            &format!("home/.cache/pypoetry/virtualenvs/shop-AAAAAAAA-py3.12/{packages}"),
        ],
        &[],
        None,
        expect![[r"
            Core 1.9.0 {}/home/.cache/pypoetry/virtualenvs/shop-HASH-py3.12 Pip [Poetry]
        "]],
    );
}

/// As Python's `base64.urlsafe_b64encode(hashlib.sha256(b"/w/shop").digest())[:8]`.
#[test]
fn poetry_names_environments_by_a_hash_of_the_folder() {
    assert_eq!(environment::poetry_hash(Path::new("/w/shop")), "rEnSSegT");
}
