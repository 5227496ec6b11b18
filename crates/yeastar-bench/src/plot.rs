//! One picture: the processor time of a call with each client, relative to a bare socket.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::findings::{CLIENTS, Findings, IN_FLIGHT, cpu};

const SIZE: (u32, u32) = (860, 350);
const HEAD: i32 = 64;
const BAR: i32 = 22;
const GAP: i32 = 12;
/// For names, left of the bars.
const NAMES: i32 = 132;
/// For numbers, right of the longest.
const NUMBERS: i32 = 46;
const OURS: RGBColor = RGBColor(0, 107, 164);
const OTHERS: RGBColor = RGBColor(171, 171, 171);
const INK: RGBColor = RGBColor(51, 51, 51);

pub fn draw(findings: &Findings, file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    // A page may be dark.
    area.fill(&WHITE)?;
    let title = text(17).pos(Pos::new(HPos::Center, VPos::Top));
    let middle = SIZE.0.cast_signed() / 2;
    area.draw(&Text::new(
        "Processor time of one call, bare socket = 1 (less is better)",
        (middle, 10),
        title,
    ))?;
    for (panel, in_flight) in area.split_evenly((1, IN_FLIGHT.len())).iter().zip(IN_FLIGHT) {
        let ratio =
            |name| findings.ratio((name, in_flight), ("socket", in_flight), cpu).map(|ratio| (name, ratio));
        let names = CLIENTS.into_iter().filter(|name| !name.contains('@'));
        let mut bars: Vec<(&str, f64)> = names.filter_map(ratio).collect();
        bars.sort_by(|(_, left), (_, right)| left.total_cmp(right));
        draw_panel(panel, in_flight, &bars)?;
    }
    Ok(area.present()?)
}

fn draw_panel(
    panel: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    in_flight: usize,
    bars: &[(&str, f64)],
) -> Result<(), Box<dyn Error>> {
    let width = panel.dim_in_pixel().0.cast_signed() - NAMES - NUMBERS;
    let longest = bars.iter().map(|(_, ratio)| *ratio).fold(1.0, f64::max);
    let head = text(14).pos(Pos::new(HPos::Left, VPos::Center));
    panel.draw(&Text::new(format!("{in_flight} in flight"), (NAMES, HEAD - 18), head))?;
    for (&(name, ratio), line) in bars.iter().zip(0..) {
        let top = HEAD + line * (BAR + GAP);
        let middle = top + BAR / 2;
        let right = NAMES + (ratio / longest * f64::from(width)).round() as i32;
        let is_ours = name.starts_with("yeastar");
        let (color, size) = if is_ours { (OURS, 14) } else { (OTHERS, 13) };
        panel.draw(&Rectangle::new([(NAMES, top), (right, top + BAR)], color.filled()))?;
        let label = text(size).pos(Pos::new(HPos::Right, VPos::Center));
        let label = if is_ours { label.color(&OURS) } else { label };
        panel.draw(&Text::new(name.to_owned(), (NAMES - 8, middle), label))?;
        let number = text(13).pos(Pos::new(HPos::Left, VPos::Center));
        panel.draw(&Text::new(format!("{ratio:.2}"), (right + 6, middle), number))?;
    }
    Ok(())
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}
