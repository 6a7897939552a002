//! What separates the fields of a text.

use crate::base::diagnostic::{Place, Problem};
use crate::prices::quotes::{Sheet, bounds};

/// The separators that are known.
pub(crate) const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Lines looked at.
const LINES: usize = 200;

/// As the command line writes it, and a table of the files.
pub(crate) fn name(separator: char) -> &'static str {
    match separator {
        ',' => "comma",
        ';' => "semicolon",
        _ => "tab",
    }
}

/// Takes the first line off that Excel puts before a table to state its separator, `sep=;`; the
/// line stays as an empty one, so that numbers of lines are those of the file.
pub(super) fn stated(text: &str) -> (Option<char>, &str) {
    let first = text.lines().next().unwrap_or_default();
    let stated: Vec<char> = first.trim_start_matches('\u{feff}').chars().collect();
    match stated[..] {
        ['s' | 'S', 'e' | 'E', 'p' | 'P', '=', separator] => {
            (Some(separator), &text[first.len()..])
        }
        _ => (None, text),
    }
}

/// The separator of a text: the one that cuts every line into as many fields as the header, and
/// that into two at least. `file` is the text's name in messages.
///
/// # Errors
/// A text with no header that can be cut, one that two separators could cut, and one that is larger
/// than prices are.
pub(super) fn separator(file: &str, text: &str) -> Result<char, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    bounds::check_text(file, text)?;
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let lines: Vec<(usize, &str)> = numbered.take(LINES).collect();
    let Some(&(number, header)) = lines.first() else {
        return Err(Problem::new("the file is empty").at(Place::file(file)));
    };
    let at_header = |message: &str| {
        let shown: String = header.chars().take(80).collect();
        let width = shown.chars().count();
        Problem::new(message).at(Place::line(file, number + 1, shown).span(1, width))
    };
    let start = header.trim_start().to_ascii_lowercase();
    if ["<!doctype", "<html", "<?xml"].iter().any(|mark| start.starts_with(mark)) {
        return Err(at_header("the file is a web page").hint("download the prices again as CSV"));
    }
    let cuts: Vec<char> =
        SEPARATORS.into_iter().filter(|&mark| Sheet::fields(header, mark) > 1).collect();
    let even = |mark: &char| {
        let width = Sheet::fields(header, *mark);
        lines.iter().all(|(_, line)| Sheet::fields(line, *mark) == width)
    };
    let even: Vec<char> = cuts.iter().copied().filter(even).collect();
    match (&*cuts, &*even) {
        ([], _) => {
            Err(at_header("the file is no table: nothing separates the fields of its header")
                .expected("fields between commas, semicolons or tabs"))
        }
        // Of one that cuts the header some lines may not fit: that is for the table to say.
        (_, [only]) | ([only], _) => Ok(*only),
        _ => Err(at_header("the fields could be cut at more than one mark")
            .hint("say which it is: `--separator comma`, `semicolon` or `tab`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_cuts_all_lines_alike() {
        for (text, expected) in [
            ("Date,Close\n2020-01-02,1\n", ','),
            ("\u{feff}Datum;Kurs\n02.01.2020;1,5\n03.01.2020;2\n", ';'),
            ("date\tSPY, dear\n1\t2\n", '\t'),
            ("date,\"SPY;US\"\n2020-01-02,\"1;2\"\n", ','),
            // The table tells the ragged line.
            ("date,SPY\n2020-01-02,1,5\n", ','),
        ] {
            assert_eq!(separator("a.csv", text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_stated_separator_is_taken_and_its_line_left_empty() {
        assert_eq!(stated("\u{feff}sep=;\r\na;b\n"), (Some(';'), "\r\na;b\n"));
        for text in ["sep=\na", "sep=;;\na", "Date;Close\n", ""] {
            assert_eq!(stated(text), (None, text));
        }
    }
}
