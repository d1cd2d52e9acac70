/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: any bytes as a PDF, through poppler. What becomes of the characters that it finds is
 * fuzz-layout's. */
#include <poppler.h>

#include "daemon/issue/extract/pdf.h"
#include "tests/fuzz/read-check.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    const guint8 *data;
    gsize size;
} Input;

static gboolean read_pdf(gpointer data, Blocks *blocks, GError **error)
{
    const Input *input = data;
    return pdf_read(input->data, input->size, blocks, error);
}

/* As long as one document is open poppler keeps its tables of characters, which take it longer than an input. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char empty[] = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\n"
                                "endobj\ntrailer<</Root 1 0 R/Size 3>>\n";
    static PopplerDocument *open;
    g_autoptr(GBytes) bytes = g_bytes_new_static(empty, sizeof empty - 1);
    (void)argc;
    (void)argv;
    open = poppler_document_new_from_bytes(bytes, NULL, NULL);
    return open == NULL;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Input input = {data, size};
    g_free(read_check(read_pdf, &input));
    return 0;
}
