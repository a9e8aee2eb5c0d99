//! One keep-alive HTTP/1.1 connection that sends requests prepared beforehand: the generator must not be what is measured.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest head of an answer that is read.
const HEAD: usize = 64 * 1024;
/// Longer than any platform waits for a webhook's answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to the desk.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: usize,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(1024),
            head: 0,
        })
    }

    /// Sends a whole request and reads the whole answer; its status. After an error the connection is of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        match tokio::time::timeout(PATIENCE, self.talk(request)).await {
            Ok(answered) => answered,
            Err(_) => Err(ErrorKind::TimedOut.into()),
        }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    async fn talk(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = end_of_head(&self.buffer) {
                break end;
            }
            if self.buffer.len() > HEAD || self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        };
        let (status, length) =
            understood(&self.buffer[..head]).ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        self.head = head;
        Ok(status)
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

/// Status and length of the body. An answer without a length has no body; none of the desk's is chunked.
fn understood(head: &[u8]) -> Option<(u16, usize)> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    Some((status, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_understood() {
        let head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\nx: y\r\n\r\nrest";
        let end = end_of_head(head).expect("the head ends");
        assert_eq!(&head[end..], b"rest");
        assert_eq!(understood(&head[..end]), Some((503, 12)));
        assert_eq!(understood(b"HTTP/1.1 200 OK\r\n\r\n"), Some((200, 0)));
        assert_eq!(understood(b"nonsense"), None);
        assert_eq!(end_of_head(b"HTTP/1.1 200 OK\r\n"), None);
    }
}
