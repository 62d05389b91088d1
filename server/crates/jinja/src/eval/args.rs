//! Arguments of a call.

use std::sync::Arc;

use super::stop::Stop;
use crate::value::{Dict, Value};

#[derive(Clone, Debug, Default)]
pub struct Args {
    pub positional: Vec<Value>,
    pub keywords: Vec<(Arc<str>, Value)>,
}

impl Args {
    pub fn positional(positional: Vec<Value>) -> Self {
        Self { positional, keywords: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.keywords.is_empty()
    }

    pub fn get(&self, index: usize, keyword: &str) -> Option<&Value> {
        self.positional.get(index).or_else(|| self.keyword(keyword))
    }

    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(it, _)| &**it == name).map(|(_, value)| value)
    }

    pub fn take_keyword(&mut self, name: &str) -> Option<Value> {
        let index = self.keywords.iter().position(|(it, _)| &**it == name)?;
        Some(self.keywords.remove(index).1)
    }

    pub fn keywords_dict(&self) -> Dict {
        let mut dict = Dict::new();
        for (name, value) in &self.keywords {
            dict.insert_str(name, value.clone());
        }
        dict
    }

    /// The values of the parameters `names`, of which the first `required` must be given. A
    /// parameter with an empty name cannot be given by keyword.
    pub fn bind<const N: usize>(
        mut self,
        function: &str,
        names: [&str; N],
        required: usize,
    ) -> Result<[Option<Value>; N], Stop> {
        let given = self.positional.len();
        if given > N {
            let takes =
                if required == N { format!("{N}") } else { format!("from {required} to {N}") };
            let plural = if N == 1 { "" } else { "s" };
            return Err(Stop::type_error(format!(
                "{function}() takes {takes} positional argument{plural} but {given} were given"
            )));
        }
        let mut values = [const { None }; N];
        for (slot, value) in values.iter_mut().zip(self.positional.drain(..)) {
            *slot = Some(value);
        }
        for (name, value) in self.keywords {
            let Some(index) = names.iter().position(|it| *it == &*name) else {
                return Err(Stop::type_error(format!(
                    "{function}() got an unexpected keyword argument '{name}'"
                )));
            };
            if values[index].is_some() {
                return Err(Stop::type_error(format!(
                    "{function}() got multiple values for argument '{name}'"
                )));
            }
            values[index] = Some(value);
        }
        if let Some(missing) = (0..required).find(|it| values[*it].is_none()) {
            return Err(Stop::type_error(format!(
                "{function}() missing 1 required positional argument: '{}'",
                names[missing]
            )));
        }
        Ok(values)
    }
}
