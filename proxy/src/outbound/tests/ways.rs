use super::*;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test]
async fn the_head_is_built_and_holds_nothing_else() {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let to = backend(move |_, mut stream| {
        let tell = tell.clone();
        async move {
            tell.send(hear(&mut stream).await).await.unwrap();
            stream.write_all(OK).await.unwrap();
        }
    })
    .await;
    sender().send(&to).await.unwrap();
    let expect = format!(
        "POST /base/v1/chat/completions HTTP/1.1\r\nhost: {}\r\nx-api-key: secret\r\n\
         accept-encoding: identity\r\ncontent-length: 2\r\n\r\n{{}}",
        to.address
    );
    assert_eq!(told.recv().await, Some(expect));
}

#[tokio::test]
async fn how_far_it_got_is_told_before_the_first_byte_and_after_the_last() {
    let sender = sender();
    let nobody = says("").await;
    let dead = Backend { address: closed_port().await, ..nobody };
    assert_eq!(sender.send(&dead).await.err(), Some(Upstream::Unreachable.into()));
    assert_eq!(sender.told(), []);
    let silent = backend(|_, stream| async move {
        let _stream = stream;
        std::future::pending().await
    });
    assert!(sender.send(&silent.await).await.is_err());
    assert_eq!(sender.told(), [Outcome::PartlySent, Outcome::Sent]);
}

#[tokio::test]
async fn a_body_that_is_not_taken_is_partly_sent() {
    let sender = sender();
    let stuck = backend(|_, stream| async move {
        let _stream = stream;
        std::future::pending().await
    })
    .await;
    let url = Url::parse(&format!("https://{}", stuck.address)).unwrap();
    let trust = stuck.trust.get(&anchor());
    let large = Parcel { body: Bytes::from(vec![b' '; 32 << 20]), ..parcel(&url, trust) };
    assert_eq!(sender.parcel(large).await.err(), Some(Upstream::Silent { after_ms: 300 }.into()));
    assert_eq!(sender.told(), [Outcome::PartlySent]);
}

/// A port of loopback on which nobody listens.
async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_certificate_of_another_authority_gets_nothing() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let good = backend(move |_, mut stream| {
        let tell = tell.clone();
        async move {
            let _ = tell.send(hear(&mut stream).await);
            let _ = stream.write_all(OK).await;
        }
    })
    .await;
    let other = says("").await;
    let sender = sender();
    let mistrusted = Backend { address: good.address, trust: other.trust, connections: Arc::default() };
    assert_eq!(sender.send(&mistrusted).await.err(), Some(Upstream::Tls.into()));
    assert_eq!(sender.told(), []);
    assert!(told.try_recv().is_err());
    assert!(sender.send(&good).await.is_ok());
}

#[tokio::test]
async fn plain_text_goes_to_this_machine_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 512];
        let _ = stream.read(&mut head).await.unwrap();
        stream.write_all(OK).await.unwrap();
    });
    let url = Url::parse(&format!("http://{address}")).unwrap();
    assert!(sender().parcel(parcel(&url, None)).await.is_ok());
    // 192.0.2.0/24 is nobody's (RFC 5737); it is not even dialled.
    let away = Address { host: "192.0.2.1".to_owned(), ..Address::of(&url) };
    let got = sender().parcel(Parcel { address: away, ..parcel(&url, None) }).await;
    assert_eq!(got.err(), Some(Upstream::Unreachable.into()));
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = Backend { address: listener.local_addr().unwrap(), ..says("").await };
    assert_eq!(sender().send(&silent).await.err(), Some(Upstream::Unreachable.into()));
}

#[tokio::test]
async fn a_connection_serves_many_exchanges() {
    let to = backend(|_, mut stream| async move {
        while !hear(&mut stream).await.is_empty() {
            stream.write_all(OK).await.unwrap();
        }
    })
    .await;
    let sender = sender();
    for _ in 0..3 {
        sender.send(&to).await.unwrap();
    }
    assert_eq!(to.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_waiting_connection_that_closed_is_replaced() {
    let to = backend(|_, mut stream| async move {
        hear(&mut stream).await;
        stream.write_all(OK).await.unwrap();
        let _ = stream.shutdown().await;
    })
    .await;
    let sender = sender();
    for _ in 0..3 {
        sender.send(&to).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(to.connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_may_have_been_read_is_never_sent_again() {
    let to = backend(|number, mut stream| async move {
        hear(&mut stream).await;
        stream.write_all(OK).await.unwrap();
        if number == 0 {
            hear(&mut stream).await;
        }
    })
    .await;
    let sender = sender();
    sender.send(&to).await.unwrap();
    assert_eq!(sender.send(&to).await.err(), Some(Upstream::Broken.into()));
    assert_eq!(to.connections.load(Ordering::SeqCst), 1);
    assert!(sender.send(&to).await.is_ok());
}

#[tokio::test]
async fn a_request_that_is_dropped_says_how_far_it_had_got() {
    let silent = backend(|_, stream| async move {
        let _stream = stream;
        std::future::pending().await
    })
    .await;
    let sender = sender();
    let dropped = tokio::time::timeout(Duration::from_millis(150), sender.send(&silent)).await;
    assert!(dropped.is_err());
    assert_eq!(sender.told(), [Outcome::PartlySent, Outcome::Sent]);
}
