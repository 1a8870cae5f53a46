//! A page's text, block by block.

use super::tree::Node;
use crate::feed::entity;
use std::ops::Range;

/// Elements that stand inside a line.
pub const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "mark", "q",
    "rp", "rt", "ruby", "samp", "span", "sub", "sup", "time", "var",
];

/// A line of text and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// White space folded, references decoded.
    pub text: String,
    /// Letters of it in links (bytes).
    pub linked: usize,
    pub kind: Kind,
    /// The innermost block element around it.
    pub node: usize,
    /// The element around that.
    pub parent: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Heading,
    Entry,
    #[default]
    Text,
}

/// The blocks of a range of nodes, without what is pruned.
pub fn read(nodes: &[Node], range: Range<usize>) -> Vec<Block> {
    let mut writer = Writer {
        nodes,
        blocks: Vec::new(),
        open: Block::default(),
        space: false,
    };
    let mut open: Vec<usize> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        while let Some(&last) = open.last()
            && nodes[last].end <= at
        {
            writer.edge(nodes[last].parent);
            open.pop();
        }
        let node = &nodes[at];
        if node.pruned {
            at = node.end;
            continue;
        }
        if node.is_text() {
            writer.text(at);
        } else if node.name == "td" || node.name == "th" {
            writer.space = true;
        } else if !INLINE.contains(&&*node.name) {
            writer.edge(at);
            open.push(at);
        }
        at += 1;
    }
    writer.edge(0);
    writer.blocks
}

struct Writer<'a, 'b> {
    nodes: &'a [Node<'b>],
    blocks: Vec<Block>,
    open: Block,
    space: bool,
}

impl Writer<'_, '_> {
    fn text(&mut self, at: usize) {
        let text = entity::decode(self.nodes[at].text);
        let before = self.open.text.len();
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if c != '\u{ad}' {
                if self.space && !self.open.text.is_empty() {
                    self.open.text.push(' ');
                }
                self.space = false;
                self.open.text.push(c);
            }
        }
        if is_linked(self.nodes, at) {
            self.open.linked += self.open.text.len() - before;
        }
    }

    /// Ends the open block; the next stands in `node`.
    fn edge(&mut self, node: usize) {
        self.space = false;
        let next = Block {
            kind: kind(self.nodes, node),
            node,
            parent: self.nodes[node].parent,
            ..Block::default()
        };
        let ended = std::mem::replace(&mut self.open, next);
        if !ended.text.is_empty() {
            self.blocks.push(ended);
        }
    }
}

fn is_linked(nodes: &[Node], at: usize) -> bool {
    let mut up = nodes[at].parent;
    while up != 0 && INLINE.contains(&&*nodes[up].name) {
        if nodes[up].name == "a" {
            return true;
        }
        up = nodes[up].parent;
    }
    up != 0 && nodes[nodes[up].parent].name == "a" || nodes[up].name == "a"
}

fn kind(nodes: &[Node], mut at: usize) -> Kind {
    for _ in 0..4 {
        match &*nodes[at].name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => return Kind::Heading,
            "li" | "dd" | "dt" => return Kind::Entry,
            _ if at == 0 => break,
            _ => at = nodes[at].parent,
        }
    }
    Kind::Text
}
