/// The most items of one answer.
pub const MAX_COMPLETIONS: usize = 1000;

/// As many as an answer holds: all where they fit, else those whose names go with what is typed,
/// the ones that start with it first. The order is kept otherwise.
pub(super) fn choose<T>(
    all: impl IntoIterator<Item = T>,
    typed: &str,
    name: impl Fn(&T) -> &str,
) -> Vec<T> {
    let mut all = all.into_iter();
    let begin: Vec<T> = all.by_ref().take(MAX_COMPLETIONS + 1).collect();
    if begin.len() <= MAX_COMPLETIONS {
        return begin;
    }
    let typed: Vec<char> = typed.chars().flat_map(char::to_lowercase).collect();
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for it in begin.into_iter().chain(all) {
        match fit(name(&it), &typed) {
            Fit::Start => first.push(it),
            Fit::Within if rest.len() < MAX_COMPLETIONS => rest.push(it),
            Fit::Within | Fit::Not => {}
        }
        if first.len() == MAX_COMPLETIONS {
            break;
        }
    }
    first.append(&mut rest);
    first.truncate(MAX_COMPLETIONS);
    first
}

enum Fit {
    Start,
    Within,
    Not,
}

/// How a name goes with the letters that are typed, as editors see it: all of them, in order.
fn fit(name: &str, typed: &[char]) -> Fit {
    // Of ten thousand names most are told apart without Unicode's tables.
    if name.is_ascii() {
        return fit_letters(name.bytes().map(|it| char::from(it.to_ascii_lowercase())), typed);
    }
    fit_letters(name.chars().flat_map(char::to_lowercase), typed)
}

fn fit_letters(mut letters: impl Iterator<Item = char>, typed: &[char]) -> Fit {
    let mut starts = true;
    for wanted in typed {
        loop {
            match letters.next() {
                Some(letter) if letter == *wanted => break,
                Some(_) => starts = false,
                None => return Fit::Not,
            }
        }
    }
    if starts { Fit::Start } else { Fit::Within }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_narrowed_to_what_is_typed() {
        let names: Vec<String> = (0..3000).map(|it| format!("model_{it:04}")).collect();
        let chosen = |typed: &str| choose(names.clone(), typed, |it| it);
        assert_eq!(chosen("").len(), MAX_COMPLETIONS);
        assert_eq!(chosen("model_299")[..2], ["model_2990", "model_2991"]);
        assert_eq!(chosen("model_299")[10], "model_0299");
        assert_eq!(chosen("MODEL_2999"), ["model_2999"]);
        assert_eq!(chosen("m2999"), ["model_2999"]);
        assert!(chosen("x").is_empty());
    }

    #[test]
    fn few_names_are_left_to_the_editor() {
        assert_eq!(choose(["a", "b"], "zzz", |it| it), ["a", "b"]);
    }
}
