use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::*;
use crate::front::pump::{BrokenOff, Sluice};

const GET: &[u8] = b"GET /v1/models HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// What a pump does with its sluice.
#[derive(Clone, Copy)]
enum Play {
    /// Says two things, the second when told, and ends.
    TwoAndEnd,
    /// Says one thing and fails.
    OneAndFail,
    /// Says one thing and panics.
    OneAndPanic,
    /// Says as much as is taken.
    Endlessly,
}

/// A handler whose answers are streams; counts what was handed over, and pumps that were dropped.
#[derive(Clone)]
struct Streams {
    play: Play,
    go: Arc<Notify>,
    passed: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Handler for Streams {
    async fn handle(&self, _: Arrival) -> Answer {
        let streams = self.clone();
        Answer::sample_stream(|sluice| streams.pump(sluice))
    }
}

impl Streams {
    fn new(play: Play) -> Streams {
        Streams { play, go: Arc::default(), passed: Arc::default(), dropped: Arc::default() }
    }

    async fn pump(self, sluice: Sluice) -> Result<(), BrokenOff> {
        let _count = Count(Arc::clone(&self.dropped));
        match self.play {
            Play::TwoAndEnd => {
                sluice.sample(b"one").await;
                self.go.notified().await;
                sluice.sample(b"two").await;
                Ok(())
            }
            Play::OneAndFail => {
                sluice.sample(b"one").await;
                self.go.notified().await;
                Err(BrokenOff)
            }
            Play::OneAndPanic => {
                sluice.sample(b"one").await;
                self.go.notified().await;
                panic!("a pump may have a defect")
            }
            Play::Endlessly => loop {
                sluice.sample(&[b'x'; 4096]).await;
                self.passed.fetch_add(4096, Ordering::SeqCst);
            },
        }
    }
}

async fn until(stream: &mut TlsStream<TcpStream>, text: &str) -> String {
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains(text) {
        let byte = timeout(FAR, stream.read_u8()).await.expect("in time").unwrap();
        heard.push(byte);
    }
    String::from_utf8(heard).unwrap()
}

async fn asked(streams: &Streams) -> (Running, TlsStream<TcpStream>) {
    let front = start(limits(), streams.clone()).await;
    let mut client = front.connect(&["http/1.1"]).await;
    client.write_all(GET).await.unwrap();
    (front, client)
}

#[tokio::test]
async fn what_is_handed_over_goes_at_once() {
    let streams = Streams::new(Play::TwoAndEnd);
    let (_front, mut client) = asked(&streams).await;
    let first = until(&mut client, "one\r\n").await;
    assert!(first.contains("transfer-encoding: chunked") && !first.contains("two"));
    streams.go.notify_one();
    assert_eq!(hear(&mut client).await, "3\r\ntwo\r\n0\r\n\r\n");
    assert_eq!(streams.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_pump_that_fails_leaves_no_end() {
    let streams = Streams::new(Play::OneAndFail);
    let (_front, mut client) = asked(&streams).await;
    until(&mut client, "one\r\n").await;
    streams.go.notify_one();
    assert_eq!(hear(&mut client).await, "");
}

#[tokio::test]
async fn a_pump_that_panics_breaks_the_answer_off() {
    let streams = Streams::new(Play::OneAndPanic);
    let (front, mut client) = asked(&streams).await;
    until(&mut client, "one\r\n").await;
    streams.go.notify_one();
    assert_eq!(hear(&mut client).await, "");
    assert_eq!(streams.dropped.load(Ordering::SeqCst), 1, "what it held is given back");
    assert!(front.connect(&["http/1.1"]).await.write_all(GET).await.is_ok(), "and others are served");
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_pump() {
    let streams = Streams::new(Play::TwoAndEnd);
    let (_front, mut client) = asked(&streams).await;
    until(&mut client, "one").await;
    drop(client);
    let gone = async {
        while streams.dropped.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(FAR, gone).await.expect("it is noticed");
}

#[tokio::test]
async fn a_client_that_does_not_read_stops_the_pump_and_is_dropped_in_time() {
    let streams = Streams::new(Play::Endlessly);
    let front = start(Limits { release_timeout_ms: 700, ..limits() }, streams.clone()).await;
    let mut client = front.connect(&["http/1.1"]).await;
    client.write_all(GET).await.unwrap();
    until(&mut client, "xx").await;
    let gone = async {
        while streams.dropped.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(FAR, gone).await.expect("the reader is given up");
    // How much the sockets take, and how long they go on taking it, is the system's affair; that it ends is ours.
    let taken = streams.passed.load(Ordering::SeqCst);
    assert!(taken < 16 << 20, "nothing more is made than the sockets take: {taken}");
}
