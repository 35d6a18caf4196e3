//! Starts a story: as the owner if no process owns the directory, otherwise by a request to the
//! owner. Git may take minutes to make the story's worktree; Ctrl-C cancels that and removes
//! everything that was made.

use crate::access::Access;
use crate::run::does_not_fit;
use crate::signals::SignalRequest;
use crate::slow::QUIET;
use crate::text::{self, announce};
use crate::why::job_words;
use engine::{Engine, Opening, runtime};
use protocol::{
    ErrorCode, Fault, JobKind, Reply, Request, StartStory, StopReason, StoryId, WaitsFor,
};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

/// A story that was begun.
pub(crate) struct Begun {
    /// This process's engine; `None` if another process owns the directory.
    pub(crate) engine: Option<Engine>,
    pub(crate) story: StoryId,
    /// Whether this program was asked to end while it started the story.
    pub(crate) left: bool,
}

/// What happened while the story was being started.
enum News {
    Reply(Result<Reply, Fault>),
    Signal(SignalRequest),
    Slow,
}

/// Starts a story. Returns when it is started, or after Ctrl-C when everything that was made of it
/// is removed.
pub(crate) fn begin(
    access: &Access,
    start: StartStory,
    requests: &mut UnboundedReceiver<SignalRequest>,
) -> Result<Begun, Fault> {
    let makes_worktree = start.new_branch || start.worktree.is_some();
    let story = start.id.clone();
    let engine = match access.open("mush run")? {
        Opening::Owner(engine) => Some(engine),
        Opening::Follower(_) => None,
    };
    let ask = |request: Request| match &engine {
        Some(engine) => engine.request(request).map_err(Fault::from),
        None => access.ask(request),
    };
    let (sender, mut reply) = oneshot::channel();
    let mut left = false;
    let reply = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The receiver exists until a reply came, so this cannot fail.
            let _ = sender.send(ask(Request::Start(Box::new(start))));
        });
        let mut said = None;
        let mut slow_at = Instant::now() + QUIET;
        loop {
            match next(&mut reply, requests, slow_at)? {
                News::Reply(reply) => return reply,
                News::Slow => {
                    slow_at = Instant::now() + QUIET;
                    let asked = ask(Request::Why { story: story.clone() });
                    if let Ok(Reply::Why { waits_for: WaitsFor::Job { job, percent, .. } }) = asked
                        && said.replace((job, percent)) != Some((job, percent))
                    {
                        announce(&waiting(job, percent, makes_worktree));
                    }
                }
                News::Signal(SignalRequest::Leave) => left = true,
                News::Signal(SignalRequest::Stop) => {
                    announce("Stopping.");
                    let (story, why) = (story.clone(), StopReason::CtrlC);
                    if let Err(fault) = ask(Request::Stop { story, why, now: false }) {
                        text::fault(&fault);
                    }
                }
            }
        }
    })?;
    match reply {
        Reply::Started { story } => Ok(Begun { engine, story, left }),
        other => Err(does_not_fit(&other)),
    }
}

/// Gives up the ownership of the directory when the story's agent has its prompt. A signal ends the
/// wait for that. Returns whether the prompt was waited for to the end.
pub(crate) fn let_go(
    access: &Access,
    engine: Engine,
    requests: &mut UnboundedReceiver<SignalRequest>,
) -> Result<bool, Fault> {
    let (sender, closed) = oneshot::channel();
    let access = access.clone();
    std::thread::spawn(move || {
        let closed = engine.catch_up().map(|()| access.leave(&engine, Engine::close_as_last));
        // After a signal no one waits for it.
        let _ = sender.send(closed);
    });
    let news = async {
        tokio::select! {
            closed = closed => closed.map_err(|_| no_answer()).and_then(|closed| Ok(closed?)).map(|()| true),
            Some(_) = requests.recv() => Ok(false),
        }
    };
    runtime::wait(news).map_err(|error| Fault::from(engine::Error::Thread(error)))?
}

fn next(
    reply: &mut oneshot::Receiver<Result<Reply, Fault>>,
    requests: &mut UnboundedReceiver<SignalRequest>,
    slow_at: Instant,
) -> Result<News, Fault> {
    let news = async {
        tokio::select! {
            biased;
            reply = reply => News::Reply(reply.unwrap_or_else(|_| Err(no_answer()))),
            Some(request) = requests.recv() => News::Signal(request),
            () = sleep_until(slow_at) => News::Slow,
        }
    };
    runtime::wait(news).map_err(|error| Fault::from(engine::Error::Thread(error)))
}

/// What the start waits for, and how to end that.
fn waiting(job: JobKind, percent: Option<u8>, makes_worktree: bool) -> String {
    let left = if makes_worktree { "; nothing of it is left" } else { "" };
    format!("Waits for {}. Ctrl-C ends that{left}.", job_words(job, percent))
}

fn no_answer() -> Fault {
    Fault::new(ErrorCode::Internal, "the start of the story gave no answer", "Try again.")
}
