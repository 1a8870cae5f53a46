//! The host's store from a shell: one question (what is due is read first), and reading without
//! Discord.

use crate::config::Settings;
use crate::desk::{Asked, Asker, Desk, No, options, parse_words};
use crate::jobs::{Jobs, PollReport, SourceReport};
use crate::page::Page;
use crate::page::health;
use crate::terminal::call::How;
use crate::terminal::draw::Look;
use crate::terminal::letters::Letters;
use crate::terminal::screen::{self, Screen};
use crate::terminal::session::Session;
use crate::terminal::stop::asked_to_stop;
use crate::terminal::{Exit, answer, clean, host, number, prompt};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::time::Duration;

/// Commands whose answers come from articles: sources that are due are read before them.
const FROM_ARTICLES: &[&str] = &["brief", "headlines", "search", "story"];
/// Columns of a source's name in the table.
const NAME_COLUMNS_MAX: usize = 32;
const OUTCOME_COLUMNS_MAX: usize = 40;
const BAR_TICK_MS: u64 = 100;

/// Answers one question from the host's store.
pub async fn ask(settings: Arc<Settings>, words: &[String], how: How, screen: Screen) -> Exit {
    let asked = match read_words(words, screen) {
        Ok(asked) => asked,
        Err(exit) => return exit,
    };
    let desk = match super::open(&settings).await {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    if FROM_ARTICLES.contains(&asked.ask.command.as_str())
        && let Err(error) = read_first(&desk).await
    {
        tracing::warn!("sources could not be read before the answer: {error:#}");
    }
    let exit = ask_desk(&desk, asked, how, number::offers_more, screen).await;
    super::close(&desk, exit).await
}

/// Words of the shell, or the refusal printed.
pub fn read_words(words: &[String], screen: Screen) -> Result<Asked, Exit> {
    parse_words(words).map_err(|refusal| {
        let look = screen.look(0);
        screen::note(&crate::terminal::draw::refusal(&refusal, &look));
        Exit::Usage
    })
}

/// Asks the desk and shows the answer; on a terminal, its numbers can be typed where `worth_asking`
/// says so of the page.
pub async fn ask_desk(
    desk: &Desk,
    mut asked: Asked,
    how: How,
    worth_asking: fn(&Page) -> bool,
    screen: Screen,
) -> Exit {
    let asker = Asker::terminal();
    asked.ask.from = how.skip;
    let answered = answer::guarded(desk.answer(&asker, &asked)).await;
    match &answered {
        Ok(page) if screen.interactive && !how.json && worth_asking(page) => {
            // Whoever sits before the page may take long, and the bot must be able to start.
            desk.give_back_run_lock();
            let mut session = Session::new(desk.clone(), None);
            screen::print(&session.show(page, &screen.look(desk.now())));
            prompt::choose(session, screen, answer::exit_of(page)).await
        }
        Err(No::Refused(_)) if is_incomplete(&asked) => {
            answer::show(desk, &asker, &answered, how.json, screen).await;
            Exit::Usage
        }
        _ => {
            let exit = answer::show(desk, &asker, &answered, how.json, screen).await;
            if let (Ok(page), false) = (&answered, how.json)
                && let Some(hint) = number::hint(page, takes_yes(&asked))
            {
                screen::note(&format!("\n{hint}"));
            }
            exit
        }
    }
}

/// Whether a change can be confirmed on the command line.
fn takes_yes(asked: &Asked) -> bool {
    let command = crate::desk::find(&asked.ask.command);
    let options = command.map(|command| options(command, asked.ask.sub.as_deref()));
    options.is_some_and(|options| options.iter().any(|option| option.name == "yes"))
}

/// True where a required option was not given.
fn is_incomplete(asked: &Asked) -> bool {
    let Some(command) = crate::desk::find(&asked.ask.command) else {
        return true;
    };
    let given = |name: &str| {
        asked
            .ask
            .get(name)
            .is_some_and(|value| !value.trim().is_empty())
    };
    options(command, asked.ask.sub.as_deref())
        .iter()
        .any(|option| option.required && !given(option.name))
}

/// Reads and places what is due, unless another process does so already. Hosts that must be asked
/// slowly are left for later: an answer does not wait for them.
async fn read_first(desk: &Desk) -> anyhow::Result<()> {
    if desk.try_run_lock()? {
        let jobs = Jobs::of(desk);
        let bar = bar(desk).await;
        let read = jobs
            .poll
            .tick_with(desk.now(), &|source| tell(&bar, source))
            .await;
        bar.finish_and_clear();
        read?;
        jobs.group.tick(desk.now()).await?;
    }
    Ok(())
}

/// A progress bar on standard error where that is a terminal.
async fn bar(desk: &Desk) -> ProgressBar {
    let due = desk.due_sources().await.unwrap_or_default();
    let bar = ProgressBar::new(due as u64);
    if let Ok(style) =
        ProgressStyle::with_template("Reading sources {bar:24} {pos}/{len} {wide_msg:.dim}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(BAR_TICK_MS));
    bar
}

fn tell(bar: &ProgressBar, source: &SourceReport) {
    bar.inc(1);
    bar.set_message(clean::shortened(
        &clean::text(&source.name),
        NAME_COLUMNS_MAX,
    ));
}

/// `lede read`: reads what is due once, or until asked to stop.
pub async fn run(settings: Arc<Settings>, once: bool, screen: Screen) -> Exit {
    let desk = match super::open(&settings).await {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    let exit = match host::take_lock(&desk).await {
        Err(exit) => exit,
        Ok(()) if once => read_once(&desk, screen).await,
        Ok(()) => {
            let letters = Letters::printed(desk.clock.clone(), screen);
            let jobs = Jobs::of(&desk).delivering(&desk, Arc::new(letters));
            match jobs.run(asked_to_stop()).await {
                Ok(()) => Exit::Answer,
                Err(error) => answer::failed(&error),
            }
        }
    };
    super::close(&desk, exit).await
}

async fn read_once(desk: &Desk, screen: Screen) -> Exit {
    let bar = bar(desk).await;
    let read = Jobs::of(desk).read_once(&|source| tell(&bar, source)).await;
    bar.finish_and_clear();
    match read {
        Ok(report) => {
            screen::print(&table(&report.poll, &screen.look(desk.now())));
            Exit::Answer
        }
        Err(error) => answer::failed(&error),
    }
}

/// A line a source: what came of it, new and edited articles, how long it took.
fn table(report: &PollReport, look: &Look) -> String {
    let mut text = String::new();
    if !report.sources.is_empty() {
        let rows: Vec<[String; 5]> = report.sources.iter().map(row).collect();
        let heads = ["source", "outcome", "new", "edited", "ms"].map(str::to_owned);
        let widest = |column: usize| {
            rows.iter()
                .chain([&heads])
                .map(|row| clean::text_columns(&row[column]))
                .max()
                .unwrap_or_default()
        };
        let widths: [usize; 5] = std::array::from_fn(widest);
        let (dim, end) = if look.styles {
            ("\x1b[2m", "\x1b[0m")
        } else {
            ("", "")
        };
        text.push_str(&format!("{dim}{}{end}\n", aligned(&heads, &widths)));
        rows.iter()
            .for_each(|row| text.push_str(&format!("{}\n", aligned(row, &widths))));
    }
    let failed = report
        .sources
        .iter()
        .filter(|source| source.error.is_some())
        .count();
    let sources = match report.sources.len() {
        0 => "Nothing was due".to_owned(),
        1 => "1 source read".to_owned(),
        n => format!("{n} sources read"),
    };
    let mut parts = vec![sources];
    if failed > 0 {
        parts.push(format!("{failed} of them in vain"));
    }
    if report.postponed > 0 {
        parts.push(format!(
            "{} left for later because their hosts asked for rest",
            report.postponed
        ));
    }
    format!("{text}{}.\n", parts.join(", "))
}

fn row(source: &SourceReport) -> [String; 5] {
    let outcome = match &source.error {
        Some(error) => health::cause(error),
        None if source.unchanged => "unchanged".to_owned(),
        None if source.entries == 1 => "read, 1 article".to_owned(),
        None => format!("read, {} articles", source.entries),
    };
    [
        clean::shortened(&clean::text(&source.name), NAME_COLUMNS_MAX),
        clean::shortened(&clean::text(&outcome), OUTCOME_COLUMNS_MAX),
        source.new.to_string(),
        source.edited.to_string(),
        source.took_ms.to_string(),
    ]
}

/// Texts to the left, numbers to the right.
fn aligned(row: &[String; 5], widths: &[usize; 5]) -> String {
    let cells = row
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, width))| {
            let blanks = " ".repeat(width.saturating_sub(clean::text_columns(cell)));
            if column < 2 {
                format!("{cell}{blanks}")
            } else {
                format!("{blanks}{cell}")
            }
        });
    cells.collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::{ReadingError, SourceId};

    fn source(name: &str, error: Option<ReadingError>, entries: u32, new: u32) -> SourceReport {
        SourceReport {
            source: SourceId(1),
            name: name.to_owned(),
            url: "https://avel.example/feed".to_owned(),
            error,
            unchanged: false,
            entries,
            new,
            edited: 0,
            took_ms: 120,
        }
    }

    #[test]
    fn reading_once_tells_each_source_in_a_line() {
        let sources = vec![
            source("Avel Courier\x1b[2J", None, 30, 4),
            source("港口 News", Some(ReadingError::Gone), 0, 0),
        ];
        let report = PollReport {
            sources,
            postponed: 2,
        };
        let table = table(&report, &Look::plain(0));
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("source           outcome"), "{table}");
        assert!(
            lines[1].starts_with("Avel Courier[2J  read, 30 articles"),
            "{table}"
        );
        assert!(lines[2].starts_with("港口 News        "), "{table}");
        assert_eq!(
            lines[3],
            "2 sources read, 1 of them in vain, 2 left for later because their hosts asked for rest."
        );
        assert_eq!(
            super::table(&PollReport::default(), &Look::plain(0)),
            "Nothing was due.\n"
        );
    }
}
