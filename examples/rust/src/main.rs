//! Adapter protocol 1 of dtao-spec at the levels kernel and quote: one JSON object a line, in and out.

mod arguments;
mod epoch;
mod fixed;
mod kernels;
mod pool;
mod wide;

use arguments::{Answer, Arguments, Failure};
use pool::{Bug, Subnet};
use serde_json::{json, Map, Value};
use std::io::{stdin, stdout, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use wide::ZERO;

/// The storage entries of the loaded state by their flat names, such as `SubnetTAO/3`.
type State = Map<String, Value>;

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bug = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Bug::None,
        ["--bug", "one-rao"] => Bug::OneRao,
        ["--bug", "limit"] => Bug::Limit,
        _ => {
            eprintln!("usage: dtao-adapter-rust [--bug one-rao | --bug limit]");
            std::process::exit(2);
        }
    };
    let mut state = None;
    for line in stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line?).unwrap_or_default();
        let mut reply = match catch_unwind(AssertUnwindSafe(|| answer(&message, &mut state, bug))) {
            Ok(Ok(reply)) => reply,
            Ok(Err(Failure::Skipped(why))) => json!({"skipped": why}),
            Ok(Err(Failure::Refused(why))) => json!({"refused": why}),
            Err(_) => json!({"errored": "it panicked, see the standard error"}),
        };
        reply["seq"] = message["seq"].clone();
        writeln!(stdout(), "{reply}")?;
    }
    Ok(())
}

fn answer(message: &Value, state: &mut Option<State>, bug: Bug) -> Answer<Value> {
    let text = |member: &str| message[member].as_str().unwrap_or_default();
    if message.get("era").is_some_and(|era| era != "launch") {
        return Err(Failure::Refused(format!("unknown era {}", message["era"])));
    }
    let args = Arguments(&message["args"]);
    match text("do") {
        "hello" => Ok(json!({"value": {
            "name": "rust-template", "language": "Rust", "version": env!("CARGO_PKG_VERSION"), "protocol": 1,
            "eras": ["launch"], "levels": ["kernel", "quote"],
            "items": ["SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "SubnetMovingPrice"],
        }})),
        "load" => {
            *state = Some(message["state"].as_object().ok_or("the state is no object")?.clone());
            Ok(json!({"ok": true}))
        }
        "stop" => Ok(json!({"ok": true})),
        "kernel" => Ok(json!({"value": kernels::kernel(text("kernel"), &args)?})),
        "read" => {
            let state = state.as_ref().ok_or("no state is loaded, send load first")?;
            Ok(json!({"value": quote(text("read"), &args, state, bug)?}))
        }
        kind @ ("call" | "set" | "phase" | "blocks") => Err(Failure::Skipped(format!("does no {kind}"))),
        kind => Err(Failure::Refused(format!("unknown request {kind:?}"))),
    }
}

fn quote(name: &str, args: &Arguments, state: &State, bug: Bug) -> Answer<Value> {
    let subnet = |name: &str| subnet(state, args.count(name)?);
    let own = || subnet("netuid");
    let amount = || args.number("amount");
    let limit = || args.number("limit_price");
    Ok(match name {
        "sim_swap_tao_for_alpha" => own()?.alpha_for_tao(amount()?, bug).into(),
        "sim_swap_alpha_for_tao" => own()?.tao_for_alpha(amount()?, bug).into(),
        "get_alpha_price" => own()?.price().into(),
        "get_moving_alpha_price" => own()?.moving_price().into(),
        "get_max_amount_add" => own()?.max_amount_add(limit()?, bug).into(),
        "get_max_amount_remove" => own()?.max_amount_remove(limit()?).into(),
        "get_max_amount_move" => {
            let (origin, destination) = (subnet("origin_netuid")?, subnet("destination_netuid")?);
            origin.max_amount_move(&destination, limit()?, bug).into()
        }
        _ => return Err(Failure::Skipped(format!("does no read {name}"))),
    })
}

/// What the state says about a subnet; an absent entry is 0.
fn subnet(state: &State, netuid: usize) -> Answer<Subnet> {
    let entry = |item: &str| match state.get(&format!("{item}/{netuid}")) {
        None => Ok(ZERO),
        Some(value) => arguments::read(item, value, arguments::number),
    };
    Ok(Subnet {
        is_root: netuid == 0,
        mechanism: entry("SubnetMechanism")?,
        tao: entry("SubnetTAO")?,
        alpha: entry("SubnetAlphaIn")?,
        moving_price: entry("SubnetMovingPrice")?,
    })
}
