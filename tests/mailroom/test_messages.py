"""The folder of hard messages: what is made of each, field by field."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mailroom.engine import html, quoting, reading, verdicts
from tests.mailroom.made import FOLDER

pytestmark = pytest.mark.once

TABLE: dict[str, dict[str, Any]] = {
    # what Chinese programs quote, and how
    "qq-reply": {
        "text": "已经重启过了，还是报警。",
        "subject": "回复：[SD-20261123-0001] 机房空调报警",
        "topic": "[SD-20261123-0001] 机房空调报警",
        "quoted": "发送时间",
    },
    "qq-html": {"text": "晚上八点可以停机。", "quoted": "停机窗口？"},
    "netease-reply": {"text": "附件是日志，请看。", "quoted": "请把日志发来", "subject": "Re:机房空调报警"},
    "netease-zh": {"text": "附件是日志。", "quoted": "请把日志发来"},
    "netease-master": {"text": "收到，明天处理。", "quoted": "明天有人吗"},
    "gmail-zh": {"text": "可以，周三上午。", "quoted": "周三上午可以吗"},
    "gmail-zh-broken-line": {"text": "可以。", "quoted": "周三上午可以吗"},
    "gmail-en": {"text": "Wednesday morning is fine.", "quoted": "Would Wednesday do", "topic": "Visit"},
    "outlook-zh": {"text": "备件已收到。", "quoted": "备件到了吗", "topic": "备件"},
    "outlook-zh-rule": {"text": "备件已收到。", "quoted": "备件到了吗"},
    "outlook-en": {"text": "The spare part is here.", "quoted": "Has it come"},
    "outlook-original": {"text": "Yes.", "quoted": "Has it come"},
    "foxmail": {"text": "同意。", "quoted": "请确认报价"},
    "apple-zh": {"text": "好的，谢谢。", "quoted": "明天上门"},
    "huawei-phone": {"text": "设备又断电了。", "quoted": "处理完毕"},
    "taiwan-big5": {"text": "請協助處理。", "quoted": "請說明問題", "topic": "維修"},
    "our-line": {"text": "在线上方回复。", "quoted": "新回复"},
    "inline-answers": {"text": "> 重启过吗？\n重启过两次。\n> 日志有吗？\n日志见附件。", "quoted": ""},
    "top-and-signature": {"text": "请尽快处理。", "whole": "信息科"},
    "only-quote": {"text": "", "quoted": "请回复"},
    "forward": {"text": "请看下面客户的来信。", "is_forward": True, "whole": "核心交换机端口全部断开", "topic": "交换机"},
    # characters
    "gb2312-is-gb18030": {"text": "设备型号：䶮镕㐂，位于鎏嘉码头。", "subject": "䶮镕机房"},
    "gb2312-is-utf8": {"text": "这封信写着国标，其实是万国码。"},
    "latin1-is-gbk": {"text": "网页编码写错了的中文邮件内容。"},
    "no-charset-gbk": {"text": "没有写明字符集的中文邮件。", "subject": "没有字符集"},
    "unknown-charset": {"text": "字符集的名字谁也不认识。"},
    "utf8-broken": {"text": "前面完好���后面完好"},
    "bare-utf8-head": {"subject": "未编码的主题：空调", "sender_name": "赵敏", "sender": "zhao@hospital.example"},
    "word-cut-in-a-character": {"subject": "核心交换机端口全部断开无法登录"},
    "word-in-quotes": {"sender_name": "赵敏"},
    "word-without-padding": {"subject": "核心交换机"},
    "word-with-spaces": {"subject": "空调 报警"},
    "word-joined-to-text": {"subject": "Re:空调报警", "topic": "空调报警"},
    "quoted-printable": {"text": "空调报警 =ZZ"},
    "base64-garbage": {"text": "终端无法登录"},
    "utf7": {"text": "中文 ok"},
    "iso-2022-jp": {"text": "サーバーが停止しました"},
    "flowed": {"text": "This line goes on and ends here.\n\n> quoted\n> text\nDone."},
    "hidden-characters": {"text": "重启后恢复了。", "subject": "正常主题"},
    "old-mac-lines": {"text": "第一行\n第二行\n\n第三行"},
    # HTML, files, nests
    "html-only": {"text": "打印机 & 扫描仪\n\n都不能用\n请处理\n\n- 一楼\n- 二楼"},
    "html-hidden": {"text": "看得见\n\n完"},
    "html-nasty": {"text": "点好"},
    "html-quote": {"text": "周四吧。", "quoted": "> 周三可以吗？"},
    "html-outlook-quote": {"text": "同意。", "quoted": "请确认"},
    "alternative": {"text": "纯文本"},
    "inline-picture": {"text": "见图", "files": ["shot.png"]},
    "name-2231": {"files": ["日志 一.txt"]},
    "name-2231-pieces": {"files": ["日志.txt"]},
    "name-2047": {"files": ["日志.txt"]},
    "name-bare": {"files": ["日志.txt"]},
    "name-path": {"files": ["passwdtxt.exe"]},
    "no-name": {"files": ["part-1.png"]},
    "winmail": {"text": "富文本正文", "files": ["log.txt", "说明.txt"]},
    "winmail-broken": {"text": "正文", "files": ["winmail.dat"]},
    "calendar": {"text": "请参加会议", "files": ["part-1.ics"]},
    "smime-signed": {"text": "已签名的正文", "files": ["smime.p7s"], "is_sealed": False},
    "smime-sealed": {"text": "", "files": ["smime.p7m"], "is_sealed": True},
    "pgp-sealed": {"text": "", "files": ["part-1.asc", "encrypted.asc"], "is_sealed": True},
    "mail-in-mail": {"text": "转给你们", "files": ["里面的信.eml"]},
    "nested": {"text": "最里面"},
    "nest-bomb": {"unreadable": True},
    "many-parts": {"text": "很多附件", "left_out": 81},
    "no-end": {"text": "没有结束的边界"},
    "no-head": {"text": "这里只有正文，没有信头。\n第二行", "sender": ""},
    "head-only": {"text": "", "sender": "zhao@hospital.example"},
    "two-froms": {"sender": "a@hospital.example", "text": "body"},
    "odd-from": {"sender": "zhao@hospital.example", "sender_name": "Zhao, Min"},
    "no-from": {"sender": "", "text": "body"},
    "long-head": {"text": "body"},
    "bad-type": {"text": "plain body"},
    "nul-bytes": {"text": "before"},
    # nobody wrote these
    "away-3834": {"nature": "auto_reply"},
    "away-qq": {"nature": "says_away"},
    "away-exchange": {"nature": "auto_reply"},
    "away-precedence": {"nature": "auto_reply"},
    "monitor": {"nature": "machine"},
    "newsletter": {"nature": "list"},
    "exchange-person": {"nature": "person"},
    "null-path": {"nature": "machine"},
    "bounce": {"nature": "bounce", "failure": ("zhao@hospital.example", True, "550 5.1.1 User unknown", ["ours@desk.example"])},
    "bounce-delayed": {"nature": "bounce", "failure": ("zhao@hospital.example", False, "550 4.4.1 User unknown", ["ours@desk.example"])},
    "bounce-qq": {"nature": "bounce", "failure": ("zhao@hospital.example", True, "550 Mailbox not found", ["ours@desk.example"])},
    "receipt": {"nature": "receipt"},
}
PART_OF = {"quoted", "whole"}


def test_the_table_speaks_of_every_message():
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_what_is_made_of_a_hard_message(name):
    raw = (FOLDER / f"{name}.eml").read_bytes()
    wanted = dict(TABLE[name])
    if wanted.pop("unreadable", False):
        with pytest.raises(reading.Unreadable):
            reading.read(raw)
        return
    mail = reading.read(raw)
    files = wanted.pop("files", None)
    assert files is None or [file.name for file in mail.files] == files
    for field, value in wanted.items():
        found = getattr(mail, field)
        if field in PART_OF:
            assert value in found if value else not found, (field, found)
        else:
            assert found == value, field
    assert "".join(mail.text.split()) in "".join(mail.whole.split())
    words = mail.text + mail.whole + mail.subject + mail.sender_name + "".join(file.name for file in mail.files)
    assert not {letter for letter in words if letter in "\x00\u202e\u200b\ufeff\r" or "\ud800" <= letter <= "\udfff"}


@pytest.mark.parametrize("name", TABLE)
def test_the_same_mail_is_known_again_whichever_way_it_comes(name):
    raw = (FOLDER / f"{name}.eml").read_bytes()
    if name == "no-head":
        return  # without a head there is nothing to put lines above
    again = b"Received: from another.example\r\nX-Spam: no\r\n" + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
    assert reading.key_of(raw) == reading.key_of(again)


def test_different_mails_are_different():
    keys = {reading.key_of(path.read_bytes())[0] for path in FOLDER.glob("*.eml")}
    assert len(keys) == len(TABLE)


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("自动回复功能失效，请处理", "person"),
        ("Auto response valve broken", "person"),
        ("Out of the office printer paper", "person"),
        ("自动回复", "says_away"),
        ("自动回复：休假", "says_away"),
        ("【自动回复】 休假", "says_away"),
        ("[自動回覆]", "says_away"),
        ("外出自动回复: x", "says_away"),
        ("Automatic reply: x", "says_away"),
        ("Out of office - x", "says_away"),
        ("Out of the office until Monday", "says_away"),
    ],
)
def test_a_subject_that_only_speaks_of_automatic_replies_is_a_persons(subject, wanted):
    assert reading.read(f"From: a@b.example\nSubject: {subject}\n\nx".encode()).nature == wanted


@pytest.mark.parametrize(
    ("results", "refuted"),
    [
        (["mx.desk.example; dmarc=fail (p=none; dis=none) header.from=hospital.example"], True),
        (["MX.desk.example 1; spf=fail smtp.mailfrom=x; dkim=fail"], True),
        (["mx.desk.example; spf=fail smtp.mailfrom=x", "mx.desk.example; dkim=fail"], True),
        (["mx.desk.example; spf=fail; dkim=fail; dkim=pass header.d=hospital.example"], False),
        (["mx.desk.example; spf=fail; dkim=none"], False),
        (["mx.desk.example; spf=fail; dkim=fail; dmarc=pass"], False),
        (["other.example; dmarc=fail"], False),
        (["mx.desk.example.evil; dmarc=fail"], False),
        (["(mx.desk.example) other.example; dmarc=fail", "", ";", "mx.desk.example; none"], False),
    ],
)
def test_a_server_that_is_trusted_may_refute_the_sender(results, refuted):
    assert verdicts.is_refuted(results, {"mx.desk.example"}) is refuted
    assert not verdicts.is_refuted(results, ())


def test_shown_html_does_nothing():
    mail = reading.read((FOLDER / "html-nasty.eml").read_bytes())
    shown = html.shown(mail.markup)
    for bad in ("script", "javascript", "onerror", "img", "form", "input", "meta", "base", "style", "tracker"):
        assert bad not in shown
    assert 'href="https://ok.example/"' in shown
    assert "noopener" in shown


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000,
        "<b>" * 200_000,
        '<a style="' + 'style="' * 100_000,
        "<!--" * 100_000,
        "<" * 800_000,
        "&" * 800_000,
        "<blockquote>" * 20_000,
    ],
    ids=["divs", "bold", "styles", "comments", "signs", "ands", "quotes"],
)
def test_far_too_much_html_is_dealt_with_in_time(markup):
    started = time.process_time()
    html.as_text(markup)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "On " * 50_000,
        "> " * 100_000,
        "-" * 200_000,
        "发件人：" * 40_000,
        "a@b.c wrote:\n" * 15_000,
        "2026-11-23 " * 18_000,
        "##-" * 60_000,
        "\n" * 200_000,
    ],
    ids=["on", "quotes", "rules", "heads", "wrote", "days", "marks", "lines"],
)
def test_far_too_many_words_are_split_in_time(text):
    started = time.process_time()
    quoting.split(text)
    assert time.process_time() - started < 5


ON, ON_ZH = "On Mon, Nov 23, 2026 at 9:30 AM Desk <desk@desk.example> wrote:", "在 2026年11月23日，服务台 <desk@desk.example> 写道："
LOG, LOG_ZH = "Log:\nFrom: a@b.example\nTo: c@d.example\nWhy?", "网关日志：\n发件人：a@b.example\n收件人：c@d.example\n状态：拒收\n请查。"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            (
                f"Hello, answers below.\n\n{ON}\n> Dear Zhao,\n>\n> Restarted?\nYes, twice.\n>\n> Any log?\n> Send it.\n\nSee the file."
                "\n> bye\n-- \nZhao"
            ),
            "Hello, answers below.\n\n> Restarted?\nYes, twice.\n> Any log?\n> Send it.\n\nSee the file.",
        ),
        (
            f"您好，见下。\n\n{ON_ZH}\n> 重启过吗？\n重启过两次。\n> 日志有吗？\n有。\n\n发自我的 iPhone",
            "您好，见下。\n\n> 重启过吗？\n重启过两次。\n> 日志有吗？\n有。",
        ),
        (f"{ON_ZH}\n> 重启过吗？\n重启过两次。", "> 重启过吗？\n重启过两次。"),
        (f"收到。\n\n{ON_ZH}\n> 明天有人吗？\n>\n> 服务台\n-- \n赵敏", "收到。"),
        (f"好。\n\n{ON_ZH}\n> 问\n\n答\n\n发件人：甲\n发送时间：2026-11-20\n收件人：乙\n\n旧文", "好。\n\n> 问\n\n答"),
        (f"好。\n\n{ON_ZH}\n> 问\n{ON_ZH}\n> 更早的问\n答", "好。\n\n> 问\n> 更早的问\n答"),
        ("Fine.\n\nFrom: Desk <d@e.example>\nSent: Monday\nTo: x\nSubject: y\n\nold\n> older\nnot ours", "Fine."),
        ("Fine.\n\nOn Monday John Smith wrote:\nold words", "Fine."),
        (LOG, LOG),
        (LOG_ZH, LOG_ZH),
    ],
    ids=[
        "english",
        "chinese",
        "nothing above",
        "only a signature",
        "another head",
        "two heads",
        "outlook",
        "no sign",
        "log",
        "chinese log",
    ],
)
def test_what_is_answered_between_the_quoted_lines_is_new(text, new):
    found = quoting.split(text)
    assert found.new == new
    assert all(line in text for line in found.quoted.split("\n"))


def test_bytes_of_any_kind_make_no_failure():
    import random

    chance = random.Random(42)
    raws = [path.read_bytes() for path in sorted(FOLDER.glob("*.eml")) if path.stat().st_size < 5000]
    for _time in range(300):
        raw = bytearray(chance.choice(raws))
        for _hit in range(chance.randrange(1, 12)):
            place = chance.randrange(len(raw))
            raw[place : place + chance.randrange(3)] = bytes(chance.randrange(256) for _each in range(chance.randrange(3)))
        try:
            mail = reading.read(bytes(raw))
        except reading.Unreadable:
            continue
        assert "\x00" not in mail.text + mail.whole + mail.subject + mail.sender
        reading.key_of(bytes(raw))
        if mail.markup:
            html.shown(mail.markup)
