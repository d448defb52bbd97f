//! The metrics. `docs/operations.md` has the table of them; a test holds the two together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// Upper bounds, in seconds, of what takes from a network packet to a long answer.
const EXCHANGE_S: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0];

/// The same of what takes from a memory access to a slow disk.
const STAGE_S: [f64; 14] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 10.0];

/// Everything that is counted or timed.
pub(super) struct Instruments {
    pub(super) exchanges: Counter<u64>,
    pub(super) duration: Histogram<f64>,
    pub(super) first: Histogram<f64>,
    pub(super) stages: Histogram<f64>,
    pub(super) findings: Counter<u64>,
    pub(super) shadow: Counter<u64>,
    pub(super) strangers: Counter<u64>,
    pub(super) sync: Histogram<f64>,
    pub(super) lag: Histogram<f64>,
}

impl Instruments {
    /// `failures` count what did not arrive at collectors.
    pub(super) fn new(meters: &SdkMeterProvider, failures: Vec<Arc<AtomicU64>>) -> Instruments {
        let meter = meters.meter("sekisho");
        let counter =
            |name: &'static str, about: &'static str| meter.u64_counter(name).with_description(about).build();
        let lost = meter.u64_observable_counter("sekisho.telemetry.failures");
        lost.with_description("Exports that did not arrive at a collector")
            .with_callback(move |observer| {
                observer.observe(failures.iter().map(|count| count.load(Ordering::Relaxed)).sum(), &[]);
            })
            .build();
        Instruments {
            exchanges: counter("sekisho.exchanges", "Exchanges of known callers that ended"),
            duration: seconds(
                &meter,
                "sekisho.exchange.duration",
                "From a request's head to its last record",
                &EXCHANGE_S,
            ),
            first: seconds(
                &meter,
                "sekisho.exchange.first",
                "From a request's head to the first event released",
                &EXCHANGE_S,
            ),
            stages: seconds(&meter, "sekisho.stage.duration", "One stage of an exchange", &STAGE_S),
            findings: counter("sekisho.findings", "Findings in prompts and answers"),
            shadow: counter("sekisho.shadow.differences", "Decisions that would have been others"),
            strangers: counter("sekisho.strangers", "Requests of callers that were not known"),
            sync: seconds(&meter, "sekisho.log.sync.duration", "One fdatasync of the log", &STAGE_S),
            lag: seconds(
                &meter,
                "sekisho.log.lag",
                "From handing a record over to its being durable",
                &STAGE_S,
            ),
        }
    }
}

fn seconds(meter: &Meter, name: &'static str, about: &'static str, bounds: &[f64]) -> Histogram<f64> {
    let histogram = meter.f64_histogram(name).with_unit("s").with_description(about);
    histogram.with_boundaries(bounds.to_vec()).build()
}

/// In seconds.
pub(super) fn s(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// The gate at one moment.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Whether it would take an exchange.
    pub ready: bool,
    /// Exchanges under way.
    pub open: u64,
    /// Whether the policy folder could not be taken as it is now.
    pub outdated: bool,
    /// Issuers of the policy, and whether their keys are fresh.
    pub issuers: Vec<(String, bool)>,
}

/// Gauges of the state that `state` tells when they are asked for.
pub(super) fn watch(meters: &SdkMeterProvider, state: impl Fn() -> State + Send + Sync + 'static) {
    let (meter, state) = (meters.meter("sekisho"), Arc::new(state));
    let told = Arc::clone(&state);
    let ready =
        meter.u64_observable_gauge("sekisho.ready").with_description("1 if an exchange would be taken");
    ready.with_callback(move |observer| observer.observe(u64::from(told().ready), &[])).build();
    let told = Arc::clone(&state);
    let outdated = meter.u64_observable_gauge("sekisho.policy.outdated");
    outdated
        .with_description("1 if the policy folder could not be taken as it is now")
        .with_callback(move |observer| observer.observe(u64::from(told().outdated), &[]))
        .build();
    let told = Arc::clone(&state);
    let open = meter.u64_observable_gauge("sekisho.exchanges.open").with_description("Exchanges under way");
    open.with_callback(move |observer| observer.observe(told().open, &[])).build();
    let fresh = meter.u64_observable_gauge("sekisho.issuer.fresh");
    fresh
        .with_description("1 if the issuer's keys are known and not too old")
        .with_callback(move |observer| {
            for (issuer, fresh) in state().issuers {
                observer.observe(u64::from(fresh), &[KeyValue::new("issuer", issuer)]);
            }
        })
        .build();
}
