/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rules of the check, in the order in which they are reported. */
#include "recipients/directory-check.h"

#include "daemon/base/i18n.h"
#include "recipients/directory-check-run.h"

static const struct {
    DirectoryCheckRule rule;
    void (*run)(DirectoryCheckRun *run);
} rules[] = {
    {{"broken-set", CHECK_STOPS, N_("有成员落不到人的组和别名"),
      N_("用 songfactl group set 或 alias set 改正成员"), FALSE},
     directory_check_run_sets},
    {{"lost-unit", CHECK_STOPS, N_("会被送到、却没有收件方式的单位"),
      N_("用 songfactl mailbox add 单位 邮箱 登记，或用 mailbox resume 恢复停用的"), FALSE},
     directory_check_run_lost_units},
    {{"lost-person", CHECK_STOPS, N_("本人、职务和单位都没有收件方式的任职人员"),
      N_("用 songfactl mailbox add 登记本人、职务或单位的收件方式"), FALSE},
     directory_check_run_lost_persons},
    {{"ended-tenure", CHECK_STOPS, N_("离任后没有人接任的职务"),
      N_("用 songfactl handover 单位/职务 --to 新任 登记接任；不再设的职务用 post remove 撤销"), FALSE},
     directory_check_run_ended},
    {{"vacant-post", CHECK_STOPS, N_("有处写到、却没有人任职的职务"),
      N_("用 songfactl tenure add 姓名 单位/职务 登记任职；不再设的职务用 post remove 撤销"), FALSE},
     directory_check_run_vacant},
    {{"stand-in-circle", CHECK_STOPS, N_("互相代收、没有人在岗的代收"),
      N_("用 songfactl stand-in set 改由在岗的人代收"), FALSE},
     directory_check_run_circles},
    {{"stand-in-chain", CHECK_WARNS, N_("代收人自己也不在岗的代收"),
      N_("用 songfactl stand-in set 改由在岗的人代收"), FALSE},
     directory_check_run_chains},
    {{"ending-tenure", CHECK_WARNS, N_("三十天内到期、还没有登记接任的任职"),
      N_("用 songfactl handover 单位/职务 --to 新任 --from 日期 预先登记接任"), FALSE},
     directory_check_run_ending},
    {{"two-chiefs", CHECK_WARNS, N_("同时有两人以上任职的正职"),
      N_("核对任职日期；已离任的用 songfactl tenure set 姓名 单位/职务 --to 日期 登记离任"), FALSE},
     directory_check_run_two_chiefs},
    {{"suspended", CHECK_WARNS, N_("停用中的收件方式"),
      N_("可以恢复的用 songfactl mailbox resume 归属 恢复，不再用的用 mailbox remove 删除"), FALSE},
     directory_check_run_suspended},
    {{"flagged", CHECK_WARNS, N_("对方说不存在的邮箱"),
      N_("核对后用 songfactl mailbox set 归属 邮箱 --address 新邮箱 改正；没有错的用 reports unflag --reason 原因 邮箱 取消标记"), FALSE},
     directory_check_run_flagged},
    {{"outside-domain", CHECK_WARNS, N_("不在内部域内的邮箱"),
      N_("只限内部发送的期次送不到这里：改用内部邮箱，或登记纸质"), FALSE},
     directory_check_run_outside},
    {{"review-due", CHECK_WARNS, N_("过了复核日期的收件方式"),
      N_("向保管人核对后，用 songfactl mailbox set 归属 邮箱 --review 日期 写上下一次复核的日期"), FALSE},
     directory_check_run_review},
    {{"silent-unit", CHECK_TELLS, N_("没有收件方式、也没有哪个组、别名或类别会送到的单位"),
      N_("发放栏单独写到它时会卡住；需要送的用 songfactl mailbox add 登记"), FALSE},
     directory_check_run_silent_units},
    {{"idle-post", CHECK_TELLS, N_("没有人任职、也没有哪里写到的职务"),
      N_("发放栏写到它时会卡住；需要时用 songfactl tenure add 姓名 单位/职务 登记任职"), TRUE},
     directory_check_run_idle},
    {{"near-names", CHECK_TELLS, N_("名称几乎一样的单位"), N_("核对是否登记了两次；是的话删去一个，把写法加为另一个的简称"), FALSE},
     directory_check_run_near_names},
    {{"shared-address", CHECK_TELLS, N_("几个收件对象共用的邮箱"), N_("几个单位合用一个邮箱是可以的，只发一封；不该合用的请改正"), FALSE},
     directory_check_run_shared},
    {{"unused-set", CHECK_TELLS, N_("一年来没有用到的组和别名"), N_("不再用的用 songfactl group remove 或 alias remove 删除"), FALSE},
     directory_check_run_unused},
    {{"no-keeper", CHECK_TELLS, N_("没有登记保管人的邮箱"), N_("用 songfactl mailbox set 归属 邮箱 --keeper 姓名 登记"), FALSE},
     directory_check_run_no_keeper},
};

static void finding_free(gpointer data)
{
    DirectoryFinding *finding = data;
    g_free(finding->name);
    g_free(finding->detail);
    g_free(finding);
}

void directory_check_run_found(DirectoryCheckRun *run, DirectoryKindId kind, gconstpointer record, char *detail)
{
    DirectoryFinding *finding = g_new0(DirectoryFinding, 1);
    finding->rule = run->rule;
    finding->kind = &directory_kinds[kind];
    finding->id = ((const DirectoryRecord *)record)->id;
    finding->name = directory_record_label(run->directory, finding->kind, record);
    finding->detail = detail;
    g_ptr_array_add(run->findings, finding);
}

GPtrArray *directory_check(const Directory *directory, const DirectoryCheckOptions *options)
{
    DirectoryCheckRun run = {.directory = directory, .options = options};
    run.findings = g_ptr_array_new_with_free_func(finding_free);
    run.reached = g_hash_table_new(NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        run.rule = &rules[i].rule;
        rules[i].run(&run);
    }
    g_hash_table_unref(run.reached);
    g_clear_pointer(&run.named, g_hash_table_unref);
    return run.findings;
}

static const struct { const char *code, *word; } weights[] = {
    [CHECK_STOPS] = {"stops", N_("会卡住发送")},
    [CHECK_WARNS] = {"warns", N_("请留意")},
    [CHECK_TELLS] = {"tells", N_("供参考")},
};

const char *directory_check_weight_code(DirectoryCheckWeight weight)
{
    return weights[weight].code;
}

const char *directory_check_weight_word(DirectoryCheckWeight weight)
{
    return _(weights[weight].word);
}
