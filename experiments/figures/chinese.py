"""Chinese for every text of a figure, by theme. Captions have theirs beside the English, where they are made.

Units, numbers and {fields} stay. No mathtext: CO₂ is a character.
"""

from __future__ import annotations

from .chinese_economy import ECONOMY
from .chinese_swept import SWEPT

POLICIES = {
    "here-and-now": "就地即时",
    "nearest-feasible": "就近可行",
    "random": "随机",
    "greenest-now": "即时最绿",
    "cheapest": "电价最低",
    "static-greenest": "静态最绿",
    "west-quota": "西部配额",
    "off-peak-timer": "谷段定时",
    "lowest-slot": "最低时隙",
    "lowest-window": "最低时窗",
    "carbon-time": "碳时权衡",
    "suspend-resume": "暂停恢复",
    "double-threshold": "双阈值",
    "wait-awhile": "稍候再算",
    "vcc": "虚拟容量曲线",
    "curtailment-follower": "追随弃电",
    "greedy-joint": "贪心时空联合",
    "planned": "滚动规划",
    "cvar": "CVaR 规划",
    "follow-average": "跟随平均强度",
    "follow-marginal": "跟随边际排放",
    "follow-price": "跟随价格",
    "co-planned": "算电协同规划",
    "cost-only": "仅成本",
    "carbon-only": "仅碳",
    "latency-only": "仅时延",
    "oracle": "全知规划",
}

POWER = {
    "nuclear": "核电",
    "coal": "煤电",
    "biomass": "生物质",
    "gas": "气电",
    "hydro": "水电",
    "wind": "风电",
    "solar": "光伏",
    "storage discharge": "储能放电",
    "net import": "净受入",
    "load shed": "切负荷",
    "storage charge": "储能充电",
    "net export": "净外送",
    "storage (below 0: charging)": "储能（零线以下：充电）",
    "net import (below 0: export)": "净受入（零线以下：外送）",
}

SEASONS = {"winter": "冬季", "spring": "春季", "summer": "夏季", "autumn": "秋季"}

NAMES = {**POLICIES, **POWER, **SEASONS}
"""Names of things; one that is not here is a user's own and stays as it is."""

COMMON = {
    "emits more": "排放增加",
    "costs more": "成本增加",
    "baseline": "基准",
    "bound": "理论界",
    "average": "平均强度",
    "marginal": "边际排放",
    "price": "价格",
    "endogenous": "内生（含电网）",
    "none": "无",
    "curtailed": "弃电",
    "Power [{unit}]": "功率 [{unit}]",
}

PLANE = {
    "whole system (consequential)": "全系统（后果性核算）",
    "location-based, hourly average": "基于位置，小时平均",
    "same policy": "同一策略",
    "{pct:.2g} % unserved": "{pct:.2g} % 未完成",
    "Carbon avoided [% of all compute emissions]": "碳减排 [占全部算力排放的 %]",
    "in money": "折算为货币",
    "on the network": "网络",
    "in the queue": "排队",
    "Latency and delay cost [CNY per MWh of work]": "时延与延迟成本 [CNY/MWh 算力]",
    "Added round trip [ms]": "新增往返时延 [ms]",
    "Added delay [h]": "新增延迟 [h]",
}

WEEK = {
    "without scheduling ({policy}): {energy:,.0f} {unit}h curtailed": "无调度（{policy}）：弃电 {energy:,.0f} {unit}h",
    "with scheduling ({policy}): {energy:,.0f} {unit}h curtailed": "有调度（{policy}）：弃电 {energy:,.0f} {unit}h",
    "demand without compute": "不含算力的需求",
    "demand with compute": "含算力的需求",
    "compute load": "算力负荷",
    "change of supply, with minus without": "供电变化（有调度减无调度）",
    "carbon intensity, flow-traced average": "碳强度（潮流追踪平均）",
    "CO₂ [kg/MWh]": "CO₂ [kg/MWh]",
}

SIGNALS = {
    "average, hourly": "平均，逐小时",
    "official, annual": "官方，年度",
    "marginal, hourly": "边际，逐小时",
    "whole system": "全系统",
    "Carbon avoided [% of compute emissions], scored by the ledger": "碳减排 [占算力排放的 %]，按核算账本",
    "plan follows": "规划所跟随的信号",
}

MARGINS = {
    "(a) whole grid": "(a) 全电网",
    "(b) margin less whole grid": "(b) 边际值减全电网值",
    "CO₂ avoided [t per GWh of work]": "CO₂ 减排 [t/GWh 算力]",
    "claimed too much [t per GWh of work]": "高估量 [t/GWh 算力]",
    "Work moved, all hours [MW]": "全时段迁移的算力 [MW]",
    "moved to": "迁往",
}

PENETRATION = {
    "(a) saving": "(a) 减排",
    "(b) gap": "(b) 强度差",
    "(c) curtailment": "(c) 弃电利用",
    "CO₂ avoided [kg per MWh shifted]": "CO₂ 减排 [kg/MWh 转移算力]",
    "Marginal intensity gap [kg/MWh]": "边际排放强度差 [kg/MWh]",
    "Curtailed energy used [{unit}]": "利用的弃电 [{unit}]",
    "Share that follows [%]": "跟随者占比 [%]",
    "followed": "所跟随的信号",
}

ROLLING = {
    "whole horizon at once (bound)": "全时段一次求解（理论界）",
    "rolling, stored energy at its coarse value": "滚动，储能按粗算价值计",
    "rolling, stored energy worth nothing": "滚动，储能不计价值",
    "rolling, within the budget": "滚动，碳预算约束",
    "Day of the horizon": "时段内的天数",
    "In storage [GWh]": "储能电量 [GWh]",
}

BITS_OR_WATTS = {
    "watts, existing lines": "送电，现有线路",
    "bits": "送算力",
    "bits, built twice": "送算力，机房重复建设",
    "watts, new line": "送电，新建线路",
    "(a) carbon, grid as it stands": "(a) 碳，现有电网",
    "(b) carbon, with new western plant": "(b) 碳，西部新增电源",
    "(c) money, with new western plant": "(c) 成本，西部新增电源",
    "avoided [t/GWh of work]": "减排 [t/GWh 算力]",
    "beyond staying [CNY/MWh of work]": "相对不迁移的增量 [CNY/MWh 算力]",
}

ROUTES = {
    "attributional: official annual factors": "归因核算：官方年度因子",
    "consequential: margin of the baseline's grid": "后果核算：基准电网的边际排放",
    "grid factor": "电网因子",
    "PUE and climate": "PUE 与气候",
    "servers": "服务器能效",
    "network": "网络",
    "net": "净值",
    "CO₂ avoided [t per GWh of IT work]": "CO₂ 减排 [t/GWh IT 算力]",
    "from {origin}": "自{origin}",
    "no factor published": "无官方因子",
}

HOURS = {
    "Hour of the day [h]": "一天中的小时 [h]",
    "PUE × intensity [kg/MWh of IT]": "PUE × 碳强度 [kg/MWh IT]",
    "compute load, {policy} less {baseline}": "算力负荷：{policy}减{baseline}",
    "{mwh:,g} MWh more in such an hour": "该小时增加 {mwh:,g} MWh",
    "{mwh:,g} MWh less in such an hour": "该小时减少 {mwh:,g} MWh",
}

DURATION = {
    "load": "负荷",
    "net load": "净负荷",
    "load and net load": "负荷与净负荷",
    "with minus without": "有调度减无调度",
    "Change of power [{unit}]": "功率变化 [{unit}]",
    "renewable power held back": "弃电功率",
    "Share of hours [%]": "小时占比 [%]",
}

FRONTIER: dict[str, str] = {}

TEXTS = {
    **COMMON, **PLANE, **WEEK, **SIGNALS, **MARGINS, **PENETRATION, **ROLLING, **BITS_OR_WATTS, **ROUTES, **HOURS,
    **DURATION, **FRONTIER,
    **SWEPT, **ECONOMY,
}  # fmt: skip
