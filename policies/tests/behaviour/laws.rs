//! The lattice, exhaustively.

use crate::world::{RULES, all, base, load};

#[test]
fn labels_are_a_lattice() {
    let policy = load(&base());
    let labels = all(policy.scale());
    for &a in &labels {
        assert!(a.dominates(a));
        assert!(a.dominates(policy.scale().lowest()));
        for &b in &labels {
            let (join, meet) = (a.join(b), a.meet(b));
            assert_eq!((join, meet), (b.join(a), b.meet(a)));
            assert!(join.dominates(a) && join.dominates(b) && a.dominates(meet) && b.dominates(meet));
            assert_eq!(a.dominates(b), join == a);
            assert_eq!(a.dominates(b), meet == b);
            assert!(!(a.dominates(b) && b.dominates(a)) || a == b);
            assert_eq!((a.join(meet), a.meet(join)), (a, a));
            for &c in &labels {
                assert_eq!(a.join(b).join(c), a.join(b.join(c)));
                assert_eq!(a.meet(b).meet(c), a.meet(b.meet(c)));
                assert!(!(a.dominates(b) && b.dominates(c)) || a.dominates(c));
                // Least and greatest: nothing else fits between.
                assert!(!(c.dominates(a) && c.dominates(b)) || c.dominates(join));
                assert!(!(a.dominates(c) && b.dominates(c)) || meet.dominates(c));
            }
        }
    }
}

#[test]
fn a_label_of_no_scale_does_not_exist() {
    let policy = load(&base());
    assert!(policy.scale().level("4").is_none());
    assert!(policy.scale().label("1", &["c"]).is_none());
    assert!(policy.scale().label("1", &["a"]).is_some());
    assert!(RULES.find("jp.my-number").is_some());
}
