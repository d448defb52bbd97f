//! One trace an exchange: a span for the whole, one for each stage, and one for the end, in which the last record becomes
//! durable. It begins here: what a client says of its own trace is not believed, and not passed on.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use sekisho_audit::{CompletionRecord, Named, Timestamp, Verdict};

use super::watcher::{Decided, label};

/// Makes the traces.
pub(super) struct Traces(SdkTracer);

impl Traces {
    pub(super) fn of(tracers: &SdkTracerProvider) -> Traces {
        Traces(tracers.tracer("sekisho"))
    }

    /// Tells of an exchange whose last record became durable just now.
    pub(super) fn exchange(&self, decision: &Decided, end: &CompletionRecord) {
        let began = moment(decision.began);
        let at = |us: u64| began + Duration::from_micros(us);
        let builder = SpanBuilder::from_name("exchange").with_kind(SpanKind::Server).with_start_time(began);
        let builder = builder.with_attributes(attributes(decision, end));
        let mut whole = builder.start_with_context(&self.0, &Context::new());
        let parent = Context::new().with_remote_span_context(whole.span_context().clone());
        let part = |name: &'static str, from: SystemTime, to: SystemTime| {
            let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Internal).with_start_time(from);
            builder.start_with_context(&self.0, &parent).end_with_timestamp(to);
        };
        for (stage, begin, over) in end.stages.spans() {
            part(stage.as_str(), at(begin.into()), at(over.into()));
        }
        if let Some(first_ms) = end.flow.and_then(|flow| flow.first_ms) {
            whole.add_event_with_timestamp("first event", at(first_ms * 1000), Vec::new());
        }
        // The clock of the log may be behind the system's for a moment.
        let (handed_over, durable) = (at(end.duration_us), SystemTime::now());
        part("end", handed_over, durable.max(handed_over));
        if end.status >= 500 {
            whole.set_status(Status::error(
                end.reason.as_ref().map_or("", |reason| reason.as_str()).to_owned(),
            ));
        }
        whole.end_with_timestamp(durable.max(handed_over));
    }
}

fn attributes(decision: &Decided, end: &CompletionRecord) -> Vec<KeyValue> {
    let mut all = vec![
        KeyValue::new("sekisho.record", end.exchange.to_string()),
        label("sekisho.dialect", &end.dialect),
        KeyValue::new("http.response.status_code", i64::from(end.status)),
    ];
    let rule = match &decision.verdict {
        Verdict::Permit { zone, backend, .. } => {
            all.extend([label("sekisho.zone", zone), label("sekisho.backend", backend)]);
            None
        }
        Verdict::Refuse { rule, .. } => rule.as_ref(),
    };
    let model = match &decision.model {
        Some(Named::Known(model)) => Some(model),
        _ => None,
    };
    let optional = [
        ("sekisho.level", decision.level.as_ref()),
        ("sekisho.reason", end.reason.as_ref()),
        ("sekisho.rule", end.rule.as_ref().or(rule)),
        ("gen_ai.request.model", model),
    ];
    all.extend(optional.into_iter().filter_map(|(key, term)| Some(label(key, term?))));
    all
}

fn moment(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(time.0)
}
