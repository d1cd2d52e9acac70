/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the bytes of a file to a plan: issue, recipients, print run and rendered mail in a row. Each
 * step adds its reasons to the issue; nothing is stored here. */
#include "daemon/plan.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/compose.h"
#include "daemon/document.h"
#include "daemon/issue/series.h"
#include "daemon/plan-sequence.h"
#include "daemon/policy.h"
#include "daemon/store/issues.h"
#include "templates/context.h"

void plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    issue_free(plan->issue);
    g_clear_pointer(&plan->notices, g_ptr_array_unref);
    g_free(plan->identity);
    plan_basis_free(plan->basis);
    g_free(plan->distribution);
    resolution_free(plan->resolution);
    print_run_free(plan->print_run);
    rendered_free(plan->rendered);
    g_free(plan->pdf_digest);
    correction_free(plan->correction);
    g_free(plan);
}

char *plan_number_words(const Issue *issue)
{
    if (issue->supplement > 0)
        return g_strdup_printf(_("增刊第 %d 期"), issue->supplement);
    if (issue->number > 0)
        return g_strdup_printf(_("第 %d 期"), issue->number);
    return g_strdup_printf(_("总第 %d 期"), issue->total_number);
}

static void hold(Plan *plan, const char *code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void hold(Plan *plan, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    issue_add_reason(plan->issue, code, message);
    if (plan->issue->verdict == ISSUE_ISSUE)
        plan->issue->verdict = ISSUE_HELD;
}

/* Holds that are a clerk's to set aside: a word that asks for care, not a missing part. */
static gboolean may_be_overridden(const char *code)
{
    return strcmp(code, "secrecy-check") == 0;
}

static void apply_override(Issue *issue)
{
    for (guint i = issue->reasons->len; i-- > 0;)
        if (may_be_overridden(((IssueReason *)issue->reasons->pdata[i])->code))
            g_ptr_array_remove_index(issue->reasons, i);
    if (issue->reasons->len == 0)
        issue->verdict = ISSUE_ISSUE;
}

static void be_of(Plan *plan, const ConfigSeries *series)
{
    plan->series = series;
    if (series == NULL || g_strcmp0(plan->issue->series, series->key) == 0)
        return;
    g_free(plan->issue->series);
    plan->issue->series = g_strdup(series->key);
}

static void recognise(Plan *plan, const Config *config)
{
    Issue *issue = plan->issue;
    g_autofree SeriesRule *rules = g_new0(SeriesRule, config->series->len);
    for (guint i = 0; i < config->series->len; i++) {
        const ConfigSeries *series = config->series->pdata[i];
        rules[i] = (SeriesRule){series->key, series->title, series->office, series->number_form};
    }
    const char *key = series_match(issue, rules, config->series->len);
    be_of(plan, config_series(config, key != NULL ? key : issue->series)); /* a stored one knows it by its folder */
}

static void set_release(Plan *plan, const char *asked)
{
    if (plan->series != NULL)
        plan->release = asked != NULL ? policy_of_name(asked) : plan->series->release;
}

/* What is not recognised is what the way in is for. */
static void be_otherwise(Plan *plan, const Config *config, const char *key)
{
    if (plan->series == NULL)
        be_of(plan, config_series(config, key));
}

/* Whoever brought it may have taken the wrong file, or another's place. */
static void check_series(Plan *plan, const Config *config, const char *wanted)
{
    if (wanted == NULL || plan->series == NULL || strcmp(plan->series->key, wanted) == 0)
        return;
    const ConfigSeries *series = config_series(config, wanted);
    hold(plan, "other-series",
         _("交来时说是《%s》，读出来是《%s》。请核对是不是拿错了文件、放错了地方；没有错就由经办人放行。"),
         series != NULL ? series->name : wanted, plan->series->name);
}

static char *identity_of(const Issue *issue)
{
    if (issue->supplement > 0)
        return g_strdup_printf("%s/%d/s%d", issue->series, issue->year, issue->supplement);
    if (issue->number > 0)
        return g_strdup_printf("%s/%d/%d", issue->series, issue->year, issue->number);
    return g_strdup_printf("%s/t%d", issue->series, issue->total_number);
}

/* An issue is series + year + number: the same number with other contents waits for a decision. */
static gboolean identify(Plan *plan, Store *store, const char *digest, gboolean as_revision,
                         GError **error)
{
    if (plan->series == NULL) {
        hold(plan, "unknown-series",
             _("未识别出所属刊物（刊名“%s”，编发单位“%s”）。请在配置文件的 series 中登记该刊物后重新交送。"),
             plan->issue->title != NULL ? plan->issue->title : _("无"),
             plan->issue->office != NULL ? plan->issue->office : _("无"));
        return TRUE;
    }
    plan->identity = identity_of(plan->issue);
    plan->revision = 1;
    GError *failure = NULL;
    g_autoptr(StoreIssue) before = store_issue_by_identity(store, plan->identity, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (before == NULL)
        return TRUE;
    gboolean same_file = g_strcmp0(before->digest, digest) == 0;
    plan->revision = before->revision + (same_file ? 0 : 1);
    if (same_file || as_revision)
        return TRUE;
    g_autofree char *number = plan_number_words(plan->issue);
    hold(plan, "number-taken",
         before->released_at > 0
             ? _("%s已发出，内容不同（已发文件：%s，登记号 %" PRId64
                 "）。要更正已发的：songfactl correct；确需另发新版，放行时加 --as-revision；否则请核对期号。")
             : _("%s已排定待发，内容不同（文件：%s，登记号 %" PRId64
                 "）。确需以新版代替，放行时加 --as-revision；否则请核对期号。"),
         number, before->file_name, before->id);
    return TRUE;
}

static void notice_free(gpointer data)
{
    IssueReason *notice = data;
    g_free(notice->code);
    g_free(notice->message);
    g_free(notice);
}

/* As the series says; what a clerk set aside is told all the same. */
static void note_finding(Plan *plan, const SequenceFinding *finding, gboolean may_hold)
{
    ConfigOdd answer = plan->series->checks.on[finding->check];
    IssueReason *notice;
    if (answer == ODD_HOLD && may_hold) {
        hold(plan, sequence_code(finding->check), _("%s。确实如此的，放行时加 --override 理由"), finding->message);
    } else if (answer != ODD_IGNORE) {
        notice = g_new0(IssueReason, 1);
        notice->code = g_strdup(sequence_code(finding->check));
        notice->message = g_strdup(finding->message);
        g_ptr_array_add(plan->notices, notice);
    }
}

/* A number that was given out before was looked at then; only its date may still be odd. */
static gboolean check_sequence(Plan *plan, Store *store, gboolean may_hold, GError **error)
{
    plan->notices = g_ptr_array_new_with_free_func(notice_free);
    if (plan->series == NULL)
        return TRUE;
    g_autoptr(GPtrArray) findings =
        plan_sequence_check(store, plan->issue, plan->identity, plan->series->checks.days_ahead, error);
    for (guint i = 0; findings != NULL && i < findings->len; i++) {
        const SequenceFinding *finding = findings->pdata[i];
        if (plan->revision <= 1 || finding->check == SEQUENCE_FUTURE_DATE)
            note_finding(plan, finding, may_hold);
    }
    return findings != NULL;
}

static gboolean resolve(Plan *plan, Store *store, gint64 issue_id, const char *date, GError **error)
{
    plan->basis = plan_basis_load(store, plan->issue, issue_id, date, error);
    if (plan->basis == NULL)
        return FALSE;
    plan->distribution = issue_distribution_text(plan->issue);
    plan->resolution = plan_basis_resolve(plan->basis, plan->series, plan->issue);
    return TRUE;
}

/* The place within its field, counted in characters from 1 as a clerk counts them, label included. */
static int column_of(const char *text, gsize start)
{
    int column = 1;
    for (const char *p = text; start > 0 && *p != '\0'; p = g_utf8_next_char(p), start--)
        column = *p == '\n' ? 1 : column + 1;
    return column;
}

static void report_unresolved(Plan *plan)
{
    for (guint i = 0; i < plan->resolution->unresolved->len; i++) {
        const Unresolved *item = plan->resolution->unresolved->pdata[i];
        int column = column_of(plan->distribution, item->start);
        g_autofree char *near = g_strjoinv("、", item->suggestions);
        if (*near != '\0')
            hold(plan, item->code, _("“%s”栏第 %d 字起“%s”：%s（相近的名称：%s）"), item->field, column,
                 item->text, item->message, near);
        else
            hold(plan, item->code, _("“%s”栏第 %d 字起“%s”：%s"), item->field, column, item->text,
                 item->message);
    }
    if (plan->resolution->recipients->len == 0)
        hold(plan, "no-recipients", "%s",
             _("没有任何收件人。请检查分发栏，或用 songfactl directory 补全名录后重新交送。"));
}

void plan_recount(Plan *plan, const GPtrArray *recipients, int archive, int spare, int declared)
{
    g_autoptr(GArray) papers = g_array_new(FALSE, TRUE, sizeof(PrintRunPaper));
    for (guint i = 0; i < recipients->len; i++) {
        const Recipient *recipient = recipients->pdata[i];
        if (recipient->channel == CHANNEL_PAPER) {
            PrintRunPaper paper = {recipient->unit, recipient->name, recipient->copies};
            g_array_append_val(papers, paper);
        }
    }
    print_run_free(plan->print_run);
    plan->print_run =
        print_run_new((const PrintRunPaper *)(gpointer)papers->data, papers->len, archive, spare, declared);
}

static void count_paper(Plan *plan)
{
    const Resolution *resolution = plan->resolution;
    int archive = resolution->archive_copies + (plan->series ? plan->series->archive_copies : 0);
    int spare = plan->series ? plan->series->spare_copies : 0;
    int declared = MAX(plan->issue->declared_copies, resolution->declared_copies);
    plan_recount(plan, resolution->recipients, archive, spare, declared);
}

/* The mail of a correction has to say so in all its parts: a set that never asks for it cannot send one. */
static gboolean render_correction(Plan *plan, const Templates *templates, json_t *context, GError **error)
{
    const GPtrArray *versions = plan->correction->versions;
    const StoreIssue *last = versions->len > 0 ? versions->pdata[versions->len - 1] : NULL;
    g_autofree char *words = correction_versions_words(plan->correction);
    g_autofree char *day = clock_date(last != NULL ? last->released_at : 0);
    g_autoptr(Rendered) plain = g_steal_pointer(&plan->rendered);
    context_correct(context, words, day, plan->correction->reason);
    plan->rendered = templates_render_issue(templates, context, error);
    if (plan->rendered == NULL)
        return FALSE;
    if (strcmp(plain->subject, plan->rendered->subject) != 0 && strcmp(plain->text, plan->rendered->text) != 0 &&
        strcmp(plain->html, plan->rendered->html) != 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                _("模板目录 %s 的主题或正文没有写“更正”，收件人看不出旧版作废。请照默认模板，在主题和两种正文里用上 correction"),
                plan->series->templates);
    return FALSE;
}

static gboolean render(Plan *plan, const Config *config, gsize size, GError **error)
{
    enum { DAY = 86400 };
    gboolean own = plan->series->personal || plan->linked;
    g_autofree char *url = g_strconcat(config->web.public_url, "/d/" COMPOSE_SLOT_LINK, NULL);
    g_autofree char *shown_size = g_format_size_full(size, G_FORMAT_SIZE_IEC_UNITS);
    const ContextLink link = {url, shown_size, (int)(config->attachments.link_lasts / DAY)};
    ContextSlots slots = {own ? COMPOSE_SLOT_SALUTATION : "各位收件人：", own ? COMPOSE_SLOT_RECIPIENT : "本期各收件人",
                          plan->linked ? &link : NULL};
    g_autoptr(Templates) templates = templates_load(plan->series->templates, error);
    if (templates == NULL)
        return FALSE;
    g_autofree char *text = issue_to_json(plan->issue);
    json_t *issue = json_loads(text, 0, NULL);
    json_t *context = context_issue(issue, plan->series->name, config->sender.name, &slots);
    plan->rendered = templates_render_issue(templates, context, error);
    gboolean good = plan->rendered != NULL &&
                    (plan->correction == NULL || render_correction(plan, templates, context, error));
    json_decref(context);
    json_decref(issue);
    return good;
}

gboolean plan_correct(Plan *plan, Store *store, GError **error)
{
    Correction *correction = plan->correction;
    Resolution *resolution = plan->resolution;
    if (correction->named == NULL) {
        correction->named = resolution->recipients;
        correction->unresolved = resolution->unresolved;
        correction->text_now = g_strdup(plan->distribution);
        resolution->recipients = NULL;
        resolution->unresolved = g_ptr_array_new();
    }
    gboolean bound = plan->issue->restricted && plan->series != NULL;
    if (!correction_read(correction, store, bound ? (const char *const *)plan->series->internal_domains : NULL, error))
        return FALSE;
    g_clear_pointer(&resolution->recipients, g_ptr_array_unref);
    resolution->recipients = correction_recipients(correction);
    count_paper(plan);
    return TRUE;
}

static void restrict_domains(Plan *plan)
{
    if (plan->issue->restricted && plan->series != NULL && plan->series->internal_domains[0] == NULL)
        hold(plan, "no-internal-domains", "%s",
             _("本期标有“内部资料”等字样，只能发往内部邮箱，但该刊物未配置内部邮件域。"
               "请在配置文件该刊物下填写 internal_domains 后重新交送。"));
}

Plan *plan_resolve(const Config *config, Store *store, Issue *issue, gint64 issue_id,
                   const char *date, GError **error)
{
    g_autoptr(Plan) plan = g_new0(Plan, 1);
    plan->issue = issue;
    recognise(plan, config);
    set_release(plan, NULL);
    plan->identity = plan->series != NULL ? identity_of(issue) : NULL;
    if (!check_sequence(plan, store, FALSE, error) || !resolve(plan, store, issue_id, date, error))
        return NULL;
    count_paper(plan);
    return g_steal_pointer(&plan);
}

static gboolean correct(Plan *plan, Store *store, const char *reason, GError **error)
{
    if (reason == NULL || plan->identity == NULL)
        return TRUE;
    plan->correction = correction_new(store, plan->identity, plan->revision, reason, error);
    return plan->correction != NULL && plan_correct(plan, store, error);
}

Plan *plan_make(const Config *config, Store *store, GBytes *data, const char *digest,
                const char *file_name, const PlanOptions *options, GError **error)
{
    g_autoptr(Plan) plan = g_new0(Plan, 1);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(data, &length);
    plan->issue = document_issue(bytes, length, file_name, error);
    if (plan->issue == NULL)
        return NULL;
    if (options->override)
        apply_override(plan->issue);
    if (plan->issue->verdict != ISSUE_ISSUE)
        return g_steal_pointer(&plan);
    recognise(plan, config);
    be_otherwise(plan, config, options->otherwise);
    check_series(plan, config, options->series);
    set_release(plan, options->release);
    gboolean as_revision = options->as_revision || options->correction != NULL;
    if (!identify(plan, store, digest, as_revision, error) || !check_sequence(plan, store, !options->override, error) ||
        !resolve(plan, store, options->issue_id, NULL, error) || !correct(plan, store, options->correction, error))
        return NULL;
    if (plan->correction == NULL)
        report_unresolved(plan);
    restrict_domains(plan);
    count_paper(plan);
    plan->linked = config->attachments.link_above > 0 && (gint64)length > config->attachments.link_above;
    if (plan->series != NULL && !render(plan, config, length, error))
        return NULL;
    return g_steal_pointer(&plan);
}
