use std::sync::atomic::{AtomicUsize, Ordering};

use sekisho_exchange::wire::ErrorForm;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::*;

const GET: &[u8] = b"GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n";

/// A handler that says when it began and answers when told; counts those it has dropped.
#[derive(Clone, Default)]
struct Gate {
    begun: Arc<Notify>,
    go: Arc<Notify>,
    dropped: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Handler for Gate {
    async fn handle(&self, _: Arrival) -> Answer {
        let _count = Count(Arc::clone(&self.dropped));
        self.begun.notify_one();
        self.go.notified().await;
        Answer::sample(200, "late")
    }

    fn refused(&self, source: IpAddr, path: &str, refusal: &Refusal) -> ErrorForm {
        assert!(source.is_loopback() && path == "/" && refusal.code() == "overload");
        self.refused.fetch_add(1, Ordering::SeqCst);
        ErrorForm::ExApp
    }
}

async fn soon(what: impl Future) {
    timeout(FAR, what).await.expect("in time");
}

#[tokio::test]
async fn a_drain_lets_the_running_exchange_end_and_takes_no_other() {
    let gate = Gate::default();
    let front = start(limits(), gate.clone()).await;
    let mut idle = front.connect(&["http/1.1"]).await;
    let mut running = front.connect(&["http/1.1"]).await;
    running.write_all(GET).await.unwrap();
    soon(gate.begun.notified()).await;
    front.drain.start();
    assert_eq!(hear(&mut idle).await, "");
    assert!(TcpStream::connect(front.address).await.is_err());
    assert!(!front.ended.is_finished());
    gate.go.notify_one();
    assert!(hear(&mut running).await.ends_with("late"));
    soon(front.ended).await;
}

#[tokio::test]
async fn a_drain_does_not_wait_for_ever() {
    let gate = Gate::default();
    let front = start(Limits { drain_timeout_ms: 200, ..limits() }, gate.clone()).await;
    let mut running = front.connect(&["http/1.1"]).await;
    running.write_all(GET).await.unwrap();
    soon(gate.begun.notified()).await;
    front.drain.start();
    soon(front.ended).await;
    assert_eq!(gate.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_exchange_ends_with_its_client() {
    for alpn in ["http/1.1", "h2"] {
        let gate = Gate::default();
        let front = start(limits(), gate.clone()).await;
        let stream = front.connect(&[alpn]).await;
        if alpn == "h2" {
            let io = hyper_util::rt::TokioIo::new(stream);
            let executor = hyper_util::rt::TokioExecutor::new();
            let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
            let connection = tokio::spawn(connection);
            let request =
                http::Request::get("https://a/").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
            let asked = tokio::spawn(sender.send_request(request));
            soon(gate.begun.notified()).await;
            asked.abort();
            connection.abort();
        } else {
            let mut stream = stream;
            stream.write_all(GET).await.unwrap();
            soon(gate.begun.notified()).await;
            drop(stream);
        }
        soon(async {
            while gate.dropped.load(Ordering::SeqCst) == 0 {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_panic_ends_one_exchange_only() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dropped);
    let handler = move |arrival: Arrival| {
        let count = Count(Arc::clone(&counter));
        async move {
            let _count = count;
            assert_ne!(arrival.target, "/panic");
            Answer::sample(200, "fine")
        }
    };
    let front = start(limits(), handler).await;
    let mut stream = front.connect(&["http/1.1"]).await;
    stream.write_all(b"GET /panic HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    stream.write_all(b"GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let answers = hear(&mut stream).await;
    assert!(answers.starts_with("HTTP/1.1 500 ") && answers.ends_with("fine"), "{answers}");
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn more_exchanges_than_allowed_are_shed_at_once() {
    let gate = Gate::default();
    let front = start(Limits { exchanges_max: 1, ..limits() }, gate.clone()).await;
    let mut running = front.connect(&["http/1.1"]).await;
    running.write_all(GET).await.unwrap();
    soon(gate.begun.notified()).await;
    let shed = front.say("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(shed.starts_with("HTTP/1.1 503 ") && shed.contains("retry-after: "), "{shed}");
    assert!(shed.contains("{\"outputs\":"), "in the form that the handler says: {shed}");
    assert_eq!(gate.refused.load(Ordering::SeqCst), 1);
    gate.go.notify_one();
    let mut answer = [0; 12];
    running.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}
