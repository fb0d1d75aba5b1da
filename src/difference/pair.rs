// SPDX-License-Identifier: EUPL-1.2
//! Two lists side by side: what has left, what has come, what is in both, and whether the order is another.

/// What two lists have in common.
pub(super) struct Paired<'a, T> {
    pub gone: Vec<&'a T>,
    pub new: Vec<&'a T>,
    pub both: Vec<(&'a T, &'a T)>,
    pub is_reordered: bool,
}

impl<T> Paired<'_, T> {
    /// How much has come and gone, for lines of a program.
    pub fn counts(&self) -> String {
        format!("righe nuove: {}, righe tolte: {}", self.new.len(), self.gone.len())
    }
}

/// Pairs by key; where a key occurs several times, the first with the first.
pub(super) fn paired<'a, T, K: PartialEq>(before: &'a [T], after: &'a [T], key: impl Fn(&T) -> K) -> Paired<'a, T> {
    let mut left: Vec<Option<(usize, &'a T)>> = before.iter().enumerate().map(Some).collect();
    let (mut both, mut new, mut order) = (Vec::new(), Vec::new(), Vec::new());
    for now in after {
        let wanted = key(now);
        let found = left.iter_mut().find(|slot| slot.is_some_and(|(_, was)| key(was) == wanted));
        match found.and_then(Option::take) {
            Some((at, was)) => {
                order.push(at);
                both.push((was, now));
            }
            None => new.push(now),
        }
    }
    let gone = left.into_iter().flatten().map(|(_, was)| was).collect();
    Paired { gone, new, both, is_reordered: !order.is_sorted() }
}

#[cfg(test)]
mod tests {
    use super::paired;

    #[test]
    fn lists_are_paired_by_key() {
        let found = paired(&["a", "b", "b", "c"], &["c", "b", "d"], |s| s.to_string());
        assert_eq!(found.gone, [&"a", &"b"]);
        assert_eq!(found.new, [&"d"]);
        assert_eq!(found.both.len(), 2);
        assert!(found.is_reordered);
        assert!(!paired(&["a", "b"], &["c", "a", "b"], |s| s.to_string()).is_reordered);
    }
}
