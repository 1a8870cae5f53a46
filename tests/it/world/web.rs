//! The fake web: one listener on 127.0.0.1 that tells outlets apart by the Host header, answers as
//! they would, well or badly, and remembers every request. It speaks HTTP/1.1 by hand, so that it
//! can also speak it wrongly.

use super::fault;
use super::outlet::OutletState;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of a request's head that are read.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub host: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The status that was answered; 0 when there was no whole answer.
    pub status: u16,
    /// When it had come whole, in real time.
    pub at: Instant,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// An answer, well formed.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn bare(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            self.body.len()
        ));
        [head.as_bytes(), &self.body].concat()
    }
}

#[derive(Default)]
pub struct State {
    pub outlets: HashMap<String, OutletState>,
    pub requests: Vec<Request>,
    at_once: HashMap<String, u32>,
    /// The most requests that a host had at one moment.
    pub at_once_max: HashMap<String, u32>,
}

/// A handle on the fake web. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Web {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// At another number of this machine: all of 127.0.0.0/8 are, where it runs Linux.
    pub async fn start_at(number: &str) -> Self {
        let listener = TcpListener::bind((number, 0)).await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let web = Self {
            address,
            state: Arc::default(),
        };
        let serving = web.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let web = serving.clone();
                tokio::spawn(async move { web.serve(stream).await });
            }
        });
        web
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Requests to `host` for its feed, in order.
    pub fn requests(&self, host: &str) -> Vec<Request> {
        let state = self.state();
        state
            .requests
            .iter()
            .filter(|request| request.host == host)
            .cloned()
            .collect()
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(mut request) = read_request(&mut stream).await else {
            return;
        };
        let host = request.host.clone();
        let (answer, fault) = {
            let mut state = self.state();
            let at_once = state.at_once.entry(host.clone()).or_default();
            *at_once += 1;
            let at_once = *at_once;
            let most = state.at_once_max.entry(host.clone()).or_default();
            *most = at_once.max(*most);
            let outlet = state.outlets.get(&host);
            let fault = outlet.and_then(|outlet| outlet.fault_for(&request.path));
            let answer = match (outlet, &fault) {
                (None, _) => Answer::bare(404),
                (Some(outlet), None) => outlet.answer(&request),
                (Some(outlet), Some(fault)) => fault.answer(outlet, &request),
            };
            request.status = answer.status;
            state.requests.push(request);
            (answer, fault)
        };
        match fault {
            Some(fault) if fault.is_raw() => fault::misbehave(&fault, stream, answer.bytes()).await,
            _ => {
                let _ = stream.write_all(&answer.bytes()).await;
                let _ = stream.shutdown().await;
            }
        }
        let mut state = self.state();
        if let Some(at_once) = state.at_once.get_mut(&host) {
            *at_once -= 1;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok()?;
        if count == 0 || head.len() > HEAD_BYTES_MAX {
            return None;
        }
        head.extend_from_slice(&buffer[..count]);
        // A greeting of TLS, which no outlet here speaks.
        if head[0] == 0x16 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let host = headers
        .iter()
        .find(|(name, _)| name == "host")
        .map(|(_, value)| value.clone())?;
    let host = host.split(':').next().unwrap_or_default().to_owned();
    Some(Request {
        host,
        path,
        headers,
        status: 0,
        at: Instant::now(),
    })
}
