//! Limits that one render shares among everything it runs.

use std::cell::Cell;

use super::stop::Stop;
use crate::value::Value;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of evaluation; the default is well under a second in a release build.
    pub fuel: u64,
    /// Bytes of the output, and of any single text on the way there.
    pub text_bytes: u64,
    /// Bytes of all texts and lists that are made on the way.
    pub total_bytes: u64,
    /// Macro calls inside macro calls. Python's own limit stops dbt at fewer than this.
    pub macro_depth: usize,
    /// Bytes of stack that evaluation may use. Must be well below the thread's.
    pub stack_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 10_000_000,
            text_bytes: 32 << 20,
            total_bytes: 128 << 20,
            macro_depth: 200,
            stack_bytes: 1 << 20,
        }
    }
}

#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    fuel: Cell<u64>,
    bytes: Cell<u64>,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, fuel: Cell::new(limits.fuel), bytes: Cell::new(0) }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn fuel_used(&self) -> u64 {
        self.limits.fuel - self.fuel.get()
    }

    /// Takes one step; true when it is time to look whether the work is still wanted.
    #[inline]
    pub(super) fn step(&self) -> Result<bool, Stop> {
        match self.fuel.get().checked_sub(1) {
            Some(left) => {
                self.fuel.set(left);
                Ok(left & 1023 == 0)
            }
            None => Err(Stop::out_of_fuel()),
        }
    }

    pub fn charge(&self, steps: u64) -> Result<(), Stop> {
        match self.fuel.get().checked_sub(steps) {
            Some(left) => {
                self.fuel.set(left);
                Ok(())
            }
            None => {
                self.fuel.set(0);
                Err(Stop::out_of_fuel())
            }
        }
    }

    /// Before a text of this length is looked through.
    pub fn charge_scan(&self, length: usize) -> Result<(), Stop> {
        self.charge(length as u64 / 64)
    }

    /// Before all items of a value are looked at.
    pub fn charge_items(&self, value: &Value) -> Result<(), Stop> {
        let steps = match value {
            Value::List(list) => list.borrow().len(),
            Value::Tuple(items) => items.len(),
            Value::Dict(dict) => dict.borrow().len(),
            Value::Set(set) => set.borrow().len(),
            Value::View(view) => view.len(),
            Value::Range(range) => range.len(),
            Value::Iterator(iterator) => iterator.len(),
            Value::Str(text) => text.len() / 16,
            _ => return Ok(()),
        };
        self.charge(steps as u64 / 4)
    }

    /// Before memory is taken for something other than a text.
    pub fn charge_bytes(&self, bytes: u64) -> Result<(), Stop> {
        let total = self.bytes.get().saturating_add(bytes);
        if total > self.limits.total_bytes {
            return Err(Stop::too_large("a value"));
        }
        self.bytes.set(total);
        self.charge(bytes / 64)
    }

    /// Before a text of this length is made.
    pub fn charge_text(&self, length: usize) -> Result<(), Stop> {
        if length < 256 {
            return Ok(());
        }
        let length = length as u64;
        let total = self.bytes.get().saturating_add(length);
        if length > self.limits.text_bytes || total > self.limits.total_bytes {
            return Err(Stop::too_large("a text"));
        }
        self.bytes.set(total);
        self.charge(length / 64)
    }
}
