"""What the demo world's people say and call things."""

from typing import NamedTuple


class CustomerWords(NamedTuple):
    """A customer to make: ``months`` since acceptance, people are (supervisor, customer)."""

    code: str
    name: str
    short: str
    region: str
    plan: str
    months: int
    sites: tuple[str, ...]
    people: tuple[str, str]


LETTERHEAD = ("恒诺系统技术服务有限公司", "Hengnuo Systems Service Co., Ltd.", "北京市海淀区学院路 66 号")
OFFICES = (
    ("beijing", "北京总部", "Beijing head office", (("north", "华北", "North China"),)),
    ("shanghai", "华东办事处", "East China office", (("east", "华东", "East China"),)),
    ("shenzhen", "华南办事处", "South China office", (("south", "华南", "South China"),)),
    ("chengdu", "西南办事处", "Southwest office", (("southwest", "西南", "Southwest China"),)),
)
SKILLS = (
    ("database", "数据库", "Databases"),
    ("network", "网络", "Networks"),
    ("storage", "服务器与存储", "Servers and storage"),
    ("application", "应用系统", "Applications"),
    ("av", "音视频", "Audio and video"),
)
ENGINEERS = {
    "beijing": ("赵磊", "孙丽", "吴刚"),
    "shanghai": ("张伟", "周婷", "徐杰"),
    "shenzhen": ("黄海", "林悦", "何俊"),
    "chengdu": ("唐峰", "罗敏", "谢斌"),
}
LEADS = {"beijing": "周明", "shanghai": "郑凯", "shenzhen": "梁蓉", "chengdu": "冯涛"}
DISPATCHERS = {"beijing": "许静怡", "shanghai": "陈静", "shenzhen": "邓超", "chengdu": "曹雪"}
CUSTOMERS = (
    CustomerWords(
        "jiangcheng-hospital", "江城市第一人民医院", "江城一院", "east", "p0", 20, ("门诊楼机房", "住院楼机房"), ("王志强", "李娜")
    ),
    CustomerWords(
        "dongwan-metro", "东湾轨道交通有限公司", "东湾轨道", "south", "p3", 18, ("控制中心", "车辆段", "东湾北站"), ("潘伟明", "蔡琳")
    ),
    CustomerWords("shudu-university", "蜀都理工大学", "蜀都理工", "southwest", "p3", 10, ("信息中心", "大礼堂"), ("汪建国", "石磊")),
    CustomerWords("huabei-power", "华北清源电力股份有限公司", "清源电力", "north", "p0", 9, ("调度大楼", "备用机房"), ("魏东", "宋佳")),
    CustomerWords("linhai-government", "临海市政务服务中心", "临海政务", "east", "p2", 30, ("一楼大厅", "数据机房"), ("方敏", "段勇")),
)
EQUIPMENT = (
    ("业务数据库集群", "达梦", "DM8", "system", "database"),
    ("核心交换机", "华为", "S12700E", "hardware", "network"),
    ("虚拟化平台", "浪潮", "InCloud Sphere", "system", "storage"),
    ("视频会议系统", "中兴", "ZXV10", "system", "av"),
    ("综合业务应用平台", "自研", "V5.2", "system", "application"),
    ("全闪存储", "华为", "OceanStor 5500", "hardware", "storage"),
)
TROUBLES: dict[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "database": (
        (
            "数据库连接数耗尽，业务无法登录",
            "上午九点起登录页面报错，提示无法取得数据库连接。",
            "连接池泄漏，空闲连接未释放",
            "重启应用节点并修正连接池配置",
            "增加连接数监控告警",
        ),
        ("夜间备份任务失败", "备份日志显示空间不足，已连续两晚失败。", "备份盘空间不足", "清理过期备份并扩容", "每周检查备份盘余量"),
        (
            "报表查询超过五分钟",
            "月度报表打开很慢，影响财务结账。",
            "缺少索引，统计信息过期",
            "补建索引并更新统计信息",
            "加入月度健康检查项",
        ),
    ),
    "network": (
        ("核心交换机端口频繁闪断", "监控显示上联端口每隔十分钟断开一次。", "光模块老化", "更换光模块", "备件库补充同型号光模块"),
        (
            "办公区无法访问业务系统",
            "三楼办公区全部终端无法打开系统，其他楼层正常。",
            "接入交换机环路",
            "拔除环路网线并开启环路检测",
            "交换机统一开启防环配置",
        ),
        ("网络延迟升高，视频卡顿", "从今天上午开始丢包明显。", "链路带宽被备份任务占满", "调整备份时间并限速", "设置流量告警"),
    ),
    "storage": (
        ("存储控制器告警", "管理界面提示 A 控电池故障。", "电池模块寿命到期", "更换电池模块", "建立电池更换台账"),
        ("虚拟机无法启动", "重启后三台虚拟机停留在引导界面。", "存储路径失效", "重新扫描存储路径并恢复", "巡检增加多路径检查"),
        ("磁盘空间使用率超过 95%", "应用服务器磁盘即将写满。", "日志未清理", "清理日志并配置轮转", "日志轮转策略固化"),
    ),
    "application": (
        ("用户无法提交申请单", "点击提交后页面一直转圈。", "消息队列积压", "清理积压并扩容消费者", "增加积压告警"),
        ("升级后部分菜单消失", "昨晚升级后，普通用户看不到统计菜单。", "权限脚本漏执行", "补执行权限脚本", "完善升级检查单"),
        ("打印出现乱码", "通知单打印出来全是方块。", "缺少字体", "安装中文字体", "纳入部署清单"),
    ),
    "av": (
        ("会议室话筒无声", "下午三点有重要会议，话筒没有声音。", "音频矩阵配置丢失", "恢复矩阵配置", "配置文件异地备份"),
        ("大屏花屏", "礼堂主屏左上角花屏。", "拼接屏接口板故障", "更换接口板", "增加备件"),
        ("视频会议无法接入上级平台", "提示注册失败。", "证书过期", "更新证书", "设置证书到期提醒"),
    ),
}
"""By skill: subject, description, cause, solution, prevention."""
QUESTIONS = (
    ("如何导出上季度的操作日志？", "审计需要提供上季度日志。", "系统管理—审计—导出，选择时间段即可。"),
    ("能否为新科室增加账号？", "新成立的科室有 12 名人员。", "已说明批量导入的方法并提供模板。"),
    ("系统是否支持双因素登录？", "等保测评时提出。", "支持，已提供配置手册。"),
)
REQUESTS = (
    ("申请调整定时任务时间", "请把统计任务改到凌晨两点。", "已调整并验证。"),
    ("申请在备用机房安装客户端", "新增两台工作站。", "已远程协助安装。"),
)
COMPLAINTS = (("上次到场迟到一小时", "约定十点，工程师十一点才到。", "已致歉，调整排班并安排备岗。"),)
WAITS = (
    ("customer", "等客户提供远程授权"),
    ("customer", "等客户安排停机窗口"),
    ("logistics", "备件在途，预计次日到达"),
    ("vendor", "等原厂二线分析日志"),
)
REPLIES = ("好的，收到。", "现在可以了，谢谢。", "还需要多久？", "已按要求开通远程。")
PRAISE = ("响应很快，服务专业。", "态度好，问题讲得清楚。", "解决得不错。", "")
BLAME = ("等的时间太长了。", "同样的问题第三次出现。")
