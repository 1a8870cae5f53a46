//! Presses on buttons, choices in selects and forms that were sent: each is checked against what
//! was kept under its key, and against the rights of this moment.

use super::Bot;
use super::caller::{self, Caller};
use super::discuss::PressedOn;
use super::reply::{Drawn, Way};
use crate::desk::{self, Asker, Pressed, Who, setup};
use crate::page::{self, Action, Ask, Pick, Press, note};
use crate::wire;
use serde_json::json;
use serenity::all::{ComponentInteraction, ModalInteraction};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Discord's limit for a custom_id.
const KEY_CHARS_MAX: usize = 99;
/// A form has to be the first response, so it is looked up for so long only.
const FORM_MS_MAX: u64 = 2_000;
const FORM: u8 = 9;

/// What was pressed: how it says it is to be answered, its key, and what came with it.
struct Touch {
    press: Press,
    key: String,
    /// On a message that everybody sees.
    public: bool,
    with: With,
    /// What kind of thing was picked of the server.
    picked: Option<Pick>,
    /// The member's roles, one of which may make a moderator.
    roles: Vec<u64>,
    /// As Discord names the language and country of the server or the person.
    locale: String,
}

enum With {
    /// A button, or the values of a select.
    Values(Vec<String>),
    /// The fields of a form.
    Fields(Vec<(String, String)>),
}

impl With {
    /// Option → value, as far as the action takes any.
    fn chosen(&self, action: &Action) -> Vec<(String, String)> {
        match (self, action) {
            (With::Fields(fields), _) => fields.clone(),
            (With::Values(values), action) => match action.takes() {
                Some(option) => {
                    let named = |value: &String| (option.to_owned(), value.clone());
                    values.iter().map(named).collect()
                }
                None => Vec::new(),
            },
        }
    }
}

impl Bot {
    pub(super) async fn pressed(self: Arc<Self>, from: ComponentInteraction, at: Instant) {
        let member = self.is_member(from.guild_id).await;
        let caller = Caller::of_press(&from, member, at);
        let Some(permit) = self.admit(&caller).await else {
            return;
        };
        let public = caller::is_public(&from);
        let (press, key, way) = match read(&from.data.custom_id) {
            Some((Press::Form, key)) => return self.open_form(&caller, key, public).await,
            Some((Press::New, key)) => (Press::New, key, Way::Fresh { public: false }),
            // A public page is never turned, so such a button is none of ours.
            Some((Press::Update, key)) if !public => (Press::Update, key, Way::Turn),
            _ => return self.refuse(&caller, &note::unknown_button()).await,
        };
        let (bot, asker) = (Arc::clone(&self), caller.asker.clone());
        if let Some((outbox, page::Touch::Discuss)) = page::Touch::of_key(&key) {
            let on = PressedOn {
                channel: from.channel_id.get(),
                message: from.message.id.get(),
            };
            let work = async move { bot.discuss(&asker, outbox, on).await };
            self.deliver(&caller, way, work).await;
            return;
        }
        if way == Way::Turn {
            self.watched.turned(asker.person);
        }
        let touch = Touch {
            press,
            key,
            public,
            with: With::Values(caller::chosen(&from)),
            picked: caller::picked(&from),
            roles: caller.roles.clone(),
            locale: caller.locale.clone(),
        };
        let live = self.deliver(&caller, way, async move { bot.act(&asker, touch).await });
        if let Some(live) = live.await {
            drop(permit);
            self.watch(&caller, live).await;
        }
    }

    pub(super) async fn form_sent(self: Arc<Self>, from: ModalInteraction, at: Instant) {
        let member = self.is_member(from.guild_id).await;
        let caller = Caller::of_form(&from, member, at);
        let Some(permit) = self.admit(&caller).await else {
            return;
        };
        let Some((press, key)) = read(&from.data.custom_id) else {
            return self.refuse(&caller, &note::unknown_button()).await;
        };
        let with = With::Fields(caller::fields(&from));
        let touch = Touch {
            press,
            key,
            public: false,
            with,
            picked: None,
            roles: caller.roles.clone(),
            locale: caller.locale.clone(),
        };
        let (bot, asker) = (Arc::clone(&self), caller.asker.clone());
        let way = Way::Fresh { public: false };
        let live = self.deliver(&caller, way, async move { bot.act(&asker, touch).await });
        if let Some(live) = live.await {
            drop(permit);
            self.watch(&caller, live).await;
        }
    }

    async fn open_form(&self, caller: &Caller, key: String, public: bool) {
        let touch = Touch {
            press: Press::Form,
            key,
            public,
            with: With::Values(Vec::new()),
            picked: None,
            roles: caller.roles.clone(),
            locale: String::new(),
        };
        let soon = caller.at + Duration::from_millis(FORM_MS_MAX);
        let found = async {
            let asker = self.with_role(&caller.asker, &touch.roles).await;
            let kept = self.desk.kept(&asker, &touch.key).await;
            self.known(&asker, &touch, kept).await
        };
        let drawn = match timeout_at(soon, found).await {
            Ok(Ok(Action::Fill { form, .. })) => {
                let body = json!({"type": FORM, "data": wire::form(&form, &touch.key)});
                // Logged where it failed; the button can be pressed again.
                let _ = self.respond(caller, &body).await;
                return;
            }
            Ok(Ok(_)) => self.refusal(&note::unknown_button()),
            Ok(Err(drawn)) => *drawn,
            Err(_) => self.refusal(&note::form_too_slow()),
        };
        self.at_once(caller, Way::Fresh { public: false }, drawn)
            .await;
    }

    /// Does what a press asks for.
    async fn act(&self, asker: &Asker, touch: Touch) -> Drawn {
        let mut asker = self.with_role(asker, &touch.roles).await;
        let mut kept = self.desk.kept(&asker, &touch.key).await;
        if matches!(
            (&kept, &touch.with),
            (Ok(Pressed::NotYours), With::Fields(_))
        ) {
            // A form of a page that they got as a person, in a server that has Lede too.
            asker = caller::as_person(&asker);
            kept = self.desk.kept(&asker, &touch.key).await;
        }
        let asker = &asker;
        let mut action = match self.known(asker, &touch, kept).await {
            Ok(action) => action,
            Err(drawn) => return *drawn,
        };
        setup::tell_locale(action.ask_mut(), &touch.locale);
        if let Action::ShowHere(ask) = &action {
            return self.show_here(asker, &action, ask).await;
        }
        let chosen = touch.with.chosen(&action);
        if let Some((notice, what)) = desk::notices::dealing(&action) {
            let what = what.to_owned();
            return self.deal(asker, &action, &chosen, notice, &what).await;
        }
        if let Action::Confirm(_) = &action {
            return self.confirm(asker, &action, &touch.key).await;
        }
        let answer = self.press(asker, &action, &chosen, touch.picked).await;
        self.draw(asker, answer).await
    }

    /// The asker with what the newsroom's role gives them.
    async fn with_role(&self, asker: &Asker, roles: &[u64]) -> Asker {
        let mut asker = asker.clone();
        if !asker.moderator && !roles.is_empty() {
            match self.desk.rights(&asker, roles).await {
                Ok(rights) => asker.moderator = rights.moderator,
                // Without it they may less, which is the safe side.
                Err(error) => tracing::warn!("the newsroom's role was not looked up: {error:#}"),
            }
        }
        asker
    }

    /// Does once what was confirmed; what failed or was refused can be pressed again.
    async fn confirm(&self, asker: &Asker, action: &Action, key: &str) -> Drawn {
        let Some(_claim) = self.underway.confirm(key) else {
            return self.refusal(&note::being_done());
        };
        match self.desk.is_used(key).await {
            Ok(false) => {}
            Ok(true) => return self.refusal(&note::already_done()),
            Err(error) => return self.failure(&error),
        }
        let answer = self.press(asker, action, &[], None).await;
        // It was done, which is what the person is told: a second time would change nothing more.
        if answer.is_ok()
            && let Err(error) = self.desk.use_once(key).await
        {
            tracing::error!("that a change was made was not remembered: {error:#}");
        }
        self.draw(asker, answer).await
    }

    /// Does once what can be done about a notice, whichever of its buttons is pressed, and wherever
    /// it stands; what failed or was refused can be pressed again.
    async fn deal(
        &self,
        asker: &Asker,
        action: &Action,
        chosen: &[(String, String)],
        notice: i64,
        what: &str,
    ) -> Drawn {
        let Some(_claim) = self.underway.deal(notice) else {
            return self.refusal(&note::being_done());
        };
        match self.desk.dealt(notice).await {
            Ok(None) => {}
            Ok(Some(dealt)) => {
                let page = note::dealt(dealt.by, dealt.at, &dealt.what);
                return self.aside(asker, &page).await;
            }
            Err(error) => return self.failure(&error),
        }
        let answer = self.press(asker, action, chosen, None).await;
        // As with what is confirmed: it was done, which is what the person is told.
        if answer.is_ok()
            && let Err(error) = self.desk.deal(asker, notice, what).await
        {
            tracing::error!("that a notice was dealt with was not remembered: {error:#}");
        }
        self.draw(asker, answer).await
    }

    /// The action that a key stands for, or what to say instead.
    async fn known(
        &self,
        asker: &Asker,
        touch: &Touch,
        kept: anyhow::Result<Pressed>,
    ) -> Result<Action, Box<Drawn>> {
        let no = |refusal| Err(Box::new(self.refusal(&refusal)));
        match kept {
            Ok(Pressed::Live(action)) if fits(&action, touch) => {
                match forbidden(asker, action.ask()) {
                    Some(refusal) => no(refusal),
                    None => Ok(action),
                }
            }
            Ok(Pressed::Expired(action)) => {
                let ask = desk::filled(&action, &touch.with.chosen(&action));
                Err(Box::new(self.aside(asker, &note::expired(ask)).await))
            }
            Ok(Pressed::Dealt(dealt)) => {
                let page = note::dealt(dealt.by, dealt.at, &dealt.what);
                Err(Box::new(self.aside(asker, &page).await))
            }
            Ok(Pressed::NotYours) => no(note::not_yours()),
            Ok(Pressed::ForModerators) => no(note::moderators_only()),
            Ok(Pressed::Live(_) | Pressed::Unknown) => no(note::unknown_button()),
            Err(error) => Err(Box::new(self.failure(&error))),
        }
    }

    async fn show_here(&self, asker: &Asker, action: &Action, ask: &Ask) -> Drawn {
        if !asker.may_post {
            return self.refusal(&note::may_not_write());
        }
        let channel = asker.channel.unwrap_or_default();
        let Some(claim) = self.underway.show(channel, ask) else {
            return self.refusal(&note::being_shown());
        };
        match self.desk.shown_here(asker, ask).await {
            Ok(None) => {}
            Ok(Some(link)) => return self.aside(asker, &note::already_shown(&link)).await,
            Err(error) => return self.failure(&error),
        }
        let for_all = Asker {
            public: true,
            ..asker.clone()
        };
        let answer = self.desk.press(&for_all, action, &[]).await;
        match self.draw(&for_all, answer).await {
            Drawn::Answer(message) => Drawn::Post {
                message,
                ask: ask.clone(),
                claim,
            },
            drawn => drawn,
        }
    }
}

/// The letter and the key of a custom_id.
fn read(custom_id: &str) -> Option<(Press, String)> {
    let mut signs = custom_id.chars();
    let press = Press::of_letter(signs.next()?)?;
    let key = signs.as_str();
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte));
    (plain && (1..=KEY_CHARS_MAX).contains(&key.len())).then(|| (press, key.to_owned()))
}

/// Whether a kept action is one that this kind of press can have asked for.
fn fits(action: &Action, touch: &Touch) -> bool {
    match touch.with {
        With::Fields(_) => matches!(action, Action::Fill { .. }),
        With::Values(_) => action.press(touch.public) == touch.press,
    }
}

/// The rights are those of this moment, not those of when the button was drawn.
fn forbidden(asker: &Asker, ask: &Ask) -> Option<crate::page::Refusal> {
    let moderators = desk::find(&ask.command).is_some_and(|one| one.who == Who::Moderators);
    (moderators && !asker.moderator).then(note::moderators_only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Newsroom;
    use crate::page::Form;

    fn touch(press: Press, public: bool) -> Touch {
        Touch {
            press,
            key: "k".to_owned(),
            public,
            with: With::Values(Vec::new()),
            picked: None,
            roles: Vec::new(),
            locale: String::new(),
        }
    }

    #[test]
    fn a_custom_id_is_a_letter_and_a_key() {
        assert_eq!(read("uAb9"), Some((Press::Update, "Ab9".to_owned())));
        assert_eq!(read("n~41.why"), Some((Press::New, "~41.why".to_owned())));
        for odd in ["", "u", "x12", "nkey with blanks", "nä", "n\u{0}"] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
        assert_eq!(read(&format!("n{}", "a".repeat(200))), None);
    }

    #[test]
    fn a_forged_letter_does_not_fit_what_was_kept() {
        let turn = Action::Turn(Ask::new("brief"));
        assert!(fits(&turn, &touch(Press::Update, false)));
        assert!(!fits(&turn, &touch(Press::New, false)));
        assert!(
            fits(&turn, &touch(Press::New, true)),
            "in public it is a new private answer"
        );
        let form = Form {
            title: String::new(),
            fields: Vec::new(),
        };
        let fill = Action::Fill {
            form,
            ask: Ask::new("sources"),
        };
        assert!(fits(&fill, &touch(Press::Form, false)));
        let sent = Touch {
            with: With::Fields(Vec::new()),
            ..touch(Press::New, false)
        };
        assert!(fits(&fill, &sent));
        assert!(!fits(&turn, &sent));
    }

    #[test]
    fn a_moderators_button_needs_the_right_at_the_press() {
        let mut asker = Asker {
            person: 1,
            newsroom: Newsroom::Server(2),
            channel: Some(3),
            moderator: false,
            may_post: true,
            public: false,
            terminal: false,
        };
        assert_eq!(forbidden(&asker, &Ask::new("help")), None);
        for command in desk::ALL
            .iter()
            .filter(|command| command.who == Who::Moderators)
        {
            asker.moderator = false;
            assert!(forbidden(&asker, &Ask::new(command.name)).is_some());
            asker.moderator = true;
            assert!(forbidden(&asker, &Ask::new(command.name)).is_none());
        }
    }
}
