//! A small model of how Discord's clients read markdown: what is shown, and what took effect.

/// The text that a person sees, and the name of each effect that is not plain text.
pub fn read(text: &str) -> (String, Vec<String>) {
    let mut shown = String::new();
    let mut effects = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            shown.push('\n');
        }
        if let Some(effect) = line_effect(line) {
            effects.push(effect.to_owned());
        }
        inline(line, &mut shown, &mut effects);
    }
    (shown, effects)
}

fn line_effect(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let hashes = line.bytes().take_while(|&b| b == b'#').count();
    if line.starts_with("-#") {
        Some("small print")
    } else if (1..=3).contains(&hashes) && line[hashes..].starts_with(' ') {
        Some("heading")
    } else if line.starts_with("> ") || line.starts_with(">>>") {
        Some("quote")
    } else if ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark)) {
        Some("list")
    } else if digits > 0 && line[digits..].starts_with(". ") {
        Some("numbered list")
    } else {
        None
    }
}

fn inline(line: &str, shown: &mut String, effects: &mut Vec<String>) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if c == '\\' {
            match after.chars().next() {
                Some(next) if !next.is_ascii_alphanumeric() && !next.is_whitespace() => {
                    shown.push(next);
                    rest = &after[next.len_utf8()..];
                    continue;
                }
                _ => {}
            }
        }
        if let Some(effect) = effect_at(rest, c, after) {
            effects.push(format!("{effect} at {rest:?}"));
        }
        shown.push(c);
        rest = after;
    }
}

fn effect_at(rest: &str, c: char, after: &str) -> Option<&'static str> {
    let lower = rest
        .get(..12.min(rest.len()))
        .unwrap_or(rest)
        .to_ascii_lowercase();
    match c {
        '*' | '_' if after.contains(c) => Some("emphasis"),
        '~' if after.starts_with('~') && after[1..].contains("~~") => Some("strike"),
        '|' if after.starts_with('|') && after[1..].contains("||") => Some("spoiler"),
        '`' if after.contains('`') => Some("code"),
        '[' if after.contains("](") => Some("link"),
        '<' if after.starts_with(['@', '#', '/', ':', 'a', 't', 'i', 'h'])
            && after.contains('>') =>
        {
            Some("mention")
        }
        '@' if after.starts_with("everyone") || after.starts_with("here") => Some("everyone"),
        'h' if rest.starts_with("http://") || rest.starts_with("https://") => Some("address"),
        'd' | 'D' if lower.starts_with("discord.gg/") || lower.starts_with("discordapp.c") => {
            Some("invitation")
        }
        ':' => {
            let run = after
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b))
                .count();
            (run > 0 && after[run..].starts_with(':')).then_some("emoji")
        }
        _ => None,
    }
}
