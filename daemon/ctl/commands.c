/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one table of songfactl's commands. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/help.h"

#define ANY 10000 /* words without limit */

/* What the commands on records have in common. */
#define RECORD_OPTIONS "id= from= date= seen= limit= "

const CtlCommand ctl_commands[] = {
    {"parse", N_("[--json] 文件|-"),
     N_("读一份文件，说出它的内容\n"
        "期号、日期、机关、标题、条目、发送范围。不需要配置；有配置时认出系列。\n"
        "不能送发的文件说明原因，退出码为 1。"),
     cmd_parse, CTL_MAYBE, "", 1, 1, TRUE},
    {"terms", N_("[--json|--csv] 文件|-"),
     N_("读一段发送范围，说出每个收件对象\n"
        "没有读懂的地方在原文下面用 ^ 标出。有名录时用上名录里的名称和别名。"),
     cmd_terms, CTL_MAYBE, "", 1, 1, TRUE},
    {"resolve", N_("[--json|--csv] [--date 日期] 文件"),
     N_("按名录把一份文件的发送范围落到人和邮箱\n"
        "--date  全按那一天的名录；不写则收件人按刊物日期的名录，邮箱按今天的。\n"
        "有一处落不到，退出码就为 1，并说明是哪一处、相近的名称有哪些。"),
     cmd_resolve, CTL_STORE, "date=", 1, 1, TRUE},
    {"plan", N_("[--json|--csv] [--date 日期] 期次|文件"),
     N_("一期的发送计划：谁收、怎么收、几份、为什么，印数，比上期变了什么，等什么\n"
        "已排定或已放行的看登记里的计划；待处理的和文件看现在会怎样排。\n"
        "--date  全按那一天的名录另排一次看看，不影响登记。"),
     cmd_plan, CTL_STORE, "date=", 1, 1, TRUE},
    {"explain", N_("[--date 日期] 期次|文件 名称"),
     N_("说明某单位、某人为什么收到或收不到一期\n"
        "--date  按那一天的名录说明。"),
     cmd_explain, CTL_STORE, "date=", 2, 2, TRUE},
    {"submit", N_("[--wait 秒] [--json|--csv] 文件…"),
     N_("交一份或几份定稿\n"
        "先查密级标志，有就不收；再放进收件夹，等 songfad 给出结论。\n"
        "--wait  最多等几秒，默认 30；0 表示不等。"),
     cmd_submit, CTL_STORE, "wait=", 1, ANY, TRUE},
    {"issues", N_("[--state 状态] [--json|--csv]"), N_("列出各期和它们的状态"), cmd_issues, CTL_STORE,
     "state=", 0, 0, FALSE},
    {"gaps", N_("[--series 系列] [--all] [--json|--csv]"),
     N_("缺号：各刊的期号里没有交来的，如有第 17、19 期而没有第 18 期\n"
        "刊物的第一期以前的不算缺；每年从第 1 期起，增刊另编，总期号连年编。交来并发出以后就不再列出。\n"
        "--series  只看一个系列（配置里的 key）\n"
        "--all     历年的都列；不写则今年和去年的"),
     cmd_gaps, CTL_STORE, "series= all", 0, 0, FALSE},
    {"show", N_("[--json] 期次"), N_("一期的详情：状态、原因、各封邮件的结果"), cmd_show, CTL_STORE, "",
     1, 1, FALSE},
    {"choose", N_("[--remember | --forget] [--field 栏] [--json|--csv] 期次 [说法 成员…]"),
     N_("选定“有关部门”一类说法指谁\n"
        "只写期次：列出要选定的说法和已有的选定。成员写单位、单位/职务、姓名、组名，或 help group 里的写法。\n"
        "--field     同一说法在几栏里都有时，写明选定哪一栏的，如 发、抄送\n"
        "--remember  本刊以后各期也照此选定；不写则只管这一期\n"
        "--forget    取消选定（先取消本期的，没有就取消本刊记着的）"),
     cmd_choose, CTL_STORE, "remember forget field=", 1, ANY, FALSE},
    {"release", N_("[--at 时间 | --now] [--override 原因] [--as-revision] [--without-pdf] 期次"),
     N_("放行一期\n"
        "再读一遍，没有疑问就排队发送。与排定的计划不同，就说明变在哪里、存下新计划，等再次放行。\n"
        "规定两人放行的刊物，第一人放行算审核，另一人（--as）放行才发。\n"
        "本刊规定了延时、钟点或工作时间的，到时才发，发前可用 hold 停住。\n"
        "--at           另定时间，写作 \"2026-11-23 09:00\"，或 09:00（下一个九点）\n"
        "--now          马上发，不等本刊规定的时间\n"
        "--override     越过待处理的原因放行，写明为什么\n"
        "--as-revision  同号已发过，作为新一稿发\n"
        "--without-pdf  本刊要附的 PDF 生成不了，不附也发"),
     cmd_release, CTL_STORE, "at= now override= as-revision without-pdf", 1, 1, FALSE},
    {"correct", N_("[--dry-run] [--override 原因] [--without-pdf] [--json] --reason 原因 期次 文件"),
     N_("更正：以文件为新的一版，取代已发出的一期\n"
        "只发给有旧版的：收到过的、结果不明的，和旧版还在等的（旧版随即取消）；邮件发到原处，纸质照旧重印。\n"
        "邮件标明【更正】，写明哪一版作废和原因，接在各人的旧邮件后面。规定两人放行的刊物，等第二人放行。\n"
        "--reason    哪里有误，写进邮件和登记\n"
        "--dry-run   只看会怎样，什么也不登记、不发出\n"
        "--override  新文件也有要越过的待处理原因时，写明为什么\n"
        "--without-pdf  本刊要附的 PDF 生成不了，不附也发\n"
        "纸质旧版的收回清单：songfactl prints --recall --issue 期次"),
     cmd_correct, CTL_STORE, "dry-run override= without-pdf reason=", 2, 2, FALSE},
    {"hold", N_("期次 原因"), N_("停发一期：还没送出的邮件不再送，待处理"), cmd_hold, CTL_STORE, "",
     2, 2, FALSE},
    {"pause", N_("--reason 原因 期次 | --recipient 收件人 [期次] | --relay 中继"),
     N_("暂停：马上不再开始发送，正在传的除外\n"
        "期次         停发一期，同 hold\n"
        "--recipient  停发给一个收件人（标识、名称或地址）：写了期次只管那一期，不写连以后各期\n"
        "--relay      停用一台中继，邮件改走后面的中继\n"
        "--reason     原因，留在登记里"),
     cmd_pause, CTL_STORE, "recipient= relay= reason=", 0, 1, FALSE},
    {"resume", N_("期次 | --recipient 收件人 [期次] | --relay 中继"), N_("恢复暂停的，接着发；暂停的时间不算在期限里"), cmd_resume, CTL_STORE,
     "recipient= relay= reason=", 0, 1, FALSE},
    {"cancel", N_("--reason 原因 期次 | --recipient 收件人 [期次] | --relay 中继"),
     N_("取消：等待中的邮件不再发送\n"
        "--relay      取消经这台中继没有送出、正等重试的\n"
        "其余写法同 pause。取消了的要再发，用 resend --recipient。"),
     cmd_cancel, CTL_STORE, "recipient= relay= reason=", 0, 1, FALSE},
    {"release-store", N_("[--doubt] --reason 原因"),
     N_("放行恢复或复制来的数据库\n"
        "songfad 发现数据库不是原来那个（从备份恢复、复制、克隆的机器）就一封不发，等管理员放行。\n"
        "放行前请确认原来的 songfad 已经停用。\n"
        "--doubt   等待中的邮件可能已经发过：改为结果不明，核实后再补发\n"
        "--reason  原因，留在登记里"),
     cmd_release_store, CTL_STORE, "doubt reason=", 0, 0, FALSE},
    {"resend", N_("--reason 原因 [--state 状态,…] 期次 [收件人…]"),
     N_("补发\n"
        "收件人写标识、名称或地址，可以几个；不写则补发本期全部结果不明和被拒的\n"
        "--state      只补发最后一次是这些状态的，如 --state 被拒,已退回\n"
        "--address    写了一个收件人时，他的新地址；不写则仍发往原地址\n"
        "--reason     原因，留在登记里"),
     cmd_resend, CTL_STORE, "recipient= address= state= reason=", 1, ANY, FALSE},
    {"settle", N_("--received | --lost --reason 原因 期次 收件人…"),
     N_("登记经办人向收件人核实的结果，用于结果不明的邮件\n"
        "--received  已收到：记为已送达，注明谁在何时核实、怎么核实的\n"
        "--lost      没有收到：记下并随即补发\n"
        "--reason    怎么核实的，如“电话问过”，留在登记里"),
     cmd_settle, CTL_STORE, "received lost reason=", 2, ANY, FALSE},
    {"preview", N_("期次 收件人"), N_("输出某个收件人将收到的那封邮件（.eml）"), cmd_preview,
     CTL_STORE, "", 2, 2, FALSE},
    {"status", N_("[--json]"), N_("songfad 是否在运行，还有多少待发，在等什么"), cmd_status, CTL_STORE,
     "", 0, 0, FALSE},
    {"calendar", N_("[--json|--csv] [年份|日期]"),
     N_("工作日历：国务院办公厅公布的放假、调休，标“休”“班”；不写年份则今年\n"
        "写日期则说那一天上不上班。按工作日、工作时间发的刊物照它算。"),
     cmd_calendar, CTL_STORE, "", 0, 1, FALSE},
    {"queue", N_("[--issue 期次] [--by 项目] [--json|--csv]"),
     N_("没有了结的邮件，按状态、域和中继计数，并说明在等什么、等到何时\n"
        "--issue  只看一期（登记号或期次）\n"
        "--by     按什么分开计数，几个用逗号分开：state 状态，relay 中继，domain 域，issue 登记号，\n"
        "         age 排队多久；不写则 state,relay,domain"),
     cmd_queue, CTL_STORE, "issue= by=", 0, 0, FALSE},
    {"relays", N_("[--json|--csv]"),
     N_("各中继的情形：正常、停歇（连不上，到时再试）、试探、停用，可用几条连接，今天和这一分钟发了几封；以及限发的域"),
     cmd_relays, CTL_STORE, "", 0, 0, FALSE},
    {"trace", N_("编号 | 期次 收件人 [--all] [--json] | [--on 部分 | --off]"),
     N_("一封邮件与中继的对话：每次尝试说了什么、何时、得到什么答复\n"
        "编号见 songfactl log 的第一列。不含口令和邮件内容。\n"
        "顺利送出的只留各步用时；要全部留下，在配置里写 dialogues = \"all\"。\n"
        "--all  同一次传送里其他收件人的也列出，自己的标 *\n"
        "--on   让正在运行的 songfad 把这些部分的细节写进日志，不必重启：smtp（与中继的对话）\n"
        "--off  不再写"),
     cmd_trace, CTL_STORE, "on= off all", 0, 2, FALSE},
    {"log", N_("[--issue 期次] [--recipient 收件人] [--state 状态] [--since 日期] [--notices] "
               "[--json|--csv]"),
     N_("发送登记：每封邮件、每份纸质件一行\n"
        "--issue      只看一期（登记号或期次）\n"
        "--recipient  只看一个收件人（标识、名称或地址）\n"
        "--state      只看一种状态\n"
        "--since      只看这一天起排队的\n"
        "--notices    连同给经办人的通知"),
     cmd_log, CTL_STORE, "issue= recipient= state= since= notices", 0, 0, FALSE},
    {"sign", N_("[--at 日期] [--reason 原因] [--undo] 期次 收件人…"),
     N_("记签收：收件人说已收到，邮件或纸质\n"
        "收件人写标识、名称或地址，可写几个；回信“已收”“收到”的，songfad 自己记，不用再写。\n"
        "--at      哪一天签收的，不写则现在\n"
        "--reason  依据，如电话，留在登记里\n"
        "--undo    取消误记的签收，要写原因"),
     cmd_sign, CTL_STORE, "at= reason= undo", 2, ANY, FALSE},
    {"letters", N_("[list [--all] [--limit 条数]] [--json|--csv] | show 编号 [--json|--csv]"),
     N_("用邮件交来的稿件：收稿邮箱里的邮件，各是谁写的、怎么处理的\n"
        "不写什么就列出没有受理的：发件人不在名单、不能证实是本人、自动邮件、读不出的，都没有答复\n"
        "--all     全部，新的在前        --limit  最多列几条，默认 200，0 为不限\n"
        "show      一封邮件，和它交来的各份文稿的结果"),
     cmd_letters, CTL_STORE, "all limit=", 0, 2, FALSE},
    {"reports", N_("[list [--all] [--limit 条数]] [--json|--csv] | show 编号 [--json|--csv] | match --reason 原因 编号 期次 收件人|邮件编号 | "
                   "dismiss --reason 原因 编号 | flags [--json|--csv] | unflag --reason 原因 邮箱"),
     N_("邮件回来的回报：退信、延迟、送达、自动回复、来信\n"
        "不写什么就列出待认领的：对不上是哪一封、标记可疑、读不出的，songfad 不猜，等经办人认。\n"
        "--all     全部回报，新的在前        --limit  最多列几条，默认 200，0 为不限\n"
        "show      一件回报里读到的全部\n"
        "match     这是某一封邮件的回报：照它更新登记\n"
        "dismiss   与送发无关，作罢\n"
        "flags     对方说不存在的邮箱：已标记，照常发送，等人核对\n"
        "unflag    核对过没有错，取消标记\n"
        "--reason  原因，留在登记里"),
     cmd_reports, CTL_STORE, "all limit= reason=", 0, 4, FALSE},
    {"prints", N_("[--issue 期次] [--recall] [--json|--csv]"),
     N_("印数登记：标注、应印、已印、已交、已签收\n"
        "--issue   只看一期，并按单位列出分发份数，说明与标注的差\n"
        "--recall  收回清单：已被更正的各期，纸质旧版在谁那里、几份、有没有签收"),
     cmd_prints, CTL_STORE, "issue= recall", 0, 0, FALSE},
    {"token", N_("[list [--all] [--json|--csv]] | add [--series 刊物] [--expires 日期] 名字 | revoke 名字"),
     N_("令牌：别的程序凭它经 HTTP 接口交稿\n"
        "add       发一个，只显示这一次；库里只存摘要\n"
        "--series  只许交这种刊物（配置里的 key）\n"
        "--expires 用到哪一天（含当天），不写则一直有效\n"
        "list      列出有效的；--all 连同作废和过期的\n"
        "revoke    作废，马上生效"),
     cmd_token, CTL_STORE, "series= expires= all", 0, 2, FALSE},
    {"audit", N_("[--limit 条数] [对象] [--json|--csv]"), N_("审计记录：谁在什么时候改了什么，新的在前"),
     cmd_audit, CTL_STORE, "limit=", 0, 1, FALSE},
    {"verify", N_("[--json]"), N_("验证审计记录前后相扣，没有被改动"), cmd_verify, CTL_STORE, "", 0, 0, FALSE},
    {"selftest", N_("[--kills 次数] [--recipients 人数] [--seconds 秒] [--folder 文件夹] [--daemon 程序] [--keep] [--json]"),
     N_("在本机上检验：songfad 随时被强行终止，邮件也不丢、不重\n"
        "在自己的文件夹里另起一个 songfad，发给自己的一个邮件服务器，一再用 kill -9 终止，\n"
        "最后拿登记簿和服务器的记录对账。不碰正在用的数据库，什么也不往外发，做完清除。\n"
        "还检查磁盘、文件锁和时钟。成立退出码为 0，不成立为 1。\n"
        "--kills       终止几次，默认 20      --recipients  每期发给几个人，默认 100\n"
        "--seconds     过几秒就不再终止，默认 15；写了 --kills 则做满次数\n"
        "--folder      在哪个文件夹里做，默认在数据库旁边，没有配置则在临时文件夹\n"
        "--daemon      检验哪个 songfad，默认与 songfactl 装在一起的\n"
        "--keep        做完不清除，留下来看"),
     cmd_selftest, CTL_NOTHING, "kills= recipients= seconds= folder= daemon= keep", 0, 0, FALSE},
    {"directory", N_("import [--apply] [--from 日期] [--replace] [--allow-shrink] 文件或文件夹… | "
                     "export [--gbk] [--date 日期] 文件夹|文件.xlsx | check [--date 日期] [--all] [--json|--csv] | "
                     "history [--limit 条数] [名称|--change 改动号] | undo 改动号"),
     N_("名录导入、导出（Excel 的 .xlsx，或 CSV，UTF-8 或 GBK），检查，改动的历史和撤销\n"
        "import 先列出会添加、修改什么；加 --apply 才写入，要么全部写入，要么都不写。\n"
        "表靠表头认，列的次序不限；没有的列不动，空格子清空那一项。\n"
        "“版本”一列请照原样留着：导出后别人改过的行，与此不同的不会被覆盖。\n"
        "--from          从哪天起这样，- 表示向来如此（更正）；不写则从今天起，新增的向来如此\n"
        "--replace       所给各表里没有的，从名录里移除\n"
        "--allow-shrink  移除很多，或有领导因此不再任职时，确认要这样\n"
        "--date          导出、检查那一天的名录，不写则今天的\n"
        "--gbk           CSV 用 GBK 编码\n"
        "check 列出会卡住发送、需要留意的地方和怎么办；有会卡住发送的，退出码为 1。\n"
        "--all           每一项都列全\n"
        "history 列出每次改动：改动号、时间、经办、做了什么；写上名称只看它的。\n"
        "--change        一次改动改了什么，原来和现在\n"
        "--limit         只列最近几次\n"
        "undo 撤销一次改动；之后又有人改过同一处，就不撤销，并说明是谁。撤销也可以再撤销。"),
     cmd_directory, CTL_NEW_STORE, "apply from= replace allow-shrink gbk date= all limit= change=", 1, ANY, TRUE},
    {"unit", N_("list [词…] [--json|--csv] | show 名称 [--json] | add 名称 [选项] | set 名称 选项 | remove 名称 | history 名称"),
     N_("单位\n"
        "--short   简称，几个用逗号分开      --kind   类别：party、gov、street、town …\n"
        "--parent  上级单位，- 表示没有      --order  顺序\n"
        "--name    新名称                    --add、--drop  加上、去掉几个简称"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "name= short= kind= parent= order= add= drop=", 1, ANY, FALSE},
    {"post", N_("list [词…] [--json|--csv] | show 单位/职务 [--json] | add 单位/职务 [选项] | set 单位/职务 选项 | remove 单位/职务 | "
                "history 单位/职务"),
     N_("职务\n"
        "--kind   chief（正职）、deputy（副职）、member（成员）；不写时“副”字开头为副职，其余为正职\n"
        "--rank   职级，如 县处级            --order  顺序\n"
        "--unit   移到另一单位               --name   新名称"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "unit= name= kind= rank= order=", 1, ANY, FALSE},
    {"person", N_("list [词…] [--json|--csv] | show 姓名 [--json] | add 姓名 [选项] | set 姓名 选项 | remove 姓名 | history 姓名"),
     N_("人员\n"
        "--salutation  称呼；不写则由职务和姓名拼成    --name  新姓名\n"
        "重名的在姓名后面用括号分开，如 张伟（财政局），信里不显示括号。"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "name= salutation=", 1, ANY, FALSE},
    {"tenure", N_("list [词…] [--json|--csv] | show 姓名 单位/职务 [--json] | add 姓名 单位/职务 [选项] | set 姓名 单位/职务 选项 | "
                  "remove 姓名 单位/职务 | history 姓名 单位/职务"),
     N_("任职\n"
        "--from    任职日期    --to    离任日期（含当天），- 表示不限\n"
        "--person  改为某人    --post  改为某职务\n"
        "新旧交接用 songfactl handover，一次办好。"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "person= post= to=", 1, ANY, FALSE},
    {"handover", N_("单位/职务 [离任人] --to 新任 [--from 日期] [--new] [--json]"),
     N_("职务交接：离任人任到前一天，新任从这一天起，一次改动办好\n"
        "--to    新任的姓名               --from  新任从哪一天起，不写则从今天起，可以是将来的日期\n"
        "--new   新任不在名录里，一并登记\n"
        "一个职务有几人担任时，要写明离任的是谁。现在空缺的，只登记新任。"),
     cmd_handover, CTL_NEW_STORE, "to= from= new", 1, 2, FALSE},
    {"stand-in", N_("list [词…] [--json|--csv] | show 不在岗人 代收人 [--json] | add 不在岗人 代收人 [选项] | "
                    "set 不在岗人 代收人 选项 | "
                    "remove 不在岗人 代收人 | history 不在岗人 代收人"),
     N_("代收：某人不在岗的日子里由谁代收\n"
        "--from    开始日期      --to        结束日期（含当天），- 表示不限\n"
        "--both    yes 本人同时收，no 只由代收人收\n"
        "--person  改为某人      --stand-in  改由某人代收"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "person= stand-in= to= both=", 1, ANY, FALSE},
    {"group", N_("list [词…] [--json|--csv] | show 名称 [--json] | add 名称 成员… | set 名称 成员…|选项 | remove 名称 | history 名称"),
     N_("组\n"
        "成员写成 unit:单位、post:单位/职务、person:姓名、group:组、kind:类别、rank:职级、\n"
        "under:单位（其直接下属）、within:单位（其全部下级）、posts:单位（其全部职务）；\n"
        "前面加 - 表示除去，加 & 表示只留其中也有的。以 - 开头的成员写在 -- 后面，& 要加引号。\n"
        "--add   加上几个成员，用逗号分开      --drop  去掉几个成员\n"
        "--name  新名称                        --members  全部成员，同写在名称后面"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "name= members= add= drop=", 1, ANY, FALSE},
    {"alias", N_("list [词…] [--json|--csv] | show 写法 [--json] | add 写法 所指… [选项] | set 写法 所指…|选项 | remove 写法 | history 写法"),
     N_("别名：印在发送范围里的写法指谁\n"
        "所指的写法同 songfactl help group 里的成员。\n"
        "--series  只用于一个系列              --office  只用于一个编发单位\n"
        "--add     加上几个所指，用逗号分开    --drop    去掉几个所指\n"
        "--text    新写法                      --targets 全部所指，同写在写法后面"),
     cmd_records, CTL_NEW_STORE, RECORD_OPTIONS "text= series= office= targets= add= drop=", 1, ANY, FALSE},
    {"mailbox", N_("list [词…] [--json|--csv] | show 归属 [邮箱] [--json] | add 归属 [邮箱] [选项] | set 归属 [邮箱] 选项 | "
                   "suspend 归属 [邮箱] | resume 归属 [邮箱] | remove 归属 [邮箱] | history 归属 [邮箱]"),
     N_("收件方式：邮箱或纸质份数\n"
        "归属写成 单位、单位/职务 或 姓名，同名的写成 unit:单位、person:姓名；只收纸质的不写邮箱。\n"
        "--channel    email、paper 或 both    --copies   纸质份数\n"
        "--suspended  yes 停用，no 恢复       --address  新邮箱\n"
        "--secretary  代阅的秘书              --keeper   保管人\n"
        "--review     应复核的日期            --owner    改属于谁"),
     cmd_records, CTL_NEW_STORE,
     RECORD_OPTIONS "owner= address= channel= copies= suspended= secretary= keeper= review=", 1, ANY, FALSE},
    {"help", N_("[命令]"), N_("全部命令，或一条命令的用法"), cmd_help, CTL_NOTHING, "", 0, 1, FALSE},
    {NULL, NULL, NULL, NULL, CTL_NOTHING, NULL, 0, 0, FALSE},
};

const CtlCommand *ctl_command(const char *name)
{
    for (const CtlCommand *command = ctl_commands; command->name != NULL; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

int cmd_help(Ctl *ctl, const Args *args, GError **error)
{
    const char *name = args_word(args, 0);
    const CtlCommand *command = name != NULL ? ctl_command(name) : NULL;
    (void)ctl;
    if (name == NULL) {
        help_overview();
    } else if (command != NULL) {
        help_command(command);
    } else {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有命令“%s”"), name);
        return 2;
    }
    return 0;
}
