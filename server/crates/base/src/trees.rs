use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::{Content, Db, File};

/// Trees of at most this many bytes of text are kept, twice over.
const KEPT: usize = 1 << 20;

/// What is made of a file's text alone: its tree, its lines. Such things are large, quick to make
/// again and rarely asked for twice, once the file has been checked; so only the newest are kept,
/// also while a whole project is read at one go.
#[derive(Default)]
pub struct Trees(Mutex<Generations>);

/// What was asked for since the last change of generations, and what was asked for before it.
#[derive(Default)]
struct Generations {
    young: FxHashMap<(TypeId, File), Tree>,
    old: FxHashMap<(TypeId, File), Tree>,
    /// Bytes of the texts behind the young ones.
    bytes: usize,
}

#[derive(Clone)]
struct Tree {
    text: Arc<str>,
    value: Arc<dyn Any + Send + Sync>,
}

/// What `make` makes of the file's text, which is empty where the file has none.
pub fn tree<T>(db: &dyn Db, file: File, make: impl FnOnce(&Arc<str>) -> T) -> Arc<T>
where
    T: Send + Sync + 'static,
{
    let Content::Text(text) = file.content(db) else { return Arc::new(make(&Arc::from(""))) };
    let key = (TypeId::of::<T>(), file);
    if let Some(known) = db.trees().get(key, text).and_then(|it| it.downcast().ok()) {
        return known;
    }
    let made = Arc::new(make(text));
    db.trees().keep(key, Tree { text: Arc::clone(text), value: Arc::<T>::clone(&made) });
    made
}

/// What was kept of this type when the file had another text, or has this one still.
pub fn earlier<T: Send + Sync + 'static>(db: &dyn Db, file: File) -> Option<Arc<T>> {
    db.trees().last((TypeId::of::<T>(), file))?.downcast().ok()
}

/// Keeps something for `earlier`, as long as a tree is kept.
pub fn keep_for_later<T: Send + Sync + 'static>(db: &dyn Db, file: File, value: T) {
    let Content::Text(text) = file.content(db) else { return };
    let tree = Tree { text: Arc::clone(text), value: Arc::new(value) };
    db.trees().keep((TypeId::of::<T>(), file), tree);
}

impl Trees {
    fn last(&self, key: (TypeId, File)) -> Option<Arc<dyn Any + Send + Sync>> {
        let generations = &*self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = generations.young.get(&key).or_else(|| generations.old.get(&key))?;
        Some(Arc::clone(&known.value))
    }

    fn get(&self, key: (TypeId, File), text: &Arc<str>) -> Option<Arc<dyn Any + Send + Sync>> {
        let generations = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = generations.young.get(&key);
        if let Some(known) = known.filter(|it| Arc::ptr_eq(&it.text, text)) {
            return Some(Arc::clone(&known.value));
        }
        let known = generations.old.remove(&key).filter(|it| Arc::ptr_eq(&it.text, text))?;
        let value = Arc::clone(&known.value);
        generations.keep(key, known);
        Some(value)
    }

    fn keep(&self, key: (TypeId, File), tree: Tree) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, tree);
    }
}

impl Generations {
    fn keep(&mut self, key: (TypeId, File), tree: Tree) {
        self.bytes += tree.text.len();
        if self.bytes > KEPT {
            self.bytes = tree.text.len();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, tree);
    }
}

#[cfg(test)]
mod tests {
    use salsa::Durability;

    use super::*;
    use crate::{FilePath, RootDatabase};

    fn file(db: &mut RootDatabase, name: &str, text: &str) -> File {
        db.fill_file(&FilePath::new(name), Content::Text(text.into()).into(), Durability::LOW)
    }

    #[test]
    fn a_tree_is_made_once_for_a_text() {
        let mut db = RootDatabase::default();
        let one = file(&mut db, "/one", "a");
        let first = tree(&db, one, |it| it.len());
        assert!(Arc::ptr_eq(&first, &tree(&db, one, |_| 9)));
        file(&mut db, "/one", "ab");
        assert_eq!(*tree(&db, one, |it| it.len()), 2);
    }

    #[test]
    fn what_nobody_asks_for_any_more_goes() {
        let mut db = RootDatabase::default();
        let files: Vec<File> =
            (0..8).map(|it| file(&mut db, &format!("/{it}"), &"x".repeat(KEPT / 2))).collect();
        let kept = tree(&db, files[0], |it| it.len());
        for other in &files[1..] {
            tree(&db, *other, |it| it.len());
            assert!(Arc::ptr_eq(&kept, &tree(&db, files[0], |_| 9)), "still asked for");
        }
        let generations = db.trees().0.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 5);
    }
}
