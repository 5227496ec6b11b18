//! The other side of the matrix: a socket that knows what it was sent.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

/// No read of a peer takes longer, whatever the client under test does.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port that nobody listens at, for as long as the socket lives.
pub fn closed_port() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

/// Where a client knocks, and what came in.
pub struct Door {
    listener: TcpListener,
    whole_requests: AtomicUsize,
    stage: Mutex<Stage>,
    stage_changed: Condvar,
    /// Where the connection comes from that only wakes a peer.
    farewell: Mutex<Option<SocketAddr>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Opened,
    /// The peer has done what the client's next call must find done.
    Prepared,
    /// The client has ended its last call, and is gone.
    Over,
}

impl Door {
    pub fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        // Connections take this over. A large request must not fit into it.
        SockRef::from(&listener).set_recv_buffer_size(64 * 1024)?;
        Ok(Self {
            listener,
            whole_requests: AtomicUsize::new(0),
            stage: Mutex::new(Stage::Opened),
            stage_changed: Condvar::new(),
            farewell: Mutex::new(None),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// The next connection.
    pub fn accept(&self) -> io::Result<Connection<'_>> {
        let (stream, address) = self.listener.accept()?;
        if *self.farewell.lock().unwrap() == Some(address) {
            return Err(io::Error::other("the client did not connect"));
        }
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Connection::new(self, stream))
    }

    /// Whole requests that were read.
    pub fn whole_requests(&self) -> usize {
        self.whole_requests.load(Ordering::SeqCst)
    }

    /// Connections that nobody accepted, when the client is gone.
    pub fn unanswered(&self) -> usize {
        self.listener.set_nonblocking(true).unwrap();
        let farewell = *self.farewell.lock().unwrap();
        let waiting = std::iter::from_fn(|| self.listener.accept().ok());
        waiting.filter(|(_, address)| Some(*address) != farewell).count()
    }

    pub fn prepared(&self) {
        self.enter(Stage::Prepared);
    }

    pub fn wait_until_prepared(&self) {
        self.wait_for(Stage::Prepared);
    }

    /// The client is gone. A peer that still waits for a connection is told so, by one.
    pub fn leave(&self) {
        self.enter(Stage::Over);
        let mut farewell = self.farewell.lock().unwrap();
        let stream = TcpStream::connect(self.address()).unwrap();
        *farewell = Some(stream.local_addr().unwrap());
    }

    fn enter(&self, stage: Stage) {
        let mut reached = self.stage.lock().unwrap();
        *reached = stage.max(*reached);
        self.stage_changed.notify_all();
    }

    fn wait_for(&self, stage: Stage) {
        let reached = self.stage.lock().unwrap();
        drop(self.stage_changed.wait_timeout_while(reached, PATIENCE, |reached| *reached < stage));
    }
}

/// What bytes go through: TCP, or TLS over it.
pub trait Duplex: Read + Write + Send {
    /// Says that no more will come, where there is a way to say it.
    fn close_notify(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Duplex for TcpStream {}

/// One connection of a client. Dropped, it ends with FIN; or with RST, as the system does
/// it, when there is something that was not read.
pub struct Connection<'a> {
    pub door: &'a Door,
    pub tcp: TcpStream,
    stream: Box<dyn Duplex>,
    /// Plaintext of a request that is not whole yet.
    received: Vec<u8>,
}

impl<'a> Connection<'a> {
    fn new(door: &'a Door, tcp: TcpStream) -> Self {
        let stream = Box::new(tcp.try_clone().unwrap());
        Self { door, tcp, stream, received: Vec::new() }
    }

    /// The same connection with something around it.
    #[cfg(feature = "rustls")]
    pub fn through(self, stream: impl Duplex + 'static) -> Self {
        Self { stream: Box::new(stream), ..self }
    }

    /// Reads a whole request.
    pub fn read_request(&mut self) -> io::Result<()> {
        let before = self.door.whole_requests();
        while self.door.whole_requests() == before {
            self.read()?;
        }
        Ok(())
    }

    /// Reads so many bytes of a request that is longer.
    pub fn read_part(&mut self, length: usize) -> io::Result<()> {
        while self.received.len() < length {
            self.read()?;
        }
        Ok(())
    }

    /// Reads and says nothing until the client has hung up.
    #[expect(clippy::unnecessary_wraps, reason = "an end like the others")]
    pub fn read_on(mut self) -> io::Result<()> {
        while self.read().is_ok() {}
        Ok(())
    }

    /// Reads nothing until the client is gone, and then what it has left behind.
    pub fn ignore(self) -> io::Result<()> {
        self.door.wait_for(Stage::Over);
        self.read_on()
    }

    fn read(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let length = self.stream.read(&mut buffer)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.received.extend_from_slice(&buffer[..length]);
        if request_length(&self.received).is_some_and(|length| self.received.len() >= length) {
            self.received.clear();
            self.door.whole_requests.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())?;
        self.stream.flush()
    }

    /// FIN.
    #[expect(clippy::unnecessary_wraps, reason = "an end like the others")]
    pub fn close(self) -> io::Result<()> {
        drop(self);
        Ok(())
    }

    /// FIN, after a proper end of TLS.
    pub fn close_properly(mut self) -> io::Result<()> {
        self.stream.close_notify()?;
        self.stream.flush()
    }

    /// RST.
    pub fn reset(self) -> io::Result<()> {
        SockRef::from(&self.tcp).set_linger(Some(Duration::ZERO))
    }
}

/// Head and body together, once the head is there.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..head]).unwrap().lines();
    let body = lines.find_map(|line| line.strip_prefix("content-length: "));
    Some(head + 4 + body.map_or(0, |length| length.parse::<usize>().unwrap()))
}
