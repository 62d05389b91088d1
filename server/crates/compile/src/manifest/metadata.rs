use base::{Db, Project};
use md5::{Digest, Md5};
use project::{dbt_version, metadata_environment, package_name, packages};
use semantic::{adapter, project_quoting};
use serde_json::{Map, Value as Json, json};

/// What a manifest says of itself.
pub(super) fn metadata(db: &dyn Db, project: Project) -> Json {
    let name = packages(db, project).first().map(|it| package_name(db, *it)).unwrap_or_default();
    let id: String = Md5::digest(name.as_bytes()).iter().map(|it| format!("{it:02x}")).collect();
    let quoting = project_quoting(db, project);
    json!({
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "dbt_version": format!("{}.0", dbt_version(db, project).text),
        "generated_at": timestamp(db.machine().started_at(db).div_euclid(1_000_000)),
        "invocation_id": null,
        "invocation_started_at": null,
        "run_started_at": timestamp(db.machine().started_at(db).div_euclid(1_000_000)),
        "env": environment(db, project),
        "project_name": &*name,
        "project_id": id,
        "user_id": null,
        "send_anonymous_usage_stats": false,
        "adapter_type": &*adapter(db, project),
        "quoting": {
            "database": quoting.database, "schema": quoting.schema,
            "identifier": quoting.identifier, "column": null,
        },
    })
}

fn environment(db: &dyn Db, project: Project) -> Map<String, Json> {
    let found = metadata_environment(db, project).into_iter();
    found.map(|(name, value)| (name, json!(value.as_deref()))).collect()
}

/// ISO 8601 in UTC.
fn timestamp(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn timestamps() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(1_709_208_000), "2024-02-29T12:00:00Z");
    }
}
