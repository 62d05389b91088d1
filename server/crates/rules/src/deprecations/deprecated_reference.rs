use super::reference_dates;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A model refers to one whose `deprecation_date` has passed.
    ///
    /// Its owner may remove it any day. Refer to a newer version, or to what took its place.
    ///
    /// ```sql
    /// select * from {{ ref('orders', v=1) }}   -- before
    /// select * from {{ ref('orders', v=2) }}   -- after
    /// ```
    pub static DEPRECATED_REFERENCE = {
        name: "deprecated-reference",
        event: Some("DeprecatedReference"),
        severity: Warning,
        since: "dbt 1.6",
        files: [Model, PythonModel],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    reference_dates::check(findings, context, true, |name, day| {
        format!("`{name}` is deprecated since {day}")
    });
}
