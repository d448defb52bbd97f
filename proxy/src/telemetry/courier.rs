//! The way to a collector: OTLP over HTTP with protobuf, by the process's own client, as the standard environment variables
//! say (OpenTelemetry Protocol Exporter, "Configuration Options").

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use sekisho_policies::Url;
use tokio::runtime::Handle;

use crate::fetch::{self, Trust};
use crate::loaded::LoadError;

/// What is sent.
#[derive(Clone, Copy)]
pub(super) enum Signal {
    Metrics,
    Traces,
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Signal::Metrics => "METRICS",
            Signal::Traces => "TRACES",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Signal::Metrics => "v1/metrics",
            Signal::Traces => "v1/traces",
        }
    }
}

/// Sends one signal to its collector.
#[derive(Clone)]
pub(super) struct Courier {
    to: Url,
    trust: Trust,
    runtime: Handle,
    failures: Arc<AtomicU64>,
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Courier({})", self.to.as_str())
    }
}

impl Courier {
    /// The courier of a signal, if the environment names a collector for it. Must be called within the runtime.
    pub(super) fn of(
        signal: Signal,
        variable: &impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Courier>, LoadError> {
        let one = |message: String| LoadError(vec![message]);
        // The signal's own variable wins over the common one.
        let said = |what: &str| {
            let own = format!("OTEL_EXPORTER_OTLP_{}_{what}", signal.name());
            let common = format!("OTEL_EXPORTER_OTLP_{what}");
            variable(&own)
                .map(|value| (own, value))
                .or_else(|| variable(&common).map(|value| (common, value)))
        };
        let exporter = variable(&format!("OTEL_{}_EXPORTER", signal.name()));
        let off = variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let Some((name, place)) = said("ENDPOINT").filter(|_| !off && exporter.as_deref() != Some("none"))
        else {
            return Ok(None);
        };
        if let Some((name, other)) = said("PROTOCOL").filter(|(_, value)| value != "http/protobuf") {
            return Err(one(format!("{name}: `{other}` is not spoken here; write `http/protobuf`")));
        }
        let place = match name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
            true => format!("{}/{}", place.trim_end_matches('/'), signal.path()),
            false => place,
        };
        let to = Url::parse(&place).map_err(|cause| one(format!("{name}: `{place}`: {cause}")))?;
        let certificate = said("CERTIFICATE");
        let trust = Trust::of(&to, certificate.as_ref().map(|(_, file)| Path::new(file)));
        let trust = trust.map_err(|error| match &certificate {
            Some((name, _)) => one(format!("{name}: {error}")),
            None => error,
        })?;
        Ok(Some(Courier { to, trust, runtime: Handle::current(), failures: Arc::default() }))
    }

    /// How many of its letters did not arrive.
    pub(super) fn failures(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.failures)
    }

    /// Headers, compression and time limits are those of the environment.
    pub(super) fn metrics(self) -> Result<MetricExporter, ExporterBuildError> {
        let place = self.to.as_str().to_owned();
        let exporter = MetricExporter::builder().with_http().with_http_client(self);
        exporter.with_protocol(Protocol::HttpBinary).with_endpoint(place).build()
    }

    /// As [`Courier::metrics`].
    pub(super) fn spans(self) -> Result<SpanExporter, ExporterBuildError> {
        let place = self.to.as_str().to_owned();
        let exporter = SpanExporter::builder().with_http().with_http_client(self);
        exporter.with_protocol(Protocol::HttpBinary).with_endpoint(place).build()
    }
}

type Sent<'s> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 's>>;

impl HttpClient for Courier {
    /// The exporters call from threads of their own, which know no runtime.
    fn send_bytes<'c, 's>(&'c self, request: Request<Bytes>) -> Sent<'s>
    where
        'c: 's,
        Self: 's,
    {
        let courier = self.clone();
        let sent = self.runtime.spawn(async move {
            let request = request.map(Full::new);
            let answer = fetch::send(&courier.to, &courier.trust, request).await;
            if !answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
                courier.failures.fetch_add(1, Ordering::Relaxed);
            }
            answer
        });
        Box::pin(async move { Ok(sent.await??) })
    }
}
