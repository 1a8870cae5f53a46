//! A conversation at the prompt, apart from how lines are edited: what each line does and says.

use crate::clock::{DAY, MINUTE, Millis};
use crate::desk::{Asker, Desk, No, parse_line};
use crate::jobs::Jobs;
use crate::page::{Action, Form, Page, Refusal};
use crate::terminal::answer::guarded;
use crate::terminal::draw::{self, Look};
use crate::terminal::letters::Letters;
use crate::terminal::number::{self, Numbered};
use crate::terminal::{clean, when};
use std::sync::Arc;

/// The sample edition goes on for two days; more waiting brings nothing new.
const WAIT_MS_MAX: Millis = 7 * DAY;
/// How far the clock goes between two looks at what is due.
const WAIT_STEP_MS: Millis = 5 * MINUTE;

/// What a line led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Text(String),
    /// These fields first, then [`Session::fill`].
    Form(Box<Numbered>, Form),
    Quit,
}

/// One conversation.
pub struct Session {
    pub desk: Desk,
    pub asker: Asker,
    /// Present where `/wait` moves the clock and runs what is due.
    jobs: Option<Jobs>,
    /// What the jobs sent.
    letters: Option<Letters>,
    offered: Vec<Numbered>,
}

impl Session {
    pub fn new(desk: Desk, jobs: Option<Jobs>) -> Self {
        Self {
            desk,
            asker: Asker::terminal(),
            jobs,
            letters: None,
            offered: Vec::new(),
        }
    }

    /// The same, with what is sent while time passes shown by `/wait`.
    pub fn receiving(mut self, letters: Letters) -> Self {
        let jobs = self.jobs.take();
        let delivery = Arc::new(letters.clone());
        self.jobs = jobs.map(|jobs| jobs.delivering(&self.desk, delivery));
        self.letters = Some(letters);
        self
    }

    /// Does what was typed.
    pub async fn line(&mut self, line: &str, look: &Look) -> Said {
        let line = line.trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match first {
            "" => Said::Text(String::new()),
            "/quit" | "quit" | "/exit" | "exit" => Said::Quit,
            "/wait" | "wait" if self.jobs.is_some() => Said::Text(self.wait(rest, look).await),
            _ => match first.parse::<usize>() {
                Ok(number) if rest.is_empty() => self.number(number, look).await,
                _ => Said::Text(self.ask(line, look).await),
            },
        }
    }

    /// Presses a form's action with its fields.
    pub async fn fill(
        &mut self,
        offered: &Numbered,
        fields: &[(String, String)],
        look: &Look,
    ) -> String {
        let answer = guarded(self.desk.press(&self.asker, &offered.action, fields)).await;
        self.draw(answer, look)
    }

    /// Shows a page and remembers its numbers.
    pub fn show(&mut self, page: &Page, look: &Look) -> String {
        let (offers, offered) = number::number(page);
        self.offered = offered;
        draw::page_with_offers(page, offers, look)
    }

    /// True while the last page has something to press.
    pub fn offers(&self) -> bool {
        !self.offered.is_empty()
    }

    async fn ask(&mut self, line: &str, look: &Look) -> String {
        match parse_line(line) {
            Ok(asked) => {
                let answer = guarded(self.desk.answer(&self.asker, &asked)).await;
                self.draw(answer, look)
            }
            Err(refusal) => draw::refusal(&refusal, look),
        }
    }

    async fn number(&mut self, number: usize, look: &Look) -> Said {
        let Some(offered) = number
            .checked_sub(1)
            .and_then(|at| self.offered.get(at))
            .cloned()
        else {
            let refusal = match self.offered.len() {
                0 => Refusal::new("There is nothing to choose from."),
                n => Refusal::new(format!("There is no [{number}]."))
                    .can(format!("Type a number from 1 to {n}.")),
            };
            return Said::Text(draw::refusal(&refusal, look));
        };
        if let Action::Fill { form, .. } = &offered.action {
            let form = form.clone();
            return Said::Form(Box::new(offered), form);
        }
        let answer = guarded(
            self.desk
                .press(&self.asker, &offered.action, &offered.chosen),
        )
        .await;
        Said::Text(self.draw(answer, look))
    }

    fn draw(&mut self, answer: crate::desk::Answer, look: &Look) -> String {
        match answer {
            Ok(page) => self.show(&page, look),
            Err(No::Refused(refusal)) => draw::refusal(&refusal, look),
            Err(No::Failed(error)) => format!("Failed: {}\n", clean::text(&format!("{error:#}"))),
        }
    }

    /// Moves the clock of the sample edition step by step, running what is due on the way.
    async fn wait(&mut self, span: &str, look: &Look) -> String {
        let Some(jobs) = &self.jobs else {
            return String::new();
        };
        let span = match when::parse_span(span) {
            Some(span) if (1..=WAIT_MS_MAX).contains(&span) => span,
            _ => {
                let refusal = Refusal::new("/wait wants a time of at most 7 days.")
                    .can("Say for instance: /wait 2h");
                return draw::refusal(&refusal, look);
            }
        };
        let until = self.desk.now() + span;
        let (mut new, mut read) = (0, 0);
        let mut came = String::new();
        while self.desk.now() < until {
            self.desk
                .clock
                .move_to((self.desk.now() + WAIT_STEP_MS).min(until));
            match jobs.tick_all(self.desk.now()).await {
                Ok(report) => {
                    new += report.poll.new_articles();
                    read += report.poll.sources.len();
                }
                Err(error) => return format!("Failed: {}\n", clean::text(&format!("{error:#}"))),
            }
            for letter in self.letters.iter().flat_map(Letters::take) {
                came.push_str(&letter);
                came.push('\n');
            }
        }
        let articles = if new == 1 {
            "1 new article".to_owned()
        } else {
            format!("{new} new articles")
        };
        format!(
            "{came}It is {} now. {read} readings brought {articles}.\n",
            when::on(until)
        )
    }
}
