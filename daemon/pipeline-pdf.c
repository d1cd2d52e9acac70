/* SPDX-License-Identifier: GPL-3.0-or-later
 * The PDF that goes with an original which people could go on editing: made once, kept in the spool, and the
 * same for every later look at the plan. */
#include <gio/gio.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/office.h"
#include "daemon/pipeline-private.h"

static gboolean is_wanted(const Plan *plan)
{
    return plan->issue->verdict == ISSUE_ISSUE && plan->series != NULL && plan->series->pdf != PDF_NONE &&
           office_is_editable(plan->issue->format);
}

static gboolean is_in_spool(const Pipeline *pipeline, const char *digest)
{
    g_autofree char *path = g_build_filename(pipeline->config->spool, "objects", digest, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* TRUE when an earlier plan of this issue says what there is: its PDF, or, when it was planned without, none.
 * What was seen planned is what is sent. */
static gboolean is_known(const Pipeline *pipeline, const PdfOptions *options, Plan *plan, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreMail) mail =
        options->issue_id != 0 ? store_mail_of_issue(pipeline->store, options->issue_id, &failure) : NULL;
    if (failure != NULL)
        g_propagate_error(error, failure);
    if (mail == NULL)
        return FALSE;
    if (mail->pdf_digest == NULL || !is_in_spool(pipeline, mail->pdf_digest))
        return options->planned && mail->pdf_digest == NULL;
    plan->pdf_digest = g_strdup(mail->pdf_digest);
    return TRUE;
}

static void hold(Plan *plan, const char *why)
{
    g_autofree char *message = g_strdup_printf(
        _("本刊要附 PDF，但没能生成：%s。办好后重新交送；不附 PDF 也可以发的，放行时加 --without-pdf"), why);
    issue_add_reason(plan->issue, "no-pdf", message);
    plan->issue->verdict = ISSUE_HELD;
}

static void do_without(Plan *plan, const Claim *claim, const OfficeResult *result)
{
    if (plan->series->pdf == PDF_REQUIRED)
        hold(plan, result->problem);
    else
        log_event(LOG_LEVEL_WARNING, "intake", "no-pdf", "digest", claim->digest, "reason", result->code, NULL);
}

static gboolean make(Pipeline *pipeline, const Claim *claim, Plan *plan, GError **error)
{
    gsize length;
    const void *data = g_bytes_get_data(claim->data, &length);
    g_autoptr(OfficeResult) result = office_convert(data, length, plan->issue->format, OFFICE_PDF, error);
    if (result == NULL)
        return FALSE;
    if (result->bytes == NULL) {
        do_without(plan, claim, result);
        return TRUE;
    }
    data = g_bytes_get_data(result->bytes, &length);
    g_autofree char *digest = ident_sha256(data, length);
    const Claim made = {.data = result->bytes, .digest = digest, .shown_name = claim->shown_name};
    if (!claim_store_object(&made, pipeline->config->spool, error))
        return FALSE;
    log_event(LOG_LEVEL_INFO, "intake", "pdf-made", "digest", claim->digest, "pdf", digest, NULL);
    plan->pdf_digest = g_steal_pointer(&digest);
    return TRUE;
}

gboolean pipeline_add_pdf(Pipeline *pipeline, const Claim *claim, Plan *plan, const PdfOptions *options,
                          GError **error)
{
    GError *failure = NULL;
    if (!is_wanted(plan))
        return TRUE;
    gboolean known = is_known(pipeline, options, plan, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    return known || options->without || make(pipeline, claim, plan, error);
}
