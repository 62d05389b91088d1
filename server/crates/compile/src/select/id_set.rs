/// A set of the resources of one graph, by their places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdSet {
    words: Vec<u64>,
}

impl IdSet {
    pub(crate) fn empty(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)] }
    }

    pub(crate) fn insert(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        self.words[at / 64] & (1 << (at % 64)) != 0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|it| *it == 0)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it |= other);
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it &= other);
    }

    pub(crate) fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(it, other)| *it &= !other);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(word, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(word * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::IdSet;

    fn set(places: &[usize]) -> IdSet {
        let mut set = IdSet::empty(130);
        places.iter().for_each(|it| set.insert(*it));
        set
    }

    #[test]
    fn operations() {
        let both = |change: fn(&mut IdSet, &IdSet)| {
            let mut set = set(&[0, 63, 64, 129]);
            change(&mut set, &self::set(&[63, 65, 129]));
            set.iter().collect::<Vec<_>>()
        };
        assert_eq!(both(IdSet::add), [0, 63, 64, 65, 129]);
        assert_eq!(both(IdSet::keep), [63, 129]);
        assert_eq!(both(IdSet::remove), [0, 64]);
        assert!(set(&[]).is_empty());
        assert!(set(&[64]).contains(64));
        assert!(!set(&[64]).contains(0));
    }
}
