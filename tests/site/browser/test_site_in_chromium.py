"""The built site in a headless Chromium: ``make docs-test``."""

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import dtao
from dtao_lab import Order, market_of_file, market_of_reserves, quote
from tests.site.altered import SAMPLE, altered_file, counterexample_file, state_file

SITE = Path(__file__).parents[3] / "build/site"
DESKTOP, PHONE = (1280, 900), (390, 844)
LOADED = 120_000
"""Milliseconds that Python may take to load."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PAGES = ("", "oracle/", "spec/", "spec/emission/", "spec/eras/", "spec/eras/425/", "api/dtao/", "verified/", "plots/")


class Quiet(SimpleHTTPRequestHandler):
    """Serves the site and says nothing of it."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=ARGUMENTS)
        yield found
        found.close()


def opened(browser: Browser, address: str, path: str, size: tuple[int, int] = DESKTOP) -> Page:
    """Open a page; an error of its scripts, and a request to another host, fail the test."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.context.route(lambda url: not url.startswith(address), lambda route: _foreign(route.request.url))
    page.on("pageerror", lambda error: pytest.fail(f"{path}: {error}"))
    page.on("response", lambda response: _there(response.status, response.url))
    page.goto(address + path)
    return page


def _foreign(url: str) -> None:
    raise AssertionError(f"a request to another host: {url}")


def _there(status: int, url: str) -> None:
    assert status < 400, f"{url}: {status}"


@pytest.fixture(scope="module")
def oracle(browser: Browser, address: str) -> Page:
    page = opened(browser, address, "oracle/")
    page.wait_for_selector('#oracle[data-state="ready"]', timeout=LOADED)
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_loads_nothing_from_elsewhere(
    browser: Browser, address: str, path: str, size: tuple[int, int]
) -> None:
    page = opened(browser, address, path, size)
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.close()


def test_formulas_and_diagrams_are_drawn(browser: Browser, address: str) -> None:
    page = opened(browser, address, "spec/emission/")
    formulas = page.locator(".arithmatex")
    expect(page.locator(".arithmatex .katex")).to_have_count(formulas.count())
    assert formulas.count() > 10
    expect(page.locator(".katex-error")).to_have_count(0)
    expect(page.locator("div.mermaid")).not_to_have_count(0)
    page.close()


def test_the_switch_leads_to_the_chapter_as_it_was(browser: Browser, address: str) -> None:
    page = opened(browser, address, "spec/emission/")
    page.get_by_label("Rules of").select_option("257")
    page.wait_for_url(f"{address}spec/eras/257/#chapter-emission")
    page.get_by_label("Rules of").select_option("233")
    page.wait_for_url(f"{address}spec/eras/233/#chapter-emission")
    expect(page.locator("h1")).to_contain_text("version 233 (launch)")
    page.close()


def test_search_finds_a_rule_in_its_chapter(browser: Browser, address: str) -> None:
    page = opened(browser, address, "")
    page.get_by_placeholder("Search").fill("Owner cut")
    first = page.locator(".md-search-result__link").first
    expect(first).to_be_visible(timeout=30_000)
    assert "/spec/" in str(first.get_attribute("href"))
    page.close()


@pytest.mark.parametrize(
    ("version", "side", "amount", "tao", "alpha"),
    [("233", "buy", "10", "1000", "4000"), ("298", "sell", "2.5", "750.5", "0.75"), ("425", "buy", "0.3", "99", "1")],
)
def test_a_quote_in_the_browser_is_that_of_cpython(
    oracle: Page, version: str, side: str, amount: str, tao: str, alpha: str
) -> None:
    oracle.locator("select[name=era]").select_option(version)
    oracle.locator("select[name=side]").select_option(side)
    for label, value in ((re.compile("^Amount of"), amount), ("TAO in the pool", tao), ("Alpha in the pool", alpha)):
        oracle.get_by_label(label).fill(value)
    oracle.get_by_role("button", name="Quote", exact=True).click()
    rao = [int(float(one) * 10**9) for one in (tao, alpha, amount)]
    expected = quote(market_of_reserves(dtao.era(version), [(rao[0], rao[1])]), Order(side, rao[2]))
    received = oracle.locator("#quote-rows tr", has_text="received").locator(".oracle-raw")
    expect(received).to_have_text(f"{expected.received} rao")
    expect(oracle.locator("#explain-status")).to_contain_text("rules took part", timeout=LOADED)
    assert oracle.locator("#explain-rules li").count() > 10


def test_a_link_reproduces_a_quote(browser: Browser, address: str) -> None:
    path = "oracle/?era=v3.2.3&side=move&amount=10&pool=1000:4000&pool2=500:1000&limit=0.4&partial=1&set=FeeRate/1=33"
    page = opened(browser, address, path, PHONE)
    expect(page.locator("#quote-title")).to_have_text("move 10.000000000 alpha 1 -> 2", timeout=LOADED)
    link = str(page.get_by_role("link", name="Link to this quote").get_attribute("href"))
    assert (
        link
        == "?era=298&side=move&amount=10&pool=1000%3A4000&pool2=500%3A1000&limit=0.4&partial=1&set=FeeRate%2F1%3D33"
    )
    assert page.locator("#quote-command").inner_text() == (
        "dtao quote move 10 --era 298 --reserves 1000:4000 --reserves 500:1000 --limit 0.4 --partial --set FeeRate/1=33"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.close()


STATE_INPUT = re.compile("^A state of a chain")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_quote_of_a_state_file_and_the_link_to_it(
    browser: Browser, address: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = state_file(tmp_path)
    page = opened(browser, address, "oracle/", size)
    page.wait_for_selector('#oracle[data-state="ready"]', timeout=LOADED)
    page.get_by_label(STATE_INPUT).set_input_files(path)
    expect(page.locator("#state-told")).to_contain_text("state.json.gz: block ")
    expect(page.get_by_label("TAO in the pool")).to_be_hidden()
    expect(page.locator("select[name=era]")).to_have_value(str(dtao.era(277).spec_version))
    page.locator("select[name=netuid]").select_option("2")
    page.get_by_role("button", name="Quote", exact=True).click()
    expected = quote(market_of_file(None, path), Order("buy", 10**10, 2))
    received = page.locator("#quote-rows tr", has_text="received").locator(".oracle-raw")
    expect(received).to_have_text(f"{expected.received} rao")
    assert page.locator("#quote-command").inner_text() == (
        "dtao quote buy 10 --era 277 --state state.json.gz --netuid 2"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    link = str(page.get_by_role("link", name="Link to this quote").get_attribute("href"))
    page.close()

    again = opened(browser, address, f"oracle/{link}", size)
    again.wait_for_selector('#oracle[data-state="ready"]', timeout=LOADED)
    expect(again.locator("#state-told")).to_contain_text("The link is to a quote of the state file state.json.gz")
    again.get_by_role("button", name="Quote", exact=True).click()
    expect(again.locator("#quote-mistake")).to_contain_text("This quote is of a state file.")
    again.get_by_label(STATE_INPUT).set_input_files(path)
    expect(again.locator("#quote-title")).to_have_text("buy 10.000000000 TAO on subnet 2", timeout=LOADED)
    expect(again.locator("#quote-rows tr", has_text="received").locator(".oracle-raw")).to_have_text(
        f"{expected.received} rao"
    )
    assert again.get_by_role("link", name="Link to this quote").get_attribute("href") == link
    again.close()


def test_another_state_file_than_that_of_a_link_is_told(browser: Browser, address: str, tmp_path: Path) -> None:
    page = opened(
        browser, address, "oracle/?era=277&side=buy&amount=1&state=mine.json&sha256=0123456789abcdef&netuid=2"
    )
    page.wait_for_selector('#oracle[data-state="ready"]', timeout=LOADED)
    page.get_by_label(STATE_INPUT).set_input_files(state_file(tmp_path))
    expect(page.locator("#quote-mistake")).to_contain_text("another file than mine.json of the link", timeout=LOADED)
    page.get_by_role("button", name="Go back to reserves").click()
    expect(page.get_by_label("TAO in the pool")).to_be_visible()
    page.close()


def test_a_file_that_is_no_state_is_refused_in_words(oracle: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text("[]", encoding="utf-8")
    oracle.get_by_role("tab", name="Quote an order").click()
    oracle.get_by_label(STATE_INPUT).set_input_files(path)
    expect(oracle.locator("#quote-mistake")).to_contain_text("notes.json: no object of entries")
    expect(oracle.get_by_label("TAO in the pool")).to_be_visible()


@pytest.mark.parametrize(
    ("address_of", "mistake"), [("?era=999", "There is no era 999 here."), ("?side=lend", "There is no order lend.")]
)
def test_a_link_with_a_mistake_says_so(browser: Browser, address: str, address_of: str, mistake: str) -> None:
    page = opened(browser, address, f"oracle/{address_of}&amount=1")
    expect(page.get_by_role("alert").first).to_contain_text(mistake, timeout=LOADED)
    page.close()


def test_a_wrong_amount_is_refused_in_words(oracle: Page) -> None:
    oracle.get_by_label(re.compile("^Amount of")).fill("1,5")
    oracle.get_by_role("button", name="Quote", exact=True).click()
    expect(oracle.locator("#quote-mistake")).to_contain_text("'1,5' is no amount. Write it as 10, 10.5")
    expect(oracle.locator("#quote-result")).to_be_hidden()


def test_a_recording_is_replayed(oracle: Page) -> None:
    oracle.get_by_role("tab", name="Replay a file").click()
    oracle.get_by_label(re.compile("^Vectors")).set_input_files(SAMPLE)
    expect(oracle.locator("#replay-summary")).to_contain_text("all 140 steps agree, to the bit")
    oracle.get_by_role("button", name="Next step").click()
    oracle.locator("#step-number").select_option("139")
    expect(oracle.get_by_role("button", name="Next step")).to_be_disabled()


def test_a_step_that_differs_is_shown(oracle: Page, tmp_path: Path) -> None:
    number, entry, path = altered_file(tmp_path)
    oracle.get_by_role("tab", name="Replay a file").click()
    oracle.get_by_label(re.compile("^Vectors")).set_input_files(path)
    expect(oracle.locator("#replay-summary")).to_contain_text("steps differ")
    expect(oracle.locator("#step-title")).to_contain_text(f"Step {number}:")
    expect(oracle.locator("#step-rows tr.oracle-differs").first).to_contain_text(entry)


def test_a_counterexample_tells_what_was_answered(oracle: Page, tmp_path: Path) -> None:
    _, entry, path = counterexample_file(tmp_path)
    oracle.get_by_role("tab", name="Replay a file").click()
    oracle.get_by_label(re.compile("^Vectors")).set_input_files(path)
    expect(oracle.locator("#replay-told")).to_contain_text("mine 0.3 answered the last step otherwise")
    expect(oracle.locator("#replay-told tr.oracle-differs")).to_contain_text(entry)


def test_a_file_that_is_none_is_refused_in_words(oracle: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text("[]", encoding="utf-8")
    oracle.get_by_role("tab", name="Replay a file").click()
    oracle.get_by_label(re.compile("^Vectors")).set_input_files(path)
    expect(oracle.locator("#replay-mistake")).to_contain_text("notes.json: no counterexample")


def test_the_tabs_answer_to_the_keyboard(oracle: Page) -> None:
    oracle.get_by_role("tab", name="Replay a file").click()
    oracle.keyboard.press("ArrowRight")
    expect(oracle.get_by_role("tab", name="Quote an order")).to_be_focused()
    expect(oracle.locator("#panel-quote")).to_be_visible()
    expect(oracle.locator("#panel-replay")).to_be_hidden()
