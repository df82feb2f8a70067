"""The gateway's texts."""

from services.common.messages import Text

MESSAGES = {
    "WRONG_LOGIN": Text("登录名或密码不对。", "The login or the password is wrong."),
    "LOGIN_TAKEN": Text("这个登录名已有人使用，请换一个。", "Somebody has this login already; take another one."),
    "PASSWORD_TOO_SIMPLE": Text("密码太容易猜到：不要含登录名，至少用 5 个不同的字符。", "The password is too easy to guess: leave the login out and use at least 5 different characters."),
    "ROLE_OF_THE_PLATFORM": Text("这个岗位只属于系统自己。", "This role belongs to the platform itself."),
    "LAST_ADMINISTRATOR": Text("这是最后一位管理员，请先设立另一位。", "This is the last administrator; appoint another one first."),
    "SERVICE_AWAY": Text("负责这件事的服务暂时不在，请稍后再试；重试不会重复。", "The service in charge is away; try again shortly, nothing happens twice."),
    "SERVICE_SLOW": Text("负责这件事的服务没有按时回答，请用同一个 Idempotency-Key 再试；重试不会重复。", "The service in charge did not answer in time; repeat with the same Idempotency-Key, nothing happens twice."),
    "SIMULATION_BUSY": Text("模拟时间已设定，后续工作还在进行，请用同一个请求再问一次。", "Work up to the simulated time is still under way; send the same request again."),
    "NOT_A_DURATION": Text("应当是 ISO 8601 时长，例如 P60D 或 PT12H，且大于零。", "This must be a positive ISO 8601 duration such as P60D or PT12H."),
    "BAD_PERIOD": Text("结束日期不能早于开始日期，期间最长 {days} 天。", "The last day must not be before the first, and at most {days} days after it."),
    "WHOLE_MONTH_ONLY": Text("对外只发布整月的数据：请写某月第一天到最后一天。", "Figures are published by whole months: ask from the first day of one to its last."),
    "PUBLISHED_ONCE": Text("每月的数据只发布一次，不按其他时点重算；请去掉 as_of。", "A month is published once and not computed again as of another moment; leave as_of out."),
    "NOT_PUBLISHED_YET": Text("尚未发布，{on} 起可以查看。", "This is not published yet; it can be read from {on} on."),
    "TOO_EARLY_TO_PUBLISH": Text("这一年的简报 {on} 起才能发布，先把当年的工作补登完整。", "The brief of this year can be published from {on} on; enter what is missing first."),
    "BRIEF_PUBLISHED": Text("这一年的简报已经发布，不能再改；之后的更正见更正表。", "The brief of this year is published and stays as it is; what changed since is in its restatement."),
    "BRIEF_NOT_PUBLISHED": Text("社区还没有发布这一年的简报。", "The community has not published the brief of this year."),
    "FACTS_ON_THEIR_WAY": Text("还有记录没有到齐，等页面不再提示后再发布。", "Some facts are still on their way; publish once the views say that they are complete."),
    "NOW_OR_ADVANCE": Text("请写明 now 或 advance，二者取一。", "State either now or advance."),
}
