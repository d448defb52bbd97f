//! What AWS's examples sign and what they do not: signatures over these texts are in `proxy/src/sigv4/tests`.

use proptest::prelude::*;

use super::*;

const HOST: (&str, &[u8]) = ("host", b"example.amazonaws.com");

fn text(method: &str, target: &str, heads: &[(&str, &[u8])]) -> Result<String, Unclear> {
    canonical(&Asked { method, target, heads }).map(|canonical| canonical.with([0; 32]))
}

/// The second and third line for a target.
fn target(target: &str, expect: Result<(&str, &str), Unclear>) {
    let text = text("GET", target, &[HOST]);
    let lines = text.as_ref().map_err(|unclear| *unclear).map(|text| {
        let mut lines = text.lines().skip(1);
        (lines.next().unwrap(), lines.next().unwrap())
    });
    assert_eq!(lines, expect, "{target}");
}

#[test]
fn a_path_loses_its_dots_and_is_escaped_once_more() {
    target("/", Ok(("/", "")));
    target("//", Ok(("/", "")));
    target("/./", Ok(("/", "")));
    target("/example/..", Ok(("/", "")));
    target("/example1/example2/../..", Ok(("/", "")));
    target("/../../example", Ok(("/example", "")));
    target("/./example", Ok(("/example", "")));
    target("//example//", Ok(("/example/", "")));
    target("/example space/", Ok(("/example%20space/", "")));
    target("/ሴ", Ok(("/%E1%88%B4", "")));
    target("/model/jp.anthropic.claude%3A0/converse", Ok(("/model/jp.anthropic.claude%253A0/converse", "")));
    target("/%2e%2E/a%2fb", Ok(("/%252e%252E/a%252fb", "")));
    target("/@:!$&'()*+,;=-._~", Ok(("/%40%3A%21%24%26%27%28%29%2A%2B%2C%3B%3D-._~", "")));
    for unclear in ["", "example", "*", "http://example/", "/a/b/..", "/a/.", "/a#b", "/a\nb", "/a\u{7f}"] {
        target(unclear, Err(Unclear::Path));
    }
}

#[test]
fn a_query_is_sorted_and_otherwise_left() {
    target("/?Param2=value2&Param1=value1", Ok(("/", "Param1=value1&Param2=value2")));
    target(
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        Ok(("/", "%E1%88%B4=Value1&Param=Value2&Param-3=Value3")),
    );
    target("/?ሴ=bar", Ok(("/", "%E1%88%B4=bar")));
    target("/?a&b=", Ok(("/", "a=&b=")));
    target("/?a=b%3Dc&a=%20", Ok(("/", "a=%20&a=b%3Dc")));
    for unclear in
        ["/?", "/?a=1&&b=2", "/?a=1&", "/?=1", "/?a=b+c", "/?a=%2f", "/?a=%41", "/?a=b/c", "/?a=b?c"]
    {
        target(unclear, Err(Unclear::Query));
    }
    for unclear in ["/?a=%", "/?a=%2", "/?a=%2G", "/?a=%é", "/?a= b", "/?a=b=c", "/?a=b;c"] {
        target(unclear, Err(Unclear::Query));
    }
}

#[test]
fn heads_are_sorted_and_their_blanks_are_folded() {
    let lines = |heads: &[(&str, &[u8])]| {
        let text = text("GET", "/", heads)?;
        Ok(text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>())
    };
    let body = "00".repeat(32);
    let folded = lines(&[("my-header2", b"  \"a   b   c\" "), HOST, ("my-header1", b"")]);
    let expect = ["host:example.amazonaws.com", "my-header1:", "my-header2:\"a b c\"", ""];
    let expect: Vec<_> = expect.into_iter().chain(["host;my-header1;my-header2", &body]).collect();
    assert_eq!(folded.as_deref().map(|lines| lines.iter().map(String::as_str).collect()), Ok(expect));
    for unclear in [
        [("my-header1", b"value2".as_slice()), ("my-header1", b"value1")],
        [HOST, ("My-Header1", b"value")],
        [HOST, ("", b"value")],
        [HOST, ("my header", b"value")],
        [HOST, (":path", b"value")],
        [HOST, ("my-header1", b"a\tb")],
        [HOST, ("my-header1", b"a\n b")],
        [HOST, ("my-header1", "値".as_bytes())],
        [HOST, ("my-header1", b"\xff")],
    ] {
        assert_eq!(lines(&unclear), Err(Unclear::Head), "{unclear:?}");
    }
    let http2 = lines(&[("a", b"b"), (AUTHORITY, b"example.amazonaws.com")]).unwrap();
    assert_eq!(http2[..4], [":authority:example.amazonaws.com", "a:b", "", ":authority;a"]);
    for method in ["", "get", "GET ", "M-SEARCH"] {
        assert_eq!(text(method, "/", &[HOST]), Err(Unclear::Method), "{method}");
    }
}

const HEAD: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLEAKIDEXAMP/20150830/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

#[test]
fn the_head_has_one_form() {
    let read = Authorization::read(HEAD).unwrap();
    assert_eq!((read.key_id.as_str(), read.scope.service()), ("AKIDEXAMPLEAKIDEXAMP", "bedrock"));
    assert_eq!(read.signed(), ["host", "x-amz-date"]);
    assert_eq!(read.to_string(), HEAD);
    assert!(!format!("{read:?}").contains("5fa0"), "{read:?}");
    assert_eq!(Authorization::read(&HEAD.replace(", ", ",")), Some(read));
    let http2 = Authorization::read(&HEAD.replace("host", ":authority")).unwrap();
    assert_eq!(http2.signed(), [":authority", "x-amz-date"]);
    let none = |from: &str, to: &str| {
        assert!(HEAD.contains(from), "{from}");
        assert_eq!(Authorization::read(&HEAD.replacen(from, to, 1)), None, "{from} → {to}");
    };
    none("AWS4-HMAC-SHA256", "aws4-hmac-sha256");
    none("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    none("SHA256 ", "SHA256  ");
    none("AKIDEXAMPLEAKIDEXAMP", "AKIDEXAMPLE");
    none("AKIDEXAMPLEAKIDEXAMP", "AKIDEXAMPLE/AKIDEXAMP");
    none("20150830", "2015083");
    none("20150830", "2015083O");
    none("us-east-1", "");
    none("us-east-1", "us-east-1/more");
    none("us-east-1", "US-EAST-1");
    none("bedrock", "bed rock");
    none("aws4_request", "aws4_request/");
    none("aws4_request", "aws5_request");
    none(", SignedHeaders", ",  SignedHeaders");
    none(", SignedHeaders", " SignedHeaders");
    none("SignedHeaders", "signedheaders");
    none("host;x-amz-date", "");
    none("host;x-amz-date", "x-amz-date;host");
    none("host;x-amz-date", "host;host");
    none("host;x-amz-date", ":path;x-amz-date");
    none("host;x-amz-date", "Host;x-amz-date");
    none("host;x-amz-date", "host;;x-amz-date");
    none("5fa00fa3", "5FA00fa3");
    none("5fa00fa3", "5fa00fa");
    none("fbf31", "fbf31 ");
    none("fbf31", "fbf31, Signature=00");
    let (first, rest) = HEAD.split_once(", ").unwrap();
    assert_eq!(Authorization::read(first), None);
    assert_eq!(Authorization::read(&format!("AWS4-HMAC-SHA256 {rest}")), None);
    // Whatever names the scheme is meant for it, so that it cannot pass for something else.
    for meant in [HEAD, "aws4-hmac-sha256 x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256\tx"] {
        assert!(Authorization::is_meant(meant.as_bytes()), "{meant}");
    }
    for other in ["Bearer AWS4-HMAC-SHA256", "AWS4-HMAC-SHA2567", ""] {
        assert!(!Authorization::is_meant(other.as_bytes()), "{other}");
    }
}

fn heads() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let head = ("[a-z][a-z0-9-]{0,8}", proptest::collection::vec(0x20_u8..0x7f, 0..12));
    proptest::collection::btree_map(head.0, head.1, 1..6).prop_map(|heads| heads.into_iter().collect())
}

fn of(method: &str, target: &str, heads: &[(String, Vec<u8>)]) -> Result<String, Unclear> {
    let heads: Vec<(&str, &[u8])> = heads.iter().map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    text(method, target, &heads)
}

proptest! {
    /// Order says nothing.
    #[test]
    fn whatever_the_order_it_is_the_same_request(
        heads in heads(),
        query in proptest::collection::vec(("[a-z]{1,3}", "[a-z]{0,3}"), 1..5),
    ) {
        let target = |pairs: &[(String, String)]| {
            let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("/a?{}", pairs.join("&"))
        };
        let (mut other_heads, mut other_query) = (heads.clone(), query.clone());
        other_heads.reverse();
        other_query.reverse();
        prop_assert_eq!(of("GET", &target(&query), &heads), of("GET", &target(&other_query), &other_heads));
    }

    /// What is signed can be taken apart again, so that no two requests share a text that differ in more than dots,
    /// slashes, blanks and order.
    #[test]
    fn the_text_says_what_was_asked(
        path in "(/[a-zA-Z0-9%:. é-]{1,6}){1,4}/?",
        heads in heads(),
    ) {
        if let Ok(text) = of("POST", &path, &heads) {
            let lines: Vec<&str> = text.split('\n').collect();
            prop_assert_eq!(lines.len(), 6 + heads.len());
            let unescaped = lines[1].replace("%25", "\u{0}").replace("%3A", ":").replace("%20", " ");
            let unescaped = unescaped.replace("%C3%A9", "é").replace('\u{0}', "%");
            prop_assert_eq!(of("POST", &unescaped, &heads), Ok(text.clone()));
            for (line, (name, value)) in lines[3..].iter().zip(&heads) {
                let value = String::from_utf8(value.clone()).unwrap();
                let words: Vec<&str> = value.split_whitespace().collect();
                prop_assert_eq!(*line, format!("{name}:{}", words.join(" ")));
            }
        }
    }

    /// A head that is read is written as it was, but for the spaces behind its commas.
    #[test]
    fn a_head_that_is_read_is_written_again(head in "AWS4-HMAC-SHA256 Credential=[A-Z0-9]{15,17}/[0-9]{7,9}/[a-z0-9-]{0,3}/[a-z]{1,2}/aws4_request,[ ]{0,2}SignedHeaders=[a-c;]{0,5}, Signature=[0-9a-f]{63,65}") {
        if let Some(read) = Authorization::read(&head) {
            prop_assert_eq!(read.to_string().replace(", ", ","), head.replace(", ", ","));
            prop_assert_eq!(Authorization::read(&read.to_string()), Some(read));
        }
    }
}
