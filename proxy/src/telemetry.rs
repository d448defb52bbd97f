//! What operators see of the gate at work: metrics, and a trace of each exchange.
//!
//! Both are made from the records of the log, after these are durable and on the log's thread, so that they say what the
//! log says and nothing else: closed vocabularies and numbers, no person, no content. Whoever collects them may be slow or
//! away; then they are lost, and the count of failures says so.

mod courier;
mod metrics;
mod traces;
mod watcher;

use std::fmt;
use std::sync::Arc;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use prometheus::{Encoder, Registry, TextEncoder};
use sekisho_log::Observer;

use crate::loaded::LoadError;
use courier::{Courier, Signal};
use metrics::Instruments;
use traces::Traces;
use watcher::Watcher;

pub use metrics::State;

/// Metrics and traces of one process.
pub struct Telemetry {
    registry: Registry,
    meters: SdkMeterProvider,
    tracers: Option<SdkTracerProvider>,
    instruments: Arc<Instruments>,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("traces", &self.tracers.is_some()).finish_non_exhaustive()
    }
}

impl Telemetry {
    /// Metrics for whoever asks the admin side; and, if the standard environment variables of OpenTelemetry name a
    /// collector, both for it, by OTLP over HTTP.
    ///
    /// # Errors
    /// A variable asks for what is not spoken here, or names a place or a file that cannot be used.
    pub fn start() -> Result<Telemetry, LoadError> {
        Telemetry::with(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn with(variable: impl Fn(&str) -> Option<String>) -> Result<Telemetry, LoadError> {
        let failed = |error: &dyn fmt::Display| LoadError(vec![format!("telemetry: {error}")]);
        let resource = Resource::builder().with_service_name(service_name(&variable)).build();
        let registry = Registry::new();
        let scraped =
            opentelemetry_prometheus::exporter().with_registry(registry.clone()).without_target_info();
        let scraped = scraped.build().map_err(|e| failed(&e))?;
        let mut meters = SdkMeterProvider::builder().with_resource(resource.clone()).with_reader(scraped);
        let (metrics, traces) =
            (Courier::of(Signal::Metrics, &variable)?, Courier::of(Signal::Traces, &variable)?);
        let failures: Vec<_> = metrics.iter().chain(&traces).map(Courier::failures).collect();
        if let Some(courier) = metrics {
            let exporter = courier.metrics().map_err(|e| failed(&e))?;
            meters = meters.with_reader(PeriodicReader::builder(exporter).build());
        }
        let tracers = match traces {
            None => None,
            Some(courier) => {
                let exporter = courier.spans().map_err(|e| failed(&e))?;
                let tracers = SdkTracerProvider::builder().with_resource(resource);
                Some(tracers.with_batch_exporter(exporter).build())
            }
        };
        let meters = meters.build();
        let instruments = Arc::new(Instruments::new(&meters, failures));
        Ok(Telemetry { registry, meters, tracers, instruments })
    }

    /// What the log tells its commits.
    pub fn observer(&self) -> Box<dyn Observer> {
        let traces = self.tracers.as_ref().map(Traces::of);
        Box::new(Watcher::new(Arc::clone(&self.instruments), traces))
    }

    /// From now on the metrics say the state of the gate, which `state` tells when they are asked for.
    pub fn watch(&self, state: impl Fn() -> State + Send + Sync + 'static) {
        metrics::watch(&self.meters, state);
    }

    /// All metrics in Prometheus's text format, version 0.0.4.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory does not fail; a metric that cannot be written is left out.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Sends what is left, as far as the collector takes it. Blocks for some seconds at most.
    pub fn end(&self) {
        let _ = self.meters.shutdown();
        if let Some(tracers) = &self.tracers {
            let _ = tracers.shutdown();
        }
    }
}

/// `OTEL_SERVICE_NAME`, or ours.
fn service_name(variable: &impl Fn(&str) -> Option<String>) -> String {
    variable("OTEL_SERVICE_NAME").unwrap_or_else(|| "sekisho".to_owned())
}

#[cfg(test)]
mod tests;
