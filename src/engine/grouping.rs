//! Sorting by node: what is about the same node comes together, in the order of the nodes.

/// Nodes are dealt with in blocks of at least so many, whose counts fit the fastest cache.
const BLOCK: u32 = 13;

/// At most so many blocks, each of which is written to where it ends.
const BLOCKS: u32 = 11;

/// Where fewer than one node in so many has an item, items are compared; where more, they are counted.
const SPARSE: usize = 8;

/// Memory in which items are sorted.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    places: Vec<u32>,
    blocks: Vec<u32>,
}

impl Grouping {
    /// Puts `items`, at most 2^32 of them, in the order of their nodes, which `of` tells and which are below `nodes`. `room` is
    /// scratch space. First by blocks of nodes and then within each, so that what is written is in the caches: of ten million
    /// items that are counted at once each misses them twice.
    pub(super) fn sort<T: Copy>(&mut self, items: &mut [T], room: &mut Vec<T>, nodes: u32, of: impl Fn(&T) -> u32) {
        if items.len() < nodes as usize / SPARSE {
            items.sort_by_key(of);
            return;
        }
        let shift = BLOCK.max((u32::BITS - nodes.leading_zeros()).saturating_sub(BLOCKS));
        room.clear();
        room.extend_from_slice(items);
        let blocks = (nodes as usize >> shift) + 1;
        if blocks > 1 {
            deal(items, room, &mut self.blocks, blocks, |item| of(item) >> shift);
        } else {
            self.blocks.clear();
            // As many as there are.
            self.blocks.push(items.len() as u32);
        }
        let (mut first, within) = (0, (1 << shift) - 1);
        for &end in &self.blocks {
            let range = first..end as usize;
            first = end as usize;
            deal(&room[range.clone()], &mut items[range], &mut self.places, 1 << shift, |item| of(item) & within);
        }
    }
}

/// Deals `from` out to `to`, in the order of `key`, which is below `keys`; `ends` becomes where each ends.
fn deal<T: Copy>(from: &[T], to: &mut [T], ends: &mut Vec<u32>, keys: usize, key: impl Fn(&T) -> u32) {
    ends.clear();
    ends.resize(keys, 0);
    from.iter().for_each(|item| ends[key(item) as usize] += 1);
    let mut first = 0;
    for end in ends.iter_mut() {
        let count = *end;
        *end = first;
        first += count;
    }
    for item in from {
        let place = &mut ends[key(item) as usize];
        to[*place as usize] = *item;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Few and many items, over one block of nodes and many.
    #[test]
    fn items_come_in_the_order_of_their_nodes_and_those_of_one_node_as_they_were() {
        for (nodes, count) in
            [(1_u32, 5_u64), (1 << 13, 20_000), ((1 << 13) + 1, 9000), (1 << 20, 300_000), (1 << 20, 500)]
        {
            let node = |item: &u64| (item.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32 % nodes;
            let (mut items, mut room): (Vec<u64>, _) = ((0..count).collect(), Vec::new());
            Grouping::default().sort(&mut items, &mut room, nodes, node);
            assert!(items.is_sorted_by_key(|item| (node(item), *item)), "{count} items of {nodes} nodes");
            assert_eq!(items.len() as u64, count);
        }
    }
}
