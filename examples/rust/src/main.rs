//! Adapter protocol 1 of dtao-spec at the levels kernel and quote: one JSON object a line, in and out.
//!
//! To judge a runtime of your own, let `quote` call it instead of `pool`. A kernel or a quote that you take out is
//! answered by `skipped`. To grow to the level `call`, add it and the storage items that you keep to the answer to
//! `hello`, and let `set` and `call` change `state`; spec/formats/adapter.md shows each message.
mod epoch;
mod fixed;
mod pool;

use serde_json::{json, Value};

/// What is asked for, or the reply that says why there is none.
type Answer<T> = Result<T, Value>;

fn main() {
    if !matches!(std::env::args().nth(2).as_deref(), None | Some("one-rao" | "limit")) {
        panic!("usage: dtao-adapter-rust [--bug one-rao | --bug limit]");
    }
    let mut state = Value::Null;
    for line in std::io::stdin().lines() {
        let asked = serde_json::from_str(&line.expect("a line of text")).unwrap_or(Value::Null);
        let mut reply = answer(&asked, &mut state).unwrap_or_else(|why_not| why_not);
        reply["seq"] = asked["seq"].clone();
        println!("{reply}");
    }
}

fn answer(asked: &Value, state: &mut Value) -> Answer<Value> {
    let text = |member: &str| asked[member].as_str().unwrap_or_default();
    match text("do") {
        _ if !asked["era"].is_null() && asked["era"] != "launch" => Err(json!({"refused": "the era is not launch"})),
        "hello" => Ok(json!({"value": {
            "name": "rust-template", "language": "Rust", "version": env!("CARGO_PKG_VERSION"), "protocol": 1,
            "eras": ["launch"], "levels": ["kernel", "quote"],
            "items": ["SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "SubnetMovingPrice"],
        }})),
        "stop" => Ok(json!({"ok": true})),
        "load" => {
            *state = asked["state"].clone();
            Ok(json!({"ok": true}))
        }
        "kernel" => Ok(json!({"value": fixed::kernel(text("kernel"), &asked["args"])?})),
        "read" => Ok(json!({"value": quote(text("read"), &asked["args"], state)?})),
        kind @ ("call" | "set" | "phase" | "blocks") => Err(json!({"skipped": format!("does no {kind}")})),
        kind => Err(json!({"refused": format!("unknown request {kind:?}")})),
    }
}

fn quote(name: &str, args: &Value, state: &Value) -> Answer<Value> {
    let subnet = |name: &str| pool::Subnet::of(state, number(&args[name])?);
    let (own, amount, limit) = (subnet("netuid")?, number(&args["amount"])?, number(&args["limit_price"])?);
    let value = match name {
        "sim_swap_tao_for_alpha" => own.payout(own.tao, own.alpha, amount),
        "sim_swap_alpha_for_tao" => own.payout(own.alpha, own.tao, amount),
        "get_alpha_price" => Some(own.price),
        "get_moving_alpha_price" => Some(own.moving_price),
        "get_max_amount_add" => Some(own.max_amount_add(limit)),
        "get_max_amount_remove" => Some(own.max_amount_remove(limit)),
        "get_max_amount_move" => Some(subnet("origin_netuid")?.max_amount_move(&subnet("destination_netuid")?, limit)),
        _ => return Err(json!({"skipped": format!("does no read {name}")})),
    };
    Ok(json!(value.map(|a| a.to_string())))
}

/// A wide integer is a decimal string, a count or a u16 a JSON number; what is absent is 0, as in storage.
fn number<T: std::str::FromStr>(value: &Value) -> Answer<T> {
    let digits =
        if value.is_null() { "0".into() } else { value.as_str().map_or_else(|| value.to_string(), String::from) };
    digits.parse().map_err(|_| json!({"refused": format!("{value} is no number of the kind asked for")}))
}

fn list<T>(value: &Value, element: impl Fn(&Value) -> Answer<T>) -> Answer<Vec<T>> {
    value.as_array().into_iter().flatten().map(element).collect()
}
