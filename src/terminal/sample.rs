//! `lede try`: the same desk over the sample edition, in a store that is gone at the end.

use crate::config::Settings;
use crate::desk::{Asked, Asker, No};
use crate::jobs;
use crate::page::Ask;
use crate::terminal::call::How;
use crate::terminal::letters::Letters;
use crate::terminal::screen::{self, Screen};
use crate::terminal::session::Session;
use crate::terminal::{Exit, answer, number, prompt, read};
use std::sync::Arc;

const WELCOME: &str = "\
This is Lede over a sample edition: invented outlets and events, no network, nothing is kept.
Type what you would type in Discord: /brief harbour   /headlines   /story ferry   /help
A number opens what it stands beside, Tab completes, Ctrl-D ends.
To see pushes, type /subscriptions add harbour, confirm it, and let time pass with /wait 10h.
";
const NO_TOKEN_YET: &str = "\
DISCORD_TOKEN is not set, so this is not the bot. A token comes from
https://discord.com/developers/applications and goes into .env or the environment.

";

/// Opens the sample edition: for a command, a prompt, or the front page.
pub async fn run(settings: Arc<Settings>, words: &[String], how: How, screen: Screen) -> Exit {
    let screen = screen.with_prefix("lede try ");
    let asked = match words {
        [] => None,
        words => match read::read_words(words, screen) {
            Ok(asked) => Some(asked),
            Err(exit) => return exit,
        },
    };
    let has_token = settings.discord_token.is_some();
    let (desk, jobs) = match jobs::sample::open(settings).await {
        Ok(opened) => opened,
        Err(error) => return answer::failed(&error),
    };
    let exit = match asked {
        Some(asked) => read::ask_desk(&desk, asked, how, number::waits_for_yes, screen).await,
        None if !screen.interactive || how.json => {
            read::ask_desk(&desk, front_page(), how, number::waits_for_yes, screen).await
        }
        None => {
            screen::print(&format!(
                "{}{WELCOME}\n",
                if has_token { "" } else { NO_TOKEN_YET }
            ));
            let screen = screen.with_prefix("/");
            let letters = Letters::kept(desk.clock.clone(), screen);
            let session = Session::new(desk.clone(), Some(jobs)).receiving(letters);
            open_prompt(session, screen).await
        }
    };
    super::close(&desk, exit).await
}

fn front_page() -> Asked {
    Asked {
        ask: Ask::new("headlines"),
        confirmed: false,
    }
}

/// The front page, so that there is something to press, then the prompt.
async fn open_prompt(mut session: Session, screen: Screen) -> Exit {
    let look = screen.look(session.desk.now());
    match answer::guarded(session.desk.answer(&Asker::terminal(), &front_page())).await {
        Ok(page) => screen::print(&format!("{}\n", session.show(&page, &look))),
        Err(No::Failed(error)) => {
            answer::failed(&error);
        }
        // Then the prompt is all there is to show.
        Err(No::Refused(_)) => {}
    }
    prompt::talk(session, screen).await
}
