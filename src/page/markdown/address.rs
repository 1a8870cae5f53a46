//! Addresses that can stand in a masked link and cannot break out of it.

use url::{Host, Url};

/// Longer addresses are not linked: two of them would fill a message.
pub const URL_CHARS_MAX: usize = 1_024;

/// Hosts whose links Discord unfolds into an invitation, a gift or a template.
const UNFOLDED_HOSTS: [&str; 4] = ["discord.gg", "discord.gift", "discord.new", "dis.gd"];

/// The address ready to stand between round brackets: percent-encoded, its host in ASCII. Empty
/// where it may be no link: another scheme than http or https, credentials, an IPv6 literal, an
/// invitation, or too long.
pub fn safe_url(url: &str) -> String {
    if url.len() > URL_CHARS_MAX {
        return String::new();
    }
    let Ok(parsed) = Url::parse(url.trim()) else {
        return String::new();
    };
    let web = matches!(parsed.scheme(), "http" | "https");
    let bare = parsed.username().is_empty() && parsed.password().is_none();
    let host = match parsed.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        _ => return String::new(),
    };
    if !web || !bare || is_unfolded(&host, parsed.path()) {
        return String::new();
    }
    let safe = encode(parsed.as_str());
    if safe.len() > URL_CHARS_MAX {
        String::new()
    } else {
        safe
    }
}

fn is_unfolded(host: &str, path: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let discord =
        host == "discord.com" || host == "discordapp.com" || host.ends_with(".discord.com");
    UNFOLDED_HOSTS.contains(&host) || (discord && !path.starts_with("/blog"))
}

/// Encodes what ends a link or begins another meaning; what is encoded already stays.
fn encode(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'+,;=%".contains(&byte);
        if kept {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_ends_a_link_is_encoded() {
        assert_eq!(
            safe_url("https://avel.example/a)b(c]d[e>f g\"h"),
            "https://avel.example/a%29b%28c%5Dd%5Be%3Ef%20g%22h"
        );
        assert_eq!(
            safe_url("https://avel.example/%29?q=a|b*c`d"),
            "https://avel.example/%29?q=a%7Cb%2Ac%60d"
        );
        assert_eq!(
            safe_url(" http://bücher.example/ü\n"),
            "http://xn--bcher-kva.example/%C3%BC"
        );
    }

    #[test]
    fn what_is_no_web_address_is_no_link() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/hostname",
            "https://ann:secret@avel.example/",
            "http://[::1]/",
            "https://discord.gg/abc",
            "https://www.discord.gg./abc",
            "https://ptb.discord.com/invite/abc",
            "/relative",
            "",
        ] {
            assert_eq!(safe_url(url), "", "{url}");
        }
        assert_eq!(
            safe_url(&format!(
                "https://avel.example/{}",
                "a".repeat(URL_CHARS_MAX)
            )),
            ""
        );
        assert_eq!(
            safe_url(&format!("https://avel.example/{}", "(".repeat(900))),
            "",
            "long once encoded"
        );
    }

    proptest! {
        #[test]
        fn no_address_breaks_out(tail in "\\PC{0,60}") {
            let safe = safe_url(&format!("https://avel.example/{tail}"));
            prop_assert!(safe.bytes().all(|b| b.is_ascii_graphic() && !b"()<>[]\\\"`|*".contains(&b)), "{safe}");
        }

        #[test]
        fn encoding_twice_changes_nothing(tail in "\\PC{0,60}") {
            let once = safe_url(&format!("https://avel.example/{tail}"));
            if !once.is_empty() {
                prop_assert_eq!(safe_url(&once), once.clone());
            }
        }
    }
}
