//! Delays by the distance between places.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::bundled;
use super::distribution::Distribution;
use super::pairs::{Pair, Pairs, Variation};
use crate::catalog::Incompatible;
use crate::data_file::{self, Row, rows};
use crate::network::leg::Leg;
use crate::network::regions::{MAX_REGIONS, Regions};
use crate::printable;
use crate::random::Field;
use crate::time::Span;

/// So many names are given as examples.
const NAMED: usize = 5;

/// The mean radius of the earth.
const EARTH_KM: f64 = 6371.0;

/// What a file of places should be.
const FILE_FORM: &str = "lines of name, latitude and longitude in degrees, or of name, x and y in km, under the head \
                         name,lat,lon or name,x,y";

/// What messages take one way between places whose coordinates are known: `floor`, and the distance at a speed; on the earth
/// along the great circle. The choice where nobody has measured; the regions of nodes are the places.
///
/// Light in fibre goes 200 km a millisecond, and cables go round about: 150 with a floor of 2 ms is near to what fleets measure.
/// Before [`Coordinates::load`] and [`Coordinates::among`] no message takes any time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Coordinates {
    settings: Arc<Settings>,
    places: Arc<OnceLock<Result<Places, Incompatible>>>,
    pairs: Arc<Pairs>,
}

/// The settings, as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The file with the coordinates of places.
    places: String,
    /// Kilometres that messages go in a millisecond.
    km_per_ms: f64,
    /// What every message takes besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jitter: Option<Distribution>,
    /// How the SHA-256 of the file must start, in hexadecimal digits; not checked if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// What was read.
#[derive(Debug)]
struct Places {
    names: Vec<String>,
    at: Vec<[f64; 2]>,
    geometry: Geometry,
    /// The start of the SHA-256 of the file.
    sha256: String,
}

/// How far it is from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Geometry {
    /// Along the great circle, between latitudes and longitudes in degrees.
    Earth,
    /// Straight, in kilometres.
    Plane,
}

impl TryFrom<Settings> for Coordinates {
    type Error = Incompatible;

    fn try_from(settings: Settings) -> Result<Self, Incompatible> {
        let speed = settings.km_per_ms;
        if !(speed > 0.0 && speed.is_finite()) {
            let allowed = "a number above 0, such as 200 for light in fibre";
            return Err(Incompatible::of(
                "km_per_ms",
                format!("messages cannot go {speed} km in a millisecond"),
                allowed,
            ));
        }
        Ok(Coordinates { settings: Arc::new(settings), places: Arc::default(), pairs: Arc::new(Pairs::nowhere()) })
    }
}

impl Coordinates {
    /// Reads the places, once for all clones; the file is relative to `folder`.
    ///
    /// # Errors
    /// The file cannot be read, or has no places.
    pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        self.places.get_or_init(|| self.settings.read(folder)).as_ref().map(|_| ()).map_err(Incompatible::clone)
    }

    fn read(&self) -> Option<&Places> {
        self.places.get()?.as_ref().ok()
    }

    /// What the places are called, once they have been read.
    pub fn places(&self) -> Vec<String> {
        self.read().map_or_else(Vec::new, |places| places.names.clone())
    }

    /// The law where nodes are in these `regions`, each a place of that name, once the places have been read.
    ///
    /// # Errors
    /// A region is no place of the file.
    pub fn among(&self, regions: &Arc<Regions>) -> Result<Self, Incompatible> {
        let Some(places) = self.read() else { return Ok(self.clone()) };
        let of_regions = regions.names().iter().map(|name| self.place(places, name));
        let of_regions: Vec<usize> = of_regions.collect::<Result<_, _>>()?;
        let pair = |from: &usize, to: &usize| Pair::fixed(self.settings.one_way(places.km(*from, *to)));
        let pairs = of_regions.iter().flat_map(|from| of_regions.iter().map(move |to| pair(from, to))).collect();
        let variation = self.settings.jitter.clone().map_or(Variation::None, Variation::Jitter);
        Ok(Coordinates { pairs: Arc::new(Pairs::new(Arc::clone(regions), pairs, variation)), ..self.clone() })
    }

    fn place(&self, places: &Places, name: &str) -> Result<usize, Incompatible> {
        places.names.iter().position(|own| own == name).ok_or_else(|| {
            let some: Vec<_> = places.names.iter().take(NAMED).map(|name| printable::line(name)).collect();
            let more = if places.names.len() > NAMED { ", …" } else { "" };
            let file = printable::line(&self.settings.places);
            let problem = format!("`{file}` says nothing of the region `{}`", printable::line(name));
            Incompatible::of("places", problem, format!("regions that it names: {}{more}", some.join(", ")))
        })
    }

    // Not part of the loops, which are compiled for every graph and clock.
    #[inline(never)]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        self.pairs.of(leg, delays)
    }

    pub(super) fn quantile(&self, draw: u64) -> Span {
        self.pairs.quantile(draw)
    }

    pub(super) fn least(&self) -> Span {
        self.pairs.least()
    }

    pub(super) fn mean_between(&self, from: usize, to: usize) -> f64 {
        self.pairs.mean_between(from, to)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.pairs.mean_nanos()
    }
}

impl Places {
    fn km(&self, from: usize, to: usize) -> f64 {
        let ([a, b], [c, d]) = (self.at[from], self.at[to]);
        match self.geometry {
            Geometry::Plane => libm::hypot(a - c, b - d),
            Geometry::Earth => {
                // The haversine formula, which is exact enough for places that are near each other, too.
                let [a, b, c, d] = [a, b, c, d].map(f64::to_radians);
                let half = |angle: f64| {
                    let sine = libm::sin(angle / 2.0);
                    sine * sine
                };
                let share = half(a - c) + libm::cos(a) * libm::cos(c) * half(b - d);
                2.0 * EARTH_KM * libm::asin(libm::sqrt(share).min(1.0))
            }
        }
    }
}

impl Settings {
    /// What a message takes so many kilometres far.
    fn one_way(&self, km: f64) -> Span {
        self.floor.unwrap_or(Span::ZERO) + Span::from_nanos_f64(km / self.km_per_ms * 1e6)
    }

    fn read(&self, folder: &Path) -> Result<Places, Incompatible> {
        let file = printable::line(&self.places);
        let mut digest = Sha256::new();
        let text = bundled::read("places", &self.places, folder, &mut digest)?;
        let sha256 = data_file::fingerprint(digest, self.sha256.as_deref())?;
        let refuse = |line: usize, problem: String| {
            Incompatible::of("places", format!("`{file}`, line {line}: {problem}"), FILE_FORM)
        };
        let rows = rows(&text);
        let Some((head, body)) = rows.split_first().filter(|(_, body)| !body.is_empty()) else {
            return Err(Incompatible::of("places", format!("`{file}` has no places"), FILE_FORM));
        };
        let Some((columns, geometry)) = columns(head) else {
            return Err(refuse(head.line, "it has no columns of coordinates".to_owned()));
        };
        if body.len() > MAX_REGIONS {
            let problem = format!("`{file}` has {} places", body.len());
            return Err(Incompatible::of("places", problem, format!("at most {MAX_REGIONS}")));
        }
        let mut places = Places { names: Vec::new(), at: Vec::new(), geometry, sha256 };
        for row in body {
            let (name, at) = place(row, columns, geometry).map_err(|problem| refuse(row.line, problem))?;
            if places.names.contains(&name) {
                return Err(refuse(row.line, format!("`{}` is there twice", printable::line(&name))));
            }
            places.names.push(name);
            places.at.push(at);
        }
        Ok(places)
    }
}

/// The columns of the name and of both coordinates under `head`, and what the coordinates are.
fn columns(head: &Row<'_>) -> Option<([usize; 3], Geometry)> {
    let heads: Vec<String> = head.cells.iter().map(|cell| cell.to_lowercase()).collect();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let name = column(&["name", "place", "city", "region"]).unwrap_or(0);
    let earth = column(&["lat", "latitude"]).zip(column(&["lon", "lng", "long", "longitude"]));
    let plane = column(&["x"]).zip(column(&["y"]));
    let earth = earth.map(|(one, other)| ([name, one, other], Geometry::Earth));
    earth.or(plane.map(|(one, other)| ([name, one, other], Geometry::Plane)))
}

/// The place in a line, or what is wrong with it.
fn place(row: &Row<'_>, columns: [usize; 3], geometry: Geometry) -> Result<(String, [f64; 2]), String> {
    let cell = |column: usize| row.cells.get(column).copied().unwrap_or_default();
    let [name, one, other] = columns;
    let limits = match geometry {
        Geometry::Earth => [90.0, 180.0],
        Geometry::Plane => [1e9, 1e9],
    };
    let mut at = [0.0; 2];
    for ((column, limit), at) in [one, other].into_iter().zip(limits).zip(&mut at) {
        let text = cell(column);
        *at = text.parse::<f64>().ok().filter(|number| number.abs() <= limit).ok_or_else(|| {
            format!("`{}` in column {} is no number from -{limit} to {limit}", printable::line(text), column + 1)
        })?;
    }
    match cell(name) {
        "" => Err("the place has no name".to_owned()),
        name => Ok((name.to_owned(), at)),
    }
}

/// The same places make the same law; where nodes are is a setting of its own.
impl PartialEq for Coordinates {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Serialize for Coordinates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.read().map(|places| places.sha256.clone()).or_else(|| self.settings.sha256.clone());
        Settings { sha256, ..(*self.settings).clone() }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cities() -> Coordinates {
        let law = json!({ "places": "sample:cities.csv", "km_per_ms": 150, "floor": "2ms" });
        let law: Coordinates = serde_json::from_value(law).unwrap();
        law.load(Path::new("")).unwrap();
        law
    }

    /// By tables of great circles, to one in a hundred.
    #[test]
    fn cities_are_as_far_apart_as_they_are() {
        let law = cities();
        let places = law.read().unwrap();
        let number = |name: &str| places.names.iter().position(|own| own == name).unwrap();
        for (one, other, km) in [
            ("London", "New York", 5570.0),
            ("London", "Paris", 344.0),
            ("Sydney", "Tokyo", 7820.0),
            ("Singapore", "Mumbai", 3910.0),
            ("São Paulo", "Johannesburg", 7430.0),
            ("San Francisco", "Sydney", 11_940.0),
        ] {
            let found = places.km(number(one), number(other));
            assert!((found / km - 1.0).abs() < 0.01, "{one} to {other}: {found} km");
            assert_eq!(places.km(number(other), number(one)), found);
        }
        assert_eq!(places.names.len(), 20);
        assert_eq!(places.km(3, 3), 0.0);
    }

    #[test]
    fn messages_take_the_floor_and_the_distance_at_the_speed() {
        let two = ["London", "New York"].map(str::to_owned).to_vec();
        let law = cities().among(&Arc::new(Regions::in_blocks(two, &[1, 1]))).unwrap();
        // 2 ms + 5570 km / 150 km/ms, and no message within a city of one node.
        assert!((law.least().as_millis() - 39.1).abs() < 0.3, "{}", law.least());
        assert_eq!(law.least(), law.quantile(u64::MAX));
        let none = cities().among(&Arc::new(Regions::in_blocks(vec!["Atlantis".to_owned()], &[2]))).unwrap_err();
        assert!(none.to_string().contains("says nothing of the region `Atlantis`"), "{none}");
    }
}
