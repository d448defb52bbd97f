//! Who is behind a balancer: the PROXY protocol, version 2 (HAProxy, proxy-protocol.txt §2.2).
//!
//! From a balancer that the configuration names, the header must come, before TLS; from anybody else it must not. So
//! nobody can claim an address, and nobody's own passes for the balancer's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Addresses and extensions together; balancers send some hundred bytes.
const REST_BYTES_MAX: usize = 2048;

const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// The client's address: what a named balancer says, and otherwise the other end's.
///
/// # Errors
/// A balancer does not say it, or not so that there is one way to read it.
pub(super) async fn client(
    stream: &mut (impl AsyncRead + Unpin),
    peer: SocketAddr,
    balancers: &[IpNet],
) -> io::Result<SocketAddr> {
    if !balancers.iter().any(|net| net.contains(&peer.ip().to_canonical())) {
        return Ok(peer);
    }
    let mut head = [0; 16];
    stream.read_exact(&mut head).await?;
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let length = length(&head).ok_or_else(wrong)?;
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await?;
    source(&head, &rest, peer).ok_or_else(wrong)
}

/// How many bytes follow the first sixteen; `None` if these are no header, or one of another version.
fn length(head: &[u8; 16]) -> Option<usize> {
    let [signature @ .., version_command, _family, high, low] = head;
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    (*signature == SIGNATURE && version_command >> 4 == 2 && length <= REST_BYTES_MAX).then_some(length)
}

/// The address that a header names. `LOCAL` is the balancer's own connection, as for a health check; what is proxied
/// over anything but TCP has no address that a record could hold.
fn source(head: &[u8; 16], rest: &[u8], peer: SocketAddr) -> Option<SocketAddr> {
    let [.., version_command, family, _, _] = *head;
    match (version_command & 0xf, family) {
        (0, _) => Some(peer),
        (1, 0x11) => {
            let [a, b, c, d, _, _, _, _, high, low, ..] = *rest.first_chunk::<12>()?;
            Some(SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), u16::from_be_bytes([high, low])))
        }
        (1, 0x21) => {
            let addresses = rest.first_chunk::<36>()?;
            let ip: IpAddr = Ipv6Addr::from(*addresses.first_chunk::<16>()?).to_canonical();
            let [.., high, low, _, _] = *addresses;
            Some(SocketAddr::new(ip, u16::from_be_bytes([high, low])))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A header as balancers write it.
    pub(in crate::front) fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[0x20 | command, family], &length, rest].concat()
    }

    /// 203.0.113.7:50000 to 127.0.0.1:443.
    pub(in crate::front) const V4: [u8; 12] = [203, 0, 113, 7, 127, 0, 0, 1, 0xc3, 0x50, 0x01, 0xbb];

    fn v6() -> Vec<u8> {
        let client: Ipv6Addr = "2001:db8::7".parse().unwrap();
        [&client.octets()[..], &Ipv6Addr::LOCALHOST.octets(), &[0xc3, 0x50, 0x01, 0xbb]].concat()
    }

    fn read(bytes: &[u8], balancer: &str) -> Result<(String, usize), io::ErrorKind> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut rest = bytes;
        let peer = "127.0.0.1:9".parse().unwrap();
        let came = runtime.block_on(client(&mut rest, peer, &[balancer.parse().unwrap()]));
        came.map(|address| (address.to_string(), rest.len())).map_err(|error| error.kind())
    }

    fn check(bytes: &[u8], expect: Result<&str, io::ErrorKind>) {
        let expect = expect.map(|address| (address.to_owned(), 5));
        assert_eq!(read(&[bytes, b"hello"].concat(), "127.0.0.0/8"), expect, "{bytes:?}");
    }

    const WRONG: Result<&str, io::ErrorKind> = Err(io::ErrorKind::InvalidData);

    #[test]
    fn a_named_balancer_says_who_is_behind_it() {
        check(&header(1, 0x11, &V4), Ok("203.0.113.7:50000"));
        check(&header(1, 0x11, &[&V4[..], &[0x04, 0, 2, 7, 7]].concat()), Ok("203.0.113.7:50000"));
        check(&header(1, 0x21, &v6()), Ok("[2001:db8::7]:50000"));
        check(&header(0, 0, &[]), Ok("127.0.0.1:9"));
        // The nearest that are refused.
        check(&header(1, 0x11, &V4[..11]), WRONG);
        check(&header(1, 0x21, &V4), WRONG);
        check(&header(1, 0x12, &V4), WRONG);
        check(&header(1, 0x31, &[0; 216]), WRONG);
        check(&header(1, 0, &[]), WRONG);
        check(&header(2, 0x11, &V4), WRONG);
        check(&header(1, 0x11, &[0; REST_BYTES_MAX + 1]), WRONG);
        check(b"PROXY TCP4 203.0.113.7 127.0.0.1 50000 443\r\n", WRONG);
        let mut old = header(1, 0x11, &V4);
        old[12] = 0x11;
        check(&old, WRONG);
    }

    #[test]
    fn nobody_else_is_listened_to() {
        let bytes = header(1, 0x11, &V4);
        assert_eq!(read(&bytes, "10.0.0.0/8"), Ok(("127.0.0.1:9".to_owned(), bytes.len())));
        assert_eq!(read(b"short", "127.0.0.1/32"), Err(io::ErrorKind::UnexpectedEof));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64), length in 0_u16..64) {
            let head: Vec<u8> = [&SIGNATURE[..], &[0x21, 0x11], &length.to_be_bytes()].concat();
            for bytes in [bytes.clone(), [&head[..], &bytes].concat()] {
                if let Ok((address, _)) = read(&bytes, "127.0.0.1/32") {
                    prop_assert!(address.parse::<SocketAddr>().is_ok());
                }
            }
        }
    }
}
