use project::{
    KnownVersions, Origin, Package, Version, VersionRange, known_packages, package_name, packages,
    project_file,
};
use syntax::yaml::Node;
use syntax::yaml::edit::scalar;

use super::{listed, packages_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A package that is not made for dbt v2.
    ///
    /// What the installed package says of itself decides first: its `require-dbt-version`. Where it
    /// is not installed, or where its word is known to be too strict, a table with a date decides;
    /// the message says which of both it was. dbt v2 warns and goes on, with what the package can
    /// do there. For a project that dbt Core runs it is a hint for the day of the upgrade.
    ///
    /// ```yaml
    /// - package: dbt-labs/dbt_external_tables
    ///   version: 0.8.7    # before
    ///   version: 0.12.3   # after
    /// ```
    pub static PACKAGE_WITHOUT_V2 = {
        name: "package-without-v2",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [Packages],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = packages_file(context);
    let severity = if findings.is_core() { Severity::Hint } else { Severity::Warning };
    for entry in listed(&document) {
        let Some(name) = project::listed_name(entry) else { continue };
        let Some(id) = name.as_str() else { continue };
        let table = known_packages();
        let hub = entry.get("package").and(table.redirects.get(id)).map_or(id, String::as_str);
        let known = entry.get("package").and_then(|_| table.versions.get(hub));
        let Some(message) = problem(context, entry, id, known) else { continue };
        let fixes = raised(context, entry, id, known);
        findings.add_with_fixes(severity, name.text_range(), message, fixes.into_iter().collect());
    }
}

/// What keeps a package from dbt v2, with the evidence.
fn problem(
    context: &FileContext<'_>,
    entry: &Node,
    id: &str,
    known: Option<&KnownVersions>,
) -> Option<String> {
    let db = context.db;
    let date = &known_packages().date;
    let installed = installed(context, id);
    let version = installed.and_then(|it| project_file(db, it.file(db)).version.clone());
    let pinned = || entry.get("version").and_then(Node::scalar_text).map(str::to_owned);
    let version = version.or_else(pinned);
    if let Some(known) = known {
        let Some(newest) = &known.newest else {
            return Some(format!(
                "no version of `{id}` is known to run with dbt v2 (as of {date})"
            ));
        };
        let is_enough = |it: &str| {
            let (first, version) = (known.first.as_deref(), Version::parse(it));
            first.and_then(Version::parse).zip(version).is_none_or(|(first, it)| first <= it)
        };
        // Any version will do, whatever it says of itself.
        known.first.as_ref()?;
        if installed.is_none() {
            let version = version.filter(|it| !is_enough(it))?;
            return Some(format!(
                "`{id}` {version} is not made for dbt v2, {newest} is (as of {date})"
            ));
        }
    }
    let requirement = project_file(db, installed?.file(db)).require_dbt_version.clone();
    if requirement.is_empty() {
        return None;
    }
    let range = VersionRange::parse(&requirement.join(","))?;
    if range.allows_minor(2, 0) {
        return None;
    }
    let version = version.map_or_else(String::new, |it| format!(" {it}"));
    Some(format!(
        "`{id}`{version} is not made for dbt v2: its own `require-dbt-version` is `{}`",
        requirement.join(", ")
    ))
}

/// The installed package that an entry brings.
fn installed(context: &FileContext<'_>, id: &str) -> Option<Package> {
    let db = context.db;
    let plain = |it: &str| it.trim_end_matches(".git").replace('-', "_");
    let last = plain(id.trim_end_matches('/').rsplit(['/', ':']).next()?);
    let all = packages(db, context.project);
    all.iter().copied().filter(|it| it.origin(db) == Origin::Installed).find(|it| {
        let names = [plain(&package_name(db, *it)), plain(it.root(db).name())];
        names.iter().any(|it| *it == last || last.strip_prefix("dbt_") == Some(it))
    })
}

/// The version that is known to run with v2, where the list of versions can say it.
fn raised(
    context: &FileContext<'_>,
    entry: &Node,
    id: &str,
    known: Option<&KnownVersions>,
) -> Option<Fix> {
    let newest = known?.newest.as_deref()?;
    let version = entry.get("version")?;
    if version.alias().is_some() || version.anchor().is_some() {
        return None;
    }
    let first = known?.first.as_deref().unwrap_or(newest);
    let parsed = Version::parse(newest)?;
    let text = match version.scalar_text() {
        Some(it) if it.starts_with(|it: char| it.is_ascii_digit()) => scalar(newest),
        _ => format!("[\">={first}\", \"<{}.0.0\"]", parsed.major + 1),
    };
    // A list of lines would leave its dashes behind.
    if version.scalar_text().is_none()
        && version.source(context.file.text(context.db)).contains('\n')
    {
        return None;
    }
    let date = &known_packages().date;
    let fix = Fix::of(context.file, format!("Raise `{id}` to {newest}"), [(version.range, text)]);
    Some(fix.as_choice(format!(
        "another version of the package, the newest known as of {date}; run `dbt deps` then"
    )))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::PACKAGE_WITHOUT_V2;
    use crate::testing::{check_fix_in, check_in};

    const LISTED: &str = "packages:\n  - package: dbt-labs/dbt_external_tables\n    version: 0.8.7 # tables\n  - package: dbt-labs/dbt_utils\n    version: 1.1.1\n  - package: dbt-labs/metrics\n    version: 1.5.0\n  - git: https://example.com/own.git\n  - package: somebody/other\n    version: [\">=0.1.0\"]\n";

    #[test]
    fn what_the_installed_package_says_decides() {
        let own = "name: own\nversion: 2.1.0\nrequire-dbt-version: ['>=1.6.0', '<2.0.0']\n";
        let files = [
            ("packages.yml", LISTED),
            ("dbt_packages/own/dbt_project.yml", own),
            (
                "dbt_packages/dbt_utils/dbt_project.yml",
                "name: dbt_utils\nversion: 1.1.1\nrequire-dbt-version: ['>=1.3.0', '<2.0.0']\n",
            ),
            ("dbt_packages/other/dbt_project.yml", "name: other\nrequire-dbt-version: '>=1.0.0'\n"),
        ];
        check_in(
            &PACKAGE_WITHOUT_V2,
            &files,
            expect![[r#"
                2:14-2:42 warning[package-without-v2] `dbt-labs/dbt_external_tables` 0.8.7 is not made for dbt v2, 0.12.3 is (as of 2026-08)
                    choice: Raise `dbt-labs/dbt_external_tables` to 0.12.3 (another version of the package, the newest known as of 2026-08; run `dbt deps` then)
                6:14-6:30 warning[package-without-v2] no version of `dbt-labs/metrics` is known to run with dbt v2 (as of 2026-08)
                8:10-8:37 warning[package-without-v2] `https://example.com/own.git` 2.1.0 is not made for dbt v2: its own `require-dbt-version` is `>=1.6.0, <2.0.0`
            "#]],
        );
        check_fix_in(
            &PACKAGE_WITHOUT_V2,
            &files,
            &LISTED.replace("0.8.7 # tables", "0.12.3 # tables"),
        );
    }

    #[test]
    fn for_dbt_core_it_is_a_hint() {
        let text = "packages:\n  - package: dbt-labs/dbt_external_tables\n    version: [\">=0.8.0\", \"<0.9.0\"]\n";
        let external = "name: dbt_external_tables\nversion: 0.8.7\nrequire-dbt-version: ['>=1.0.0', '<2.0.0']\n";
        check_in(
            &PACKAGE_WITHOUT_V2,
            &[
                ("packages.yml", text),
                ("dbt_packages/dbt_external_tables/dbt_project.yml", external),
                ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2.0.0'\n"),
            ],
            expect![[r#"
                2:14-2:42 hint[package-without-v2] `dbt-labs/dbt_external_tables` 0.8.7 is not made for dbt v2: its own `require-dbt-version` is `>=1.0.0, <2.0.0`
                    choice: Raise `dbt-labs/dbt_external_tables` to 0.12.3 (another version of the package, the newest known as of 2026-08; run `dbt deps` then)
            "#]],
        );
    }
}
