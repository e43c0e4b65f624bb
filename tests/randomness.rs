//! Addressed draws, judged like a generator: whichever way one walks through the addresses of a run, the numbers
//! met must look independent and uniform.
//!
//! Every judge turns what it sees into deviations z in units of their standard error, and no |z| may pass
//! [`LIMIT`]. A perfect source passes 5 with probability 5.7e-7. The judges look at some 4 × 10^5 deviations in all,
//! so by Bonferroni a perfect source had a chance of at most 23 % to fail on the day the keys were chosen; they are
//! fixed, so what passed then passes for ever. What is wrong shows at z in the tens or hundreds: see the canaries.

use gossipsim::random::{Chance, Purpose};
use rand::rand_core::Rng;

/// No deviation may be larger, in standard errors.
const LIMIT: f64 = 5.0;

/// How many draws one walk takes.
const LENGTH: usize = 1 << 16;

/// A number at every address: a field, or a bad imitation of one.
type Source<'a> = &'a dyn Fn(u64, u64, u64) -> u64;

/// An address for every step of a walk.
type Walk = fn(u64) -> [u64; 3];

/// What a judge may say about a sequence.
type Judge = fn(&[u64], &mut Worst);

/// The ways through the addresses that a simulation takes.
const WALKS: [(&str, Walk); 18] = [
    ("along nodes", |i| [i, 3, 0]),
    ("along turns", |i| [5, i, 0]),
    ("along slots", |i| [5, 3, i]),
    ("along milliseconds", |i| [5, i * 1_000_000, 0]),
    ("along seconds", |i| [5, i * 1_000_000_000, 0]),
    ("along recipients", |i| [5 << 32 | i, 1_000_000_000, 0]),
    ("along senders", |i| [i << 32 | 5, 1_000_000_000, 0]),
    ("along a ring", |i| [i << 32 | (i + 1), 1_000_000_000, 0]),
    ("paths among 256 nodes", |i| [(i >> 8) << 32 | (i & 255), 0, 1]),
    ("two slots, then nodes", |i| [i >> 1, 9, i & 1]),
    ("four slots, then turns", |i| [11, i >> 2, i & 3]),
    ("three slots, nodes, turns", |i| [(i / 3) & 255, i / 768, i % 3]),
    ("two nodes, then turns", |i| [i & 1, i >> 1, 0]),
    ("two turns, then nodes", |i| [i >> 1, i & 1, 0]),
    ("256 nodes, then turns", |i| [i & 255, i >> 8, 0]),
    ("there and back, then seconds", |i| {
        [if i & 1 == 0 { 7 << 32 | 8 } else { 8 << 32 | 7 }, (i >> 1) * 1_000_000_000, i & 1]
    }),
    ("legs of paths, then seconds", |i| [((i >> 2) & 63) << 32 | 1, (i >> 8) * 1_000_000_000, i & 3]),
    ("attempts, then nodes", |i| [i >> 2, 4, (i & 3) << 48]),
];

/// The judges of one sequence.
const JUDGES: [(&str, Judge); 7] = [
    ("bytes", bytes),
    ("pairs of bits", pairs_of_bits),
    ("neighbours, bit by bit", neighbours),
    ("differences", differences),
    ("pairs on a grid", grid),
    ("triples on a grid", triples),
    ("collisions", collisions),
];

/// The worst of many deviations.
#[derive(Default)]
struct Worst {
    z: f64,
    what: String,
    looked: u32,
}

impl Worst {
    fn see(&mut self, z: f64, what: &dyn Fn() -> String) {
        self.looked += 1;
        if z.abs() > self.z.abs() || z.is_nan() {
            *self = Worst { z, what: what(), looked: self.looked };
        }
    }
}

/// Chi-square of counts that should be equal, as a normal deviation (Wilson and Hilferty 1931). Too even is as
/// suspicious as too uneven.
fn chi_square(counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / counts.len() as f64;
    let squares: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2)).sum();
    let freedom = counts.len() as f64 - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    (libm::cbrt(squares / expected / freedom) - (1.0 - spread)) / spread.sqrt()
}

/// How far `ones` of `trials` fair coins lie from half.
fn coin(ones: u32, trials: usize) -> f64 {
    (2.0 * f64::from(ones) - trials as f64) / (trials as f64).sqrt()
}

/// Bit b of every number, 64 numbers a word: 64 planes.
fn planes(numbers: &[u64]) -> Vec<Vec<u64>> {
    let mut planes = vec![Vec::new(); 64];
    for block in numbers.chunks_exact(64) {
        let mut square: [u64; 64] = std::array::from_fn(|row| block[row]);
        transpose(&mut square);
        for (plane, word) in planes.iter_mut().zip(square) {
            plane.push(word);
        }
    }
    planes
}

/// Turns a 64 × 64 square of bits on its diagonal (Warren, Hacker's Delight, section 7-3).
fn transpose(square: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = u64::MAX >> 32;
    while width > 0 {
        let mut row = 0;
        while row < 64 {
            let swap = (square[row] >> width ^ square[row + width]) & mask;
            square[row] ^= swap << width;
            square[row + width] ^= swap;
            row = (row + width + 1) & !width;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

/// In how many places two planes differ.
fn differing(one: &[u64], other: &[u64]) -> u32 {
    one.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// Each byte takes each of its values equally often.
fn bytes(numbers: &[u64], worst: &mut Worst) {
    for byte in 0..8 {
        let mut counts = [0; 256];
        for number in numbers {
            counts[number.to_le_bytes()[byte] as usize] += 1;
        }
        worst.see(chi_square(&counts), &|| format!("byte {byte}"));
    }
}

/// Each bit is a fair coin, and agrees with each other bit half the time.
fn pairs_of_bits(numbers: &[u64], worst: &mut Worst) {
    let planes = planes(numbers);
    for (one, plane) in planes.iter().enumerate() {
        let ones = plane.iter().map(|word| word.count_ones()).sum();
        worst.see(coin(ones, numbers.len()), &|| format!("bit {one}"));
        for (other, earlier) in planes[..one].iter().enumerate() {
            let z = coin(differing(plane, earlier), numbers.len());
            worst.see(z, &|| format!("bits {one} and {other}"));
        }
    }
}

/// No bit knows the same bit up to 8 steps away; no two bits know each other one step away.
fn neighbours(numbers: &[u64], worst: &mut Worst) {
    for lag in 1..=8 {
        let xored: Vec<u64> = numbers.iter().zip(&numbers[lag..]).map(|(a, b)| a ^ b).collect();
        for (bit, plane) in planes(&xored).iter().enumerate() {
            let ones = plane.iter().map(|word| word.count_ones()).sum();
            worst.see(coin(ones, plane.len() * 64), &|| format!("bit {bit}, lag {lag}"));
        }
    }
    let (here, next) = (planes(numbers), planes(&numbers[1..]));
    for (one, plane) in here.iter().enumerate() {
        for (other, shifted) in next.iter().enumerate() {
            let z = coin(differing(plane, shifted), shifted.len() * 64);
            worst.see(z, &|| format!("bit {one} and the next number's bit {other}"));
        }
    }
}

/// Differences of neighbours, and differences of those, are uniform: the draws climb no staircase.
fn differences(numbers: &[u64], worst: &mut Worst) {
    // Disjoint groups, so that the differences are independent of each other.
    let groups = || numbers.chunks_exact(3);
    let sequences: [(&str, Vec<u64>); 4] = [
        ("xored", groups().map(|g| g[0] ^ g[1]).collect()),
        ("subtracted", groups().map(|g| g[1].wrapping_sub(g[0])).collect()),
        ("second", groups().map(|g| g[0].wrapping_sub(g[1]).wrapping_sub(g[1]).wrapping_add(g[2])).collect()),
        ("second xored", groups().map(|g| (g[1].wrapping_sub(g[0])) ^ (g[2].wrapping_sub(g[1]))).collect()),
    ];
    for (name, sequence) in sequences {
        for byte in [0, 3, 7] {
            let mut counts = [0; 256];
            for number in &sequence {
                counts[number.to_le_bytes()[byte] as usize] += 1;
            }
            worst.see(chi_square(&counts), &|| format!("{name}, byte {byte}"));
        }
    }
}

/// Disjoint pairs fill a 64 × 64 grid evenly, by their top bits and by their bottom bits.
fn grid(numbers: &[u64], worst: &mut Worst) {
    for (name, shift) in [("top", 58), ("bottom", 0)] {
        let mut counts = vec![0; 4096];
        for pair in numbers.chunks_exact(2) {
            let [x, y] = [pair[0], pair[1]].map(|number| (number >> shift & 63) as usize);
            counts[x << 6 | y] += 1;
        }
        worst.see(chi_square(&counts), &|| format!("{name} bits"));
    }
}

/// Disjoint triples fill a 12-bit cube evenly.
fn triples(numbers: &[u64], worst: &mut Worst) {
    for (name, shift) in [("top", 60), ("bottom", 0)] {
        for phase in 0..3 {
            let mut counts = vec![0; 4096];
            for triple in numbers[phase..].chunks_exact(3) {
                let [x, y, z] = [triple[0], triple[1], triple[2]].map(|number| (number >> shift & 15) as usize);
                counts[x << 8 | y << 4 | z] += 1;
            }
            worst.see(chi_square(&counts), &|| format!("{name} bits, from {phase}"));
        }
    }
}

/// Among m numbers below 2^b about λ = m²/2^(b+1) meet another, and of their sorted gaps about m³/2^(b+2) repeat
/// (Marsaglia's birthday spacings); both are Poisson, here with mean 64.
fn collisions(numbers: &[u64], worst: &mut Worst) {
    for (name, shift) in [("top", 39), ("middle", 20), ("bottom", 0)] {
        let mut cut: Vec<u64> = numbers.iter().map(|number| number >> shift & 0x1ff_ffff).collect();
        let repeated = repeats(&mut cut);
        let expected = 64.0;
        worst.see((f64::from(repeated) - expected) / 8.0, &|| format!("{name} 25 bits: {repeated} collisions"));
    }
    for (name, shift) in [("top", 32), ("bottom", 0)] {
        let mut repeated = 0;
        for days in numbers.chunks_exact(4096) {
            let mut days: Vec<u64> = days.iter().map(|number| number >> shift & 0xffff_ffff).collect();
            days.sort_unstable();
            let mut gaps: Vec<u64> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
            repeated += repeats(&mut gaps);
        }
        let expected = (LENGTH / 4096) as f64 * 4.0;
        worst.see((f64::from(repeated) - expected) / expected.sqrt(), &|| format!("{name} 32 bits: {repeated} gaps"));
    }
}

/// How many of `numbers` equal one before them.
fn repeats(numbers: &mut [u64]) -> u32 {
    numbers.sort_unstable();
    numbers.windows(2).filter(|pair| pair[0] == pair[1]).count() as u32
}

/// The worst that any judge finds in a sequence.
fn judged(numbers: &[u64]) -> Worst {
    let mut worst = Worst::default();
    for (name, judge) in JUDGES {
        let mut verdict = Worst::default();
        judge(numbers, &mut verdict);
        worst.see(verdict.z, &|| format!("{name}: {}", verdict.what));
    }
    worst
}

/// The numbers a walk meets.
fn walked(source: Source, walk: Walk) -> Vec<u64> {
    (0..LENGTH as u64)
        .map(|step| {
            let [who, when, which] = walk(step);
            source(who, when, which)
        })
        .collect()
}

/// Fails if the judges find too much.
fn acquit(numbers: &[u64], case: &str) {
    let worst = judged(numbers);
    assert!(worst.z.abs() <= LIMIT, "{case}: z = {:.1} at {}", worst.z, worst.what);
}

fn chance(seed: u64) -> Chance {
    Chance { seed, nodes: 1024, replicate: 0 }
}

fn key(seed: u64) -> [u64; 4] {
    let mut stream = chance(seed).stream(Purpose::Peers);
    std::array::from_fn(|_| stream.next_u64())
}

#[test]
fn draws_look_random_along_every_walk() {
    for seed in [1, 2, 42] {
        let field = chance(seed).field(Purpose::Peers);
        for (name, walk) in WALKS {
            acquit(&walked(&|who, when, which| field.at(who, when, which), walk), &format!("seed {seed}, {name}"));
        }
    }
}

#[test]
fn fields_of_two_purposes_or_two_replicates_know_nothing_of_each_other() {
    let base = chance(1);
    let field = base.field(Purpose::Loss);
    let others = [
        ("purpose", base.field(Purpose::Latency)),
        ("replicate", Chance { replicate: 1, ..base }.field(Purpose::Loss)),
        ("size", Chance { nodes: 1025, ..base }.field(Purpose::Loss)),
        ("seed", Chance { seed: 2, ..base }.field(Purpose::Loss)),
    ];
    for (name, other) in others {
        // One number of each field in turn: what they share would show between neighbours.
        let numbers: Vec<u64> = (0..LENGTH as u64 / 2)
            .flat_map(|step| [&field, &other].map(|field| field.at(step & 255, step >> 8, 0)))
            .collect();
        acquit(&numbers, name);
    }
}

#[test]
fn every_bit_of_an_address_flips_every_bit_of_its_number_half_the_time() {
    let field = chance(1).field(Purpose::Peers);
    let base = |step: u64| [(step & 63) << 32 | (step >> 6), (step % 100) * 1_000_000_000, step & 3];
    let mut worst = Worst::default();
    for flipped in 0..192 {
        let changes: Vec<u64> = (0..4096)
            .map(|step| {
                let [who, when, which] = base(step);
                let mut other = [who, when, which];
                other[flipped / 64] ^= 1 << (flipped % 64);
                field.at(who, when, which) ^ field.at(other[0], other[1], other[2])
            })
            .collect();
        for (bit, plane) in planes(&changes).iter().enumerate() {
            let ones = plane.iter().map(|word| word.count_ones()).sum();
            worst.see(coin(ones, changes.len()), &|| format!("bit {bit} when bit {flipped} of the address flips"));
        }
    }
    assert!(worst.z.abs() <= LIMIT, "z = {:.1} of {} at {}", worst.z, worst.looked, worst.what);
}

#[test]
fn numbers_below_a_bound_are_equally_likely() {
    let field = chance(1).field(Purpose::Peers);
    let mut worst = Worst::default();
    for bound in [2, 3, 6, 7, 63, 64, 1000, 1023, 3 << 30, (1 << 31) + 1, u32::MAX] {
        // Up to 1024 cells; the cells of a large bound differ in width by less than 1e-6.
        let cells = bound.min(1024);
        let walks: [(&str, Walk); 3] =
            [("nodes", |i| [i, 7, 0]), ("turns", |i| [7, i, 0]), ("slots", |i| [i >> 4, 7, i & 15])];
        for (name, walk) in walks {
            let mut counts = vec![0; cells as usize];
            for step in 0..LENGTH as u64 {
                let [who, when, which] = walk(step);
                let number = field.below(bound, who, when, which);
                assert!(number < bound);
                counts[(u64::from(number) * u64::from(cells) / u64::from(bound)) as usize] += 1;
            }
            worst.see(chi_square(&counts), &|| format!("below {bound}, along {name}"));
        }
    }
    assert!(worst.z.abs() <= LIMIT, "z = {:.1} at {}", worst.z, worst.what);
}

#[test]
fn the_judges_catch_a_sum_of_products() {
    let [a, b, c, _] = key(1);
    let weak = |who: u64, when: u64, which: u64| {
        who.wrapping_mul(a | 1).wrapping_add(when.wrapping_mul(b | 1)).wrapping_add(which.wrapping_mul(c | 1))
    };
    for (name, walk) in WALKS {
        let worst = judged(&walked(&weak, walk));
        assert!(worst.z.abs() > 4.0 * LIMIT, "{name}: only z = {:.1}", worst.z);
    }
}

#[test]
fn the_judges_catch_a_slot_that_joins_too_late() {
    // Both multiplications are there, but the slot joins between them: two slots of one turn then differ by nearly
    // the same number everywhere in a run, and no judge of single numbers can tell.
    let key = key(1);
    let late = |who: u64, when: u64, which: u64| {
        let product = u128::from(who ^ key[0]) * u128::from(when ^ key[1]);
        let product = u128::from(product as u64 ^ key[2] ^ which) * u128::from((product >> 64) as u64 ^ key[3]);
        product as u64 ^ (product >> 64) as u64
    };
    let walk: Walk = |i| [11, i >> 2, i & 3];
    let worst = judged(&walked(&late, walk));
    assert!(worst.z.abs() > 20.0 * LIMIT, "only z = {:.1}", worst.z);
}

#[test]
fn the_judges_acquit_chacha() {
    let mut stream = chance(1).stream(Purpose::Workload);
    let numbers: Vec<u64> = (0..LENGTH).map(|_| stream.next_u64()).collect();
    acquit(&numbers, "ChaCha8");
}
