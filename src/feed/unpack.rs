//! Packed bodies: one coding at most, unpacked while they arrive, bounded by what they become.
//!
//! Servers lie here as elsewhere: "deflate" comes with and without the zlib wrapper that HTTP asks
//! for, and gzip comes without a word.

use crate::news::ReadingError;
use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, Write};

/// The codings that can be read, for Accept-Encoding.
pub const CODINGS: &str = "gzip, deflate, br";
/// First bytes of a gzip stream (RFC 1952, 2.3).
const GZIP_START: [u8; 3] = [0x1f, 0x8b, 8];
/// Bytes that tell one coding from another.
const START_BYTES: usize = GZIP_START.len();
const BROTLI_BUFFER_BYTES: usize = 4_096;

/// A body on its way.
pub struct Unpacker {
    way: Way,
    bytes_max: u64,
    begun: bool,
}

enum Way {
    /// Too few bytes so far; whether the header said "deflate".
    Unsure(Vec<u8>, bool),
    Plain(Sink),
    Gzip(MultiGzDecoder<Sink>),
    Zlib(ZlibDecoder<Sink>),
    Deflate(DeflateDecoder<Sink>),
    Brotli(Box<DecompressorWriter<Sink>>),
}

/// Where unpacked bytes go, as far as they fit.
struct Sink {
    bytes: Vec<u8>,
    bytes_max: u64,
    full: bool,
}

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let room = usize::try_from(self.bytes_max).unwrap_or(usize::MAX) - self.bytes.len();
        self.bytes
            .extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Unpacker {
    /// For a body of at most `bytes_max` unpacked bytes whose Content-Encoding is `coding`.
    ///
    /// # Errors
    /// A coding that is not known, or several.
    pub fn new(coding: Option<&str>, bytes_max: u64) -> Result<Self, ReadingError> {
        let sink = Sink::new(bytes_max);
        let way = match coding.unwrap_or_default().to_ascii_lowercase().as_str() {
            "" | "identity" => Way::Unsure(Vec::new(), false),
            "deflate" => Way::Unsure(Vec::new(), true),
            "gzip" | "x-gzip" => Way::Gzip(MultiGzDecoder::new(sink)),
            "br" => Way::Brotli(Box::new(DecompressorWriter::new(sink, BROTLI_BUFFER_BYTES))),
            _ => return Err(ReadingError::BadCoding),
        };
        Ok(Self {
            way,
            bytes_max,
            begun: false,
        })
    }

    /// Takes the next bytes from the network.
    ///
    /// # Errors
    /// What cannot be unpacked, and more than may be.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), ReadingError> {
        self.begun |= !piece.is_empty();
        let Way::Unsure(start, deflate) = &mut self.way else {
            return self.write(piece);
        };
        start.extend_from_slice(piece);
        if start.len() < START_BYTES {
            return Ok(());
        }
        let (start, deflate) = (std::mem::take(start), *deflate);
        self.decide(&start, deflate)
    }

    /// What is unpacked so far, as far as it fits.
    pub fn bytes(&self) -> &[u8] {
        match &self.way {
            Way::Unsure(start, _) => start,
            way => way.sink().map_or(&[], |sink| &sink.bytes),
        }
    }

    /// The whole body. Nothing at all is nothing in any coding.
    ///
    /// # Errors
    /// As [`Self::take`]; and a packed body that ends too soon.
    pub fn finish(mut self) -> Result<Vec<u8>, ReadingError> {
        if !self.begun {
            return Ok(Vec::new());
        }
        if let Way::Unsure(start, deflate) = &mut self.way {
            let (start, deflate) = (std::mem::take(start), *deflate);
            self.decide(&start, deflate)?;
        }
        let ended = match &mut self.way {
            Way::Unsure(..) | Way::Plain(_) => Ok(()),
            Way::Gzip(way) => way.try_finish(),
            Way::Zlib(way) => way.try_finish(),
            Way::Deflate(way) => way.try_finish(),
            Way::Brotli(way) => way.close(),
        };
        self.told(ended)?;
        Ok(match &mut self.way {
            Way::Unsure(start, _) => std::mem::take(start),
            way => way
                .sink_mut()
                .map_or_else(Vec::new, |sink| std::mem::take(&mut sink.bytes)),
        })
    }

    fn decide(&mut self, start: &[u8], deflate: bool) -> Result<(), ReadingError> {
        let sink = Sink::new(self.bytes_max);
        self.way = match (deflate, start) {
            (true, [first, second, ..]) if is_zlib(*first, *second) => {
                Way::Zlib(ZlibDecoder::new(sink))
            }
            (true, _) => Way::Deflate(DeflateDecoder::new(sink)),
            (false, _) if start.starts_with(&GZIP_START) => Way::Gzip(MultiGzDecoder::new(sink)),
            (false, _) => Way::Plain(sink),
        };
        self.write(start)
    }

    fn write(&mut self, mut piece: &[u8]) -> Result<(), ReadingError> {
        while !piece.is_empty() {
            let written = match &mut self.way {
                Way::Unsure(..) => Ok(0),
                Way::Plain(way) => way.write(piece),
                Way::Gzip(way) => way.write(piece),
                Way::Zlib(way) => way.write(piece),
                Way::Deflate(way) => way.write(piece),
                Way::Brotli(way) => way.write(piece),
            };
            match self.told(written)? {
                // The stream has ended; what follows it is none of ours.
                0 => return Ok(()),
                count => piece = &piece[count..],
            }
        }
        Ok(())
    }

    fn told<T>(&self, result: io::Result<T>) -> Result<T, ReadingError> {
        let full = self.way.sink().is_some_and(|sink| sink.full);
        result.map_err(|_| match full {
            true => ReadingError::TooLarge {
                limit_bytes: self.bytes_max,
            },
            false => ReadingError::BadCoding,
        })
    }
}

impl Sink {
    fn new(bytes_max: u64) -> Self {
        Self {
            bytes: Vec::new(),
            bytes_max,
            full: false,
        }
    }
}

impl Way {
    fn sink(&self) -> Option<&Sink> {
        match self {
            Way::Unsure(..) => None,
            Way::Plain(sink) => Some(sink),
            Way::Gzip(way) => Some(way.get_ref()),
            Way::Zlib(way) => Some(way.get_ref()),
            Way::Deflate(way) => Some(way.get_ref()),
            Way::Brotli(way) => Some(way.get_ref()),
        }
    }

    fn sink_mut(&mut self) -> Option<&mut Sink> {
        match self {
            Way::Unsure(..) => None,
            Way::Plain(sink) => Some(sink),
            Way::Gzip(way) => Some(way.get_mut()),
            Way::Zlib(way) => Some(way.get_mut()),
            Way::Deflate(way) => Some(way.get_mut()),
            Way::Brotli(way) => Some(way.get_mut()),
        }
    }
}

/// Whether a stream begins with the wrapper of zlib (RFC 1950, 2.2).
fn is_zlib(first: u8, second: u8) -> bool {
    first & 0x0f == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    const TEXT: &str = "<rss><channel><title>Basin Weekly</title></channel></rss>";
    const ROOM: u64 = 1_000;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut way = GzEncoder::new(Vec::new(), Compression::default());
        way.write_all(text).expect("a vector takes all");
        way.finish().expect("a vector takes all")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut way = ZlibEncoder::new(Vec::new(), Compression::default());
        way.write_all(text).expect("a vector takes all");
        way.finish().expect("a vector takes all")
    }

    fn deflate(text: &[u8]) -> Vec<u8> {
        let mut way = DeflateEncoder::new(Vec::new(), Compression::default());
        way.write_all(text).expect("a vector takes all");
        way.finish().expect("a vector takes all")
    }

    /// Unpacks in pieces of so many bytes.
    fn read(coding: Option<&str>, body: &[u8], piece: usize) -> Result<Vec<u8>, ReadingError> {
        let mut unpacker = Unpacker::new(coding, ROOM)?;
        for piece in body.chunks(piece) {
            unpacker.take(piece)?;
        }
        unpacker.finish()
    }

    #[test]
    fn every_coding_is_read_however_it_is_cut_and_whatever_it_is_called() {
        let text = TEXT.as_bytes();
        let cases = [
            (None, text.to_vec()),
            (Some("Identity"), text.to_vec()),
            (Some("gzip"), gzip(text)),
            (Some("X-GZIP"), gzip(text)),
            (None, gzip(text)),
            (Some("deflate"), zlib(text)),
            (Some("deflate"), deflate(text)),
            (Some("gzip"), [gzip(&text[..9]), gzip(&text[9..])].concat()),
            (Some("deflate"), [&zlib(text)[..], b"\n\n"].concat()),
        ];
        for (coding, body) in cases {
            for piece in [1, 2, 7, 10_000] {
                let read = read(coding, &body, piece);
                assert_eq!(read.as_deref(), Ok(text), "{coding:?} in pieces of {piece}");
            }
        }
        for short in [&b""[..], b"a", b"ab"] {
            assert_eq!(read(None, short, 1).as_deref(), Ok(short));
        }
        for coding in ["gzip", "deflate", "br"] {
            assert_eq!(read(Some(coding), b"", 1).as_deref(), Ok(&b""[..]));
        }
    }

    #[test]
    fn brotli_is_read() {
        // One stored block, then an empty last one.
        let stored = [0x0b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', 0x03];
        assert_eq!(read(Some("br"), &stored, 3).as_deref(), Ok(&b"hello"[..]));
        assert_eq!(
            read(Some("br"), &stored[..5], 3),
            Err(ReadingError::BadCoding)
        );
    }

    #[test]
    fn one_layer_is_unpacked_and_no_more() {
        let twice = gzip(&gzip(TEXT.as_bytes()));
        assert_eq!(read(Some("gzip"), &twice, 7), Ok(gzip(TEXT.as_bytes())));
        assert_eq!(read(None, &twice, 7), Ok(gzip(TEXT.as_bytes())));
        for coding in ["gzip, gzip", "gzip, br", "zstd", "rot13"] {
            let refused = read(Some(coding), &twice, 7);
            assert_eq!(refused, Err(ReadingError::BadCoding), "{coding}");
        }
    }

    #[test]
    fn what_counts_is_what_the_body_becomes() {
        let large = vec![b' '; 100_000];
        let too_large = ReadingError::TooLarge { limit_bytes: ROOM };
        for (coding, body) in [
            (None, large.clone()),
            (None, gzip(&large)),
            (Some("gzip"), gzip(&large)),
            (Some("deflate"), zlib(&large)),
            (Some("deflate"), deflate(&large)),
        ] {
            assert_eq!(
                read(coding, &body, 50),
                Err(too_large.clone()),
                "{coding:?}"
            );
        }
    }

    #[test]
    fn a_damaged_stream_is_named_so() {
        let mut broken = gzip(TEXT.as_bytes());
        broken.truncate(broken.len() - 9);
        assert_eq!(read(Some("gzip"), &broken, 7), Err(ReadingError::BadCoding));
        for coding in ["gzip", "deflate", "br"] {
            let plain = read(Some(coding), TEXT.as_bytes(), 7);
            assert_eq!(plain, Err(ReadingError::BadCoding), "{coding}");
        }
    }
}
