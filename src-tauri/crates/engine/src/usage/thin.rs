//! Reduces a line of points to what a chart can show without losing its peaks. Pure.

use protocol::Timestamp;

/// Keeps at most `most` points in the same order: of each stretch of time the first with the greatest
/// `height`, and always the last point, which is the current value.
pub(super) fn thin<Point: Copy, Height: PartialOrd>(
    points: &[Point],
    most: usize,
    at: impl Fn(&Point) -> Timestamp,
    height: impl Fn(&Point) -> Height,
) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    if points.len() <= most {
        return points.to_vec();
    }
    let stretches = most.saturating_sub(1).max(1) as i64;
    let length = at(last).since(at(first)).max(0) / stretches + 1;
    // Clocks can go back; a point before the first one counts in the first stretch.
    let stretch = |point: &Point| (at(point).since(at(first)) / length).clamp(0, stretches - 1);
    let mut kept: Vec<(i64, Point)> = Vec::with_capacity(most);
    for point in &points[..points.len() - 1] {
        let now = stretch(point);
        match kept.last_mut() {
            Some((before, highest)) if *before >= now => {
                if height(point) > height(highest) {
                    *highest = *point;
                }
            }
            _ => kept.push((now, *point)),
        }
    }
    kept.into_iter().map(|(_, point)| point).chain([*last]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn peaks_order_and_the_last_point_stay(
            steps in prop::collection::vec((0_i64..100_000, 0_u64..1000), 0..400), most in 2_usize..50,
        ) {
            let mut now = 0;
            let points: Vec<(i64, u64)> = steps.into_iter().map(|(step, height)| {
                now += step;
                (now, height)
            }).collect();
            let kept = thin(&points, most, |point| Timestamp::from_millis(point.0), |point| point.1);
            prop_assert!(kept.len() <= most.max(1));
            prop_assert!(kept.is_sorted_by_key(|point| point.0));
            prop_assert_eq!(kept.last(), points.last());
            prop_assert_eq!(
                kept.iter().map(|point| point.1).max(), points.iter().map(|point| point.1).max()
            );
            prop_assert!(kept.iter().all(|point| points.contains(point)));
            if points.len() <= most {
                prop_assert_eq!(kept, points);
            }
        }
    }
}
