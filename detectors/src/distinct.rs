//! What is found more than once, once.

use std::collections::HashMap;

use crate::Finding;
use crate::scan::Engine;

impl Engine {
    /// [`distinct`], and what lies inside a finding of a kind joins it as if the rule had found both: a part of an office's address
    /// is no address of its own.
    pub(crate) fn distinct(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let findings = distinct(findings);
        let mut widest: HashMap<u16, usize> = HashMap::new();
        let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
        for finding in findings {
            let kinds = self.kinds.get(&finding.rule.0).into_iter().flatten();
            let around = kinds.filter_map(|kind| widest.get(kind).copied()).find(|&at| {
                kept.get(at)
                    .is_some_and(|kind| finding.span.end <= kind.span.end && finding.span != kind.span)
            });
            if let Some(kind) = around.and_then(|at| kept.get_mut(at)) {
                kind.confidence = kind.confidence.max(finding.confidence);
                continue;
            }
            let is_wider = |at: &usize| kept.get(*at).is_none_or(|kind| kind.span.end < finding.span.end);
            let own = finding.rule.0;
            if self.matcher(finding.rule).is_some_and(|matcher| matcher.kind.is_some())
                && widest.get(&own).is_none_or(is_wider)
            {
                widest.insert(own, kept.len());
            }
            kept.push(finding);
        }
        kept
    }
}

/// Sorted by start, longest first; a finding inside another of the same rule joins it, with the higher confidence.
fn distinct(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|f| (f.rule, f.span.start, std::cmp::Reverse(f.span.end)));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match kept.last_mut() {
            Some(last) if last.rule == finding.rule && finding.span.end <= last.span.end => {
                last.confidence = last.confidence.max(finding.confidence);
            }
            _ => kept.push(finding),
        }
    }
    kept.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.rule));
    kept
}
