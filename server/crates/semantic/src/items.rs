//! Typing in a file changes one of its items. What was made of the others before the change is what
//! would be made of them again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use base::{Db, File, earlier, keep_for_later};
use rustc_hash::FxHashMap;
use syntax::yaml::Node as Yaml;

/// What is made of the items of one file, by what the items say.
pub(crate) struct Items<T> {
    earlier: Option<Arc<Known<T>>>,
    known: FxHashMap<u64, T>,
}

struct Known<T>(FxHashMap<u64, T>);

/// What is made of an item, and whether it was made of the item alone.
pub(crate) struct Made<T> {
    pub(crate) value: T,
    pub(crate) of_item_alone: bool,
}

impl<T: Clone + Send + Sync + 'static> Items<T> {
    /// One kind of value for one type: `T` tells them apart.
    pub(crate) fn new(db: &dyn Db, file: File) -> Self {
        Self { earlier: earlier(db, file), known: FxHashMap::default() }
    }

    /// `around` is all that the value depends on besides the item.
    pub(crate) fn get(
        &mut self,
        around: impl Hash,
        item: &Yaml,
        make: impl FnOnce() -> Made<T>,
    ) -> T {
        let mut hasher = DefaultHasher::new();
        around.hash(&mut hasher);
        item.hash_data(&mut hasher);
        let digest = hasher.finish();
        let earlier = self.earlier.as_ref().and_then(|it| it.0.get(&digest));
        let made = match earlier {
            Some(known) => Made { value: known.clone(), of_item_alone: true },
            None => make(),
        };
        if made.of_item_alone {
            self.known.insert(digest, made.value.clone());
        }
        made.value
    }

    /// To be called once every item was asked for.
    pub(crate) fn keep(self, db: &dyn Db, file: File) {
        keep_for_later(db, file, Known(self.known));
    }
}
