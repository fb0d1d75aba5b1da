// SPDX-License-Identifier: EUPL-1.2
//! Numbers as a chart, and the same numbers as a table for whoever does not see it.
//!
//! Nothing is told by colour alone: every series has its pattern, its place in the legend and its numbers written out.

/// How the bars stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// One under the other, from left to right: names may be long.
    Across,
    /// Side by side, upwards: months.
    Grouped,
    /// On top of one another, upwards.
    Stacked,
}

/// What the numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    /// Parts of a hundred.
    Percent,
    Days,
}

/// Numbers of the same kind, one for each category; none where it is not known, which is never a zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    /// What the categories are: `Mese`, `Livello`.
    pub over: String,
    pub categories: Vec<String>,
    /// At most [`Chart::MOST_SERIES`] are drawn; the table has them all.
    pub series: Vec<Series>,
    pub bars: Bars,
    pub unit: Unit,
    /// What is written where there is no number: `non noto`, or why else.
    pub no_number: String,
}

impl Unit {
    /// A number as Italians write it: `1.234`, `12,5%`; `non noto` where there is none.
    pub fn written(self, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else { return "non noto".to_owned() };
        let number = italian(value);
        match self {
            Self::Count => number,
            Self::Percent => format!("{number}%"),
            Self::Days if (value - 1.0).abs() < f64::EPSILON => format!("{number} giorno"),
            Self::Days => format!("{number} giorni"),
        }
    }
}

/// A number as Italians write it: at most one decimal, and none where it is zero; points between thousands.
pub fn italian(value: f64) -> String {
    let fixed = format!("{:.1}", value.abs());
    let (whole, tenth) = fixed.split_once('.').unwrap_or((fixed.as_str(), "0"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let zero = whole == "0" && tenth == "0";
    let sign = if value < 0.0 && !zero { "-" } else { "" };
    if tenth == "0" { format!("{sign}{grouped}") } else { format!("{sign}{grouped},{tenth}") }
}

impl Chart {
    /// As many as can be told apart.
    pub const MOST_SERIES: usize = 6;

    /// The value of a series for a category.
    pub fn value(&self, series: usize, category: usize) -> Option<f64> {
        let value = self.series.get(series)?.values.get(category).copied().flatten();
        value.filter(|value| value.is_finite())
    }

    /// That value in words.
    pub fn written(&self, series: usize, category: usize) -> String {
        match self.value(series, category) {
            None => self.no_number.clone(),
            known => self.unit.written(known),
        }
    }

    /// The same numbers as rows, the headings first.
    pub fn table(&self) -> Vec<Vec<String>> {
        let head = std::iter::once(self.over.clone()).chain(self.series.iter().map(|series| series.name.clone()));
        let rows = self.categories.iter().enumerate().map(|(at, category)| {
            let values = (0..self.series.len()).map(|series| self.written(series, at));
            std::iter::once(category.clone()).chain(values).collect()
        });
        std::iter::once(head.collect()).chain(rows).collect()
    }

    /// The highest point that is drawn; never below zero.
    pub fn top(&self) -> f64 {
        let of = |category: usize| {
            let values = (0..self.series.len().min(Self::MOST_SERIES)).filter_map(move |at| self.value(at, category));
            let values: Vec<f64> = values.map(|value| value.max(0.0)).collect();
            match self.bars {
                Bars::Stacked => values.iter().sum(),
                Bars::Across | Bars::Grouped => values.iter().copied().fold(0.0, f64::max),
            }
        };
        (0..self.categories.len()).map(of).fold(0.0, f64::max)
    }

    /// What the chart shows, in a sentence: its alternative.
    pub fn summary(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let over = self.over.to_lowercase();
        let known = (0..self.categories.len()).filter_map(|at| Some((at, self.value(0, at)?)));
        let highest = known.fold(None, |best: Option<(usize, f64)>, (at, value)| match best {
            Some((_, most)) if most >= value => best,
            _ => Some((at, value)),
        });
        let highest = match (highest, self.series.len()) {
            (Some((at, value)), 1) => self
                .categories
                .get(at)
                .map(|category| format!(" Il più alto: {category}, {}.", self.unit.written(Some(value))))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let shown = names.join(", ");
        format!("Grafico a barre, per {over}: {shown}.{highest} Gli stessi numeri sono nella tabella.")
    }
}

#[cfg(test)]
mod tests {
    use super::{Bars, Chart, Series, Unit};

    fn chart(bars: Bars) -> Chart {
        let series = |name: &str, values: &[Option<f64>]| Series { name: name.into(), values: values.to_vec() };
        Chart {
            title: "Pratiche aperte".into(),
            over: "Mese".into(),
            categories: vec!["gennaio".into(), "febbraio".into(), "marzo".into()],
            series: vec![series("A", &[Some(3.0), None, Some(1234.5)]), series("B", &[Some(2.0), Some(7.0)])],
            bars,
            unit: Unit::Count,
            no_number: "non noto".into(),
        }
    }

    #[test]
    fn numbers_are_written_as_italians_write_them_and_what_is_not_known_is_no_zero() {
        for (value, written) in
            [(0.0, "0"), (-0.04, "0"), (1.25, "1,2"), (999.96, "1.000"), (1_234_567.0, "1.234.567"), (-12.5, "-12,5")]
        {
            assert_eq!(Unit::Count.written(Some(value)), written, "{value}");
        }
        assert_eq!(Unit::Percent.written(Some(12.5)), "12,5%");
        assert_eq!(
            (Unit::Days.written(Some(1.0)), Unit::Days.written(Some(2.0))),
            ("1 giorno".into(), "2 giorni".into())
        );
        for unknown in [None, Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(Unit::Count.written(unknown), "non noto");
        }
    }

    #[test]
    fn the_table_has_every_number_of_the_chart() {
        let table = chart(Bars::Grouped).table();
        assert_eq!(table.first().unwrap(), &["Mese", "A", "B"]);
        assert_eq!(table.get(2).unwrap(), &["febbraio", "non noto", "7"]);
        assert_eq!(table.get(3).unwrap(), &["marzo", "1.234,5", "non noto"]);
        assert_eq!(table.len(), 4);
    }

    #[test]
    fn the_top_of_what_is_stacked_is_the_sum() {
        assert!((chart(Bars::Grouped).top() - 1234.5).abs() < 1e-9);
        let mut small = chart(Bars::Stacked);
        small.series.iter_mut().for_each(|series| series.values.truncate(1));
        assert!((small.top() - 5.0).abs() < 1e-9);
        assert!(Chart { categories: Vec::new(), ..small }.top().abs() < 1e-9);
    }
}
