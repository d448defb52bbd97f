//! One event of a stream: read, judged, its texts passed through their channels, written again.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_policies::{Answers, Direction, SignedReasoning, Voice};

use super::ResponseGuard;
use super::channel::{Channel, Held, Owner, Rest};
use super::chunk::{Ends, Place, head, is_in_delta, is_plainly_indexed};
use crate::body::{Body, Handling, Part, Segment};
use crate::clear::Passage;
use crate::fault::Upstream;
use crate::inspect::Inspection;
use crate::json::{Document, JsonError, Kind, Splice, Value, quote};
use crate::redact::Placeholders;
use crate::refusal::Refusal;
use crate::wire::Framing;
use crate::wire::shape::Shape;

/// The arguments of a tool call when all of them are there.
static CALL: Shape = Shape::Said(Voice::Assistant, &Shape::Object(&[("arguments", Shape::Text)]));

/// What a vendor has signed, when all of it is there.
static SIGNED: Shape = Shape::Said(Voice::Assistant, &Shape::Object(&[("reasoning", Shape::Name)]));

/// What a backend says of its own failure.
static FAILURE: Shape = Shape::Said(Voice::Assistant, &Shape::Data);

/// Most texts that a stream may have under way, and most names: a thousand times what a backend needs, and little
/// enough that going through all of them costs nothing.
const PLACES_MAX: usize = 1024;

/// Texts of an event that take the place of what came.
#[derive(Default)]
pub(super) struct Texts {
    by_segment: BTreeMap<usize, String>,
    /// Which segment goes on with which channel.
    segments: BTreeMap<String, usize>,
    /// The event says nothing but what is held until it is whole.
    withheld: bool,
}

impl ResponseGuard {
    /// Takes one event; what may be told of it, and of what was held before it, goes to the outbox.
    pub(super) fn event(&mut self, data: String, elapsed_us: u64) -> Result<(), Refusal> {
        let document = Document::read_delta(data.into_bytes(), &self.passage.limits).map_err(unreadable)?;
        if document.root().get("error").is_some_and(|error| !error.raw().starts_with("null")) {
            return Err(self.failure(document));
        }
        let script = self.passage.dialect.script();
        if !is_plainly_indexed(&document, script)
            || !is_one_message(&document, self.passage.dialect.framing())
        {
            return Err(Upstream::Unreadable(None).into());
        }
        let body = Body::open(document, self.passage.dialect.chunk(), &self.passage.limits);
        let body = self.rest(body.map_err(|_| Upstream::Unreadable(None))?)?;
        let document = body.outermost().ok_or(Upstream::Unreadable(None))?;
        self.head.get_or_insert_with(|| head(document, &self.passage.model));
        let mut texts = self.texts(&body, elapsed_us)?;
        self.flush(&Ends::of(document, script), &mut texts)?;
        self.judge()?;
        if !texts.withheld {
            let written = self.written(&body, &texts);
            self.events.event(&written, &mut self.out);
        }
        Ok(())
    }

    /// Judges everything of an event that does not go on, and carries out what it obliges to.
    fn rest(&mut self, body: Body) -> Result<Body, Refusal> {
        let constant = constant(&body);
        if self.constant.as_ref() == Some(&constant) {
            return Ok(body);
        }
        self.steady(&body)?;
        let (body, nothing) = self.judged(body, self.passage.dialect.chunk())?;
        self.constant = nothing.then_some(constant);
        Ok(body)
    }

    /// Clients join what a delta says at one place, names and ids too. These are judged event by event, so they may be
    /// repeated, but not go on.
    fn steady(&mut self, body: &Body) -> Result<(), Refusal> {
        for segment in &body.segments {
            let names =
                segment.part == Part::Text && matches!(segment.handling, Handling::Fixed | Handling::Machine);
            let Some(value) = value_of(body, segment).filter(|value| names && is_in_delta(*value)) else {
                continue;
            };
            let text = body.text(segment);
            if text.is_empty() {
                continue;
            }
            let place = Place::of(value, self.passage.dialect.script()).0;
            match self.named.get(&place) {
                Some(said) if *said == text => {}
                None if self.named.len() < PLACES_MAX => {
                    self.named.insert(place, text.into_owned());
                }
                _ => return Err(Upstream::Unreadable(None).into()),
            }
        }
        Ok(())
    }

    /// Inspects a body, judges the answer with it, and carries out what it obliges to. True if nothing was found.
    fn judged(&mut self, body: Body, shape: &'static Shape) -> Result<(Body, bool), Refusal> {
        let inspection =
            Inspection::of(&body, self.passage.dialect, &self.passage.snapshot, Direction::Completion);
        let coverage = &mut self.passage.seen.coverage;
        coverage.segments = coverage.segments.saturating_add(inspection.coverage().segments);
        coverage.bytes = coverage.bytes.saturating_add(inspection.coverage().bytes);
        if inspection.summary().is_empty() {
            return Ok((body, true));
        }
        self.found.summary.merge(inspection.summary());
        self.found.judged = false;
        self.judge()?;
        let (body, plan) = self.passage.carried_out(body, &inspection, shape)?;
        self.found.obliged_all(&plan.counts);
        self.flow.removed_bytes = self.flow.removed_bytes.saturating_add(plan.removed_bytes());
        Ok((body, false))
    }

    /// Passes every text of an event through its channel.
    fn texts(&mut self, body: &Body, elapsed_us: u64) -> Result<Texts, Refusal> {
        let mut texts = Texts::default();
        for (index, segment) in body.segments.iter().enumerate() {
            let held = match segment.handling {
                Handling::Flowing => Held::No,
                Handling::Argument if self.passage.permit.tool_arguments() == Answers::Whole => Held::Whole,
                Handling::Argument => Held::No,
                Handling::Withheld => Held::Signed,
                _ => continue,
            };
            let Some(value) = value_of(body, segment) else { continue };
            // What begins a block is told with it, and nothing of what is signed.
            texts.withheld |= held == Held::Signed && is_in_delta(value);
            let (name, place) = Place::of(value, self.passage.dialect.script());
            let text = self.text(value, &name, place, held, elapsed_us)?;
            texts.by_segment.insert(index, text);
            texts.segments.insert(name, index);
        }
        Ok(texts)
    }

    fn text(
        &mut self,
        value: Value<'_>,
        name: &str,
        place: Place,
        held: Held,
        elapsed_us: u64,
    ) -> Result<String, Refusal> {
        let Some(piece) = value.fragment() else { return Ok(String::new()) };
        let number = self.channels.len();
        let ResponseGuard { passage, channels, found, flow, told, .. } = self;
        if !channels.contains_key(name) {
            if number >= PLACES_MAX {
                return Err(Upstream::Unreadable(None).into());
            }
            let channel = Channel::new(place, held, passage.snapshot.rules(), number);
            channels.insert(name.to_owned(), channel);
        }
        let Some(channel) = channels.get_mut(name) else { return Ok(String::new()) };
        let empty = piece.text.is_empty() && piece.low.is_none() && piece.high.is_none();
        match (channel.ended, empty) {
            (_, true) => return Ok(String::new()),
            // It was told to be over; what comes now would not have been judged with what came before.
            (true, false) => return Err(Upstream::Unreadable(None).into()),
            (false, false) => {}
        }
        let bytes = u64::try_from(piece.text.len()).unwrap_or(u64::MAX);
        passage.seen.coverage.bytes = passage.seen.coverage.bytes.saturating_add(bytes);
        let release = channel.push(&piece, &mut owner(passage), elapsed_us);
        found.add(&release, channel.number(), passage.permit.first(), &passage.snapshot);
        flow.removed_bytes =
            flow.removed_bytes.saturating_add(u64::try_from(release.removed_bytes).unwrap_or(0));
        passage.tells(&release.text, &mut channel.lines, told);
        Ok(release.text)
    }

    /// Ends texts: what was held of them goes on in the event at hand if they stand in it, and otherwise in events of their
    /// own before it.
    pub(super) fn flush(&mut self, ends: &Ends, texts: &mut Texts) -> Result<(), Refusal> {
        let over = self.channels.iter().filter(|(_, channel)| !channel.ended && ends.end(&channel.place));
        let mut over: Vec<(u32, String)> =
            over.map(|(name, channel)| (channel.number(), name.clone())).collect();
        over.sort_unstable();
        let (mut added, mut signed) = (Vec::new(), Vec::new());
        for (number, name) in over {
            let ResponseGuard { passage, channels, found, flow, told, .. } = self;
            let Some(channel) = channels.get_mut(&name) else { continue };
            let place = channel.place.clone();
            let text = match channel.finish(&mut owner(passage)) {
                Rest::Settled(release) => {
                    found.add(&release, number, passage.permit.first(), &passage.snapshot);
                    let removed = u64::try_from(release.removed_bytes).unwrap_or(0);
                    flow.removed_bytes = flow.removed_bytes.saturating_add(removed);
                    passage.tells(&release.text, &mut channel.lines, told);
                    passage.tells("\n", &mut channel.lines, told);
                    release.text
                }
                Rest::Whole(arguments) => self.arguments(&arguments)?,
                Rest::Signed(reasoning) => {
                    signed.push((place, reasoning));
                    continue;
                }
            };
            let here = texts.segments.get(&name).and_then(|index| texts.by_segment.get_mut(index));
            match here {
                Some(begun) => begun.push_str(&text),
                None if text.is_empty() => {}
                None => added.push(place.event(self.head.as_deref().unwrap_or("{"), &text)),
            }
        }
        added.extend(self.signed(signed)?);
        self.judge()?;
        added.iter().for_each(|event| self.events.event(event, &mut self.out));
        Ok(())
    }

    /// Judges what is signed, block by block: each stays as it is, or goes whole.
    fn signed(&mut self, pieces: Vec<(Place, String)>) -> Result<Vec<String>, Refusal> {
        let mut gone = BTreeSet::new();
        for (place, piece) in &pieces {
            let text = format!(r#"{{"reasoning":{}}}"#, quote(piece));
            let document = Document::read(text.into_bytes(), &self.passage.limits).map_err(unreadable)?;
            let body = Body::open(document, &SIGNED, &self.passage.limits);
            match self.judged(body.map_err(|_| Upstream::Unreadable(None))?, &SIGNED) {
                Ok(_) => {}
                Err(Refusal::CutStuck(found)) if self.drops_signed() => {
                    self.found.obliged(found.category, 1);
                    gone.insert(place.block.clone());
                }
                Err(refusal) => return Err(refusal),
            }
        }
        let stays =
            pieces.into_iter().filter(|(place, piece)| !piece.is_empty() && !gone.contains(&place.block));
        Ok(stays.map(|(place, piece)| place.event("{", &piece)).collect())
    }

    fn drops_signed(&self) -> bool {
        self.passage.snapshot.policy().signed_reasoning() == SignedReasoning::Drop
    }

    /// Judges the arguments of a tool call as what they are: JSON, if they can be read so.
    fn arguments(&mut self, arguments: &str) -> Result<String, Refusal> {
        if arguments.is_empty() {
            return Ok(String::new());
        }
        let text = format!(r#"{{"arguments":{}}}"#, quote(arguments));
        let document = Document::read(text.into_bytes(), &self.passage.limits).map_err(unreadable)?;
        let body =
            Body::open(document, &CALL, &self.passage.limits).map_err(|_| Upstream::Unreadable(None))?;
        let (body, _) = self.judged(body, &CALL)?;
        let told = body.outermost().and_then(|d| d.root().get("arguments")).and_then(Value::string);
        Ok(told.unwrap_or_default().into_owned())
    }

    /// What a backend says of its failure, in a message of its own kind.
    pub(super) fn reports(&mut self, said: String) -> Refusal {
        match Document::read(said.into_bytes(), &self.passage.limits) {
            Ok(document) => self.failure(document),
            Err(_) => Upstream::Reported.into(),
        }
    }

    /// The backend reports that it failed: of its words, the message may be told, inspected.
    fn failure(&mut self, document: Document) -> Refusal {
        let body = Body::open(document, &FAILURE, &self.passage.limits);
        let judged = match body {
            Ok(body) => self.judged(body, &FAILURE),
            Err(_) => return Upstream::Unreadable(None).into(),
        };
        match judged {
            Ok((body, _)) => {
                let error = body.outermost().and_then(|document| document.root().get("error"));
                let message = error.and_then(|error| error.get("message").or(Some(error)));
                self.reported = message.and_then(Value::string).map(|message| message.into_owned());
                Upstream::Reported.into()
            }
            Err(refusal) => refusal,
        }
    }

    /// The event as it is told: the client's name for the model, texts as far as they may go, nothing that nobody knows.
    fn written(&self, body: &Body, texts: &Texts) -> String {
        let Some(document) = body.outermost() else { return String::new() };
        let mut splice = Splice::new(document);
        if self.passage.dialect.names_model() && document.root().get("model").is_some() {
            splice.set_member(document.root().id(), "model", &self.passage.model);
        }
        body.dropped.iter().for_each(|node| splice.set_null(*node));
        for (index, segment) in body.segments.iter().enumerate() {
            match (segment.handling, texts.by_segment.get(&index)) {
                (Handling::Foreign, _) => splice.set_null(segment.node),
                (_, Some(text)) => splice.set_string(segment.node, text),
                (_, None) => {}
            }
        }
        splice.apply()
    }
}

/// A message has one name, which stands around what it says.
fn is_one_message(document: &Document, framing: Framing) -> bool {
    let mut members = document.root().children();
    let one = members.next().is_some_and(|said| said.kind() == Kind::Object) && members.next().is_none();
    framing != Framing::Named || one
}

fn owner(passage: &mut Passage) -> Owner<'_> {
    let Passage { snapshot, fingerprinter, names, permit, .. } = passage;
    Owner { route: permit.first(), placeholders: Placeholders { snapshot, fingerprinter, names } }
}

fn value_of<'b>(body: &'b Body, segment: &Segment) -> Option<Value<'b>> {
    body.layers.get(segment.layer)?.document.value(segment.node)
}

/// Everything of an event that is judged with it, as it is written.
fn constant(body: &Body) -> String {
    let mut all = String::new();
    for segment in &body.segments {
        if !matches!(segment.handling, Handling::Flowing | Handling::Argument | Handling::Withheld) {
            all.push_str(&body.key(segment).unwrap_or_default());
            all.push('\n');
            all.push_str(&body.text(segment));
            all.push('\n');
        }
    }
    for noted in &body.opaque {
        all.push_str(noted.kind.category());
    }
    all
}

fn unreadable(error: JsonError) -> Refusal {
    Upstream::Unreadable(Some(error.fault)).into()
}
