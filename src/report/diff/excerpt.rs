//! Long values cut to what differs in them.

/// Longest value shown whole, in characters.
const LONGEST: usize = 60;

/// Characters kept before the first difference.
const LEAD: usize = 12;

const ELLIPSIS: char = '…';

/// The two sides of a change on one line each, cut so that the first difference is in sight.
pub(super) fn pair(old: Option<&str>, new: Option<&str>) -> [String; 2] {
    let flat = |text: &str| -> Vec<char> {
        text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    let (old_chars, new_chars) = (old.map(flat), new.map(flat));
    let common = match (&old_chars, &new_chars) {
        (Some(old), Some(new)) => old.iter().zip(new).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    [old_chars, new_chars].map(|side| match side {
        None => "(none)".to_owned(),
        Some(chars) if chars.is_empty() => "(empty)".to_owned(),
        Some(chars) => cut(&chars, common),
    })
}

fn cut(chars: &[char], difference: usize) -> String {
    if chars.len() <= LONGEST {
        return chars.iter().collect();
    }
    let from = if difference + LEAD < LONGEST { 0 } else { difference - LEAD };
    let to = chars.len().min(from + LONGEST);
    let mut text = String::new();
    if from > 0 {
        text.push(ELLIPSIS);
    }
    text.extend(&chars[from..to]);
    if to < chars.len() {
        text.push(ELLIPSIS);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_whole_and_absent_ones_are_named() {
        assert_eq!(pair(Some("60"), Some("80")), ["60", "80"]);
        assert_eq!(pair(None, Some("")), ["(none)", "(empty)"]);
        assert_eq!(pair(Some("a\nb\n"), Some("a")), ["a b", "a"]);
    }

    #[test]
    fn of_long_values_the_difference_is_in_sight() {
        let old = format!("{}one{}", "x".repeat(100), "y".repeat(100));
        let new = old.replace("one", "two");
        let [old, new] = pair(Some(&old), Some(&new));
        assert_eq!(old, format!("…{}one{}…", "x".repeat(12), "y".repeat(45)));
        assert!(new.contains("two"));
    }
}
