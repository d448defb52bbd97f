//! What a request leaves behind that goes on after its answer. Nothing is kept of it here: sealed, it is the address at which
//! its result is fetched, and whoever fetches brings all of it back.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::Timestamp;
use sekisho_policies::{App, Label, Owner, Policy};

use crate::case::Case;
use crate::fault::BadRequest;
use crate::json::{Document, JsonLimits, Kind, Value, quote};

/// A request under way at an application.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// The application's name in the policy.
    app: String,
    /// Where its backend tells of it: a path from the root of the backend's origin.
    place: String,
    /// The label of the exchange that began it, as the scale writes it.
    label: String,
    /// Who may fetch the result.
    owner: String,
    /// First second, in Unix time, in which nobody may any more.
    expires_at: u64,
}

/// How long a result may be fetched, in seconds: GENAI Web gives up after four days.
const FETCHED_WITHIN_S: u64 = 7 * 86_400;

/// Longest address of a backend's own, in bytes.
const PLACE_BYTES_MAX: usize = 512;

impl Pending {
    pub(crate) fn new(
        app: &str,
        place: &str,
        label: String,
        owner: String,
        now: Timestamp,
    ) -> Option<Pending> {
        let expires_at = (now.0 / 1000).saturating_add(FETCHED_WITHIN_S);
        let (app, place) = (app.to_owned(), is_place(place).then(|| place.to_owned())?);
        Some(Pending { app, place, label, owner, expires_at })
    }

    /// As bytes, to be sealed.
    pub(crate) fn write(&self) -> Vec<u8> {
        let [app, place, label, owner] =
            [&self.app, &self.place, &self.label, &self.owner].map(|text| quote(text));
        let expires_at = self.expires_at;
        format!(r#"{{"app":{app},"place":{place},"label":{label},"owner":{owner},"expires":{expires_at}}}"#)
            .into_bytes()
    }

    /// What was sealed.
    pub fn read(bytes: Vec<u8>) -> Option<Pending> {
        let document = Document::read(bytes, &JsonLimits::default()).ok()?;
        let text = |key| document.root().get(key).and_then(Value::string).map(|text| text.into_owned());
        let expires_at = document
            .root()
            .get("expires")
            .filter(|value| value.kind() == Kind::Number)?
            .raw()
            .parse()
            .ok()?;
        let place = text("place").filter(|place| is_place(place))?;
        Some(Pending { app: text("app")?, place, label: text("label")?, owner: text("owner")?, expires_at })
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// The label that the result has at least, if this caller may fetch it now.
    pub(crate) fn claimed(&self, case: &Case, app: &str, now: Timestamp) -> Result<Label, BadRequest> {
        let policy = case.snapshot.policy();
        let entry = policy.find_model(app).and_then(|index| policy.model(index).app.as_deref());
        let entry = entry.filter(|_| self.app == app).ok_or(BadRequest::NothingPending)?;
        let in_time = now.0 / 1000 < self.expires_at;
        let label = policy.scale().read(&self.label).filter(|_| in_time && self.owner == owner(case, entry));
        label.ok_or(BadRequest::NothingPending)
    }
}

/// Seals bytes for whoever has to bring them back; `None` if that is not possible.
#[derive(Clone)]
pub struct Sealer(Arc<Sealing>);

type Sealing = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

impl Sealer {
    /// From a way to seal; what it gives may stand in a path.
    pub fn new(seal: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static) -> Sealer {
        Sealer(Arc::new(seal))
    }

    pub(crate) fn seal(&self, bytes: &[u8]) -> Option<String> {
        (self.0)(bytes)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.app)
    }
}

/// Who may fetch what this caller begins: the service, and the person unless it polls for everybody.
pub(crate) fn owner(case: &Case, app: &App) -> String {
    let service = case.opening.service.as_ref().map_or("", |service| service.as_str());
    let person = case.ledger.user.as_ref().unwrap_or(&case.opening.principal);
    match app.owner {
        Owner::Service if !service.is_empty() => service.to_owned(),
        _ => format!("{service}\n{}\n{}", person.issuer(), person.name()),
    }
}

/// The address under the application's own at which a sealed request is fetched.
pub(crate) fn address(policy: &Policy, app: &str, sealed: &str) -> Option<String> {
    let app = policy.model(policy.find_model(app)?).app.as_deref()?;
    Some(format!("{}/status/{sealed}", app.path.trim_end_matches('/')))
}

/// A path of the backend's own origin: from its root on, and nothing that another reader could take for another origin.
fn is_place(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~?=&%".contains(&b);
    let rooted = text.starts_with('/') && !text.starts_with("//") && !text.contains("..");
    rooted && text.len() <= PLACE_BYTES_MAX && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{Pending, is_place};
    use sekisho_audit::Timestamp;

    #[test]
    fn what_is_written_is_read_again() {
        let pending = Pending::new(
            "minutes",
            "/status/r-1?x=1",
            "2+a".to_owned(),
            "web\nü".to_owned(),
            Timestamp(5_000),
        );
        let pending = pending.unwrap();
        assert_eq!(Pending::read(pending.write()), Some(pending.clone()));
        for bytes in ["", "{}", r#"{"app":"a","place":"//e.example","label":"1","owner":"o","expires":1}"#] {
            assert!(Pending::read(bytes.as_bytes().to_vec()).is_none(), "{bytes}");
        }
    }

    #[test]
    fn a_place_is_a_path_of_the_same_origin() {
        let check = |text: &str, expect| assert_eq!(is_place(text), expect, "{text}");
        check("/status/r-1", true);
        check("/prod/status?id=r%2D1", true);
        check("status/r-1", false);
        check("//e.example/status", false);
        check("https://e.example/status", false);
        check("/../admin", false);
        check("/a\\b", false);
        check("/a#b", false);
        check("/a b", false);
        check(&format!("/{}", "a".repeat(512)), false);
    }
}
