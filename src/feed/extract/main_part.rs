//! The part of a page that holds its article.

use super::tree::Node;
use crate::feed::html::pairs;
use dom_smoothie::{Config, Readability};

/// HTML of the main part.
pub fn find(nodes: &mut [Node], title: Option<&str>) -> String {
    let html = write(nodes, title);
    let config = Config {
        disable_json_ld: true,
        ..Config::default()
    };
    let Ok(mut reader) = Readability::new(html, None, Some(config)) else {
        return String::new();
    };
    reader
        .parse()
        .map(|article| article.content.to_string())
        .unwrap_or_default()
}

/// The nodes that were not pruned as HTML.
fn write(nodes: &[Node], title: Option<&str>) -> String {
    let mut out = String::from("<!doctype html><html><head><title>");
    escape(title.unwrap_or_default(), &mut out);
    out.push_str("</title></head><body>");
    let mut open: Vec<usize> = Vec::new();
    let mut at = 1;
    while at < nodes.len() {
        while let Some(&last) = open.last()
            && nodes[last].end <= at
        {
            out.push_str("</");
            out.push_str(&nodes[last].name);
            out.push('>');
            open.pop();
        }
        let node = &nodes[at];
        if node.pruned {
            at = node.end;
            continue;
        }
        if node.is_text() {
            if node.text.contains('<') {
                out.push_str(&node.text.replace('<', "&lt;"));
            } else {
                out.push_str(node.text);
            }
        } else {
            out.push('<');
            out.push_str(&node.name);
            for (name, value) in pairs(node.attributes) {
                if matches!(
                    name,
                    "class" | "id" | "href" | "role" | "itemprop" | "rel" | "summary"
                ) {
                    out.push(' ');
                    out.push_str(name);
                    out.push_str("=\"");
                    escape(value, &mut out);
                    out.push('"');
                }
            }
            out.push('>');
            if !matches!(&*node.name, "br" | "img" | "hr") {
                open.push(at);
            }
        }
        at += 1;
    }
    while let Some(last) = open.pop() {
        out.push_str("</");
        out.push_str(&nodes[last].name);
        out.push('>');
    }
    out.push_str("</body></html>");
    out
}

fn escape(text: &str, out: &mut String) {
    if !text.contains(['"', '<']) {
        return out.push_str(text);
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            c => out.push(c),
        }
    }
}
