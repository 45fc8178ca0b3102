"""The demo world's part of: knowledge base. Each article tells of one of the troubles, and is linked with tickets about just that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import User
from knowledge import services
from servicedesk.demo import ACCOUNTS
from tickets.models import Kind, Status, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from servicedesk.demo.world import World

ARTICLES = (
    {
        "solves": "存储控制器告警",
        "title": "存储控制器电池报警",
        "title_en": "Battery alarm of a storage controller",
        "problem": "控制器面板亮橙灯，日志出现 BBU low voltage；写性能下降。",
        "problem_en": "Amber light on the controller, “BBU low voltage” in its log; writing becomes slow.",
        "cause": "电池模块老化，缓存转为直写。",
        "cause_en": "The battery module has aged, so the cache writes through.",
        "solution": "在低峰期更换电池模块，运行一次学习充放电，确认缓存恢复回写。",
        "solution_en": "Replace the battery module in a quiet hour, run one learn cycle, and see that the cache writes back again.",
    },
    {
        "solves": "数据库连接数耗尽，业务无法登录",
        "title": "登录页面打不开：应用连接池用尽",
        "title_en": "Login page does not open: the application's connections are used up",
        "problem": "用户登录一直转圈，监控显示数据库会话数到达上限。",
        "problem_en": "Logging in never ends; the database shows as many sessions as it allows.",
        "cause": "慢查询占住连接，连接池上限过小。",
        "cause_en": "Slow queries hold their connections, and the pool is small.",
        "solution": "结束超过十分钟的会话，重启应用服务；再为慢查询补索引，并将连接池上限调到 200。",
        "solution_en": "End sessions older than ten minutes and restart the application; then add the index, and raise the pool to 200.",
    },
    {
        "solves": "打印出现乱码",
        "title": "单据打印出来全是方块",
        "title_en": "Printed forms show boxes instead of characters",
        "problem": "屏幕上显示正常，打印或导出 PDF 后中文变成方块。",
        "problem_en": "The screen is right; on paper and in PDF files Chinese characters are boxes.",
        "cause": "打印服务器缺少中文字体。",
        "cause_en": "The print server has no Chinese fonts.",
        "solution": "安装中文字体，重启打印服务，打印测试页；将字体加入部署清单。",
        "solution_en": "Install Chinese fonts, restart the print service, print a test page; put the fonts on the list for new servers.",
    },
)


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    people = {role: User.objects.get(email=address) for role, address, _name in ACCOUNTS}
    engineer, manager = people["engineer"], people["manager"]
    closed = Ticket.objects.filter(kind=Kind.FAULT, status=Status.CLOSED).select_related("organization", "site", "reporter")
    for place, told in enumerate(ARTICLES):
        facts, written = dict(told), at - timedelta(days=40 - 9 * place)
        solved = list(closed.filter(subject=facts.pop("solves")).order_by("-pk")[:4])
        source = solved[0] if solved else None
        article = services.save_article(None, actor=engineer, at=written, from_ticket=source, **facts)
        if told is ARTICLES[-1]:
            continue  # a draft, so that there is one
        services.publish(article, actor=manager, at=written + timedelta(days=1), audience="public")
        for ticket in solved[:3]:
            services.use(article, ticket, actor=engineer, at=at - timedelta(days=2))
        services.vote(article, actor=people["customer"], at=at - timedelta(days=1), helped=True)
        words = "希望补充截图" if place else ""
        services.vote(article, actor=people["supervisor"], at=at - timedelta(hours=9), helped=not place, words=words)
