"""Provenance: functions are found in Rust, followed through tags, and compared with a checkout."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import dtao
from dtao.errors import InputError
from dtao_properties.trace.provenance import command, digests, places, record, rust, writing
from dtao_properties.trace.provenance.drift import Checkout, drifted
from dtao_properties.trace.provenance.places import Place
from dtao_properties.trace.rules.matrix import implementations
from dtao_spec.registry import RULES as STATED
from dtao_spec.registry import Rule, Version

Dtao = Callable[..., Result]

FIRST = r"""
//! A pool of apples { that never closes
use crate::*; /* nested /* } */ fn hidden() {} */
pub(crate) const CRATE_OF_APPLES: u64 = { 12 };
type Basket = Vec<(u8, [u8; 4])>;
pub trait Orchard { fn worth(&self) -> u64; fn ripe(&self) -> bool { true } }
impl<'a, T: Into<u64>, const N: usize> Orchard for Pool<'a, { N }, T>
where
    T: for<'b> Fn(&'b str) -> [u8; 3],
{
    fn worth(&self) -> u64 {
        let open = "{ \" fn not_this() {"; let raw = r#"" } "#; let sign = '{'; let quote = '\''; let _: &'a str = b"}";
        fn inner(x: u8) -> u8 { x }
        self.apples.saturating_mul(3)
    }
}
impl Basket_ { pub fn worth(&self) -> u64 { 1 } }
pub fn picked<F: Fn(u8) -> Result<u8, ()>>(count: u64, f: F) -> Result<u64, ()> {
    log::debug!("picked {:?} }}", count);
    // a tenth is lost
    let lost = count.saturating_sub(count / 10).saturating_add(count % 3).min(count).max(1);
    if lost > 5 { Ok(lost) } else { Err(()) }
}
pub fn sold(count: u64) -> u64 { count * 2 }
#[cfg(test)]
mod tests { fn sold(count: u64) -> u64 { 0 } }
"""
REFORMATTED = FIRST.replace(
    "pub fn sold(count: u64) -> u64 { count * 2 }",
    "/// Doubled.\n#[inline]\npub fn sold(\n    count: u64,\n) -> u64 {\n    count * 2 // twice\n}",
).replace('log::debug!("picked {:?} }}", count);', "log::info!(target: LOG, );")
MANIFEST = '[workspace.dependencies]\nsubstrate-fixed = { git = "x", tag = "v1" }\n'
ORCHARD, STALL = places.PALLET + "orchard.rs", places.PALLET + "stall/mod.rs"
ERAS = ("launch", "start-call")


class TestRust:
    def test_items_are_found_with_their_owners(self) -> None:
        found = [(item.owner, item.name, item.has_body) for item in rust.parsed(FIRST).items]
        assert found == [
            ("", "CRATE_OF_APPLES", True),
            ("", "Basket", True),
            ("Orchard", "worth", False),
            ("Orchard", "ripe", True),
            ("Pool", "worth", True),
            ("worth", "inner", True),
            ("Basket_", "worth", True),
            ("", "picked", True),
            ("", "sold", True),
        ]

    def test_an_owner_chooses_among_functions_of_one_name(self) -> None:
        file = rust.parsed(FIRST)
        assert [item.owner for item in file.named("worth")] == ["Pool", "Basket_"]
        assert [item.owner for item in file.named("Basket_::worth")] == ["Basket_"]
        assert len({file.digest("worth"), file.digest("Basket_::worth"), file.digest("Pool::worth")}) == 3
        assert file.named("absent") == ()
        assert file.digest("absent") is None

    def test_a_function_ends_where_its_body_does(self) -> None:
        (sold,) = rust.parsed(FIRST).named("sold")
        assert " ".join(sold.tokens) == "fn sold ( count : u64 ) - > u64 { count * 2 }"

    def test_formatting_comments_attributes_and_logs_say_nothing(self) -> None:
        before, after = rust.parsed(FIRST), rust.parsed(REFORMATTED)
        assert [before.digest(name) for name in ("sold", "picked")] == [
            after.digest(name) for name in ("sold", "picked")
        ]

    @pytest.mark.parametrize(
        ("old", "new"),
        [("count * 2", "count * 3"), ("{ count * 2 }", "{ count ** 2 }"), ("sold(count: u64)", "sold(count: u32)")],
    )
    def test_anything_else_says_something(self, old: str, new: str) -> None:
        assert rust.parsed(FIRST).digest("sold") != rust.parsed(FIRST.replace(old, new)).digest("sold")

    def test_white_space_in_a_text_is_kept(self) -> None:
        assert rust.parsed('fn a() { "x y" }').digest("a") != rust.parsed('fn a() { "xy" }').digest("a")

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("fn a() { ", "a '{' is never closed"),
            ("fn a() ) {}", "a ')' closes nothing"),
            ("/* /* */ fn a() {}", "a comment is never closed"),
        ],
    )
    def test_what_is_not_rust_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(InputError, match=f"^orchard.rs: it cannot be read: {why.replace(')', '.')}$"):
            digests.parsed("orchard.rs", text)

    def test_a_manifest_says_what_is_asked_of_a_library(self) -> None:
        manifest = digests.parsed("Cargo.toml", MANIFEST)
        again = digests.parsed("Cargo.toml", MANIFEST.replace('git = "x", tag = "v1"', 'tag = "v1", git="x"'))
        later = digests.parsed("Cargo.toml", MANIFEST.replace("v1", "v2"))
        assert manifest.digest("substrate-fixed") == again.digest("substrate-fixed")
        assert manifest.digest("substrate-fixed") != later.digest("substrate-fixed")
        assert manifest.digest("absent") is None


def laid(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in {"Cargo.toml": MANIFEST, places.PALLET + "lib.rs": "", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *words: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ("-c", "user.name=gardener", "-c", "user.email=gardener@example.org")
    command = ["git", "-C", str(folder), *names, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()


def tagged(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", tag)
    git(folder, "tag", tag)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rules of the orchard: two from the launch on, of which one moves, and one that begins later."""
    moved = {Place(ORCHARD, "sold"): (Place(STALL, "sold"),)}
    stated = (
        written_rule("FIX-1", "no function: see the manifest"),
        written_rule("POOL-1", f"`{ORCHARD}`, `picked`"),
        written_rule("POOL-2", f"`{ORCHARD}`, `sold`, `Pool::worth`"),
        written_rule("POOL-3", f"`{ORCHARD}`, `Basket_::worth`", since=257),
        written_rule("POOL-4", f"`{ORCHARD}`, `picked`", until=256),
    )
    monkeypatch.setattr(places, "STATED", {rule.id: rule for rule in stated})
    monkeypatch.setattr(places, "ADDED", {"FIX-1": (Place("Cargo.toml", "substrate-fixed"),)})
    monkeypatch.setattr(places, "RENAMED", {"start-call": moved})
    monkeypatch.setattr(places, "SOURCES", {})


def written_rule(identifier: str, source: str, **span: Any) -> Rule:
    """Return a rule with one version, which states its source."""
    return Rule(identifier, (Version(identifier, written_rule, "", {"Source": source}, **span),))


@pytest.fixture
def clone(tmp_path: Path, tables: None) -> Path:
    """A repository with the tags of two eras: in the second one a function moved, and all was formatted anew."""
    folder = laid(tmp_path / "clone", {ORCHARD: FIRST})
    git(folder.parent, "init", "--quiet", str(folder))
    tagged(folder, "v1")
    sold = "pub fn sold(count: u64) -> u64 { count * 2 }"
    laid(folder, {ORCHARD: FIRST.replace(sold, "").replace("} else {", "}\n  else\n{"), STALL: sold})
    tagged(folder, "v2")
    return folder


RULES = ("FIX-1", "POOL-1", "POOL-2", "POOL-3", "POOL-4")
TAGS = dict(zip(ERAS, ("v1", "v2"), strict=True))


@pytest.fixture
def written(clone: Path) -> record.Provenance:
    return writing.provenance(writing.Clone(clone), TAGS, RULES)


class TestWriting:
    def test_a_row_is_written_where_the_source_changed(self, written: record.Provenance) -> None:
        said = [
            (row.rule, row.era, [(one.place.path, one.place.function) for one in row.sources]) for row in written.rows
        ]
        assert said == [
            ("FIX-1", "launch", [("Cargo.toml", "substrate-fixed")]),
            ("POOL-1", "launch", [(ORCHARD, "picked")]),
            ("POOL-2", "launch", [(ORCHARD, "sold"), (ORCHARD, "Pool::worth")]),
            ("POOL-2", "start-call", [(STALL, "sold"), (ORCHARD, "Pool::worth")]),
            ("POOL-3", "start-call", [(ORCHARD, "Basket_::worth")]),
            ("POOL-4", "launch", [(ORCHARD, "picked")]),
            ("POOL-4", "start-call", []),
        ]
        assert [row.rule for row in written.in_force()] == ["FIX-1", "POOL-1", "POOL-2", "POOL-3"]

    def test_blobs_are_those_of_git(self, written: record.Provenance, clone: Path) -> None:
        for row in written.rows:
            for source in row.sources:
                assert source.blob == git(clone, "rev-parse", f"{TAGS[row.era]}:{source.place.path}")
        assert written.releases["launch"].commit == git(clone, "rev-parse", "v1")

    def test_what_is_written_is_read_again(self, written: record.Provenance) -> None:
        assert record.parsed(record.text(written)) == written

    def test_a_place_that_is_not_there_is_refused(self, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "RENAMED", {})
        with pytest.raises(InputError, match=r"^POOL-2: .*orchard\.rs has no sold at v2, the tag of start-call\. "):
            writing.provenance(writing.Clone(clone), TAGS, RULES)

    def test_a_missing_tag_is_refused(self, clone: Path) -> None:
        with pytest.raises(InputError, match="lacks the tag v9"):
            writing.provenance(writing.Clone(clone), {"launch": "v9"}, RULES)

    def test_a_rule_without_a_place_is_refused(self, tables: None) -> None:
        with pytest.raises(InputError, match=r"^POOL-9: no place of its source is known\."):
            list(places.history("POOL-9", ERAS))

    def test_an_unknown_era_is_refused(self, tables: None) -> None:
        with pytest.raises(InputError, match="'start-call' on, which is no era"):
            list(places.history("POOL-1", ["launch"]))


class TestDrift:
    def told(self, written: record.Provenance, folder: Path) -> list[tuple[str, str, str, list[str]]]:
        return [
            (
                one.row.rule,
                drift.what,
                drift.source.place.function,
                [f"{new.path}: {new.function}" for new in drift.now],
            )
            for one in drifted(written, Checkout.at(folder))
            for drift in one.drifts
        ]

    def edited(self, folder: Path, path: str, *changes: tuple[str, str]) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / path).write_text(text, encoding="utf-8")

    def test_nothing_drifts_at_the_tag_of_the_newest_era(self, written: record.Provenance, clone: Path) -> None:
        assert self.told(written, clone) == []

    def test_formatting_is_no_drift(self, written: record.Provenance, clone: Path) -> None:
        self.edited(clone, ORCHARD, ("    let lost", "\n\n  // less\n let lost"), ("log::debug!", "log::warn!"))
        assert self.told(written, clone) == []

    def test_changes_name_the_rules(self, written: record.Provenance, clone: Path) -> None:
        self.edited(clone, ORCHARD, ("count / 10", "count / 20"))
        self.edited(clone, "Cargo.toml", ("v1", "v2"))
        assert self.told(written, clone) == [
            ("FIX-1", "changed", "substrate-fixed", ["Cargo.toml: substrate-fixed"]),
            ("POOL-1", "changed", "picked", [f"{ORCHARD}: picked"]),
        ]

    def test_other_functions_of_the_file_are_nothing_to_a_rule(self, written: record.Provenance, clone: Path) -> None:
        self.edited(clone, ORCHARD, ("fn ripe(&self) -> bool { true }", "fn ripe(&self) -> bool { false }"))
        assert self.told(written, clone) == []

    def test_what_moved_is_found(self, written: record.Provenance, clone: Path) -> None:
        text = (clone / ORCHARD).read_text(encoding="utf-8")
        (clone / ORCHARD).unlink()
        (clone / STALL).unlink()
        laid(clone, {
            "pallets/market/src/lib.rs": text.replace("count / 10", "count / 20"),
            "pallets/market/src/tests/lib.rs": "fn picked() {}",
            "pallets/market/src/stall.rs": "pub fn sold(count: u64) -> u64 { count * 2 }",
        })  # fmt: skip
        assert self.told(written, clone) == [
            ("POOL-1", "moved and changed", "picked", ["pallets/market/src/lib.rs: picked"]),
            ("POOL-2", "moved", "sold", ["pallets/market/src/stall.rs: sold"]),
            ("POOL-2", "moved", "Pool::worth", ["pallets/market/src/lib.rs: Pool::worth"]),
            ("POOL-3", "moved", "Basket_::worth", ["pallets/market/src/lib.rs: Basket_::worth"]),
        ]

    def test_a_new_name_is_found_if_the_function_says_enough(self, written: record.Provenance, clone: Path) -> None:
        self.edited(clone, ORCHARD, ("pub fn picked<", "pub fn gathered<"))
        self.edited(clone, STALL, ("pub fn sold(", "pub fn bought("))
        assert self.told(written, clone) == [
            ("POOL-1", "renamed", "picked", [f"{ORCHARD}: gathered"]),
            ("POOL-2", "gone", "sold", []),
        ]

    def test_what_is_gone_is_named(self, written: record.Provenance, clone: Path) -> None:
        self.edited(clone, "Cargo.toml", ("substrate-fixed", "fixed"))
        (clone / STALL).unlink()
        assert self.told(written, clone) == [
            ("FIX-1", "gone", "substrate-fixed", []),
            ("POOL-2", "file gone", "sold", []),
        ]

    def test_the_commands_show_it(
        self, written: record.Provenance, clone: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.edited(clone, ORCHARD, ("count / 10", "count / 20"))
        assert not command.run(clone, rule=None, as_json=False, provenance=written)
        shown = capsys.readouterr().out.splitlines()
        assert shown == [
            "rule    since   is now   path                              function",
            f"POOL-1  launch  changed  {ORCHARD}  picked",
            "",
            f"1 of 4 rules changed between v2 (start-call) and {clone}. To read what did:",
            f"  git -C {clone} diff -w v2 -- {ORCHARD}",
        ]
        diff = subprocess.run(shown[-1].split(), check=True, capture_output=True, text=True).stdout
        assert "+    let lost = count.saturating_sub(count / 20)" in diff

    def test_without_a_repository_the_commands_are_for_a_clone(
        self, written: record.Provenance, clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = laid(tmp_path / "plain", {ORCHARD: FIRST.replace("count / 10", "count / 20")})
        assert not command.run(folder, rule="pool-1", as_json=True, provenance=written)
        assert json.loads(capsys.readouterr().out) == {
            "checkout": str(folder),
            "era": "start-call",
            "tag": "v2",
            "compared": 1,
            "rules": [
                {
                    "id": "POOL-1",
                    "title": STATED["POOL-1"].title.rstrip("."),
                    "since": "launch",
                    "source": [
                        {
                            "what": "changed",
                            "path": ORCHARD,
                            "function": "picked",
                            "now": [{"path": ORCHARD, "function": "picked"}],
                            "diff": f"git show v2:{ORCHARD} | diff -w - {folder / ORCHARD}",
                        }
                    ],
                }
            ],
        }

    def test_without_drift_it_says_so(
        self, written: record.Provenance, clone: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.run(clone, rule=None, as_json=False, provenance=written)
        assert capsys.readouterr().out == f"None of 4 rules changed between v2 (start-call) and {clone}.\n"


class TestCommand:
    def test_drift_is_exit_1(self, dtao_command: Dtao, tmp_path: Path) -> None:
        result = dtao_command("rules", "STAKE-2", "--drift", laid(tmp_path, {}))
        assert result.exit_code == 1
        assert "STAKE-2" in result.output
        assert "1 of 1 rule changed between" in result.output

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("--drift", "."), "it is no checkout of the runtime, as it has no pallets/subtensor/src/lib.rs. Give the"),
            (("--drift", ".", "--coverage"), "--drift compares sources and watches nothing"),
            (("NO-1", "--drift", "."), "there is no rule 'NO-1'"),
        ],
    )
    def test_mistakes_are_exit_2(self, dtao_command: Dtao, words: tuple[str, ...], why: str) -> None:
        result = dtao_command("rules", *words)
        assert (result.exit_code, why in result.output) == (2, True), result.output

    def test_a_file_that_is_not_rust_is_exit_2(self, dtao_command: Dtao, tmp_path: Path) -> None:
        path = places.PALLET + "staking/stake_utils.rs"
        result = dtao_command("rules", "STAKE-2", "--drift", laid(tmp_path, {path: "fn a() {"}))
        assert result.exit_code == 2
        assert f"{path}: it cannot be read: a '{{' is never closed" in result.output


class TestShipped:
    """provenance.toml itself; what it says of the runtime is checked where it is written."""

    def test_it_covers_the_eras(self) -> None:
        assert {name: one.tag for name, one in record.shipped().releases.items()} == {
            era.name: era.tag for era in dtao.ERAS
        }

    def test_it_follows_all_rules_through_the_places_of_the_tables(self) -> None:
        eras = [era.name for era in dtao.ERAS]
        shipped = record.shipped()
        rows = {(row.rule, row.era): tuple(source.place for source in row.sources) for row in shipped.rows}
        for rule in places.known_rules(implementations()):
            last = None
            for era, wanted in places.history(rule, eras):
                last = rows.pop((rule, era), last)
                assert last == wanted, f"{rule}: run `python -m dtao_properties.trace.provenance --write CHECKOUT`"
        assert rows == {}

    def test_it_is_written_as_it_stands(self, root: Path) -> None:
        path = root / "properties/dtao_properties/trace/provenance" / record.NAME
        assert record.text(record.shipped()) == path.read_text(encoding="utf-8")
