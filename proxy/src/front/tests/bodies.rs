use tokio::time::sleep;

use super::*;

fn check(answer: &str, end: &str) {
    assert!(answer.ends_with(&format!("\r\n\r\n{end}")), "{answer}");
}

fn json(length: usize) -> String {
    format!("content-type: application/json\r\ncontent-length: {length}\r\n")
}

const CHUNKED: &str = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";

#[tokio::test]
async fn the_largest_body_passes_and_one_byte_more_does_not() {
    let front = start(limits(), echo).await;
    let body = |n: usize| "x".repeat(n);
    check(&front.say(&post(&json(1000), &body(1000))).await, "POST /v1/x?y=%20 1000");
    let too_large = "Bad(BodyTooLarge { limit_bytes: 1000 })";
    check(&front.say(&post(&json(1001), &body(1001))).await, too_large);
    check(
        &front.say(&post(CHUNKED, &format!("3e8\r\n{}\r\n0\r\n\r\n", body(1000)))).await,
        "POST /v1/x?y=%20 1000",
    );
    check(&front.say(&post(CHUNKED, &format!("3e9\r\n{}\r\n0\r\n\r\n", body(1001)))).await, too_large);
}

#[tokio::test]
async fn a_client_that_only_writes_still_hears_the_refusal() {
    let front = start(Limits { body_bytes_max: 4_000_000, ..limits() }, echo).await;
    let answer = front.say(&post(&json(3_000_000), &"x".repeat(3_000_000))).await;
    check(&answer, "Bad(BodyTooLarge { limit_bytes: 1000 })");
}

#[tokio::test]
async fn only_unencoded_json_is_read() {
    let front = start(limits(), echo).await;
    let ok = "POST /v1/x?y=%20 2";
    check(&front.say(&post(&json(2), "{}")).await, ok);
    check(
        &front.say(&post(&format!("{}content-encoding: gzip\r\n", json(2)), "{}")).await,
        "Bad(ContentEncoding)",
    );
    check(
        &front.say(&post("content-type: text/plain\r\ncontent-length: 2\r\n", "{}")).await,
        "Bad(ContentType)",
    );
    check(&front.say(&post("content-length: 2\r\n", "{}")).await, "Bad(ContentType)");
}

#[tokio::test]
async fn trailers_are_refused() {
    let front = start(limits(), echo).await;
    check(&front.say(&post(CHUNKED, "2\r\n{}\r\n0\r\n\r\n")).await, "POST /v1/x?y=%20 2");
    check(&front.say(&post(CHUNKED, "2\r\n{}\r\n0\r\nx: y\r\n\r\n")).await, "Bad(BodyBroken)");
}

#[tokio::test]
async fn silence_and_trickling_are_both_bounded() {
    let front = start(limits(), echo).await;
    let mut silent = front.connect(&["http/1.1"]).await;
    silent.write_all(post(&json(10), "123").as_bytes()).await.unwrap();
    check(&hear(&mut silent).await, "Bad(BodyTimeout)");

    let (mut read, mut write) = tokio::io::split(front.connect(&["http/1.1"]).await);
    let trickle = tokio::spawn(async move {
        write.write_all(post(&json(100), "").as_bytes()).await.unwrap();
        while write.write_all(b"x").await.is_ok() && write.flush().await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut heard = Vec::new();
    let _ = timeout(FAR, read.read_to_end(&mut heard)).await.expect("the server closes in time");
    trickle.abort();
    check(&String::from_utf8(heard).unwrap(), "Bad(BodyTimeout)");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_to_the_handler() {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let handler = move |mut arrival: Arrival| {
        let tell = tell.clone();
        async move {
            let _ =
                tell.send(arrival.read_body(&limits(), sekisho_exchange::wire::BodyTypes::Json).await).await;
            Answer::sample(400, "")
        }
    };
    let front = start(limits(), handler).await;
    let mut stream = front.connect(&["http/1.1"]).await;
    stream.write_all(post(&json(10), "123").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let broken = Err(BodyError::Bad(sekisho_exchange::BadRequest::BodyBroken));
    assert_eq!(timeout(FAR, told.recv()).await.unwrap(), Some(broken));
}

#[tokio::test]
async fn bytes_beyond_the_budget_are_refused_until_some_come_back() {
    let front = start(Limits { body_budget_bytes: 1000, ..limits() }, echo).await;
    let other = front.budget.share();
    assert!(other.take(600));
    check(&front.say(&post(&json(401), &"x".repeat(401))).await, "Fault(Overload)");
    check(&front.say(&post(&json(400), &"x".repeat(400))).await, "POST /v1/x?y=%20 400");
    drop(other);
    check(&front.say(&post(&json(401), &"x".repeat(401))).await, "POST /v1/x?y=%20 401");
    assert_eq!(front.budget.free_bytes(), 1000);
}
