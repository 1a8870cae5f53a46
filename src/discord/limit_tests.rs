//! The limiter: what it remembers, and how it gets on with an API that answers oddly.

use super::*;
use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use serenity::all::{ApplicationId, InteractionId};
use std::sync::Arc;

fn rest() -> Rest {
    Rest::new(http_client(None).expect("a client"), "secret", None)
}

fn answered(status: u16, said: Said, body: Value) -> Attempt {
    Attempt::Answered { status, said, body }
}

#[test]
fn a_global_limit_holds_every_route_but_answers() {
    let rest = rest();
    let said = Said {
        retry_after: Some("5".to_owned()),
        global: true,
        ..Said::default()
    };
    let _ = rest.judge(answered(429, said, serde_json::json!({})), "a", false, 1);
    let now = Instant::now();
    assert!(
        rest.lock()
            .closed_until("b", false, now)
            .expect("not paused")
            .is_some()
    );
    assert!(
        rest.lock()
            .closed_until("b", true, now)
            .expect("not paused")
            .is_none()
    );
}

#[test]
fn a_limited_route_leaves_the_others_open() {
    let rest = rest();
    let said = Said {
        retry_after: Some("5".to_owned()),
        ..Said::default()
    };
    let _ = rest.judge(
        answered(429, said, serde_json::json!({"global": false})),
        "a",
        false,
        1,
    );
    let now = Instant::now();
    assert!(
        rest.lock()
            .closed_until("a", false, now)
            .expect("not paused")
            .is_some()
    );
    assert!(
        rest.lock()
            .closed_until("b", false, now)
            .expect("not paused")
            .is_none()
    );
}

#[test]
fn a_429_of_the_front_is_for_all() {
    let rest = rest();
    let _ = rest.judge(answered(429, Said::default(), Value::Null), "a", false, 1);
    let now = Instant::now();
    assert!(
        rest.lock()
            .closed_until("b", false, now)
            .expect("not paused")
            .is_some()
    );
}

#[test]
fn too_many_refusals_stop_all_sending_for_a_while() {
    let rest = rest();
    for _ in 0..INVALID_MAX {
        let _ = rest.judge(answered(403, Said::default(), Value::Null), "a", true, 1);
    }
    let now = Instant::now();
    assert!(matches!(
        rest.lock().closed_until("b", true, now),
        Err(Trouble::Paused)
    ));
    let later = now + Duration::from_secs(INVALID_SECONDS);
    assert!(rest.lock().closed_until("b", true, later).is_ok());
}

#[tokio::test]
async fn a_refused_token_ends_all_sending_but_a_dead_interaction_does_not() {
    let rest = rest();
    let _ = rest.judge(answered(401, Said::default(), Value::Null), "a", true, 1);
    assert!(!*rest.refused.borrow());
    let _ = rest.judge(answered(401, Said::default(), Value::Null), "a", false, 1);
    let deadline = Instant::now() + Duration::from_secs(1);
    assert!(matches!(
        rest.wait("b", true, deadline).await,
        Err(Trouble::WrongToken)
    ));
    rest.token_refused().await;
}

#[test]
fn the_reason_that_discord_gives_is_kept_short_and_plain() {
    let body = serde_json::json!({"code": 10062, "message": "Unknown\u{7} interaction"});
    let trouble = refused(404, &body, 1);
    assert_eq!(
        trouble.to_string(),
        "Discord answered 404, code 10062: Unknown interaction"
    );
}

/// An answer of the script: status, headers, body.
type Scripted = (u16, Vec<(&'static str, &'static str)>, Value);

#[derive(Default)]
struct Script {
    answers: VecDeque<Scripted>,
    asked: Vec<String>,
}

/// An API that gives these answers in order, then 204.
async fn api(answers: Vec<Scripted>) -> (Rest, Arc<Mutex<Script>>) {
    let script = Arc::new(Mutex::new(Script {
        answers: answers.into(),
        asked: Vec::new(),
    }));
    let app = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&script));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = http_client(Some(&address)).expect("a client");
    (Rest::new(client, "secret", Some(&address)), script)
}

async fn answer(Shared(script): Shared<Arc<Mutex<Script>>>, uri: Uri) -> Response {
    let mut script = script.lock().expect("no panic");
    script.asked.push(uri.path().to_owned());
    let Some((status, headers, body)) = script.answers.pop_front() else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let status = StatusCode::from_u16(status).expect("a status");
    let mut response = (status, body.to_string()).into_response();
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn callback(seconds: f64) -> Call<'static> {
    Call {
        method: LightMethod::Post,
        route: Route::InteractionResponse {
            interaction_id: InteractionId::new(7),
            token: "hidden",
        },
        body: None,
        repeat: Repeat::Safe,
        deadline: Instant::now() + Duration::from_secs_f64(seconds),
    }
}

fn commands(repeat: Repeat, seconds: f64) -> Call<'static> {
    Call {
        method: LightMethod::Get,
        route: Route::Commands {
            application_id: ApplicationId::new(5),
        },
        repeat,
        ..callback(seconds)
    }
}

#[tokio::test]
async fn odd_limits_are_survived_and_the_request_is_sent_again() {
    for odd in ["-1", "1e300", "NaN", "soon"] {
        let limited = (
            429,
            vec![("retry-after", odd)],
            json!({"retry_after": -1, "global": false}),
        );
        let (rest, script) = api(vec![limited]).await;
        rest.send(callback(2.0))
            .await
            .expect("the second time it is taken");
        assert_eq!(script.lock().expect("no panic").asked.len(), 2, "{odd}");
    }
}

#[tokio::test]
async fn an_answer_with_odd_limits_is_an_answer() {
    let headers = vec![
        ("x-ratelimit-limit", "many"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset-after", "-1"),
    ];
    let (rest, script) = api(vec![(200, headers, json!([1]))]).await;
    assert_eq!(
        rest.send(commands(Repeat::Once, 2.0)).await.expect("taken"),
        json!([1])
    );
    rest.send(commands(Repeat::Once, 2.0))
        .await
        .expect("the route is not closed");
    assert_eq!(script.lock().expect("no panic").asked.len(), 2);
}

#[tokio::test]
async fn a_used_up_route_is_waited_for_without_asking() {
    let headers = vec![
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset-after", "0.3"),
    ];
    let (rest, _) = api(vec![(200, headers, json!({}))]).await;
    let began = Instant::now();
    rest.send(commands(Repeat::Once, 2.0)).await.expect("taken");
    rest.send(callback(2.0))
        .await
        .expect("another route is open");
    assert!(began.elapsed() < Duration::from_millis(300));
    rest.send(commands(Repeat::Once, 2.0)).await.expect("taken");
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_wait_past_the_deadline_is_given_up_at_once() {
    let limited = (429, vec![("retry-after", "5")], json!({"global": true}));
    let (rest, script) = api(vec![limited]).await;
    let began = Instant::now();
    let result = rest.send(commands(Repeat::Safe, 2.0)).await;
    assert!(matches!(result, Err(Trouble::Busy(_))));
    assert!(matches!(
        rest.send(commands(Repeat::Safe, 2.0)).await,
        Err(Trouble::Busy(_))
    ));
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(script.lock().expect("no panic").asked.len(), 1);
}

#[tokio::test]
async fn what_broke_is_sent_again_where_that_is_safe() {
    let broken = || (503, vec![], Value::Null);
    let (rest, script) = api(vec![broken(), broken()]).await;
    rest.send(callback(2.0))
        .await
        .expect("the third time it is taken");
    assert_eq!(script.lock().expect("no panic").asked.len(), 3);
    let (rest, script) = api(vec![broken()]).await;
    let once = rest
        .send(Call {
            repeat: Repeat::Once,
            ..callback(2.0)
        })
        .await;
    assert!(matches!(once, Err(Trouble::Refused { status: 503, .. })));
    assert_eq!(script.lock().expect("no panic").asked.len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_asked_with_once() {
    let (rest, script) = api(vec![(401, vec![], json!({"message": "401: Unauthorized"}))]).await;
    for _ in 0..3 {
        let result = rest.send(commands(Repeat::Safe, 2.0)).await;
        assert!(matches!(result, Err(Trouble::WrongToken)));
    }
    assert!(matches!(
        rest.send(callback(2.0)).await,
        Err(Trouble::WrongToken)
    ));
    assert_eq!(script.lock().expect("no panic").asked.len(), 1);
}

#[tokio::test]
async fn what_goes_wrong_is_told_without_a_token() {
    let client = http_client(Some("http://127.0.0.1:1")).expect("a client");
    let rest = Rest::new(client, "secret", Some("http://127.0.0.1:1"));
    let trouble = rest
        .send(callback(0.3))
        .await
        .expect_err("nobody listens there");
    let text = format!("{trouble} {trouble:?}");
    assert!(matches!(trouble, Trouble::Unsent(_)), "{text}");
    assert!(
        !text.contains("hidden") && !text.contains("secret"),
        "{text}"
    );
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up_and_may_have_been_done() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let rest = Rest::new(http_client(Some(&api)).unwrap(), "secret", Some(&api));
    let call = Call {
        repeat: Repeat::Once,
        ..callback(0.3)
    };
    let (sent, taken) = tokio::join!(rest.send(call), listener.accept());
    assert!(taken.is_ok());
    assert!(matches!(sent, Err(Trouble::Lost(_))), "{sent:?}");
}

#[test]
fn a_message_too_old_to_be_edited_closes_no_route() {
    let rest = rest();
    let old = json!({ "code": OLD_EDITS_LIMIT, "message": "too old" });
    let attempt = answered(429, Said::default(), old);
    let (outcome, result) = rest.judge(attempt, "PATCH/a", false, 1);
    assert_eq!(outcome, Outcome::Settled);
    let code = OLD_EDITS_LIMIT;
    assert!(matches!(result, Err(Trouble::Refused { code: is, .. }) if is == code));
    let closed = rest.lock().closed_until("PATCH/a", false, Instant::now());
    assert!(matches!(closed, Ok(None)));
}
