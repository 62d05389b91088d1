use std::fmt::Write;

use crate::RULES;

/// The page of all rules, in Markdown.
#[must_use]
pub fn rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\nEvery finding that `tandem check` and the editor report. This page is generated \
         from the rules' own documentation.\n\n| code | dbt's name | severity | since |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let event = rule.event.map_or_else(String::new, |it| format!("`{it}`"));
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {event} | {1} | {2} |",
            rule.name,
            rule.severity.name(),
            rule.since
        );
    }
    for rule in RULES {
        let _ = write!(page, "\n## {}\n\n", rule.name);
        for line in rule.documentation.lines() {
            page.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
            page.push('\n');
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::rules_page;
    use expect_test::expect_file;

    #[test]
    fn the_page_in_docs_is_up_to_date() {
        expect_file!["../../../../docs/rules.md"].assert_eq(&rules_page());
    }
}
