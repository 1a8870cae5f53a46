//! The fake tested: that it lets right ones pass, and notices what the real one would not take.

use super::openapi::Description;
use super::*;
use futures_util::{SinkExt, StreamExt};
use lede::page::action::{Field, Form, Select, Style};
use lede::page::markdown::Commands;
use lede::page::{Action, Ask, Block, Button, Choice, Line, Page, Row};
use lede::wire;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

/// A bot without any sense of its own.
struct Bot<'a> {
    discord: &'a FakeDiscord,
    http: reqwest::Client,
    socket: WebSocketStream<TcpStream>,
}

impl<'a> Bot<'a> {
    async fn new(discord: &'a FakeDiscord) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .user_agent("test")
            .build()
            .unwrap();
        let url = discord.shared.state().gateway.url.clone();
        let stream = TcpStream::connect(url.trim_start_matches("ws://"))
            .await
            .unwrap();
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Self {
            discord,
            http,
            socket,
        }
    }

    async fn identified(discord: &'a FakeDiscord) -> Self {
        let mut bot = Self::new(discord).await;
        assert_eq!(bot.hear().await["op"], 10);
        bot.say(
            json!({ "op": 2, "d": { "token": discord.token(), "intents": 1, "shard": [0, 1] } }),
        )
        .await;
        assert_eq!(bot.hear().await["t"], "READY");
        assert_eq!(bot.hear().await["t"], "GUILD_CREATE");
        bot
    }

    async fn say(&mut self, message: Value) {
        self.socket
            .send(Frame::Text(message.to_string()))
            .await
            .unwrap();
    }

    async fn hear(&mut self) -> Value {
        match self.socket.next().await {
            Some(Ok(Frame::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => json!({ "closed": format!("{other:?}") }),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Option<(u16, Value)> {
        let url = format!("{}/api/v10{path}", self.discord.api());
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.header("Authorization", format!("Bot {}", self.discord.token()));
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_string());
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    async fn register(&self) {
        let path = format!("/applications/{}/commands", self.discord.application());
        let topic = json!({ "type": 3, "name": "topic", "description": "What about", "required": true, "autocomplete": true });
        let brief = json!({ "name": "brief", "description": "A brief", "options": [topic] });
        let add = json!({ "type": 1, "name": "add", "description": "Adds one" });
        let sources = json!({ "name": "sources", "description": "Sources", "options": [add], "default_member_permissions": 32 });
        let (status, _) = self
            .ask("PUT", &path, Some(json!([brief, sources])))
            .await
            .unwrap();
        assert_eq!(status, 200);
    }

    async fn callback(&self, event: &Value, kind: u8, data: Value) -> u16 {
        let (id, token) = (
            event["d"]["id"].as_str().unwrap(),
            event["d"]["token"].as_str().unwrap(),
        );
        let path = format!("/interactions/{id}/{token}/callback");
        self.ask("POST", &path, Some(json!({ "type": kind, "data": data })))
            .await
            .unwrap()
            .0
    }

    fn webhook(&self, event: &Value, rest: &str) -> String {
        format!(
            "/webhooks/{}/{}{rest}",
            self.discord.application(),
            event["d"]["token"].as_str().unwrap()
        )
    }
}

fn drawn(public: bool) -> Value {
    let open = Action::Open {
        ask: Ask::new("story"),
        chosen: None,
    };
    let choice = Choice {
        label: "Tide".to_owned(),
        value: "1".to_owned(),
        description: Some("2 outlets".to_owned()),
    };
    let select = Select {
        placeholder: "Open a story".to_owned(),
        action: open.clone(),
        choices: vec![choice],
    };
    let next = Button {
        label: "Next".to_owned(),
        action: Action::Turn(Ask::new("brief")),
        style: Style::Plain,
    };
    let page = Page {
        blocks: vec![
            Block::Title(Line::ours("Tides")),
            Block::Divider,
            Block::Text(Line::new().theirs("@everyone")),
        ],
        rows: vec![Row::Select(select), Row::Buttons(vec![next])],
        empty: false,
    };
    let keys = ["k0".to_owned(), "k1".to_owned()];
    serde_json::to_value(wire::message(
        &page,
        &keys,
        &wire::Drawing {
            public,
            commands: Commands::none(),
        },
    ))
    .unwrap()
}

#[tokio::test]
async fn a_command_is_answered_pressed_and_turned() {
    let discord = FakeDiscord::start().await;
    let mut bot = Bot::identified(&discord).await;
    bot.register().await;
    let ann = discord.person("ann");
    let (seen, ()) = tokio::join!(
        discord.slash(ann, discord.channel(), "brief", &[("topic", "tide")]),
        async {
            let event = bot.hear().await;
            assert_eq!(event["d"]["data"]["options"][0]["value"], "tide");
            assert_eq!(bot.callback(&event, 5, json!({ "flags": 64 })).await, 204);
            let path = bot.webhook(&event, "/messages/@original");
            assert_eq!(
                bot.ask("PATCH", &path, Some(drawn(false))).await.unwrap().0,
                200
            );
        }
    );
    assert_eq!((seen.callback, seen.private), (5, true));
    assert_eq!(seen.text(), "## Tides\n\\@everyone");
    assert_eq!(seen.buttons(), ["Next"]);
    assert!(discord.messages(discord.channel(), None).is_empty());
    let next = seen.button("Next").unwrap();
    let (turned, ()) = tokio::join!(discord.press(ann, seen.id, &next), async {
        let event = bot.hear().await;
        assert_eq!(event["d"]["message"]["id"], seen.id.to_string());
        assert_eq!(bot.callback(&event, 7, drawn(false)).await, 204);
    });
    assert_eq!((turned.callback, turned.id), (7, seen.id));
    assert_eq!(discord.problems(), [""; 0]);
    assert_eq!(discord.checked().0, 4);
}

#[tokio::test]
async fn choices_forms_and_follow_ups_reach_the_person() {
    let discord = FakeDiscord::start().await;
    let mut bot = Bot::identified(&discord).await;
    bot.register().await;
    let kim = discord.moderator("kim");
    let (offered, ()) = tokio::join!(
        discord.autocomplete(kim, discord.channel(), "brief", &[("topic", "ti")]),
        async {
            let event = bot.hear().await;
            assert_eq!(event["d"]["data"]["options"][0]["focused"], true);
            bot.callback(
                &event,
                8,
                json!({ "choices": [{ "name": "tide", "value": "tide" }] }),
            )
            .await;
        }
    );
    assert_eq!(offered.choices(), [("tide".to_owned(), "tide".to_owned())]);
    let direct = discord.direct(kim);
    let field = Field {
        name: "link".into(),
        label: "Link".into(),
        value: String::new(),
        required: true,
        long: false,
    };
    let form = wire::form(
        &Form {
            title: "Add".into(),
            fields: vec![field],
        },
        "k",
    );
    let (opened, ()) = tokio::join!(discord.slash(kim, direct, "sources add", &[]), async {
        let event = bot.hear().await;
        assert!(event["d"]["member"].is_null());
        bot.callback(&event, 9, serde_json::to_value(&form).unwrap())
            .await;
    });
    let (sent, ()) = tokio::join!(
        discord.submit(kim, &opened, &[("link", "avel.example")]),
        async {
            let event = bot.hear().await;
            assert_eq!(
                event["d"]["data"]["components"][0]["components"][0]["value"],
                "avel.example"
            );
            bot.callback(&event, 4, drawn(false)).await;
            bot.ask("POST", &bot.webhook(&event, ""), Some(drawn(true)))
                .await;
        }
    );
    assert_eq!((sent.callback, sent.private), (4, true));
    assert_eq!(discord.until_messages(direct, 1).await.len(), 1);
    assert_eq!(discord.problems(), [""; 0]);
}

#[tokio::test]
async fn what_the_real_one_would_not_take_is_a_problem() {
    let discord = FakeDiscord::start().await;
    let mut bot = Bot::identified(&discord).await;
    bot.register().await;
    let ann = discord.person("ann");
    let id = discord
        .type_slash(ann, discord.channel(), "brief", &[("topic", "tide")])
        .await;
    let event = bot.hear().await;
    let twice = json!({ "type": 2, "style": 2, "label": "x".repeat(81), "custom_id": "a" });
    let bad =
        json!({ "flags": 32768, "components": [{ "type": 1, "components": [twice, twice] }] });
    assert_eq!(bot.callback(&event, 4, bad).await, 400);
    assert_eq!(
        bot.callback(&event, 7, drawn(true)).await,
        400,
        "there is no message to update"
    );
    assert_eq!(bot.callback(&event, 5, json!({ "flags": 64 })).await, 204);
    assert_eq!(
        bot.callback(&event, 5, json!({})).await,
        400,
        "acknowledged before"
    );
    let path = bot.webhook(&event, "/messages/@original");
    assert_eq!(
        bot.ask("PATCH", &path, Some(drawn(true))).await.unwrap().0,
        200
    );
    discord.expire(id);
    assert_eq!(
        bot.ask("PATCH", &path, Some(drawn(false))).await.unwrap().0,
        401
    );
    let all = discord.problems().join("\n");
    for part in [
        "allowed_mentions is missing",
        "81 characters",
        "the custom_id a twice",
        "type 7",
        "acknowledged twice",
        "who sees",
    ] {
        assert!(all.contains(part), "{part} is not in {all}");
    }
}

#[tokio::test]
async fn a_session_is_resumed_with_what_was_missed() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::identified(&discord).await;
    drop(bot);
    let look = |state: &mut State| state.gateway.connection.is_none().then_some(());
    discord
        .shared
        .until("the end of the connection", look)
        .await;
    discord.dispatch("SOMETHING_NEW", json!({}));
    let mut again = Bot::new(&discord).await;
    again.hear().await;
    again.say(json!({ "op": 6, "d": { "token": discord.token(), "session_id": "session-1", "seq": 2 } })).await;
    assert_eq!(again.hear().await["t"], "SOMETHING_NEW");
    assert_eq!(again.hear().await["t"], "RESUMED");
    again.say(json!({ "op": 1, "d": 3 })).await;
    assert_eq!(again.hear().await["op"], 11);
    discord.close(4009);
    assert!(
        again.hear().await["closed"]
            .as_str()
            .unwrap()
            .contains("4009")
    );
    assert_eq!(discord.sessions(), (1, 1, 1));
}

#[tokio::test]
async fn a_privileged_intent_and_a_wrong_token_are_refused() {
    let discord = FakeDiscord::start().await;
    for (token, intents, code) in [
        (discord.token(), 1 << 15, "4014"),
        ("other".to_owned(), 1, "4004"),
    ] {
        let mut bot = Bot::new(&discord).await;
        bot.hear().await;
        bot.say(json!({ "op": 2, "d": { "token": token, "intents": intents } }))
            .await;
        assert!(bot.hear().await["closed"].as_str().unwrap().contains(code));
    }
    assert_eq!(discord.problems().len(), 1);
}

#[tokio::test]
async fn faults_happen_as_often_as_asked() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::new(&discord).await;
    discord.fault(
        Fault::on("GET /users/@me")
            .too_many(0.5)
            .header("Retry-After", "1e300"),
    );
    assert_eq!(bot.ask("GET", "/users/@me", None).await.unwrap().0, 429);
    assert_eq!(bot.ask("GET", "/users/@me", None).await.unwrap().0, 200);
    let path = format!("/channels/{}/messages", discord.channel());
    discord.fault(Fault::on("POST /channels").lost());
    let mut body = drawn(true);
    body["nonce"] = "n1".into();
    body["enforce_nonce"] = true.into();
    assert!(
        bot.ask("POST", &path, Some(body.clone())).await.is_none(),
        "the answer is lost"
    );
    assert_eq!(bot.ask("POST", &path, Some(body)).await.unwrap().0, 200);
    assert_eq!(
        discord.messages(discord.channel(), None).len(),
        1,
        "the nonce was known"
    );
    discord.fault(Fault::on("").code(401, 0, "401: Unauthorized").always());
    assert_eq!(bot.ask("GET", "/gateway/bot", None).await.unwrap().0, 401);
    discord.heal();
    assert_eq!(
        bot.ask("GET", "/gateway/bot", None).await.unwrap().1["shards"],
        1
    );
    assert_eq!(discord.problems(), [""; 0]);
}

fn tiny() -> Description {
    Description::new(json!({
        "paths": {
            "/boats/{id}": { "post": { "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Boat" } } } } } },
            "/boats/@me": { "get": {} },
        },
        "components": { "schemas": {
            "Boat": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 1, "maxLength": 5 },
                "owner": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Id" }] },
                "kind": { "type": "integer", "enum": [1], "allOf": [{ "$ref": "#/components/schemas/Kind" }] },
                "parts": { "type": ["array", "null"], "maxItems": 2, "items": { "anyOf": [
                    { "$ref": "#/components/schemas/Mast" }, { "$ref": "#/components/schemas/Boat" }] } },
                "names": { "type": "object", "additionalProperties": { "type": "string" } } } },
            "Mast": { "type": "object", "required": ["type"], "properties": { "type": { "const": 2 }, "height": { "type": "number", "maximum": 40 } } },
            "Kind": { "oneOf": [{ "const": 1 }, { "const": 2 }] },
            "Id": { "type": "string", "format": "snowflake" },
        } },
    }))
}

#[test]
fn a_right_body_passes_the_judge() {
    let body = json!({
        "name": "Tern", "owner": "18446744073709551615", "kind": 1, "names": { "se": "Tärna" },
        "parts": [{ "type": 2, "height": 12.5 }, { "name": "a" }],
    });
    assert_eq!(tiny().check("POST", "/boats/7", Some(&body)), [""; 0]);
    assert_eq!(tiny().check("GET", "/boats/@me", None), [""; 0]);
}

#[test]
fn a_wrong_body_fails_at_the_place_where_it_is_wrong() {
    let wrong = |body: Value| tiny().check("POST", "/boats/7", Some(&body)).join("; ");
    assert!(wrong(json!({})).contains("the key name is missing"));
    assert!(wrong(json!({ "name": "a", "sail": 1 })).contains("/sail: no schema names this key"));
    assert!(wrong(json!({ "name": "abcdef" })).contains("/name: a size of 6"));
    assert!(wrong(json!({ "name": "a", "owner": "x1" })).contains("no snowflake"));
    assert!(wrong(json!({ "name": "a", "kind": 2 })).contains("/kind"));
    assert!(wrong(json!({ "name": "a", "names": { "se": 1 } })).contains("/names/se"));
    assert!(
        wrong(json!({ "name": "a", "parts": [{ "type": 2, "height": 41 }] }))
            .contains("/parts/0/height")
    );
    assert!(wrong(json!({ "name": "a", "parts": [1, 2, 3] })).contains("/parts: a size of 3"));
    assert!(wrong(json!(null)).contains("not of type object"));
    assert!(!tiny().check("POST", "/boats/7", None).is_empty());
    assert!(!tiny().check("GET", "/boats/7", None).is_empty());
    assert!(!tiny().check("GET", "/ships", None).is_empty());
    assert!(
        !tiny()
            .check("GET", "/boats/@me", Some(&json!({})))
            .is_empty()
    );
}

#[test]
fn what_wire_draws_is_as_discord_describes_it() {
    let Some(description) = Description::shared() else {
        println!("skipped: LEDE_SHARED is not set");
        return;
    };
    let callback = |kind: u8, data: Value| {
        description.check(
            "POST",
            "/interactions/1/t/callback",
            Some(&json!({ "type": kind, "data": data })),
        )
    };
    assert_eq!(callback(4, drawn(true)), [""; 0]);
    assert_eq!(callback(7, drawn(false)), [""; 0]);
    assert_eq!(
        description.check(
            "PATCH",
            "/webhooks/1/t/messages/@original",
            Some(&drawn(true))
        ),
        [""; 0]
    );
    assert_eq!(
        description.check("POST", "/webhooks/1/t", Some(&drawn(true))),
        [""; 0]
    );
    let field = Field {
        name: "link".into(),
        label: "Link".into(),
        value: "x".into(),
        required: false,
        long: true,
    };
    let form = wire::form(
        &Form {
            title: "Add".into(),
            fields: vec![field],
        },
        "k",
    );
    assert_eq!(callback(9, serde_json::to_value(form).unwrap()), [""; 0]);
    let choice = Choice {
        label: "Tide".into(),
        value: "tide".into(),
        description: None,
    };
    assert_eq!(
        callback(8, serde_json::to_value(wire::choices(&[choice])).unwrap()),
        [""; 0]
    );
    let commands = wire::registration(lede::desk::ALL);
    assert_eq!(
        description.check("PUT", "/applications/1/commands", Some(&commands)),
        [""; 0]
    );
    let mut wrong = drawn(true);
    wrong["ephemeral"] = true.into();
    assert!(
        callback(4, wrong)
            .join(" ")
            .contains("/data/ephemeral: no schema names this key")
    );
    let mut wrong = drawn(true);
    wrong["components"][3]["components"][0]["options"][0]["emote"] = "x".into();
    assert!(
        callback(4, wrong)
            .join(" ")
            .contains("emote: no schema names this key"),
        "also deep inside"
    );
}

#[test]
fn what_wire_draws_keeps_the_limits() {
    assert_eq!(limits::message(&drawn(true), false, false), [""; 0]);
    assert_eq!(
        limits::commands(&wire::registration(lede::desk::ALL)),
        [""; 0]
    );
}
