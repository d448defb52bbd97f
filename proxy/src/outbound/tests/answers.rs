use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

async fn check(answer: &'static str, expect: Result<(u16, &str), Upstream>) {
    let got = sender().send(&says(answer).await).await;
    let got = got.as_ref().map(|raw| (raw.status, std::str::from_utf8(&raw.body).unwrap())).map_err(|e| *e);
    assert_eq!(got, expect.map_err(SendError::Upstream), "{answer}");
}

#[tokio::test]
async fn an_answer_is_read_whole_whatever_its_framing() {
    check(OK, Ok((200, "{}"))).await;
    check(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        Ok((200, "{}")),
    )
    .await;
    check("HTTP/1.1 200 OK\r\n\r\n{}", Ok((200, "{}"))).await;
    check("HTTP/1.1 429 Slow\r\ncontent-length: 2\r\n\r\n{}", Ok((429, "{}"))).await;
    check("HTTP/1.1 204 No\r\n\r\n", Ok((204, ""))).await;
}

#[tokio::test]
async fn its_type_is_handed_on_only_if_there_is_one() {
    let raw = sender().send(&says(OK).await).await.unwrap();
    assert_eq!(raw.content_type.as_deref(), Some("application/json"));
    let two = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}";
    assert_eq!(sender().send(&says(two).await).await.unwrap().content_type, None);
}

#[tokio::test]
async fn an_encoded_answer_is_refused() {
    let gzip = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}";
    check(gzip, Err(Upstream::Encoded)).await;
    check("HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\n{}", Ok((200, "{}")))
        .await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    check("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}", Err(Upstream::Broken)).await;
    check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", Err(Upstream::Broken)).await;
    check("HTTP/1.1 200 OK\r\n", Err(Upstream::Broken)).await;
    check("", Err(Upstream::Broken)).await;
    check("SSH-2.0-x\r\n\r\n", Err(Upstream::Broken)).await;
}

#[tokio::test]
async fn interim_answers_and_trailers_say_nothing() {
    let continued = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    check(continued, Ok((200, "{}"))).await;
    check("HTTP/1.1 101 Switch\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n{}", Err(Upstream::Broken)).await;
    let trailed = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n";
    check(trailed, Ok((200, "{}"))).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let moved = "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n";
    check(moved, Ok((302, ""))).await;
}

#[tokio::test]
async fn a_silent_backend_is_given_up_in_time() {
    let silent = backend(|_, mut stream| async move {
        hear(&mut stream).await;
        std::future::pending().await
    });
    let got = sender().send(&silent.await).await;
    assert_eq!(got.err(), Some(Upstream::Silent { after_ms: 300 }.into()));

    let stalls = backend(|_, mut stream| async move {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{").await.unwrap();
        stream.flush().await.unwrap();
        std::future::pending().await
    });
    let got = sender().send(&stalls.await).await;
    assert_eq!(got.err(), Some(Upstream::Silent { after_ms: 300 }.into()));
}

#[tokio::test]
async fn an_endless_answer_is_cut_by_size_or_by_time() {
    let endless = |pause: Duration| {
        backend(move |_, mut stream| async move {
            hear(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(b"xxxxxxxxxx").await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        })
    };
    let too_large = Upstream::TooLarge { limit_bytes: 1000 };
    assert_eq!(sender().send(&endless(Duration::ZERO).await).await.err(), Some(too_large.into()));
    let trickle = sender().send(&endless(Duration::from_millis(100)).await).await;
    assert_eq!(trickle.err(), Some(Upstream::Silent { after_ms: 1000 }.into()));
    check("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n{}", Err(too_large)).await;
}

#[tokio::test]
async fn an_answer_beyond_the_budget_is_our_fault() {
    let sender = Sender { budget: Budget::of_bytes(1), ..sender() };
    assert_eq!(sender.send(&says(OK).await).await.err(), Some(Fault::Overload.into()));
}
