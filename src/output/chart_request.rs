//! A chart that somebody asks for: any column against any swept key.

/// What is asked for; what is not said is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartRequest {
    /// The swept key along the horizontal axis.
    pub x: Option<String>,
    /// The column of `summary.csv` or `runs.csv` up the vertical axis.
    pub y: Option<String>,
    /// The swept key that decides the colour of a line.
    pub color: Option<String>,
    /// The swept keys that are held in each panel.
    pub facets: Vec<String>,
    /// The points that are shown: `KEY=VALUE`, or several values with commas between them.
    pub filters: Vec<String>,
}

impl ChartRequest {
    /// Whether nothing is asked for: then all charts are drawn that there always are.
    pub fn is_empty(&self) -> bool {
        *self == ChartRequest::default()
    }

    /// Whether only points are chosen: then all charts are drawn of them.
    pub fn is_filter(&self) -> bool {
        !self.is_empty() && *self == ChartRequest { filters: self.filters.clone(), ..ChartRequest::default() }
    }
}

/// The parts of `text` between commas, but for commas in brackets, as in `torus (sides = [32, 32])`.
pub fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (place, sign) in text.char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[from..place].trim());
                from = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_brackets_part_nothing() {
        assert_eq!(parts("ring, torus (sides = [32, 32]),line"), ["ring", "torus (sides = [32, 32])", "line"]);
        assert_eq!(parts(""), [""]);
        assert_eq!(parts("a), b"), ["a)", "b"]);
    }

    #[test]
    fn a_choice_of_points_alone_is_no_chart_of_its_own() {
        let filters = vec!["loss=0".to_owned()];
        assert!(ChartRequest { filters: filters.clone(), ..ChartRequest::default() }.is_filter());
        assert!(!ChartRequest { filters, y: Some("rounds".into()), ..ChartRequest::default() }.is_filter());
        assert!(ChartRequest::default().is_empty() && !ChartRequest::default().is_filter());
    }
}
