//! Numbers of a policy's entries: resolved once while loading, so that nothing is looked up by name afterwards.

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// Made while loading alone, and meaningful only together with the policy it came from.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub(crate) u16);

        impl $name {
            /// Its place in the policy's list.
            pub fn number(self) -> usize {
                usize::from(self.0)
            }
        }

        impl From<u16> for Numbered<$name> {
            fn from(number: u16) -> Self {
                Numbered($name(number))
            }
        }
    )*};
}

/// How generic code makes an index from a position.
pub(crate) struct Numbered<I>(pub(crate) I);

index! {
    /// A zone of the policy.
    ZoneIndex
    /// A backend of the policy.
    BackendIndex
    /// A model name of the policy.
    ModelIndex
    /// An issuer of the policy.
    IssuerIndex
    /// A ministry of the policy.
    MinistryIndex
    /// A service of the policy.
    ServiceIndex
    /// A clearance grant of the policy.
    GrantIndex
    /// An access rule of the policy.
    AccessRuleIndex
    /// A content rule of the policy.
    ContentRuleIndex
    /// A quota of the policy.
    QuotaIndex
    /// A field that the policy lists.
    FieldIndex
}

/// Every item with its index, in order. Loading refuses longer lists than an index can number.
pub(crate) fn numbered<I, T>(items: &[T]) -> impl Iterator<Item = (I, &T)>
where
    Numbered<I>: From<u16>,
{
    (0..=u16::MAX).zip(items).map(|(number, item)| (Numbered::<I>::from(number).0, item))
}
