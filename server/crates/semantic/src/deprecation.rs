use base::Db;
use jiff::Timestamp;

use crate::Node;

/// The day from which a model is not to be used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeprecationDate {
    /// As dbt writes it: `2026-01-31T00:00:00+00:00`.
    pub text: String,
    /// When the server began, the day had come.
    pub has_passed: bool,
}

/// What the properties of a model say, or those of its version.
#[salsa::tracked(returns(clone))]
pub fn deprecation_date(db: &dyn Db, node: Node) -> Option<DeprecationDate> {
    let text = crate::entries::written_deprecation_date(db, node)?;
    let moment: Timestamp = text.parse().ok()?;
    let now = Timestamp::from_microsecond(*db.machine().started_at(db)).ok()?;
    Some(DeprecationDate { text, has_passed: moment < now })
}
