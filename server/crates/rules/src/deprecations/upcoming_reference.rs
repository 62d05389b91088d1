use super::reference_dates;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A model refers to one whose `deprecation_date` lies ahead.
    ///
    /// Until that day there is time to refer to a newer version, or to what takes its place.
    ///
    /// ```sql
    /// select * from {{ ref('orders', v=1) }}   -- before
    /// select * from {{ ref('orders', v=2) }}   -- after
    /// ```
    pub static UPCOMING_REFERENCE = {
        name: "upcoming-reference",
        event: Some("UpcomingReferenceDeprecation"),
        severity: Warning,
        since: "dbt 1.6",
        files: [Model, PythonModel],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    reference_dates::check(findings, context, false, |name, day| {
        format!("`{name}` is to be deprecated on {day}")
    });
}
