/* SPDX-License-Identifier: GPL-3.0-or-later
 * When the clerk is told of what went wrong: a notice a go, not one a row. */
#include "daemon/base/clock.h"
#include "daemon/pipeline-private.h"

enum { GAP = 900 };

/* A look a second: how many rows are not told, what others of the issue do, and whether it is time. */
typedef struct {
    int at; /* s */
    gint64 n;
    gboolean under_way, due_soon, tell;
} Look;

static const struct {
    const char *name;
    Look looks[8];
} goes[] = {
    {"all at once", {{1, 3, FALSE, FALSE, FALSE}, {2, 3, FALSE, FALSE, FALSE}, {3, 3, FALSE, FALSE, TRUE}}},
    {"one behind the other", {{1, 1, FALSE, FALSE, FALSE}, {2, 2, FALSE, FALSE, FALSE}, {3, 3, FALSE, FALSE, FALSE},
                              {4, 4, FALSE, FALSE, FALSE}, {6, 4, FALSE, FALSE, TRUE}}},
    {"others are being sent", {{1, 1, TRUE, FALSE, FALSE}, {60, 1, TRUE, FALSE, FALSE}, {1800, 5, TRUE, FALSE, FALSE},
                               {3000, 5, FALSE, FALSE, TRUE}}},
    {"others are sent for hours", {{1, 1, TRUE, FALSE, FALSE}, {3599, 9, TRUE, FALSE, FALSE}, {3602, 9, TRUE, FALSE, TRUE}}},
    {"others are tried again soon", {{1, 1, FALSE, TRUE, FALSE}, {300, 2, FALSE, TRUE, FALSE}, {400, 2, FALSE, FALSE, TRUE}}},
    {"others are tried again and again", {{1, 1, FALSE, TRUE, FALSE}, {GAP, 2, FALSE, TRUE, FALSE}, {GAP + 2, 2, FALSE, TRUE, TRUE}}},
    {"a second go", {{1, 1, FALSE, FALSE, FALSE}, {3, 1, FALSE, FALSE, TRUE}, {4000, 2, FALSE, FALSE, FALSE},
                     {4002, 2, FALSE, FALSE, TRUE}}},
    {"a second go at once is gathered", {{1, 1, FALSE, FALSE, FALSE}, {3, 1, FALSE, FALSE, TRUE}, {10, 1, FALSE, FALSE, FALSE},
                                         {20, 1, FALSE, FALSE, FALSE}, {500, 7, FALSE, FALSE, FALSE}, {GAP + 3, 7, FALSE, FALSE, TRUE}}},
};

static void test_goes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(goes); i++) {
        FailureWave wave = {0};
        for (gsize j = 0; j < G_N_ELEMENTS(goes[i].looks) && goes[i].looks[j].at > 0; j++) {
            const Look *look = &goes[i].looks[j];
            const StoreFailures failures = {1, look->n, look->under_way, look->due_soon};
            gint64 now = look->at * CLOCK_SECOND;
            g_test_message("%s at %d s", goes[i].name, look->at);
            gboolean over = pipeline_wave_is_over(&wave, &failures, GAP * CLOCK_SECOND, now);
            g_assert_cmpint(over, ==, look->tell);
            if (over)
                wave = (FailureWave){.told = now};
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failures/goes", test_goes);
    return g_test_run();
}
