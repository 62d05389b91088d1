use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base::{Db, FilePath, RootDatabase};
use salsa::{Durability, Setter};

/// What the process was given: read once, at the start.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    pub environment: BTreeMap<String, String>,
    pub home: Option<FilePath>,
    pub started_at: i64,
}

impl Captured {
    #[must_use]
    pub fn now() -> Self {
        // A variable that is not Unicode is not visible to dbt's templates either.
        let unicode = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let environment: BTreeMap<String, String> = unicode.collect();
        // In Windows a shell of another system may set `HOME`, which dbt does not look at.
        let names = if cfg!(windows) { ["USERPROFILE", "HOME"] } else { ["HOME", "USERPROFILE"] };
        let home = names.iter().find_map(|it| environment.get(*it));
        let started_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            home: home.filter(|it| !it.is_empty()).map(|it| FilePath::new(it)),
            started_at: i64::try_from(started_at.as_micros()).unwrap_or_default(),
            environment,
        }
    }

    pub fn set(self, db: &mut RootDatabase) {
        let machine = db.machine();
        let high = Durability::HIGH;
        machine.set_environment(db).with_durability(high).to(Arc::new(self.environment));
        machine.set_home(db).with_durability(high).to(self.home);
        machine.set_started_at(db).with_durability(high).to(self.started_at);
    }
}
