"""Chinese for the figures of many runs: staircase, flexibility, regret, sensitivity. See chinese.py."""

from __future__ import annotations

UNCERTAINTY = {
    "Seeds": "随机种子数",
}

STAIRCASE = {
    "ideal": "理想",
    "demand not met": "需求未满足",
    "capacity": "容量",
    "latency": "时延",
    "deadline": "截止期",
    "forecast": "预测",
    "egress": "数据外传",
    "idle power": "空闲功耗",
    "foreseen whole": "预知全程",
    "planned from forecasts": "按预测规划",
    "(a) one constraint after another": "(a) 逐项增加约束",
    "(b) last step, by seeds": "(b) 最后一步，随种子数",
}

FLEXIBILITY = {
    "temporal": "时间",
    "spatial": "空间",
    "joint": "联合",
    "Slack [h]": "等待余量 [h]",
    "Work that may move [%]": "可迁移任务 [%]",
    "Carbon avoided [%]": "碳减排 [%]",
    "{pct:g} % utilised": "利用率 {pct:g} %",
}

REGRET = {
    "(a) by size": "(a) 按误差大小",
    "(b) by rank": "(b) 按排序",
    "(c) persistence, by seeds": "(c) 持续法，随种子数",
    "Forecast error, MAPE [%]": "预测误差 MAPE [%]",
    "Rank correlation, Kendall τ": "秩相关 Kendall τ",
    "Regret [% of what can be saved]": "遗憾 [占可节省量的 %]",
    "nothing to rank": "无可排序",
    "perfect": "完美",
    "noisy": "白噪声",
    "ar1": "持续误差 (AR1)",
    "persistence": "持续法",
    "rank-shuffled": "乱序",
}

SENSITIVITY = {
    "carbon price": "碳价",
    "servers on": "开机比例",
    "how much work": "任务总量",
    "slack": "等待余量",
    "data residency": "数据驻留",
    "value of delay": "延迟价值",
    "value of latency": "时延价值",
    "price of data": "数据价格",
    "energy of data": "数据能耗",
    "forecast error": "预测误差",
    "weather and noise": "天气与噪声",
    "Mean absolute effect over the range [points of %]": "全范围平均绝对效应 [百分点]",
    "(a) screening (Morris)": "(a) 筛选（Morris）",
    "(b) indices (Sobol)": "(b) 指数（Sobol）",
    "Share of the variance": "方差占比",
    "not computed": "未计算",
    "alone, S1": "单独，S1",
    "with interactions, ST": "含交互，ST",
    "too uncertain to read": "不确定性过大",
    "ST of half the points": "半数点的 ST",
}

SWEPT = {**UNCERTAINTY, **STAIRCASE, **FLEXIBILITY, **REGRET, **SENSITIVITY}
