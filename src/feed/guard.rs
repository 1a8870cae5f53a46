//! Which addresses may be fetched: only public ones, checked by the letters of the address before
//! any look-up, and again by the number that a name resolved to, where the connection is made.

use super::FetchSettings;
use crate::news::reading::AddressError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use url::{Host, Url};

/// Longest address that is looked at (bytes).
const ADDRESS_BYTES_MAX: usize = 2_000;

/// IPv4 ranges that are not the public Internet, or where no pages are by their purpose (relays, the
/// sinks of AS112): first address, bits of the network.
const PRIVATE_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// IPv6 ranges inside of 2000::/3 (all else is refused) that are not the public Internet: Teredo and
/// other protocols of the IETF, documentation, 6to4, the sinks of AS112.
const PRIVATE_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Endings of names that never lead to the public Internet.
const PRIVATE_ENDINGS: [&str; 19] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "mail",
    "svc",
    "test",
    "invalid",
    "alt",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "onion",
    "i2p",
];

/// Ports of other services, as browsers refuse them.
const REFUSED_PORTS: [u16; 82] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566,
    6697, 10080, 11211, 27017,
];

/// What may be fetched although it is not public.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    /// Exact `host:port`, lower case.
    pairs: Vec<String>,
    /// Names of the tests' own hosts.
    names: Vec<String>,
}

impl Allowance {
    pub fn of(settings: &FetchSettings) -> Self {
        let mut allowance = Self::of_pairs(&settings.allow_private);
        allowance.names = settings
            .resolve
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        allowance
    }

    fn of_pairs(pairs: &[String]) -> Self {
        Self {
            pairs: pairs
                .iter()
                .map(|pair| pair.trim().to_ascii_lowercase())
                .collect(),
            names: Vec::new(),
        }
    }

    /// Whether the host behind this address needs no check.
    pub fn covers(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        let host = host.trim_end_matches('.');
        self.names.iter().any(|name| name == host) || self.pairs.contains(&format!("{host}:{port}"))
    }
}

/// Checks an address by its letters. Without a scheme it is refused.
pub fn check(address: &str, allowance: &Allowance) -> Result<Url, AddressError> {
    if address.len() > ADDRESS_BYTES_MAX {
        return Err(AddressError::Malformed);
    }
    let url = Url::parse(address.trim()).map_err(|error| match error {
        url::ParseError::InvalidPort => AddressError::Port,
        _ => AddressError::Malformed,
    })?;
    check_url(&url, allowance).map(|()| url)
}

/// Like [`check`], for an address that was parsed.
pub fn check_url(url: &Url, allowance: &Allowance) -> Result<(), AddressError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    let host = url.host().ok_or(AddressError::Malformed)?;
    if allowance.covers(url) {
        return Ok(());
    }
    let public = match host {
        Host::Ipv4(number) => is_public(number.into()),
        Host::Ipv6(number) => is_public(number.into()),
        Host::Domain(name) => is_public_name(name),
    };
    if !public {
        return Err(AddressError::Private);
    }
    if url
        .port_or_known_default()
        .is_none_or(|port| REFUSED_PORTS.contains(&port))
    {
        return Err(AddressError::Port);
    }
    Ok(())
}

fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = |end: &&str| {
        name.strip_suffix(*end)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    name.contains('.')
        && !name.contains("..")
        && !name.contains('%')
        && !PRIVATE_ENDINGS.iter().any(ends)
}

/// Whether a number belongs to the public Internet. IPv4 inside of IPv6 counts as what it is.
pub fn is_public(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(number) => {
            let bits = u32::from(number);
            !PRIVATE_V4
                .iter()
                .any(|(first, length)| (bits ^ u32::from(*first)) >> (32 - length) == 0)
        }
        IpAddr::V6(number) => {
            if let Some(inner) = number.to_ipv4_mapped() {
                return is_public(inner.into());
            }
            let bits = u128::from(number);
            let within =
                |first: Ipv6Addr, length: u32| (bits ^ u128::from(first)) >> (128 - length) == 0;
            within(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
                && !PRIVATE_V6
                    .iter()
                    .any(|(first, length)| within(*first, *length))
        }
    }
}

/// Why a name did not lead anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("no such host")]
    NoSuchHost,
    #[error("private or reserved")]
    Private,
}

/// Asks what numbers a name has.
pub type LookUp = Arc<dyn Fn(String) -> Numbers + Send + Sync>;
type Numbers = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Asks the system.
pub fn system_look_up() -> LookUp {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.collect())
        })
    })
}

/// Looks names up and lets public numbers through only, so that a name cannot change its mind
/// between a check and the connection.
pub struct Resolver {
    look_up: LookUp,
    fixed: Arc<Vec<(String, SocketAddr)>>,
    /// Names that lead where they lead: a configured proxy's.
    trusted: Vec<String>,
    /// For the addresses that the host of the program allowed: nothing is filtered.
    open: bool,
}

impl Resolver {
    pub fn new(
        settings: &FetchSettings,
        proxy_hosts: &[String],
        open: bool,
        look_up: LookUp,
    ) -> Self {
        let fixed = settings
            .resolve
            .iter()
            .map(|(name, socket)| (name.to_ascii_lowercase(), *socket))
            .collect();
        let trusted = proxy_hosts
            .iter()
            .map(|host| host.to_ascii_lowercase())
            .collect();
        Self {
            look_up,
            fixed: Arc::new(fixed),
            trusted,
            open,
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        let fixed = self
            .fixed
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, socket)| *socket);
        let open = self.open || self.trusted.contains(&name);
        let look_up = Arc::clone(&self.look_up);
        Box::pin(async move {
            if let Some(socket) = fixed {
                return Ok(Box::new(std::iter::once(socket)) as Addrs);
            }
            let found = look_up(name).await.map_err(|_| ResolveError::NoSuchHost)?;
            let sockets: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|socket| open || is_public(socket.ip()))
                .collect();
            match (sockets.is_empty(), found.is_empty()) {
                (false, _) => Ok(Box::new(sockets.into_iter()) as Addrs),
                (true, true) => Err(ResolveError::NoSuchHost.into()),
                (true, false) => Err(ResolveError::Private.into()),
            }
        })
    }
}

/// Checks an address as given, for [`super::check_address`].
pub fn check_pairs(address: &str, allow_private: &[String]) -> Result<Url, AddressError> {
    check(address, &Allowance::of_pairs(allow_private))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> Option<AddressError> {
        check(address, &Allowance::default()).err()
    }

    #[test]
    fn private_numbers_are_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "10.1.2.3",
            "172.20.0.1",
            "192.168.3.4",
            "169.254.169.254",
            "100.100.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "198.19.0.1",
            "240.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[::10.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:a00:1::]",
            "[2001:0:a00:1::]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "[2001:db8::1]",
            "１２７.0.0.1",
            "127。0。0。1",
            "192.31.196.1",
            "192.175.48.6",
            "[2620:4f:8000::6]",
        ] {
            assert_eq!(
                refused(&format!("http://{host}/feed")),
                Some(AddressError::Private),
                "{host}"
            );
        }
    }

    #[test]
    fn private_names_odd_ports_and_other_schemes_are_refused() {
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "nas",
            "printer.local",
            "x.internal",
            "router.home.arpa",
            "fritz.box.lan",
            "feeds.default.svc",
            "a.test",
            "b.invalid",
            "a..example",
        ] {
            assert_eq!(
                refused(&format!("https://{name}/")),
                Some(AddressError::Private),
                "{name}"
            );
        }
        for address in [
            "http://basin.example:0/",
            "http://basin.example:22/",
            "http://basin.example:99999/",
        ] {
            assert_eq!(refused(address), Some(AddressError::Port), "{address}");
        }
        for address in [
            "file:///etc/passwd",
            "ftp://basin.example/",
            "javascript:alert(1)",
        ] {
            assert_eq!(refused(address), Some(AddressError::Scheme), "{address}");
        }
        assert_eq!(refused("basin.example"), Some(AddressError::Malformed));
        assert_eq!(
            refused("http://[fe80::1%25eth0]/"),
            Some(AddressError::Malformed)
        );
        assert_eq!(
            refused("http://basin.example@127.0.0.1/"),
            Some(AddressError::Private)
        );
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "http://basin.example/feed",
            "https://8.8.8.8:8443/",
            "http://[2606:4700::1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://172.32.0.1/",
            "http://u:p@basin.example/",
            "https://zürich.example/",
        ] {
            assert_eq!(refused(address), None, "{address}");
        }
    }

    #[test]
    fn an_allowance_is_for_one_host_and_one_port() {
        let allowance = Allowance::of_pairs(&["127.0.0.1:8097".to_owned(), "[::1]:80".to_owned()]);
        assert!(check("http://127.0.0.1:8097/x", &allowance).is_ok());
        assert!(check("http://[::1]/x", &allowance).is_ok());
        assert!(check("http://127.0.0.1:8098/x", &allowance).is_err());
        assert!(check("http://127.0.0.1/x", &allowance).is_err());
    }
}
