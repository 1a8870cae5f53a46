//! Sites whose HTTPS is not in order: the real program refuses each in words, reads the one that is
//! in order, and has no switch to do otherwise.

use crate::flows::shell::Lede;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Basin Weekly</title>\
    <item><title>Ferry sails again</title><link>https://basin.example/ferry</link></item></channel></rss>";

/// Somebody who vouches for certificates, and whom the program is told to believe.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut own = CertificateParams::new(Vec::new()).expect("no names to be wrong");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        own.distinguished_name
            .push(DnType::CommonName, "Authority of a test");
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(own, key).expect("a certificate"))
    }

    /// What a site for `name` shows, once `change` is made to it; signed by itself if so wanted.
    fn site(&self, name: &str, own: bool, change: fn(&mut CertificateParams)) -> ServerConfig {
        let mut site = CertificateParams::new([name.to_owned()]).expect("a name");
        change(&mut site);
        let key = KeyPair::generate().expect("a key");
        let shown = match own {
            true => site.self_signed(&key),
            false => site.signed_by(&key, &self.0),
        };
        let shown = shown.expect("a certificate").der().clone();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![shown], secret)
            .expect("a certificate and its key")
    }
}

/// Serves the feed over TLS; gives `host:port`.
async fn serve(config: ServerConfig) -> String {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut head = [0; 4_096];
                let _ = stream.read(&mut head).await;
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{FEED}",
                    FEED.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    at
}

/// Something that speaks, but no TLS.
async fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    at
}

/// What `lede sources add` says of an address, with this file of authorities to believe.
async fn adds(address: &str, authorities: &Path) -> String {
    let at = address.split('/').nth(2).expect("a host").to_owned();
    let lede = Lede::new(&[&at]);
    let mut command = lede.command(&["sources", "add", address]);
    command.env("SSL_CERT_FILE", authorities);
    let run = tokio::task::spawn_blocking(move || command.output().expect("it starts"));
    let output = run.await.expect("no panic");
    let all = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn a_certificate_that_is_not_in_order_is_refused_in_words() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().expect("a folder");
    let believed = folder.path().join("authorities.pem");
    std::fs::write(&believed, authority.0.pem()).expect("written");
    let same = |_: &mut CertificateParams| {};
    let expired = |site: &mut CertificateParams| site.not_after = date_time_ymd(2020, 1, 1);
    let early = |site: &mut CertificateParams| site.not_before = date_time_ymd(2999, 1, 1);

    let good = serve(authority.site("127.0.0.1", false, same)).await;
    let said = adds(&format!("https://{good}/feed"), &believed).await;
    assert!(said.contains("Basin Weekly"), "{said}");

    let cases = [
        (
            serve(authority.site("127.0.0.1", false, expired)).await,
            "its certificate has expired",
        ),
        (
            serve(authority.site("127.0.0.1", false, early)).await,
            "its certificate is not valid yet",
        ),
        (
            serve(authority.site("basin.example", false, same)).await,
            "its certificate is for another name",
        ),
        (
            serve(authority.site("127.0.0.1", true, same)).await,
            "nobody known vouches for its certificate",
        ),
        (plain().await, "it does not speak HTTPS properly"),
    ];
    for (at, cause) in cases {
        let said = adds(&format!("https://{at}/feed"), &believed).await;
        let sentence = format!("It cannot be read: no secure connection comes about: {cause}.");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&sentence), "{cause}: {said}");
        assert!(said.contains("Nothing was saved."), "{said}");
        assert!(!said.contains("Basin Weekly"), "{said}");
    }
    // The certificate counts, not who says so: the same site, unknown to an empty list.
    let said = adds(&format!("https://{good}/feed"), Path::new("/dev/null")).await;
    assert!(said.contains("no secure connection"), "{said}");
}
