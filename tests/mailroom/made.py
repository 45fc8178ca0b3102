"""The folder of hard messages, written by bytes: `python -m tests.mailroom.made` makes it anew. Nobody in it is real."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "messages"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
MESSAGES: dict[str, bytes] = {}
PLAIN = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"


def head(subject: bytes | str = "机房空调报警", sender: bytes | str = "Zhao Min <zhao@hospital.example>", **more: str) -> bytes:
    """The usual head."""
    lines = [b"Received: from mx.hospital.example by mx.desk.example; Mon, 23 Nov 2026 10:00:01 +0800"]
    lines += [b"From: " + _b(sender), b"To: desk@desk.example", b"Subject: " + _b(subject)]
    lines += [b"Date: Mon, 23 Nov 2026 10:00:00 +0800", b"MIME-Version: 1.0"]
    lines += [f"{name.replace('_', '-')}: {value}".encode() for name, value in more.items()]
    return b"\n".join(lines) + b"\n"


def _b(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def word(text: str, charset: str = "utf-8", label: str = "") -> str:
    """An encoded word (RFC 2047)."""
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def add(name: str, content: bytes) -> None:
    """Keep a message, with a message id of its own unless it has one."""
    if b"message-id:" not in content.lower():
        content = f"Message-ID: <{name}@mail.hospital.example>\n".encode() + content
    MESSAGES[name] = content


def simple(name: str, body: str | bytes, *, charset: str = "utf-8", encoding: str = "8bit", kind: str = "text/plain", **given: Any) -> None:
    """A message of one part."""
    data = body if isinstance(body, bytes) else body.encode("utf-8" if charset == "utf-8" else charset)
    if encoding == "base64":
        data = base64.encodebytes(data)
    top = f"Content-Type: {kind}; charset={given.pop('label', charset)}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    add(name, head(**given) + top + data)


def part(content: bytes, *lines: str) -> bytes:
    """A part with its own head, in Base64 unless it says otherwise."""
    own = any("transfer-encoding" in line.lower() for line in lines)
    body = content if own else base64.encodebytes(content)
    return "\n".join([*lines, *([] if own else ["Content-Transfer-Encoding: base64"])]).encode() + b"\n\n" + body


def multi(name: str, *parts: bytes, kind: str = "mixed", more: str = "", **given: Any) -> None:
    """A message of several parts."""
    add(name, head(**given) + composed(*parts, kind=kind, more=more))


def composed(*parts: bytes, kind: str = "mixed", border: str = "=_border", more: str = "") -> bytes:
    """Several parts."""
    inner = b"".join(f"--{border}\n".encode() + each + b"\n" for each in parts)
    return f'Content-Type: multipart/{kind}; boundary="{border}"{more}\n\n'.encode() + inner + f"--{border}--\n".encode()


def text(words: str) -> bytes:
    """A part of plain text."""
    return part(words.encode(), "Content-Type: text/plain; charset=utf-8")


def html(words: str) -> bytes:
    """A part of HTML."""
    return part(words.encode(), "Content-Type: text/html; charset=utf-8")


def tnef(*files: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    """A winmail.dat."""

    def attribute(level: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    out = struct.pack("<IH", 0x223E9F78, 1)
    if body:
        out += attribute(1, 0x0002800C, body + b"\0")
    for name, content in files:
        out += attribute(2, 0x00069002, b"\0" * 14) + attribute(2, 0x00018010, name + b"\0") + attribute(2, 0x0006800F, content)
    return out


def write_chinese_clients() -> None:
    """What Chinese mail programs send."""
    simple("qq-reply", "已经重启过了，还是报警。\n\n\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n".replace("&nbsp;", "\u00a0")
           + '发件人: "服务台" <desk@desk.example>;\n发送时间: 2026年11月23日(星期一) 上午9:30\n收件人: "赵敏"<zhao@hospital.example>;\n主题: [SD-20261123-0001] 机房空调报警\n\n请问重启后是否恢复？',
           charset="gb18030", encoding="base64", subject=f"=?gb18030?B?{base64.b64encode('回复：[SD-20261123-0001] 机房空调报警'.encode('gb18030')).decode()}?=")  # fmt: skip
    simple("qq-html", '<div>晚上八点可以停机。</div><div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>'
           '<div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"服务台";</div><div><b>发送时间:</b>&nbsp;2026年11月23日</div></div><div>停机窗口？</div>',
           kind="text/html", encoding="base64", subject=word("回复：停机窗口"))  # fmt: skip
    simple("netease-reply", "附件是日志，请看。\n\n\n\n\n\n\n\n\n\nAt 2026-11-23 09:30:12, \"服务台\" <desk@desk.example> wrote:\n >请把日志发来。\n >\n", charset="gb18030", label="GBK",
           subject=word("Re:机房空调报警", "gb18030", "GBK"))  # fmt: skip
    simple(
        "netease-zh",
        '附件是日志。\n\n在 2026-11-23 09:30:12，"服务台" <desk@desk.example> 写道：\n\n请把日志发来。',
        subject=word("回复:日志"),
    )
    simple(
        "netease-master",
        "收到，明天处理。\n\n| |\n赵敏\n|\n|\nzhao@hospital.example\n|\n---- 回复的原邮件 ----\n| 发件人 | 服务台<desk@desk.example> |\n| 日期 | 2026年11月23日 09:30 |\n| 主题 | 机房空调报警 |\n明天有人吗？",
    )
    simple(
        "gmail-zh",
        "可以，周三上午。\n\n服务台 <desk@desk.example> 于2026年11月23日周一 09:30写道：\n\n> 周三上午可以吗？\n>\n",
        subject=word("Re: 上门时间"),
    )
    simple("gmail-zh-broken-line", "可以。\n\n服务台 <desk@desk.example>\n于2026年11月23日周一\n09:30写道：\n\n> 周三上午可以吗？\n")
    simple(
        "gmail-en",
        "Wednesday morning is fine.\n\nOn Mon, Nov 23, 2026 at 9:30 AM Service Desk <desk@desk.example>\nwrote:\n\n> Would Wednesday do?\n>\n",
        subject="Re: Visit",
    )
    simple(
        "outlook-zh",
        "备件已收到。\n\n发件人：服务台 <desk@desk.example>\n发送时间：2026年11月23日 9:30\n收件人：赵敏 <zhao@hospital.example>\n主题：备件\n\n备件到了吗？",
        subject=word("答复: 备件"),
    )
    simple(
        "outlook-zh-rule",
        "备件已收到。\n\n________________________________\n发件人: 服务台 <desk@desk.example>\n发送时间: 2026年11月23日 9:30\n收件人: 赵敏\n主题: 备件\n\n备件到了吗？",
    )
    simple(
        "outlook-en",
        "The spare part is here.\n\nFrom: Service Desk <desk@desk.example>\nSent: Monday, November 23, 2026 9:30 AM\nTo: Zhao Min <zhao@hospital.example>\nSubject: Spare part\n\nHas it come?",
        subject="RE: Spare part",
    )
    simple("outlook-original", "Yes.\n\n-----Original Message-----\nFrom: Service Desk\nSent: Monday\nTo: Zhao\nSubject: x\n\nHas it come?")
    simple(
        "foxmail",
        "同意。\n\n\n\nzhao@hospital.example\n \n发件人： 服务台\n发送时间： 2026-11-23 09:30\n收件人： 赵敏\n主题： 报价确认\n请确认报价。",
        charset="gb18030",
        label="gb2312",
        encoding="base64",
    )
    simple(
        "apple-zh",
        "好的，谢谢。\n\n发自我的 iPhone\n\n> 在 2026年11月23日，上午9:30，服务台 <desk@desk.example> 写道：\n> \n> 明天上门。\n",
    )
    simple(
        "huawei-phone",
        "设备又断电了。\n\n来自我的华为手机\n\n\n-------- 原始邮件 --------\n发件人： 服务台 <desk@desk.example>\n日期： 2026年11月23日周一 上午9:30\n收件人： zhao@hospital.example\n主题： 断电\n处理完毕。",
    )
    simple(
        "taiwan-big5",
        "請協助處理。\n\n-----原始郵件-----\n寄件者: 服務台\n寄件日期: 2026年11月23日\n收件者: 趙敏\n主旨: 維修\n\n請說明問題。",
        charset="big5",
        encoding="base64",
        subject=word("回覆: 維修", "big5"),
    )
    simple("our-line", "在线上方回复。\n\n##- 请在此行上方书写回复 -##\n\n赵敏，您好：\n\n[SD-20261123-0001] 新回复")
    simple("inline-answers", "> 重启过吗？\n重启过两次。\n> 日志有吗？\n日志见附件。\n")
    simple("top-and-signature", "请尽快处理。\n\n-- \n赵敏\n江城一院信息科\n电话 0000-1234567")
    simple("only-quote", "> 你好\n> 请回复\n")
    simple(
        "forward",
        "请看下面客户的来信。\n\n---------- 转发邮件 ----------\n发件人: 王工 <wang@hospital.example>\n日期: 2026-11-23\n主题: 交换机\n收件人: 赵敏\n\n核心交换机端口全部断开。",
        subject=word("转发: 交换机"),
    )


def write_encodings() -> None:
    """Characters that are not what they say."""
    simple(
        "gb2312-is-gb18030",
        "设备型号：䶮镕㐂，位于鎏嘉码头。",
        charset="gb18030",
        label="gb2312",
        subject=word("䶮镕机房", "gb18030", "gb2312"),
    )
    simple("gb2312-is-utf8", "这封信写着国标，其实是万国码。", label="gb2312")
    simple("latin1-is-gbk", "网页编码写错了的中文邮件内容。".encode("gbk"), label="iso-8859-1")
    simple("no-charset-gbk", "没有写明字符集的中文邮件。".encode("gbk"), label='""', subject="没有字符集".encode("gbk"))
    simple("unknown-charset", "字符集的名字谁也不认识。", label="x-klingon-9")
    simple("utf8-broken", "前面完好".encode() + b"\xff\xfe\xc3" + "后面完好".encode())
    simple("bare-utf8-head", "正文", subject="未编码的主题：空调", sender="赵敏 <zhao@hospital.example>")
    cut = base64.b64encode("核心交换机".encode())
    raw = "核心交换机端口全部断开无法登录".encode()
    halves = f"=?utf-8?B?{base64.b64encode(raw[:16]).decode()}?=\n =?utf-8?B?{base64.b64encode(raw[16:]).decode()}?="
    simple("word-cut-in-a-character", "正文", subject=halves)
    simple("word-in-quotes", "正文", sender=f'"{word("赵敏")}" <zhao@hospital.example>')
    simple("word-without-padding", "正文", subject=f"=?utf-8?B?{cut.decode().rstrip('=')}?=")
    simple("word-with-spaces", "正文", subject="=?utf-8?Q?=E7=A9=BA=E8=B0=83 =E6=8A=A5=E8=AD=A6?=")
    simple("word-joined-to-text", "正文", subject=f"Re:{word('空调')}报警".encode())
    simple("quoted-printable", "=E7=A9=BA=E8=B0=83=\n=E6=8A=A5=E8=AD=A6 =ZZ", encoding="quoted-printable")
    add("base64-garbage", head() + PLAIN.replace("8bit", "base64").encode() + b"\n\n57uI56uv5peg5rOV!!!55m75b2V\n@@@@A\n")
    simple("utf7", "中文 ok".encode("utf-7"), label="utf-7")
    simple("iso-2022-jp", "サーバーが停止しました".encode("iso-2022-jp"), label="iso-2022-jp")
    simple("flowed", "This line goes on \nand ends here.\n\n> quoted \n> text\nDone.", kind="text/plain; format=flowed")
    simple("hidden-characters", "重\u200b启\u202e后\u2066恢\ufeff复\u00ad了\x00\x07。", subject="正\u200b常\u202e主题")
    simple("old-mac-lines", "第一行\r第二行\r\r第三行", encoding="8bit")


def write_shapes() -> None:
    """Files, nests and HTML."""
    multi(
        "html-only",
        html(
            "<html><head><title>x</title><style>p{color:red}</style></head><body><p>打印机 &amp; 扫描仪</p><p>都不能用<br>请处理</p><ul><li>一楼</li><li>二楼</li></ul><script>alert(1)</script></body></html>"
        ),
    )
    multi(
        "html-hidden",
        html(
            '<p>看得见</p><div style="display:none">SD-20261123-9999 看不见</div><span style="font-size:0">藏</span><p onclick="x()">完</p>'
        ),
    )
    multi(
        "html-nasty",
        html(
            '<a href="javascript:alert(1)">点</a><img src="http://tracker.example/x.gif" onerror="alert(1)"><form action="http://evil.example"><input name="p"></form><a href="https://ok.example/">好</a><meta http-equiv="refresh" content="0;url=http://evil.example"><base href="http://evil.example">'
        ),
    )
    multi(
        "html-quote",
        html('<div>周四吧。</div><div class="gmail_quote"><div class="gmail_attr">服务台</div><blockquote>周三可以吗？</blockquote></div>'),
    )
    multi(
        "html-outlook-quote",
        html('<div>同意。</div><div id="divRplyFwdMsg"><b>发件人:</b> 服务台<br><b>主题:</b> 报价</div><div>请确认</div>'),
    )
    multi("alternative", text("纯文本"), html("<b>超文本</b>"), kind="alternative")
    multi(
        "inline-picture",
        composed(
            html('<p>见图 <img src="cid:a"></p>'),
            part(PNG, "Content-Type: image/png; name=shot.png", "Content-ID: <a>", "Content-Disposition: inline; filename=shot.png"),
            kind="related",
            border="in",
        ),
    )
    multi(
        "name-2231",
        text("见附件"),
        part(
            b"error 42\n",
            "Content-Type: text/plain",
            "Content-Disposition: attachment; filename*=utf-8''%E6%97%A5%E5%BF%97%20%E4%B8%80.txt",
        ),
    )
    multi(
        "name-2231-pieces",
        text("见附件"),
        part(
            b"error 42\n",
            "Content-Type: text/plain",
            "Content-Disposition: attachment;\n filename*0*=gb18030''%C8%D5;\n filename*1*=%D6%BE;\n filename*2=.txt",
        ),
    )
    multi(
        "name-2047",
        text("见附件"),
        part(b"error 42\n", f'Content-Type: text/plain; name="{word("日志.txt", "gb18030", "gb2312")}"', "Content-Disposition: attachment"),
    )
    multi(
        "name-bare", text("见附件"), part(b"error 42\n", "Content-Type: text/plain", "Content-Disposition: attachment; filename=日志.txt")
    )
    multi(
        "name-path",
        text("见附件"),
        part(b"error 42\n", "Content-Type: text/plain", 'Content-Disposition: attachment; filename="..\\..\\etc/passwd\u202etxt.exe"'),
    )
    multi("no-name", text("见附件"), part(PNG, "Content-Type: image/png", "Content-Disposition: attachment"))
    multi(
        "winmail",
        text(""),
        part(
            tnef((b"log.txt", b"error 42\n"), ("说明.txt".encode("gbk"), b"hello\n"), body="富文本正文".encode("gbk")),
            "Content-Type: application/ms-tnef; name=winmail.dat",
        ),
    )
    multi(
        "winmail-broken", text("正文"), part(b"\x78\x9f\x3e\x22\x01\x00\x02\x90\x00", "Content-Type: application/ms-tnef; name=winmail.dat")
    )
    multi(
        "calendar",
        text("请参加会议"),
        part(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:评审\nEND:VEVENT\nEND:VCALENDAR\n".encode(),
            "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
        ),
        kind="alternative",
    )
    multi(
        "smime-signed",
        text("已签名的正文"),
        part(
            b"\x30\x82signature",
            "Content-Type: application/pkcs7-signature; name=smime.p7s",
            "Content-Disposition: attachment; filename=smime.p7s",
        ),
        kind="signed",
    )
    add(
        "smime-sealed",
        head()
        + part(
            b"\x30\x82sealed",
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "Content-Disposition: attachment; filename=smime.p7m",
        ),
    )
    multi(
        "pgp-sealed",
        part(b"Version: 1\n", "Content-Type: application/pgp-encrypted"),
        part(b"-----BEGIN PGP MESSAGE-----\n", "Content-Type: application/octet-stream; name=encrypted.asc"),
        kind="encrypted",
    )
    multi(
        "mail-in-mail",
        text("转给你们"),
        b"Content-Type: message/rfc822\n\n" + head(word("里面的信")) + PLAIN.encode() + "\n\n里面的正文\n".encode(),
    )
    deep = text("最里面")
    for level in range(18):
        deep = composed(deep, border=f"d{level}")
    add("nested", head() + deep)
    bomb = b"x"
    for level in range(150):
        bomb = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'.encode() + bomb
    add("nest-bomb", head() + bomb)
    multi(
        "many-parts",
        text("很多附件"),
        *[part(b"x", "Content-Type: text/plain", f"Content-Disposition: attachment; filename=f{each}.txt") for each in range(200)],
    )
    add(
        "no-end",
        head()
        + b'Content-Type: multipart/mixed; boundary="open"\n\n--open\nContent-Type: text/plain; charset=utf-8\n\n'
        + "没有结束的边界".encode(),
    )
    add("no-head", "这里只有正文，没有信头。\n第二行\n".encode())
    add("head-only", head())
    add("two-froms", b"From: a@hospital.example\nFrom: b@hospital.example\nSubject: twice\n\nbody\n")
    add("odd-from", head(sender='"Zhao, Min" <zhao@hospital.example>, <script>alert(1)</script>') + PLAIN.encode() + "\n\n正文\n".encode())
    add("no-from", b"Subject: nobody\n\nbody\n")
    add("long-head", head(subject="长" * 30_000) + PLAIN.encode() + b"\n\nbody\n")
    add("bad-type", head() + b"Content-Type: ;;;===\nContent-Transfer-Encoding: rot13\n\nplain body\n")
    add("nul-bytes", head() + PLAIN.encode() + b"\n\nbe\x00fore\x00\n")


def write_machines() -> None:
    """What nobody wrote."""
    simple("away-3834", "我在休假。", subject=word("自动回复: 机房空调报警"), Auto_Submitted="auto-replied")
    simple("away-qq", "您好，来信已收到，尽快回复。", subject=word("自动回复:机房空调报警"))
    simple("away-exchange", "I am out of the office.", subject="Automatic reply: Air conditioning", X_Auto_Response_Suppress="All")
    simple("away-precedence", "Out.", subject="Re: x", Precedence="auto_reply")
    simple("monitor", "CPU 99%", subject="[ALERT] db01", Auto_Submitted="auto-generated")
    simple("newsletter", "优惠", subject="News", List_Unsubscribe="<mailto:out@shop.example>", Precedence="bulk")
    simple("exchange-person", "正常的来信。", X_Auto_Response_Suppress="DR, OOF, AutoReply")
    simple("null-path", "来自程序。", Return_Path="<>")
    status = (b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.hospital.example\n\nFinal-Recipient: rfc822; zhao@hospital.example\n"
              b"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n")  # fmt: skip
    original = b"Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@desk.example>\nSubject: [SD-20261123-0001] x\n"
    multi(
        "bounce",
        text("Delivery failed."),
        status,
        original,
        kind="report",
        more="; report-type=delivery-status",
        sender="MAILER-DAEMON@mx.hospital.example",
        subject="Undelivered Mail Returned to Sender",
        Return_Path="<>",
    )
    multi(
        "bounce-delayed",
        text("Delayed."),
        status.replace(b"failed", b"delayed").replace(b"5.1.1", b"4.4.1"),
        original,
        kind="report",
        more="; report-type=delivery-status",
        sender="MAILER-DAEMON@mx.hospital.example",
        subject="Delayed",
    )
    simple(
        "bounce-qq",
        "您的邮件被退回\n收件人 zhao@hospital.example\n原因 550 Mailbox not found\n\nMessage-ID: <ours@desk.example>\n",
        subject=word("系统退信"),
        sender="PostMaster@qq.example",
    )
    multi(
        "receipt",
        text("read"),
        part(
            b"Final-Recipient: rfc822; zhao@hospital.example\nDisposition: manual-action/MDN-sent-manually; displayed\n",
            "Content-Type: message/disposition-notification",
            "Content-Transfer-Encoding: 7bit",
        ),
        kind="report",
        more="; report-type=disposition-notification",
        subject="Read: x",
    )


def main() -> None:
    """Write the folder."""
    for write in (write_chinese_clients, write_encodings, write_shapes, write_machines):
        write()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.eml"):
        path.unlink()
    for name, content in MESSAGES.items():
        (FOLDER / f"{name}.eml").write_bytes(content)


if __name__ == "__main__":
    main()
