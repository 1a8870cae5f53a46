//! The table: a line as soon as it is measured.

use super::cpu::percentile;

/// Prints lines in columns.
pub struct Table;

impl Table {
    pub fn begin() -> Self {
        let table = Self;
        println!();
        table.print("measured", "figure", "unit", "wanted");
        println!("{}", "-".repeat(104));
        table
    }

    /// A figure with its unit; `wanted` is the aim, where there is one.
    pub fn line(&self, what: &str, figure: f64, unit: &str, wanted: &str) {
        let figure = match figure {
            small if small < 10.0 => format!("{small:.2}"),
            small if small < 100.0 => format!("{small:.1}"),
            large => format!("{large:.0}"),
        };
        self.print(what, &figure, unit, wanted);
    }

    /// The middle and the worst hundredth of many measurements.
    pub fn spread(&self, what: &str, micros: &mut [f64], wanted: &str) {
        let (p50, p99) = (percentile(micros, 0.5), percentile(micros, 0.99));
        self.line(&format!("{what}, p50"), p50 / 1_000.0, "ms CPU", "");
        self.line(&format!("{what}, p99"), p99 / 1_000.0, "ms CPU", wanted);
    }

    fn print(&self, what: &str, figure: &str, unit: &str, wanted: &str) {
        let line = format!("{what:<62} {figure:>9}  {unit:<18} {wanted}");
        println!("{}", line.trim_end());
    }
}
