//! Packing blocks into one message by their measured length.

use crate::page::{Block, Button, Line, Page, Row, markdown};

/// Characters of all text displays of one message (Discord: 4,000), less what the program's own
/// last lines may need.
pub const PAGE_CHARS_MAX: usize = 3_850;

/// Texts and dividers of one page (Discord: 40 components with buttons, selects and their rows).
pub const PAGE_PIECES_MAX: usize = 24;

/// Length of blocks as they will be drawn, in UTF-16 units, line ends and the blank lines between
/// quotes included.
pub fn measure(blocks: &[Block]) -> usize {
    let apart = |block: &Block| {
        if matches!(block, Block::Quote(_)) {
            2
        } else {
            1
        }
    };
    blocks
        .iter()
        .map(|block| markdown::measure(block) + apart(block))
        .sum()
}

/// Buttons of one row of a message.
pub const ROW_BUTTONS_MAX: usize = 5;

/// Components of one page that are pressed, rows included (Discord: 40 with the texts).
pub const PRESSED_MAX: usize = 30;

/// How many components of a page are pressed or hold such.
pub fn pressed(page: &Page) -> usize {
    let of = |buttons: &[Button]| buttons.len() + buttons.len().div_ceil(ROW_BUTTONS_MAX);
    let among = page.blocks.iter().map(|block| match block {
        Block::Buttons(buttons) => of(buttons),
        _ => 0,
    });
    let below = page.rows.iter().map(|row| match row {
        Row::Buttons(buttons) => of(buttons),
        Row::Select(_) | Row::Several(_) | Row::Pick { .. } => 2,
    });
    among.chain(below).sum()
}

/// What one message holds; blocks are added as long as there is room.
#[derive(Debug, Default)]
pub struct Packer {
    pub blocks: Vec<Block>,
    chars: usize,
    pieces: usize,
}

impl Packer {
    pub fn new() -> Self {
        Self {
            pieces: 1,
            ..Self::default()
        }
    }

    /// Adds all of `blocks`, or none of them and says false.
    pub fn add(&mut self, blocks: Vec<Block>) -> bool {
        let chars = measure(&blocks);
        // A divider is a component and ends the text before it, so that another one begins.
        let pieces = 2 * blocks
            .iter()
            .filter(|block| matches!(block, Block::Divider))
            .count();
        if self.chars + chars > PAGE_CHARS_MAX || self.pieces + pieces > PAGE_PIECES_MAX {
            return false;
        }
        self.chars += chars;
        self.pieces += pieces;
        self.blocks.extend(blocks);
        true
    }
}

/// As many whole blocks as one message holds, with a last line when some are left out.
pub fn fit(blocks: Vec<Block>) -> Vec<Block> {
    let mut packer = Packer::new();
    let mut left_out = false;
    for block in blocks {
        if left_out || !packer.add(vec![block]) {
            left_out = true;
        }
    }
    if left_out {
        packer
            .blocks
            .push(Block::Small(Line::ours("There is more than fits here.")));
    }
    packer.blocks
}
