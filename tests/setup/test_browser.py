"""The browser that the other tests drive is there, and can write Chinese."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_live_server_answers_the_browser(page, live_server):
    answer = page.goto("/healthz")
    assert answer.status == 200
    assert answer.json() == {"web": "ok", "database": "ok", "broker": "ok"}


def test_chinese_is_written_with_the_font_that_set_up_fetched(page):
    page.goto("/healthz")
    page.set_content("<p>售后服务</p>")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [font["familyName"] for font in fonts] == ["Noto Sans SC"]
