use http::{Request, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

const GET: &str = "GET /v1/models HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

async fn hello(arrival: Arrival) -> Answer {
    Answer::sample(200, arrival.target)
}

fn check(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

#[tokio::test]
async fn http_1_is_served_with_and_without_alpn() {
    let front = start(limits(), hello).await;
    for alpn in [&["http/1.1"][..], &[]] {
        let mut stream = front.connect(alpn).await;
        stream.write_all(GET.as_bytes()).await.unwrap();
        let answer = hear(&mut stream).await;
        check(&answer, 200);
        assert!(answer.ends_with("\r\n\r\n/v1/models"), "{answer}");
    }
}

#[tokio::test]
async fn http_2_is_served_when_it_was_agreed_on() {
    let front = start(limits(), echo).await;
    let stream = front.connect(&["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::post("https://127.0.0.1/v1/x")
        .version(Version::HTTP_2)
        .header("content-type", "application/json")
        .body(Full::<bytes::Bytes>::from("{}"))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "POST /v1/x 2");
}

#[tokio::test]
async fn the_target_arrives_as_sent_and_only_in_origin_form() {
    let front = start(limits(), hello).await;
    let raw = front.say("GET /v1//m%6F?a=%20 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(raw.ends_with("/v1//m%6F?a=%20"), "{raw}");
    check(&front.say("GET https://a/v1/models HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await, 400);
    check(
        &front.say("GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n").await,
        400,
    );
    check(&front.say("CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n").await, 405);
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let front = start(limits(), hello).await;
    let mut slow = front.connect(&["http/1.1"]).await;
    slow.write_all(b"GET /v1/models HTTP/1.1\r\nhost: ").await.unwrap();
    let answer = hear(&mut slow).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    check(&front.say(GET).await, 200);
}

#[tokio::test]
async fn a_handshake_that_does_not_come_ends_the_connection() {
    let front = start(limits(), hello).await;
    let mut silent = TcpStream::connect(front.address).await.unwrap();
    let mut nothing = Vec::new();
    let closed = timeout(FAR, silent.read_to_end(&mut nothing)).await.expect("closed in time");
    assert!(closed.is_err() || nothing.is_empty());
}

#[tokio::test]
async fn heads_have_a_largest_size_and_number() {
    let front = start(Limits { head_bytes_max: 8192, headers_max: 5, ..limits() }, hello).await;
    let with = |lines: &str| format!("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lines}\r\n");
    check(&front.say(&with(&format!("x: {}\r\n", "a".repeat(7000)))).await, 200);
    check(&front.say(&with(&format!("x: {}\r\n", "a".repeat(9000)))).await, 431);
    check(&front.say(&with("a: 1\r\nb: 1\r\nc: 1\r\n")).await, 200);
    check(&front.say(&with("a: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\n")).await, 431);
}

/// Answers with the address that a record would hold.
async fn whence(arrival: Arrival) -> Answer {
    Answer::sample(200, arrival.peer.ip().to_string())
}

async fn whence_behind(balancer: &str, first: &[u8]) -> Option<String> {
    let front = start_behind(&[balancer], limits(), whence).await;
    let mut stream = front.connect_after(first, &["http/1.1"]).await.ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.ok()?;
    let heard = hear(&mut stream).await;
    heard.rsplit("\r\n\r\n").next().map(str::to_owned)
}

#[tokio::test]
async fn a_named_balancer_says_whence_and_nobody_else_may() {
    let header = balanced::tests::header(1, 0x11, &balanced::tests::V4);
    assert_eq!(whence_behind("127.0.0.0/8", &header).await.as_deref(), Some("203.0.113.7"));
    assert_eq!(whence_behind("127.0.0.0/8", b"").await, None, "a balancer that does not say it");
    assert_eq!(whence_behind("10.0.0.0/8", b"").await.as_deref(), Some("127.0.0.1"));
    assert_eq!(whence_behind("10.0.0.0/8", &header).await, None, "somebody who is no balancer");
}
