//! How many exchanges each person has under way. The person, not the service they come through: a service speaks for many,
//! and nobody shall take the place of all others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sekisho_audit::Principal;
use sekisho_exchange::Fault;

/// Everybody who has an exchange under way. Clones are the same crowd.
#[derive(Clone, Default)]
pub struct Crowd(Arc<Mutex<HashMap<Principal, usize>>>);

impl Crowd {
    /// Lets a person begin one more exchange, which is over when what this returns is dropped.
    ///
    /// # Errors
    /// They have `most` already.
    pub fn enter(&self, person: &Principal, most: usize) -> Result<Place, Fault> {
        let mut people = self.people();
        let count = people.entry(person.clone()).or_insert(0);
        if *count >= most {
            return Err(Fault::Crowded);
        }
        *count += 1;
        Ok(Place { crowd: self.clone(), person: person.clone() })
    }

    fn people(&self) -> MutexGuard<'_, HashMap<Principal, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One exchange of one person.
pub struct Place {
    crowd: Crowd,
    person: Principal,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = self.crowd.people();
        if let Some(count) = people.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                people.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sekisho_audit::Term;

    use super::*;

    #[test]
    fn each_has_as_many_places_as_there_may_be_and_gets_them_back() {
        let person = |name| Principal::new(Term::of("staff"), name).unwrap();
        let (crowd, ada, eve) = (Crowd::default(), person("ada"), person("eve"));
        let first = crowd.enter(&ada, 2).unwrap();
        let second = crowd.enter(&ada, 2).unwrap();
        assert_eq!(crowd.enter(&ada, 2).err(), Some(Fault::Crowded));
        let other = crowd.enter(&eve, 2).unwrap();
        drop(first);
        let third = crowd.enter(&ada, 2).unwrap();
        assert_eq!(crowd.enter(&ada, 2).err(), Some(Fault::Crowded));
        drop((second, third, other));
        assert!(crowd.people().is_empty(), "who has nothing under way is forgotten");
    }
}
