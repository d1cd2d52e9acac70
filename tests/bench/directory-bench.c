/* SPDX-License-Identifier: GPL-3.0-or-later
 * Measures a directory in a store from within: load, index, reading and resolving a distribution line,
 * memory after that, and the check of the day. Times are of the processor, so that others on the machine
 * count for little. Prints one JSON object; run by tests/bench/run-directory.
 *   directory-bench STORE DATE LINE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/store/directory.h"
#include "recipients/directory-check.h"
#include "recipients/resolve.h"

enum { RUNS = 7 };

static int by_value(const void *a, const void *b)
{
    gint64 one = *(const gint64 *)a, two = *(const gint64 *)b;
    return (one > two) - (one < two);
}

/* Processor time so far in microseconds. */
static gint64 now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (gint64)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Milliseconds of the run in the middle. */
static double median(gint64 *micros)
{
    qsort(micros, RUNS, sizeof *micros, by_value);
    return (double)micros[RUNS / 2] / 1000;
}

static double load_ms(Store *store, const char *date, Directory **directory)
{
    g_autoptr(GError) error = NULL;
    gint64 start = now();
    *directory = store_directory_load(store, date, NULL, &error);
    if (*directory == NULL)
        g_error("%s", error->message);
    return (double)(now() - start) / 1000;
}

static double index_ms(Directory *directory)
{
    gint64 micros[RUNS];
    for (int i = 0; i < RUNS; i++) {
        gint64 start = now();
        directory_index(directory);
        micros[i] = now() - start;
    }
    return median(micros);
}

static double resolve_ms(const Directory *directory, const char *line, Resolution **resolution)
{
    static const ResolveOptions options = {0};
    gint64 micros[RUNS];
    for (int i = 0; i < RUNS; i++) {
        g_clear_pointer(resolution, resolution_free);
        gint64 start = now();
        g_autofree LineNames *names = resolve_names(directory, NULL, NULL);
        g_autoptr(LineReading) reading = line_read(line, names);
        *resolution = resolve_reading(directory, reading, &options);
        micros[i] = now() - start;
    }
    return median(micros);
}

static double check_ms(const Directory *directory, guint *found)
{
    static const DirectoryCheckOptions options = {0};
    gint64 start = now();
    g_autoptr(GPtrArray) findings = directory_check(directory, &options);
    *found = findings->len;
    return (double)(now() - start) / 1000;
}

/* In MB, the most it has been. */
static double memory(void)
{
    g_autofree char *status = NULL;
    if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        return 0;
    const char *peak = strstr(status, "VmHWM:");
    return peak != NULL ? g_ascii_strtod(peak + strlen("VmHWM:"), NULL) / 1024 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        g_error("directory-bench STORE DATE LINE");
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(argv[1], FALSE, &error);
    if (store == NULL)
        g_error("%s", error->message);
    g_autoptr(Directory) directory = NULL;
    g_autoptr(Resolution) resolution = NULL;
    double loaded = load_ms(store, argv[2], &directory), indexed = index_ms(directory);
    double resolved = resolve_ms(directory, argv[3], &resolution), peak = memory();
    printf("{\"load_ms\": %.1f, \"index_ms\": %.1f, \"resolve_ms\": %.2f, \"recipients\": %u, "
           "\"unresolved\": %u, \"rss_mb\": %.1f, ",
           loaded, indexed, resolved, resolution->recipients->len, resolution->unresolved->len, peak);
    guint found;
    double checked = check_ms(directory, &found);
    printf("\"check_ms\": %.1f, \"found\": %u, \"check_rss_mb\": %.1f}\n", checked, found, memory());
    return 0;
}
