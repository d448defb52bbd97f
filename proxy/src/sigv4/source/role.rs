//! Keys of a role, from the service that hands them out to the container or the instance.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, Request};
use http_body_util::Full;
use jiff::Timestamp;
use sekisho_policies::Url;
use serde::Deserialize;

use super::{Written, sensitive};
use crate::fetch::{self, FetchError, Nearby, Trust};

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const TOKEN: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");
const TOKEN_TTL: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");

/// The role of a container.
pub(crate) struct Container {
    place: Place,
    token: Option<Token>,
}

enum Place {
    /// On this machine or beside it, in plain text, and the path there.
    Nearby(Nearby, String),
    Secure(Url, Trust),
}

enum Token {
    Value(String),
    /// Read each time: whoever writes it changes it.
    File(PathBuf),
}

impl Container {
    /// As the environment says it.
    ///
    /// # Errors
    /// It says nothing, or an address to which nothing goes in plain text.
    pub(super) fn of(variable: &impl Fn(&str) -> Option<String>) -> Result<Container, String> {
        let said = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (relative, full) =
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let place = match (said(relative), said(full)) {
            (Some(path), _) => {
                let path = Some(path).filter(|path| path.starts_with('/'));
                path.map(|path| Place::Nearby(Nearby::ecs(), path))
                    .ok_or_else(|| format!("`{relative}` is a path"))?
            }
            (None, Some(url)) => Place::read(&url).map_err(|cause| format!("`{full}`: {cause}"))?,
            (None, None) => return Err(format!("`aws = \"container\"` needs `{relative}` or `{full}`")),
        };
        let file = said("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|file| Token::File(file.into()));
        let token = file.or_else(|| said("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(Token::Value));
        Ok(Container { place, token })
    }

    pub(super) async fn ask(&self) -> Result<Written, String> {
        let mut request = Request::new(Full::default());
        if let Some(token) = &self.token {
            let token = token.read()?;
            let token = sensitive(&token).ok_or("its token cannot stand in a head")?;
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        let answer = match &self.place {
            Place::Nearby(nearby, path) => {
                *request.uri_mut() = path.parse().map_err(|_| "its path is none")?;
                fetch::near(*nearby, request).await
            }
            Place::Secure(url, trust) => fetch::send(url, trust, request).await.and_then(fetch::document),
        };
        role(&answer.map_err(|error| format!("the container's role: {error}"))?, false)
    }
}

impl Place {
    fn read(url: &str) -> Result<Place, String> {
        let Some(rest) = url.strip_prefix("http://") else {
            let url = Url::parse(url).map_err(str::to_owned)?;
            let trust = Trust::of(&url, None).map_err(|error| error.to_string())?;
            return Ok(Place::Secure(url, trust));
        };
        let slash = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
        let ip = |text: &str| text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let socket = authority.parse().ok().or_else(|| Some(SocketAddr::new(ip(authority)?, 80)));
        let nearby = socket.and_then(Nearby::at).ok_or(
            "`http` is for addresses of this machine and of AWS's agents (169.254.170.2, 169.254.170.23, fd00:ec2::23)",
        )?;
        let path = if path.is_empty() { "/" } else { path };
        Ok(Place::Nearby(nearby, path.to_owned()))
    }
}

impl Token {
    fn read(&self) -> Result<String, String> {
        match self {
            Token::Value(value) => Ok(value.clone()),
            Token::File(file) => {
                let text = fs::read_to_string(file);
                let text = text.map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
                Ok(text.trim().to_owned())
            }
        }
    }
}

/// The role of an instance.
pub(crate) struct Instance(Nearby);

impl Instance {
    pub(super) fn here() -> Instance {
        Instance(Nearby::metadata())
    }

    /// For tests: of another that answers here.
    #[cfg(test)]
    pub(super) fn at(nearby: Nearby) -> Instance {
        Instance(nearby)
    }

    /// A token first, since without one the service answers whoever can make us ask.
    pub(super) async fn ask(&self) -> Result<Written, String> {
        let at = |error: FetchError| format!("the instance's role: {error}");
        let six_hours = HeaderValue::from_static("21600");
        let token = self.get(Method::PUT, "/latest/api/token", (TOKEN_TTL, six_hours)).await.map_err(at)?;
        let token = sensitive(token.trim()).ok_or("the instance's role: its token cannot stand in a head")?;
        let names = self.get(Method::GET, ROLES, (TOKEN, token.clone())).await.map_err(at)?;
        let name = names.lines().next().map(str::trim).filter(|name| is_role(name));
        let name = name.ok_or("the instance has no role")?;
        let told = self.get(Method::GET, &format!("{ROLES}{name}"), (TOKEN, token)).await.map_err(at)?;
        role(&told, true)
    }

    async fn get(
        &self,
        method: Method,
        path: &str,
        (name, value): (HeaderName, HeaderValue),
    ) -> Result<String, FetchError> {
        let mut request = Request::new(Full::default());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|_| FetchError::Broken)?;
        request.headers_mut().insert(name, value);
        fetch::near(self.0, request).await
    }
}

/// A name of a role (IAM, `CreateRole`), which goes into a path.
fn is_role(name: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(sign)
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "Code")]
    code: Option<String>,
    #[serde(rename = "AccessKeyId")]
    id: String,
    #[serde(rename = "SecretAccessKey")]
    secret: String,
    #[serde(rename = "Token")]
    session: String,
    #[serde(rename = "Expiration")]
    end: String,
}

/// Keys of a role always end. The text is never told: it may hold keys.
fn role(text: &str, coded: bool) -> Result<Written, String> {
    let unfit = || "what was given are no keys of a role".to_owned();
    let Told { code, id, secret, session, end } = serde_json::from_str(text).map_err(|_| unfit())?;
    if coded && code.as_deref() != Some("Success") {
        return Err("the instance has no keys of its role at the moment".to_owned());
    }
    let end: Timestamp = end.parse().map_err(|_| unfit())?;
    let expires_at = u64::try_from(end.as_second()).map_err(|_| unfit())?;
    Ok(Written { id, secret, session: Some(session), expires_at: Some(expires_at) })
}
