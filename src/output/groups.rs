//! Rows in groups of equal keys, however many groups there are.

use std::collections::BTreeMap;

/// `items` in groups of equal `key`, the groups in the order of their first items and each in the order they come.
pub fn by<T, K: Ord + Clone>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut numbers: BTreeMap<K, usize> = BTreeMap::new();
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for item in items {
        let key = key(&item);
        match numbers.get(&key).and_then(|&number| groups.get_mut(number)) {
            Some((_, group)) => group.push(item),
            None => {
                numbers.insert(key.clone(), groups.len());
                groups.push((key, vec![item]));
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_in_the_order_of_their_first_items() {
        let groups = by([31, 12, 21, 11, 32], |number| number / 10);
        assert_eq!(groups, [(3, vec![31, 32]), (1, vec![12, 11]), (2, vec![21])]);
        assert!(by([], |number: &u32| *number).is_empty());
    }
}
