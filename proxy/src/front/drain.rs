//! Stopping in good order: one side asks, every listener and connection hears it.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks listeners and connections to finish. Cheap to clone; all clones are one drain.
#[derive(Clone, Debug)]
pub struct Drain(Arc<watch::Sender<bool>>);

impl Drain {
    /// A drain nobody has asked for yet.
    pub fn new() -> Drain {
        Drain(Arc::new(watch::Sender::new(false)))
    }

    /// Ask: accept nothing more, finish what is in flight. Asking twice is asking once.
    pub fn start(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked for.
    pub fn started(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns as soon as it is asked for, at once if it already was.
    pub async fn wait(&self) {
        let mut watch = self.0.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = watch.wait_for(|asked| *asked).await;
    }
}

impl Default for Drain {
    fn default() -> Drain {
        Drain::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_hears_it_whether_they_came_before_or_after() {
        let drain = Drain::new();
        let early = tokio::spawn({
            let drain = drain.clone();
            async move { drain.wait().await }
        });
        assert!(!drain.started());
        drain.clone().start();
        early.await.unwrap();
        drain.wait().await;
        assert!(drain.started());
    }
}
