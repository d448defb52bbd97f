//! How a scripted backend speaks: all at once, or event by event with short pauses.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Sleep, sleep};

/// What is still to be sent.
pub struct Speech {
    left: VecDeque<Bytes>,
    pause: Duration,
    resting: Option<Pin<Box<Sleep>>>,
}

/// Characters of an event. A secret is always cut: no sample fits into one.
const PIECE_CHARS: usize = 3;
/// Between two events, so that streaming can be seen.
const PAUSE: Duration = Duration::from_millis(4);
/// Longer texts come in larger pieces, and so many events without pauses.
const SHORT_CHARS: usize = 400;

impl Speech {
    /// A body in one piece.
    pub fn whole(body: String) -> Speech {
        Speech { left: VecDeque::from([Bytes::from(body)]), pause: Duration::ZERO, resting: None }
    }

    /// A body in events.
    pub fn events(events: Vec<Bytes>) -> Speech {
        let pause = if events.len() > SHORT_CHARS { Duration::ZERO } else { PAUSE };
        Speech { left: events.into(), pause, resting: None }
    }
}

/// What of a text comes in one event.
pub fn pieces(text: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    let size = if chars.len() > SHORT_CHARS { 10 * PIECE_CHARS } else { PIECE_CHARS };
    let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
    pieces.into_iter()
}

impl Body for Speech {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(resting) = &mut self.resting {
            ready!(resting.as_mut().poll(cx));
        }
        let pause = self.pause;
        self.resting = (!pause.is_zero()).then(|| Box::pin(sleep(pause)));
        Poll::Ready(self.left.pop_front().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_in_pieces_that_join() {
        for (text, chars) in
            [("番号は123456789018です。", PIECE_CHARS), (&*"議事".repeat(300), 10 * PIECE_CHARS)]
        {
            let pieces: Vec<String> = pieces(text).collect();
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|piece| piece.chars().count() <= chars));
        }
    }
}
