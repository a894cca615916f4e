//! Connections that can be cut.
//!
//! A client that gets no answer is a case of its own, so two faults need a TCP connection that ends without a byte of
//! answer. Each accepted connection shares a switch with the requests that arrive on it. Once it is thrown, the next
//! write fails, the server gives the connection up, and the client sees a reset, or an end of stream before the head.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How a connection ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    /// The peer sees "connection reset".
    Reset,
    /// The peer sees the stream end before the answer began.
    Closed,
}

/// The switch that a request can throw to end its own connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(Arc<AtomicU8>);

impl Cut {
    pub(crate) fn throw(&self, ending: Ending) {
        let mark = match ending {
            Ending::Reset => 1,
            Ending::Closed => 2,
        };
        self.0.store(mark, Ordering::SeqCst);
    }

    fn thrown(&self) -> Option<Ending> {
        match self.0.load(Ordering::SeqCst) {
            1 => Some(Ending::Reset),
            2 => Some(Ending::Closed),
            _ => None,
        }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

/// A TCP listener whose connections carry a [`Cut`].
pub(crate) struct CuttableListener(pub(crate) TcpListener);

impl Listener for CuttableListener {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let _ = stream.set_nodelay(true); // Only speed: an error here harms nobody.
        let cut = Cut::default();
        (Cuttable { stream, cut }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// One accepted connection.
pub(crate) struct Cuttable {
    stream: TcpStream,
    cut: Cut,
}

impl Cuttable {
    fn check(&self) -> io::Result<()> {
        let Some(ending) = self.cut.thrown() else {
            return Ok(());
        };
        if ending == Ending::Reset {
            self.stream.set_zero_linger()?;
        }
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
