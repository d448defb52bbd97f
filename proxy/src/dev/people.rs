//! A token issuer of one's own: an ES256 key that lives as long as the folder's keys, and three people.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};

use crate::cli::key::pair;
use crate::cli::{Lang, Trouble};

/// Who signs tokens here. The name can be nobody's (RFC 6761 §6.4).
pub const ISS: &str = "https://sekisho.invalid/development";

/// Name of the key in the JWKS.
const KEY_ID: &str = "development";

/// Who is asking in development.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Person {
    /// Cleared to Level 2.
    Official,
    /// Cleared to Level 1.
    Contractor,
    /// Well signed, but nothing in the token is known to the policy.
    Stranger,
}

impl Person {
    /// All three.
    pub const ALL: [Person; 3] = [Person::Official, Person::Contractor, Person::Stranger];

    /// The name of the token's file, and the `sub` of the token.
    pub fn name(self) -> &'static str {
        match self {
            Person::Official => "official",
            Person::Contractor => "contractor",
            Person::Stranger => "stranger",
        }
    }

    /// What the tour and the greeting call them.
    pub fn called(self, lang: Lang) -> &'static str {
        match self {
            Person::Official => lang.pick("職員", "the official"),
            Person::Contractor => lang.pick("契約職員", "the contractor"),
            Person::Stranger => lang.pick("知らない人", "the stranger"),
        }
    }

    /// What the token says beside who and when.
    fn claims(self) -> Map<String, Value> {
        let claims = match self {
            Person::Official => json!({ "roles": ["official"], "ministry": "digital" }),
            Person::Contractor => json!({ "roles": ["contractor"], "ministry": "digital" }),
            Person::Stranger => json!({ "hobby": "fishing" }),
        };
        claims.as_object().cloned().unwrap_or_default()
    }
}

/// Signs tokens.
pub struct Issuer {
    key: EncodingKey,
    jwks: String,
}

impl Issuer {
    /// The issuer with that key.
    pub fn new(pkcs8: &[u8]) -> Result<Issuer, Trouble> {
        Ok(Issuer { key: EncodingKey::from_ec_der(pkcs8), jwks: pair::jwks(pkcs8, KEY_ID)? })
    }

    /// The public key, as a JWK set (RFC 7517).
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// A token for `person`, good from now until `ends_s`.
    pub fn token(
        &self,
        person: Person,
        taken: &Taken<'_>,
        now_s: u64,
        ends_s: u64,
    ) -> Result<String, Trouble> {
        let mut claims = person.claims();
        let standard = json!({
            "iss": ISS, "aud": taken.audience, "sub": person.name(), "iat": now_s, "nbf": now_s, "exp": ends_s,
        });
        claims.extend(standard.as_object().cloned().unwrap_or_default());
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(KEY_ID.to_owned());
        header.typ = taken.kind.map(str::to_owned);
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|error| Trouble::at("token", error))
    }
}

/// Which tokens the policy takes.
pub struct Taken<'a> {
    /// For whom.
    pub audience: &'a str,
    /// The `typ` of their header, if the policy asks for one.
    pub kind: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, jwk::JwkSet};

    use super::*;

    #[test]
    fn a_token_verifies_by_the_published_key() {
        let issuer = Issuer::new(&pair::p256().unwrap()).unwrap();
        let taken = Taken { audience: "gate", kind: Some("at+jwt") };
        let token = issuer.token(Person::Official, &taken, 1_000, u64::from(u32::MAX)).unwrap();
        let set: JwkSet = serde_json::from_str(issuer.jwks()).unwrap();
        let key = DecodingKey::from_jwk(set.find(KEY_ID).unwrap()).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&["gate"]);
        rules.set_issuer(&[ISS]);
        let claims = jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap().claims;
        assert_eq!(claims["sub"], "official");
        let other = Issuer::new(&pair::p256().unwrap()).unwrap();
        let set: JwkSet = serde_json::from_str(other.jwks()).unwrap();
        let key = DecodingKey::from_jwk(set.find(KEY_ID).unwrap()).unwrap();
        assert!(jsonwebtoken::decode::<Value>(&token, &key, &rules).is_err());
    }
}
