//! The side that clients see: TLS, HTTP/1.1 and HTTP/2, bounds, and an orderly end. Knows no policy and no dialect.
//!
//! A request becomes an [`Arrival`]; what goes back is an [`Answer`], which nothing but a guarded answer, a recorded
//! refusal or a fixed stranger's refusal can become.

use std::net::IpAddr;

use ipnet::IpNet;
use sekisho_exchange::Refusal;
use sekisho_exchange::wire::ErrorForm;

mod answer;
mod arrival;
mod balanced;
mod body;
mod budget;
mod connection;
mod drain;
mod exchange;
mod fit;
mod listener;
mod pulse;
mod pump;
mod tls;

pub use answer::Answer;
pub use arrival::Arrival;
pub use body::BodyError;
pub use budget::{Budget, Share};
pub use drain::Drain;
pub use listener::run;
pub use pump::{BrokenOff, Sluice};
pub use tls::{Clients, Served, Tls, TlsError, Versions, served};

/// Who stands before the listener, and under which names.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Who must say by the PROXY protocol who is behind them.
    pub balancers: Vec<IpNet>,
    /// What requests may be for; everything if empty.
    pub names: Vec<String>,
}

/// What makes an answer of a request. A panic in it ends that exchange only.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Dropped when the client goes away.
    fn handle(&self, arrival: Arrival) -> impl Future<Output = Answer> + Send;

    /// Hears of a request that the front refused by itself: an unfit head, an overload, or a handler that panicked. Says
    /// how whoever asks for such a path reads refusals.
    fn refused(&self, _source: IpAddr, _path: &str, _refusal: &Refusal) -> ErrorForm {
        ErrorForm::OpenAi
    }
}

impl<H, F> Handler for H
where
    H: Fn(Arrival) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send,
{
    fn handle(&self, arrival: Arrival) -> impl Future<Output = Answer> + Send {
        self(arrival)
    }
}

#[cfg(test)]
mod tests;
