//! Breaks styled text into lines of a width, without losing which part is bold or linked.

use crate::terminal::clean;
use unicode_segmentation::UnicodeSegmentation;

/// How a piece of a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Plain,
    Bold,
    Dim,
}

/// A run of text of one look, cleaned already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub style: Style,
    /// Where it leads, on a terminal that knows links.
    pub url: Option<String>,
    /// Never broken, however long: an address to be copied.
    pub whole: bool,
}

struct Cell<'a> {
    text: &'a str,
    columns: usize,
    piece: usize,
}

/// Lines of at most `width` columns (a whole piece may be longer). A newline breaks; blanks at a
/// break vanish; a word longer than a line is cut.
pub fn wrap(pieces: &[Piece], width: usize) -> Vec<Vec<Piece>> {
    let width = width.max(1);
    let cells: Vec<Cell> = pieces
        .iter()
        .enumerate()
        .flat_map(|(piece, p)| {
            p.text.graphemes(true).map(move |text| Cell {
                text,
                columns: clean::columns(text),
                piece,
            })
        })
        .collect();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut used = 0;
    // Where the line may end, and where the next one then begins.
    let mut chance: Option<(usize, usize)> = None;
    for (at, cell) in cells.iter().enumerate() {
        if cell.text == "\n" {
            lines.push(line(pieces, &cells[start..at]));
            (start, used, chance) = (at + 1, 0, None);
            continue;
        }
        if cell.text == " " && !pieces[cell.piece].whole {
            chance = Some((at, at + 1));
            used += 1;
            continue;
        }
        if at > start && may_break_between(cells[at - 1].text, cell.text) {
            chance = Some((at, at));
        }
        if used + cell.columns > width {
            if let Some((end, next)) = chance.filter(|(end, _)| *end > start) {
                lines.push(line(pieces, &cells[start..end]));
                start = next;
                used = cells[start..at].iter().map(|cell| cell.columns).sum();
                chance = None;
            }
            if used + cell.columns > width && at > start && !pieces[cell.piece].whole {
                lines.push(line(pieces, &cells[start..at]));
                (start, used, chance) = (at, 0, None);
            }
        }
        used += cell.columns;
    }
    lines.push(line(pieces, &cells[start..]));
    lines
}

/// Scripts without spaces break between any two characters, but not before a closing mark.
fn may_break_between(before: &str, after: &str) -> bool {
    let wide = |text: &str| text.chars().next().is_some_and(clean::is_wide);
    let closes = after.starts_with([
        '、', '。', '，', '．', '」', '』', '）', '】', '》', '！', '？', '：', '；',
    ]);
    let opens = before.starts_with(['「', '『', '（', '【', '《']);
    (wide(before) || wide(after)) && !closes && !opens && before != " "
}

/// Cells as pieces again, blanks at the end left out.
fn line(pieces: &[Piece], cells: &[Cell]) -> Vec<Piece> {
    let end = cells
        .iter()
        .rposition(|cell| cell.text != " ")
        .map_or(0, |last| last + 1);
    let mut line: Vec<Piece> = Vec::new();
    for cell in &cells[..end] {
        let look = &pieces[cell.piece];
        match line
            .last_mut()
            .filter(|last| last.style == look.style && last.url == look.url)
        {
            Some(piece) => piece.text.push_str(cell.text),
            None => line.push(Piece {
                text: cell.text.to_owned(),
                ..empty_like(look)
            }),
        }
    }
    line
}

fn empty_like(piece: &Piece) -> Piece {
    Piece {
        text: String::new(),
        style: piece.style,
        url: piece.url.clone(),
        whole: piece.whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> Piece {
        Piece {
            text: text.to_owned(),
            ..Piece::default()
        }
    }

    fn wrapped(pieces: &[Piece], width: usize) -> Vec<String> {
        wrap(pieces, width)
            .iter()
            .map(|line| line.iter().map(|piece| piece.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn words_go_to_the_next_line_and_long_ones_are_cut() {
        assert_eq!(
            wrapped(&[plain("the ferry is late today")], 10),
            ["the ferry", "is late", "today"]
        );
        assert_eq!(
            wrapped(&[plain("a dampfschifffahrt b")], 8),
            ["a", "dampfsch", "ifffahrt", "b"]
        );
        assert_eq!(
            wrapped(&[plain("one\ntwo  three ")], 20),
            ["one", "two  three"]
        );
        assert_eq!(wrapped(&[], 20), [""]);
    }

    #[test]
    fn a_whole_piece_is_never_cut() {
        let url = Piece {
            whole: true,
            ..plain("<https://a.example/harbour/1>")
        };
        assert_eq!(
            wrapped(&[plain("Avel Courier "), url, plain(" next")], 16),
            ["Avel Courier", "<https://a.example/harbour/1>", "next"]
        );
    }

    #[test]
    fn scripts_without_spaces_break_anywhere_but_before_a_full_stop() {
        assert_eq!(
            wrapped(&[plain("港口今天关闭。明天")], 12),
            ["港口今天关", "闭。明天"]
        );
    }

    #[test]
    fn a_link_keeps_its_address_on_each_line() {
        let link = Piece {
            url: Some("https://a.example/".to_owned()),
            ..plain("Harbour dredging paused")
        };
        let lines = wrap(&[plain("- "), link], 12);
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|line| line.last().is_some_and(|piece| piece.url.is_some()))
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_no_word_is_lost(texts in proptest::collection::vec("[a-z 港é\n]{0,30}", 0..5), width in 2_usize..40) {
            let pieces: Vec<Piece> = texts.iter().map(|text| plain(text)).collect();
            let lines = wrapped(&pieces, width);
            prop_assert!(lines.iter().all(|line| clean::text_columns(line) <= width));
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeezed(&lines.join("\n")), squeezed(&texts.concat()));
        }
    }
}
