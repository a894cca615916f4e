//! Where everything stands on the pages, before it is a PDF: what tests compare, and what shows that nothing overlaps.

use serde::{Deserialize, Serialize};
use typst::layout::{Abs, Frame, FrameItem, Point, Rect, Size, Transform};
use typst::visualize::Geometry;

use crate::error::TypesetError;
use crate::export;
use crate::order::Order;
use crate::printable::Printable;
use crate::world::{self, Engine};

/// A page. Lengths are in points, with two decimals, from the upper left corner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
    /// What stands on it, in the order of drawing.
    pub boxes: Vec<Placed>,
}

/// Something on a page, as the smallest box around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// What it is.
    pub kind: Kind,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width. A text's is that of its letters, without the space around them.
    pub w: f64,
    /// Height.
    pub h: f64,
    /// The words of a text, in the order of reading; a line of it may be in several pieces. Empty for the rest.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Kinds of boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Letters.
    Text,
    /// A line, a rectangle or a curve.
    Shape,
    /// A picture.
    Image,
    /// An area that leads somewhere.
    Link,
}

/// Where everything of an order stands.
///
/// # Errors
///
/// [`TypesetError`], as [`typeset`](crate::typeset).
pub fn layout(order: &Order) -> Result<Vec<Page>, TypesetError> {
    let printable = Printable::new(order);
    let engine = Engine::new(order, &printable)?;
    let (document, _) = export::compile(&engine)?;
    let pages = document.pages().iter().map(|page| {
        let mut boxes = Vec::new();
        place(&page.frame, Transform::identity(), &mut boxes);
        Page { w: rounded(page.frame.width()), h: rounded(page.frame.height()), boxes }
    });
    let pages = pages.collect();
    world::forget();
    Ok(pages)
}

fn place(frame: &Frame, outer: Transform, boxes: &mut Vec<Placed>) {
    for (at, item) in frame.items() {
        let here = outer.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => place(&group.frame, here.pre_concat(group.transform), boxes),
            FrameItem::Text(text) => boxes.extend(placed(Kind::Text, text.bbox(), here, &text.text)),
            FrameItem::Shape(shape, _) => boxes.extend(placed(Kind::Shape, extent(&shape.geometry), here, "")),
            FrameItem::Image(_, size, _) => boxes.extend(placed(Kind::Image, of_size(*size), here, "")),
            FrameItem::Link(_, size) => boxes.extend(placed(Kind::Link, of_size(*size), here, "")),
            FrameItem::Tag(_) => {}
        }
    }
}

/// `None` for what has no extent, as a text of spaces.
fn placed(kind: Kind, rect: Rect, here: Transform, text: &str) -> Option<Placed> {
    let corners = [rect.min, Point::new(rect.max.x, rect.min.y), rect.max, Point::new(rect.min.x, rect.max.y)];
    let corners = corners.map(|corner| corner.transform(here));
    if !corners.iter().all(|corner| corner.x.to_pt().is_finite() && corner.y.to_pt().is_finite()) {
        return None;
    }
    let min = corners.into_iter().reduce(Point::min)?;
    let max = corners.into_iter().reduce(Point::max)?;
    Some(Placed {
        kind,
        x: rounded(min.x),
        y: rounded(min.y),
        w: rounded(max.x - min.x),
        h: rounded(max.y - min.y),
        text: text.to_owned(),
    })
}

fn extent(geometry: &Geometry) -> Rect {
    match geometry {
        Geometry::Line(end) => Rect::new(end.min(Point::zero()), end.max(Point::zero())),
        Geometry::Rect(size) => of_size(*size),
        Geometry::Curve(curve) => curve.bbox(None),
    }
}

fn of_size(size: Size) -> Rect {
    Rect::from_pos_size(Point::zero(), size)
}

fn rounded(length: Abs) -> f64 {
    let points = (length.to_pt() * 100.0).round() / 100.0;
    if points == 0.0 { 0.0 } else { points } // no negative zero
}
