//! How many exchanges everybody has had, for the policy's quotas. Kept in this process alone: each instance counts for
//! itself, and begins anew with every start.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sekisho_audit::Principal;
use sekisho_policies::{Mode, Per, Policy, Quota, QuotaIndex, Subject};

/// Counts by quota. They outlive a policy: a quota of the same id goes on where it was.
#[derive(Default)]
pub struct Meter(Mutex<HashMap<String, Count>>);

/// One quota's counts, of the time that they are for.
#[derive(Default)]
struct Count {
    window: u64,
    by: HashMap<Counted, u32>,
}

#[derive(PartialEq, Eq, Hash)]
enum Counted {
    Person(Principal),
    /// By id.
    Service(String),
    /// By id.
    Ministry(String),
}

impl Meter {
    /// Counts one more exchange, unless a quota in force is used up. Returns those that are.
    pub fn count(
        &self,
        policy: &Policy,
        subject: &Subject,
        person: &Principal,
        model: &str,
        now_s: u64,
    ) -> Vec<QuotaIndex> {
        let quotas = policy.quotas_of(subject, model);
        if quotas.is_empty() {
            return quotas;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used_up = Vec::new();
        for index in &quotas {
            let quota = policy.quota(*index);
            if *current(&mut counts, quota, policy, subject, person, now_s) >= quota.exchanges {
                used_up.push(*index);
            }
        }
        let refused = used_up.iter().any(|index| policy.quota(*index).mode == Mode::Enforce);
        for index in quotas.iter().filter(|index| !refused && !used_up.contains(index)) {
            *current(&mut counts, policy.quota(*index), policy, subject, person, now_s) += 1;
        }
        used_up
    }
}

fn current<'c>(
    counts: &'c mut HashMap<String, Count>,
    quota: &Quota,
    policy: &Policy,
    subject: &Subject,
    person: &Principal,
    now_s: u64,
) -> &'c mut u32 {
    let count = counts.entry(quota.id.clone()).or_default();
    let window = quota.window(now_s);
    if count.window != window {
        *count = Count { window, by: HashMap::new() };
    }
    count.by.entry(counted(quota.per, policy, subject, person)).or_insert(0)
}

fn counted(per: Per, policy: &Policy, subject: &Subject, person: &Principal) -> Counted {
    let service = || subject.service().map(|index| policy.service(index).id.clone());
    let ministry = || subject.ministry().map(|index| policy.ministry(index).id.clone());
    match per {
        Per::Person => Counted::Person(person.clone()),
        Per::Service => Counted::Service(service().unwrap_or_default()),
        Per::Ministry => Counted::Ministry(ministry().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests;
