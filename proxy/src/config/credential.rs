//! `[credentials.NAME]`: what is written, and the one of its meanings that is meant.

use std::path::PathBuf;

use serde::Deserialize;

/// The proxy's own credential to a backend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Credential {
    /// A secret in a head.
    Header {
        /// Where the backend looks for it.
        header: CredentialHeader,
        /// File whose first line is the credential.
        file: PathBuf,
    },
    /// Keys with which requests are signed (AWS Signature Version 4).
    Aws(AwsKeys),
}

/// Where a backend looks for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialHeader {
    /// `Authorization: Bearer …`
    Bearer,
    /// `x-api-key: …`
    XApiKey,
    /// `api-key: …`
    ApiKey,
}

/// Where keys of AWS come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwsKeys {
    /// A profile in a file of AWS's form for shared credentials, read again when it changes.
    File {
        /// The file.
        file: PathBuf,
        /// The profile's name.
        profile: String,
    },
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    Environment,
    /// The role of the container, from where `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` says.
    Container,
    /// The role of the instance, from its metadata service (version 2).
    Instance,
}

impl Credential {
    /// The file that it names, if it names one.
    pub(super) fn file_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Credential::Header { file, .. } | Credential::Aws(AwsKeys::File { file, .. }) => Some(file),
            Credential::Aws(AwsKeys::Environment | AwsKeys::Container | AwsKeys::Instance) => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    header: Option<CredentialHeader>,
    aws: Option<Kind>,
    file: Option<PathBuf>,
    profile: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    File,
    Environment,
    Container,
    Instance,
}

impl TryFrom<Written> for Credential {
    type Error = &'static str;

    fn try_from(Written { header, aws, file, profile }: Written) -> Result<Credential, &'static str> {
        let bare = file.is_none() && profile.is_none();
        match (header, aws) {
            (Some(header), None) if profile.is_none() => {
                let file = file.ok_or("a `header` needs a `file` whose first line is the credential")?;
                Ok(Credential::Header { header, file })
            }
            (None, Some(Kind::File)) => {
                let file =
                    file.ok_or("`aws = \"file\"` needs a `file` of AWS's form for shared credentials")?;
                let profile = profile.unwrap_or_else(|| "default".to_owned());
                Ok(Credential::Aws(AwsKeys::File { file, profile }))
            }
            (None, Some(Kind::Environment)) if bare => Ok(Credential::Aws(AwsKeys::Environment)),
            (None, Some(Kind::Container)) if bare => Ok(Credential::Aws(AwsKeys::Container)),
            (None, Some(Kind::Instance)) if bare => Ok(Credential::Aws(AwsKeys::Instance)),
            (Some(_), None) => Err("a `profile` is for `aws = \"file\"`"),
            (None, Some(_)) => Err("`file` and `profile` are for `aws = \"file\"`"),
            _ => Err("write `header` and `file`, or `aws`"),
        }
    }
}
